"""Section 8.5.3: one training step of the Neural Turing Machine beside PyTorch's, and how its cost grows with the length.

    python -m benchmarks.ntm_step

The copy task: 8 bits, memory 128 x 20, controller 100, one read and one write head, batch 16, float32: forward, backward,
clip, Adam. Sequences of 10 vectors (T = 21), for the growth of up to 80 (T = 161). Each in a process of its own, in turn.
"""

import itertools
import random

from benchmarks import peers
from benchmarks.command import words
from benchmarks.machine import describe
from benchmarks.ntm_peer import torch_ntm_step
from benchmarks.products import affine, work
from benchmarks.timing import median_seconds, turns
from ch08_attention.ntm import CONTROLLERS, NTM
from ch08_attention.ntm.heads import Heads
from ch08_attention.ntm.tasks import Copy
from common.optimizer import Adam
from common.script import run
from common.trainer import Trainer
from common.util import find_shared

N, H, ROWS, WIDTH = 16, 100, 128, 20
LENGTHS = (10, 20, 40, 80)


def main():
    steps = {"ours": our_step, "torch": torch_step, "products": products}
    turn = words(__doc__, *(".".join(turn) for turn in itertools.product(steps, CONTROLLERS, map(str, LENGTHS))))
    if turn:
        who, controller, length = turn[0].split(".")
        batch = Copy().batch(random.Random(0), N, int(length))
        print(median_seconds(steps[who](batch, controller), runs=15, warmup=5))
        return
    print(describe())
    who = ["ours", "torch"] if peers.torch() else ["ours"]
    names = [f"{name}.{controller}.10" for controller in ("lstm", "feedforward") for name in who]
    times = turns("benchmarks.ntm_step", names + [f"ours.lstm.{length}" for length in LENGTHS[1:]], rounds=5)
    for name, (low, median, high) in times.items():
        T = 2 * int(name.split(".")[2]) + 1
        print(f"{name:20} T {T:3}: {1000 * median:7.2f} ms ({1000 * low:.2f} to {1000 * high:.2f}), "
              f"{1000 * median / T:.2f} ms a time step")
    for controller in ("lstm", "feedforward") if "torch" in who else ():
        ratio = times[f"ours.{controller}.10"][1] / times[f"torch.{controller}.10"][1]
        print(f"{controller}: ours / PyTorch {ratio:.2f}")


def torch_step(batch, controller):
    return torch_ntm_step(*batch, H, ROWS, WIDTH, controller)


def our_step(batch, controller):
    """A function that makes one training step, the trainer's own."""
    _, _, D = batch.x.shape
    model = NTM(D, batch.t.shape[2], H, ROWS, WIDTH, controller=controller, rng=0)
    trainer = Trainer(model, Adam())
    trainer.shared = find_shared(model.params)               # once, as in a run
    return lambda: trainer.step(batch, max_grad=10.0)


def products(batch, controller):
    """A function that makes the matrix products of one step, forward and backward, and nothing else.

    Where one head writes to all rows, a column times a row, each number is one product of two: that is not counted here.
    """
    (_, T, D), B, K = batch.x.shape, batch.t.shape[2], 2     # K heads: one reads, one writes
    kind = CONTROLLERS[controller]
    G, P = kind.gates * H, Heads.columns(K, 1, WIDTH, 1)
    enters = D + WIDTH + (H if kind.recurrent else 0)
    control = [(1, N, enters, G, T), (1, N, G, enters, T), (1, enters, T * N, G, 1)]
    orders = [(1, N, H, P, T), (1, N, P, H, T), (1, H, T * N, P, 1)]
    content = [(N, K, WIDTH, ROWS, T), (N, K, ROWS, WIDTH, T), (N, ROWS, K, WIDTH, T)]
    read = [(N, 1, ROWS, WIDTH, T), (N, 1, WIDTH, ROWS, T)]
    write = [(N, 1, WIDTH, ROWS, 2 * T), (N, 1, ROWS, WIDTH, 2 * T)]              # all of them on the way back
    return work(control + orders + content + read + write + affine(N * T, H + WIDTH, B))


if __name__ == "__main__":
    run(main)
