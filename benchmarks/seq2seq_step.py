"""Chapters 7 and 8: one training step of peeky, attention and Transformer beside PyTorch's; and 5,000 answers.

    python -m benchmarks.seq2seq_step
    python -m benchmarks.seq2seq_step peeky

attention: the date task (59 characters, questions of 29, answers of 10), H 256. peeky: addition (13 characters, 7 and 4),
H 128; both with word vectors of 16. transformer: dates, two blocks on either side, 4 heads, width 64 and 256 between the
affine layers; transformer-wide: addition, width 128. Batch 128, float32: forward, backward, clip, Adam. Each is timed in a
process of its own, in turn.
"""

import numpy as np

from benchmarks import peers
from benchmarks.command import words
from benchmarks.machine import describe
from benchmarks.products import affine, attention, recurrent, work
from benchmarks.timing import median_seconds, timed, turns
from ch08_attention.models import MODELS
from common.optimizer import Adam
from common.script import run
from common.trainer import Trainer
from common.util import find_shared
from common.util.answers import answer_all

SIZES = {"attention": (59, 16, 256, 128, 29, 10), "peeky": (13, 16, 128, 128, 7, 4),      # V, D, H, N, T, S
         "transformer": (59, 64, 256, 128, 29, 10), "transformer-wide": (13, 128, 256, 128, 7, 4)}


def main():
    steps = {"ours": our_step, "torch": torch_step, "products": products}
    turn = {f"{model}.{who}": lambda model=model, step=step: step(model) for model in SIZES for who, step in steps.items()}
    models = words(__doc__, *SIZES, *turn) or list(SIZES)
    if models[0] in turn:
        print(median_seconds(turn[models[0]](), runs=30, warmup=5))
        return
    print(describe())
    who = ["ours", "torch"] if peers.torch() else ["ours"]
    times = turns("benchmarks.seq2seq_step", [f"{model}.{name}" for model in models for name in who], rounds=5)
    for name, (low, median, high) in times.items():
        print(f"{name:24} {1000 * median:6.2f} ms ({1000 * low:.1f} to {1000 * high:.1f})")
    for model in models if "torch" in who else ():
        print(f"{model}: ours / PyTorch {times[f'{model}.ours'][1] / times[f'{model}.torch'][1]:.2f}")
    for name in models:
        V, D, H, _, T, S = SIZES[name]
        model, questions = make_model(name, 0), np.random.default_rng(0).integers(0, V, (5000, T))
        print(f"5,000 answers, {name}, greedy: {timed(answer_all, model, questions, 1, S)[0]:.2f} s")


def make_model(name, rng):
    return MODELS[name.partition("-")[0]](*SIZES[name][:3], rng=rng)


def torch_step(name):
    V, D, H, N, T, S = SIZES[name]
    if name.startswith("transformer"):
        return peers.torch_transformer_step(V, D, H, 4, 2, N, T, S)
    return peers.torch_seq2seq_step(V, D, H, N, T, S, name)


def our_step(name):
    """A function that makes one training step, the trainer's own."""
    V, D, H, N, T, S = SIZES[name]
    rng = np.random.default_rng(0)
    model = make_model(name, rng)
    trainer = Trainer(model, Adam())
    trainer.shared = find_shared(model.params)               # once, as in a run
    xs, ts = rng.integers(0, V, (N, T)), rng.integers(0, V, (N, S + 1))
    return lambda: trainer.step((xs, ts), max_grad=5.0)


def products(name):
    """A function that makes the matrix products of one step, forward and backward, and nothing else."""
    V, D, H, N, T, S = SIZES[name]
    if name == "attention":
        return work(recurrent(N, T, D, H, 4) + recurrent(N, S, D, H, 4) + attention(N, S, T, H) + affine(N * S, 2 * H, V))
    if name == "peeky":                                      # h is the same at all steps: multiplied once
        return work(recurrent(N, T, D, H, 4) + recurrent(N, S, D, H, 4) + affine(N, H, 4 * H)
                    + affine(N * S, H, V) + affine(N, H, V))
    into, out = N * T, N * S                                 # words that are read and written; four heads, two blocks
    block = affine(into, D, D) * 4 + attention(4 * N, T, T, D // 4) + affine(into, D, H) + affine(into, H, D)
    own = affine(out, D, D) * 4 + attention(4 * N, S, S, D // 4) + affine(out, D, H) + affine(out, H, D)
    cross = affine(out, D, D) * 2 + affine(into, D, D) * 2 + attention(4 * N, S, T, D // 4)
    return work((block + own + cross) * 2 + affine(out, D, V))


if __name__ == "__main__":
    run(main)
