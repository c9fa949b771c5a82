"""A training step of each model beside PyTorch's; word2vec beside gensim, the SVD beside sklearn.

    python -m benchmarks
    python -m benchmarks.steps lstm better --csv steps.csv
    python -m benchmarks.steps lstm.ours

Each time is a median, taken in a process of its own, which the third command is (ours, peer or
products); shown are the medians of alternating rounds. The lower bound is the matrix products of
the step alone, one by one in NumPy; CBOW has none, it gathers and adds rows. Peers
that are not installed are left out, word2vec and SVD where PTB is not at hand.
"""

import random
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np

from benchmarks import word2vec
from benchmarks.command import parser_of, ptb_at_hand
from benchmarks.environment import machine, processor
from benchmarks.products import affine, attention, recurrent, stepwise, work
from benchmarks.timing import alternating, median_seconds
from ch04_fast_word2vec.band import BLOCK
from ch04_fast_word2vec.cbow import CBOW
from ch04_fast_word2vec.fast import FAST
from ch06_lstm.better_rnnlm import BetterRnnlm
from ch06_lstm.rnnlm import Rnnlm
from ch08_attention.models import MODELS
from ch08_attention.ntm import CONTROLLERS, NTM
from ch08_attention.ntm.heads import Heads
from ch08_attention.ntm.tasks import Copy
from common.errors import InputError
from common.files.writing import check_can_write
from common.optimizer import SGD, Adam
from common.script import positive, run
from common.script.curves import write_table
from common.trainer import RnnlmTrainer, Trainer
from common.util import create_co_matrix, find_shared, ppmi, truncated_svd
from dataset import ptb

HEADER = [f"step on {processor()}", "here [ms]", "peer [ms]", "here / peer", "lower bound [ms]",
          "bound / here"]
WHO = ("ours", "peer", "products")
V = 10_000  # of CBOW and the language models


class Step(NamedTuple):
    """What is measured. ours() and peer() make the step, a function without arguments."""

    ours: Callable
    peer: Callable
    shapes: list = ()  # of its matrix products, see products.py
    package: str = "torch"  # the peer's
    on_ptb: bool = False


def step_of(trainer, batch, max_grad=None):
    trainer.shared = find_shared(trainer.model.params)  # once, as in a run
    return lambda: trainer.step(batch, max_grad)


def torch(name, *args):
    """A peer: PyTorch is imported when it is called, not before."""
    return lambda: getattr(import_module("benchmarks.peers"), name)(*args)


def cbow(H=100, W=5, K=5, N=100):
    """Chapter 4, layer by layer: H numbers, window W, K negatives, batch N; Adam."""
    def ours():
        rng = np.random.default_rng(0)
        model = CBOW(V, H, W, rng.integers(0, V, 100_000), sample_size=K, rng=rng)
        batch = rng.integers(0, V, (N, 2 * W)), rng.integers(0, V, N)
        return step_of(Trainer(model, Adam()), batch)

    return Step(ours, torch("cbow", V, H, W, K, N))


def rnnlm(cell, H=100, N=20, T=35):
    """Chapters 5 and 6; the better one has two layers, dropout and tied weights. SGD, clipped."""
    better = cell == "better"

    def ours():
        rng = np.random.default_rng(0)
        model = BetterRnnlm(V, H, H, 0.5, rng=rng) if better else Rnnlm(V, H, H, cell=cell, rng=rng)
        return step_of(RnnlmTrainer(model, SGD(1.0)), rng.integers(0, V, (2, N, T)), 0.25)

    peer = ("lstm", 2, 0.5, True) if better else (cell,)
    gates = {"rnn": 1, "gru": 3}.get(cell, 4)
    shapes = recurrent(N, T, H, H, gates) * (1 + better) + affine(N * T, H, V)
    return Step(ours, torch("rnnlm", V, H, H, N, T, *peer), shapes)


