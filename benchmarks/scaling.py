"""How time and memory grow with the size of the work, and what single things cost.

    python -m benchmarks.scaling
    python -m benchmarks.scaling attention checkpoint
"""

import subprocess
import sys
import tempfile
import tracemalloc
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks import steps
from benchmarks.command import parser_of, ptb_at_hand
from benchmarks.environment import machine, peak_memory
from benchmarks.timing import alternating, median_seconds, timed
from benchmarks.word2vec import FAST, fast
from ch06_lstm.better_rnnlm import BetterRnnlm
from ch08_attention.models import MODELS
from common.optimizer import SGD
from common.runs.checkpoint import save_checkpoint, settings_of
from common.script import run
from common.time_layers import TimeLSTM
from common.transformer_layers import SelfAttention
from common.util import create_co_matrix, ppmi, truncated_svd
from common.util.answers import answer_all

BETTER = steps.STEPS["better"][1]


def growth(name, sizes, make):
    """Print the time of make(size)(), its share for one of the size, and its growth."""
    last = None
    for size in sizes:
        time = median_seconds(make(size))
        more = f", {time / last:.1f} times the one before" if last else ""
        print(f"{name} {size:9,}: {1000 * time:8.2f} ms, {1e6 * time / size:8.2f} us each{more}",
              flush=True)
        last = time


def zipf(tokens, V):
    """Ids (tokens,) with Zipf's frequencies."""
    edges = np.cumsum(1 / np.arange(1, V + 1))
    return np.searchsorted(edges / edges[-1], np.random.default_rng(0).random(tokens))


def stages(corpus, V, *, sparse=False, again=False):
    """Print the times of counting, PPMI and SVD, and the medians; returns counts and PPMI."""
    results = [corpus]
    for name, work in (("counting", lambda corpus: create_co_matrix(corpus, V, 2, sparse=sparse)),
                       ("PPMI", ppmi), ("SVD", lambda M: truncated_svd(M, 100, rng=0))):
        seconds, result = timed(work, results[-1])
        more = f", median {median_seconds(partial(work, results[-1])):.2f} s" if again else ""
        print(f"{name:8} {seconds:.2f} s{more}", flush=True)
        results.append(result)
    return results[1:3]


def attention():
    """Forward and backward over 8 sequences (T, 64): self-attention with T^2, an LSTM with T."""
    D, rng = 64, np.random.default_rng(0)

    def normal(*shape):
        return rng.standard_normal(shape, dtype=np.float32) / 8

    heads = SelfAttention(*(normal(D, D) for _ in range(4)), 4)
    lstm = TimeLSTM(normal(D, 4 * D), normal(D, 4 * D), normal(4 * D))
    for name, layer in (("self-attention", heads), ("LSTM", lstm)):
        def make(T, layer=layer):
            xs = normal(8, T, D)
            return lambda: (layer.forward(xs), layer.backward(xs))
        growth(f"{name:14} T", (64, 128, 256, 512, 1024, 2048), make)


def ntm():
    """A step of the Neural Turing Machine on sequences of n vectors, T = 2n + 1."""
    growth("n", (10, 20, 40, 80), lambda n: steps.ntm("lstm", n).ours())


def rnnlm():
    """A step of the LSTM language model, N 20, T 35, and the peak memory of BetterRnnlm's."""
    growth("T", (10, 20, 40, 80, 160), lambda T: steps.rnnlm("lstm", T=T).ours())
    growth("N", (5, 10, 20, 40, 80), lambda N: steps.rnnlm("lstm", N=N).ours())
    tracemalloc.start()
    step = BETTER.ours()
    for _ in range(3):
        step()
    peak = tracemalloc.get_traced_memory()[1] / 2 ** 20
    tracemalloc.stop()
    model = BetterRnnlm(rng=0)
    arrays = [*model.named_params().values(), *model.grads, np.empty((20 * 35, 10_000), "f")]
    least = sum(getattr(array, "nbytes", 0) for array in arrays) / 2 ** 20
    print(f"peak {peak:.0f} MiB, {peak / least:.2f} times weights, gradients and scores alone")


