"""Chapters 5 and 6: one training step of the language models, beside the same step in PyTorch and beside the time that its
matrix products alone take.

    python -m benchmarks.rnnlm_step
    python -m benchmarks.rnnlm_step better

V 10,000, batch 20, T 35, float32: forward, backward, clip, SGD. The simple RNN, GRU and LSTM have word vectors and states of
100; the better one has two LSTM layers of 650, dropout 0.5 and tied weights. The bound is every product of the step, alone,
with its arguments laid out as NumPy multiplies them fastest by default. Each is timed in a process of its own, in turn.
"""

import numpy as np

from benchmarks import peers
from benchmarks.command import words
from benchmarks.machine import describe
from benchmarks.products import affine, recurrent, work
from benchmarks.timing import median_seconds, turns
from ch06_lstm.better_rnnlm import BetterRnnlm
from ch06_lstm.rnnlm import Rnnlm
from common.optimizer import SGD
from common.script import run
from common.trainer import RnnlmTrainer
from common.util import find_shared

V, N, T = 10_000, 20, 35
MODELS = ("rnn", "gru", "lstm", "better")
GATES = {"rnn": 1, "gru": 3, "lstm": 4, "better": 4}


def main():
    steps = {"ours": our_step, "torch": torch_step, "products": products}
    turn = {f"{model}.{who}": lambda model=model, step=step: step(model) for model in MODELS for who, step in steps.items()}
    models = words(__doc__, *MODELS, *turn) or MODELS
    if models[0] in turn:
        print(median_seconds(turn[models[0]](), runs=12, warmup=3))
        return
    print(describe())
    who = ["ours", "torch", "products"] if peers.torch() else ["ours", "products"]
    times = turns("benchmarks.rnnlm_step", [f"{model}.{name}" for model in models for name in who], rounds=5)
    print("step      ours            PyTorch         products     ours / PyTorch   products / ours")
    for model in models:
        cells = {name: times[f"{model}.{name}"] for name in who}
        shown = [f"{1000 * cells[name][1]:6.1f} ({1000 * cells[name][0]:.0f}-{1000 * cells[name][2]:.0f})" if name in cells
                 else "-" for name in ("ours", "torch", "products")]
        ratio = f"{cells['ours'][1] / cells['torch'][1]:.2f}" if "torch" in cells else "-"
        print(f"{model:8}  {shown[0]:14}  {shown[1]:14}  {shown[2]:14} {ratio:>10} "
              f"{cells['products'][1] / cells['ours'][1]:16.2f}")
    print("milliseconds: median (lowest to highest) of five turns")


def make_model(name, rng):
    """The model of that name with the book's sizes."""
    return BetterRnnlm(V, 650, 650, 0.5, rng=rng) if name == "better" else Rnnlm(V, 100, 100, cell=name, rng=rng)


def our_step(name, batch=N, steps=T):
    """A function that makes one training step, the trainer's own."""
    rng = np.random.default_rng(0)
    model = make_model(name, rng)
    trainer = RnnlmTrainer(model, SGD(1.0))
    trainer.shared = find_shared(model.params)
    xs, ts = rng.integers(0, V, (batch, steps)), rng.integers(0, V, (batch, steps))
    return lambda: trainer.step((xs, ts), 0.25)


def torch_step(name):
    if name == "better":
        return peers.torch_lm_step(V, 650, 650, N, T, layers=2, dropout=0.5, tied=True)
    return peers.torch_lm_step(V, 100, 100, N, T, cell=name)


def products(name):
    """A function that makes the matrix products of one step, forward and backward, and nothing else."""
    H, layers = (650, 2) if name == "better" else (100, 1)
    return work(recurrent(N, T, H, H, GATES[name]) * layers + affine(N * T, H, V))



if __name__ == "__main__":
    run(main)