def seq2seq(model, V, D, H, T, S, N=128):
    """Chapters 7 and 8: T characters read, S written; Adam, clipped.

    A Transformer has two blocks on either side, 4 heads, and H in its feed-forward layers.
    """
    def ours():
        rng = np.random.default_rng(0)
        trainer = Trainer(MODELS[model](V, D, H, rng=rng), Adam())
        return step_of(trainer, (rng.integers(0, V, (N, T)), rng.integers(0, V, (N, S + 1))), 5.0)

    if model == "transformer":
        def block(T):
            return (affine(N * T, D, D) * 4 + attention(4 * N, T, T, D // 4)
                    + affine(N * T, D, H) + affine(N * T, H, D))
        cross = affine(N * S, D, D) * 2 + affine(N * T, D, D) * 2 + attention(4 * N, S, T, D // 4)
        shapes = (block(T) + block(S) + cross) * 2 + affine(N * S, D, V)
    else:
        shapes = recurrent(N, T, D, H, 4) + recurrent(N, S, D, H, 4) + affine(N * S, H, V)
        shapes += (attention(N, S, T, H) + affine(N * S, H, V) if model == "attention"
                   else affine(N, H, 4 * H) + affine(N, H, V))  # h: once, not at S steps
    return Step(ours, torch("seq2seq", model, V, D, H, N, T, S), shapes)


def ntm(controller, length=10, H=100, rows=128, width=20):
    """Section 8.5.3: 16 sequences of 8 bits to copy; one head reads, one writes. Adam, clipped."""
    batch = Copy().batch(random.Random(0), 16, length)
    N, T, D = batch.x.shape

    def ours():
        model = NTM(D, 8, H, rows, width, controller=controller, rng=0)
        return step_of(Trainer(model, Adam()), batch, 10.0)

    kind, P = CONTROLLERS[controller], Heads.columns(2, 1, width, 1)
    enters = D + width + H * kind.recurrent
    shapes = affine(N * T, H + width, 8) + stepwise(N, T, enters, kind.gates * H)
    shapes += stepwise(N, T, H, P)  # the parameters of the heads
    shapes += [(N, 2, width, rows, T), (N, 2, rows, width, T), (N, rows, 2, width, T)]
    # reading, and writing on the way back; in forward each of its numbers is one product of two
    shapes += [(N, 1, rows, width, 3 * T), (N, 1, width, rows, 3 * T)]
    return Step(ours, torch("ntm", batch, H, rows, width, controller), shapes)


def fast(model, chunk=512, D=100, window=5):
    """The fast models on a million tokens of PTB, with the settings of word2vec.py."""
    def training(make):
        corpus, *vocabulary = ptb_at_hand()
        _, train = make((np.resize(corpus, 10 ** 6), *vocabulary), model)
        return train

    blocks, around, times = chunk // BLOCK, BLOCK + 2 * window, round(10 ** 6 / chunk)
    shapes = affine(chunk, D, FAST[model].SHARED)  # with negatives; blocks with windows
    shapes += [(blocks, BLOCK, around, D, 1), (blocks, around, BLOCK, D, 1)]
    if model == "skipgram":
        shapes.append((blocks, BLOCK, D, around, 1))
    return Step(partial(training, word2vec.fast), partial(training, word2vec.gensims),
                [(*shape, times) for *shape, _ in shapes], "gensim", True)


def svd(block=40, blocks=15, k=100):
    """k dimensions of PTB's PPMI (V, V). block: 2/5 of k; blocks: 1 + n_iter."""
    def matrix():
        corpus, word_to_id, _ = ptb_at_hand()
        return ppmi(create_co_matrix(corpus, len(word_to_id), 2))

    def ours():
        return partial(truncated_svd, matrix(), k, rng=0)

    def sklearn():
        from sklearn.utils.extmath import randomized_svd
        return partial(randomized_svd, matrix(), k, n_iter=7, random_state=0)

    n = block * blocks  # powers of M; each block off those before it, twice; the vectors
    shapes = [(1, V, V, block, 2 * blocks - 1), (1, V, V, n, 1), (1, V, n, k, 2)]
    for before in range(block, n, block):
        shapes += [(1, before, V, block, 2), (1, V, before, block, 2)]
    return Step(ours, sklearn, shapes, "sklearn", True)


SEQ2SEQ = {"peeky": ("peeky, sums", "peeky", 13, 16, 128, 7, 4),
           "attention": ("attention, dates", "attention", 59, 16, 256, 29, 10),
           "transformer": ("Transformer, dates", "transformer", 59, 64, 256, 29, 10),
           "transformer-sums": ("Transformer, sums", "transformer", 13, 128, 256, 7, 4)}
STEPS = {  # row: its title, its Step
    "cbow": ("CBOW", cbow()),
    "rnn": ("simple RNN", rnnlm("rnn")),
    "gru": ("GRU", rnnlm("gru")),
    "lstm": ("LSTM", rnnlm("lstm")),
    "better": ("BetterRnnlm", rnnlm("better", 650)),
    **{row: (title, seq2seq(*sizes)) for row, (title, *sizes) in SEQ2SEQ.items()},
    "ntm": ("NTM, LSTM controller", ntm("lstm")),
    "ntm-feedforward": ("NTM, feed-forward", ntm("feedforward")),
    "fast-skipgram": ("skip-gram, a million tokens", fast("skipgram")),
    "fast-cbow": ("CBOW, a million tokens", fast("cbow")),
    "svd": ("SVD of PTB, 100 dimensions", svd()),
}


def measure(name, quick):
    """The seconds of 'lstm.ours', in a process of its own."""
    command = ["-m", "benchmarks.steps", name, *["--quick"] * quick]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise InputError(f"`python {' '.join(command)}` failed: {last}")
    return float(done.stdout)


def shown(number):
    """A number as it is printed: three digits."""
    return "-" if np.isnan(number) else f"{number:.0f}" if number >= 100 else f"{number:.3g}"


def main(argv=None):
    parser = parser_of(__doc__, STEPS, [f"{row}.{who}" for row in STEPS for who in WHO])
    parser.add_argument("--rounds", type=positive, default=5, help="(default 5)")
    parser.add_argument("--quick", action="store_true", help="one round, a tenth of a second each")
    parser.add_argument("--no-peers", action="store_true", help="this library alone")
    parser.add_argument("--range", action="store_true", help="the lowest and highest rounds too")
    parser.add_argument("--csv", metavar="FILE", help="write the table to this file too")
    args = parser.parse_args(argv)
    if args.names and "." in args.names[0]:
        row, who = args.names[0].split(".")
        _, step = STEPS[row]
        step = work(step.shapes) if who == "products" else getattr(step, who)()
        print(median_seconds(step, 0.1 if args.quick else 2))
        return
    if args.csv:
        check_can_write(args.csv)
    print(f"{machine()}\n\n| {' | '.join(HEADER)} |\n{'|---' * len(HEADER)}|", flush=True)
    table = []
    for row in args.names or STEPS:
        title, step = STEPS[row]
        if step.on_ptb and not ptb.at_hand() and not args.names:
            continue
        there = True, not args.no_peers and find_spec(step.package), step.shapes
        works = [partial(measure, f"{row}.{who}", args.quick) if here else lambda: np.nan
                 for who, here in zip(WHO, there)]
        lows, medians, highs = 1000 * alternating(works, 1 if args.quick else args.rounds)
        ours, peer, products = medians
        numbers = [ours, peer, ours / peer, products, products / ours]
        cells = [shown(number) for number in numbers]
        for column, low, high in zip((0, 1, 3), lows, highs):
            if args.range and low > 0:
                cells[column] += f" ({shown(low)} to {shown(high)})"
        print(f"| {title} | {' | '.join(cells)} |", flush=True)
        table.append([title, *("" if np.isnan(number) else number for number in numbers)])
        if args.csv:
            write_table(args.csv, HEADER, table)


if __name__ == "__main__":
    run(main)
