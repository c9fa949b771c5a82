"""word2vec on PTB: the fast trainer beside gensim's C with two workers, GloVe beside its own mark.

    python -m benchmarks.word2vec --pairs wordsim353.tsv --analogies questions-words.txt \\
        [--seeds 3] [--epochs 10] [--csv runs.csv]

Window 5 (GloVe 10), 100 dimensions, 5 negatives, no subsampling. The two take turns, seed by seed;
printed are tokens (GloVe: pairs) a second, Spearman's correlation on the word pairs, and the share
of analogies solved, with the number of both that the vocabulary covers: each run, then mean and
spread. --csv keeps the runs. Needs PTB at hand; gensim is optional.
"""

import argparse
import statistics
import time

import numpy as np

from benchmarks.command import ptb_at_hand
from benchmarks.machine import describe
from ch03_word2vec.glove import GloVe, PairBatches, weighted_pairs
from ch04_fast_word2vec.chunks import ChunkBatches
from ch04_fast_word2vec.fast import FAST
from ch04_fast_word2vec.training import fit_fast
from common.files.writing import check_can_write
from common.optimizer import RowAdaGrad
from common.script import run
from common.script.curves import write_table
from common.trainer import Trainer
from common.util.evaluation import (
    evaluate_analogies,
    evaluate_similarity,
    read_analogies,
    read_word_pairs,
    total,
)

HEADER = ["name", "seed", "million_a_second", "spearman", "pairs_covered", "analogies_percent",
          "analogies_covered"]


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", required=True)
    parser.add_argument("--analogies", required=True)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--glove-epochs", type=int, default=15)
    parser.add_argument("--csv", metavar="FILE", help="keep each run as a line of this file")
    args = parser.parse_args(argv)
    if args.csv:
        check_can_write(args.csv)
    pairs, sections = read_word_pairs(args.pairs), read_analogies(args.analogies)
    corpus, word_to_id, id_to_word = ptb_at_hand()
    print(describe())
    runs = {"skip-gram, ours": lambda seed: ours(corpus, word_to_id, "skipgram", args.epochs, seed),
            "skip-gram, gensim": lambda seed: gensims(corpus, word_to_id, id_to_word, 1,
                                                      args.epochs, seed),
            "CBOW, ours": lambda seed: ours(corpus, word_to_id, "cbow", args.epochs, seed),
            "CBOW, gensim": lambda seed: gensims(corpus, word_to_id, id_to_word, 0, args.epochs,
                                                 seed),
            "GloVe, ours": lambda seed: glove(corpus, word_to_id, args.glove_epochs, seed)}
    if not has_gensim():
        print("gensim is not installed: no comparison")
        runs = {name: train for name, train in runs.items() if "gensim" not in name}
    table = []
    for seed in range(args.seeds):
        for name, train in runs.items():
            speed, vecs, ids = train(seed)
            near = evaluate_similarity(ids, vecs, pairs)
            solved = total(evaluate_analogies(ids, vecs, sections).values())
            table.append([name, seed, speed / 1e6, near.value, near.covered, 100 * solved.value,
                          solved.covered])
            print(f"{name:18} seed {seed}: {speed / 1e6:.2f} M/s, pairs {near.value:.3f} on "
                  f"{near.covered} of {near.total}, analogies "
                  f"{100 * solved.value:.1f} % of {solved.covered:,} of {solved.total:,}",
                  flush=True)
            if args.csv:  # after every run: one that is stopped keeps the others
                write_table(args.csv, HEADER, table)
    for name in runs:
        _, _, speeds, near, _, solved, _ = zip(*(row for row in table if row[0] == name))
        print(f"{name:18} median {statistics.median(speeds):.2f} M/s; mean pairs "
              f"{np.mean(near):.3f} (+- {np.std(near):.3f}), analogies {np.mean(solved):.1f} % "
              f"(+- {np.std(solved):.1f})")


def ours(corpus, word_to_id, model, epochs, seed):
    """(tokens a second, vectors, ids) of the fast models with the settings of train_fast.py."""
    fast = FAST[model](len(word_to_id), 100, 5, corpus, rng=seed)
    batches = ChunkBatches(corpus, 1024)
    start = time.perf_counter()
    fit_fast(fast, batches, epochs, 0.2, verbose=False)
    return epochs * len(corpus) / (time.perf_counter() - start), fast.word_vecs, word_to_id


def glove(corpus, word_to_id, epochs, seed):
    """(pairs a second, vectors, ids) of GloVe with the settings of train_glove.py."""
    pairs, X = weighted_pairs(corpus, len(word_to_id), 10)
    model = GloVe(len(word_to_id), 100, x_max=10, rng=seed)
    trainer = Trainer(model, RowAdaGrad(0.05), rng=seed)
    start = time.perf_counter()
    for _ in trainer.over(PairBatches(pairs, X), epochs, verbose=False):
        pass
    return epochs * len(X) / (time.perf_counter() - start), model.word_vecs, word_to_id


def has_gensim():
    try:
        import gensim  # noqa: F401
    except ImportError:
        return False
    return True


def gensims(corpus, word_to_id, id_to_word, skip_gram, epochs, seed):
    """(tokens a second, vectors, ids) of gensim with two workers, its vocabulary built before."""
    from gensim.models import Word2Vec
    ends = np.flatnonzero(corpus == word_to_id["<eos>"]) + 1
    sentences = [[id_to_word[i] for i in part.tolist()]
                 for part in np.split(corpus, ends) if len(part)]
    model = Word2Vec(vector_size=100, window=5, min_count=1, workers=2, sg=skip_gram, negative=5,
                     sample=0, epochs=epochs, seed=seed + 1)
    model.build_vocab(sentences)
    start = time.perf_counter()
    model.train(sentences, total_examples=model.corpus_count, epochs=epochs)
    speed = epochs * len(corpus) / (time.perf_counter() - start)
    return speed, model.wv.vectors, model.wv.key_to_index


if __name__ == "__main__":
    run(main)