def word2vec(tokens=400_000):
    """An epoch of the fast models, 100 dimensions, window 5: with the tokens, hardly with V."""
    def make(model, V, tokens):
        _, train = fast((zipf(tokens, V), range(V), {}), model)
        return train

    for model in FAST:
        growth(f"{model:8} V 10,000, tokens", (tokens // 4, tokens // 2, tokens, 2 * tokens),
               partial(make, model, 10_000))
        growth(f"{model:8} {tokens:,} tokens, V", (1_000, 10_000, 100_000),
               partial(make, model, tokens=tokens))


def counting(tokens=10_000_000, V=100_000):
    """Counts, PPMI and SVD where a table V x V does not fit: V 100,000, ten million tokens."""
    corpus = zipf(tokens, V)
    growth("tokens", [tokens * tenths // 10 for tenths in (1, 2, 4, 8)],
           lambda n: partial(create_co_matrix, corpus[:n], V, 2, sparse=True))
    C, _ = stages(corpus, V, sparse=True)
    print(f"{len(C.data):,} pairs that occur, peak memory {peak_memory()}")


def answers(count=5000):
    """5,000 greedy answers."""
    for title, model, V, D, H, T, S in steps.SEQ2SEQ.values():
        model, questions = MODELS[model](V, D, H, rng=0), zipf(count * T, V).reshape(-1, T)
        print(f"{title:18} {timed(answer_all, model, questions, 1, S)[0]:.2f} s")


def checkpoint():
    """A checkpoint every 100 steps of BetterRnnlm, best weights kept (section 6.5)."""
    step = median_seconds(BETTER.ours())
    model, optimizer = BetterRnnlm(rng=0), SGD(1.0)
    settings, best = settings_of(model, optimizer, {}), model.named_params()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.npz"
        save = median_seconds(partial(save_checkpoint, path, model, optimizer, settings, {},
                                      best=best))
        size = path.stat().st_size / 2 ** 20
    print(f"a step {1000 * step:.0f} ms, a checkpoint of {size:.0f} MiB {1000 * save:.0f} ms: "
          f"{save / step:.1f} %")


def imports(rounds=15):
    """A fresh Python that imports NumPy, and the library."""
    def fresh(statement):
        return timed(subprocess.run, [sys.executable, "-c", statement], check=True)[0]

    statements = "pass", "import numpy", "import common.layers", "import common.trainer"
    works = [partial(fresh, statement) for statement in statements]
    alternating(works, 1)  # fills the system's caches
    _, medians, _ = 1000 * alternating(works, rounds)
    for statement, ms in zip(statements, medians):
        print(f"{statement:20} {ms:6.0f} ms")
    print(f"common.layers beyond NumPy {medians[2] - medians[1]:.0f} ms")


def ptb():
    """Chapter 2 on PTB; the singular values beside scikit-learn's."""
    corpus, word_to_id, _ = ptb_at_hand()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "ch02_count_based.count_method_big", "--corpus", "ptb",
                   "--figures", folder]
        seconds, _ = timed(subprocess.run, command, check=True, stdout=subprocess.DEVNULL)
    print(f"count_method_big.py {seconds:.1f} s, peak memory {peak_memory('RUSAGE_CHILDREN')}")
    _, M = stages(corpus, len(word_to_id), again=True)
    if not find_spec("sklearn"):
        print("scikit-learn is not installed: no comparison of the SVD")
        return
    from sklearn.utils.extmath import randomized_svd
    for seed in range(3):
        _, ours, _ = truncated_svd(M, 100, rng=seed)
        _, theirs, _ = randomized_svd(M, 100, n_iter=7, random_state=seed)
        print(f"seed {seed}: ours / scikit-learn's, the smallest of 100 "
              f"{np.min(ours / theirs):.5f}, of their sums {ours.sum() / theirs.sum():.5f}")


ALL = {work.__name__: work for work in (attention, ntm, rnnlm, word2vec, counting, answers,
                                        checkpoint, imports, ptb)}


def main(argv=None):
    args = parser_of(__doc__, ALL).parse_args(argv)
    print(machine())
    for name in args.names or ALL:
        print(f"\n{name}: {ALL[name].__doc__}", flush=True)
        ALL[name]()


if __name__ == "__main__":
    run(main)
