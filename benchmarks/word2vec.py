"""word2vec on PTB: the fast trainer beside gensim's C with two workers, and GloVe.

    python -m benchmarks.word2vec --pairs wordsim353.tsv --analogies questions-words.txt \\
        [--seeds 3] [--epochs 10] [--csv runs.csv]
    python -m benchmarks.word2vec --corpus toy                 # with what the toy knows of itself

Window 5 (GloVe 10), 100 dimensions, 5 negatives, no subsampling; in alternating rounds, seed by
seed. Each run, then mean and spread: million tokens (GloVe: pairs) a second, Spearman's correlation
on the word pairs, on all and on the third with the rarest words, the middle and the third with the
most frequent ones, the share of analogies solved, and how many of both the vocabulary covers.
"""

import statistics
from functools import partial
from importlib.util import find_spec

import numpy as np

from benchmarks.command import parser_of, ptb_at_hand
from benchmarks.environment import machine
from benchmarks.timing import timed
from ch03_word2vec.glove import GloVe, PairBatches, weighted_pairs
from ch04_fast_word2vec.chunks import ChunkBatches
from ch04_fast_word2vec.fast import FAST
from ch04_fast_word2vec.training import fit_fast
from common.errors import InputError
from common.files.writing import check_can_write
from common.optimizer import RowAdaGrad
from common.script import positive, run
from common.script.curves import write_table
from common.trainer import Trainer
from common.util import evaluation
from common.util.similarity import fold, folded
from dataset import toy
from dataset.corpus import gold

HEADER = ["name", "seed", "million_a_second", "spearman", "pairs_covered", "analogies_percent",
          "analogies_covered", "spearman_rare", "spearman_middle", "spearman_frequent"]


def fast(text, model, epochs=1, seed=0):
    """(tokens, train) of a fast model as in train_fast.py; train() returns vectors and ids.

    text: (corpus, word_to_id, id_to_word).
    """
    corpus, word_to_id, _ = text
    made = FAST[model](len(word_to_id), 100, 5, corpus, rng=seed)

    def train():
        fit_fast(made, ChunkBatches(corpus), epochs, verbose=False)
        return made.word_vecs, word_to_id

    return epochs * len(corpus), train


def gensims(text, model, epochs=1, seed=0):
    """The same of gensim with two workers, its vocabulary built before."""
    from gensim.models import Word2Vec
    corpus, word_to_id, id_to_word = text
    ends = np.flatnonzero(corpus == word_to_id["<eos>"]) + 1
    sentences = [[id_to_word[i] for i in part.tolist()]
                 for part in np.split(corpus, ends) if len(part)]
    made = Word2Vec(vector_size=100, window=5, min_count=1, workers=2, sg=int(model == "skipgram"),
                    negative=5, sample=0, seed=seed + 1)
    made.build_vocab(sentences)

    def train():
        made.train(sentences, total_examples=made.corpus_count, epochs=epochs)
        return made.wv.vectors, made.wv.key_to_index

    return epochs * len(corpus), train


def glove(text, epochs, seed):
    """(pairs, train) of GloVe as in train_glove.py."""
    corpus, word_to_id, _ = text
    pairs, X = weighted_pairs(corpus, len(word_to_id), 10)
    model = GloVe(len(word_to_id), 100, x_max=10, rng=seed)
    trainer = Trainer(model, RowAdaGrad(0.05), rng=seed)

    def train():
        for _ in trainer.over(PairBatches(pairs, X), epochs, verbose=False):
            pass
        return model.word_vecs, word_to_id

    return epochs * len(X), train


def main(argv=None):
    parser = parser_of(__doc__)
    parser.add_argument("--corpus", choices=["ptb", "toy"], default="ptb")
    parser.add_argument("--pairs", help="word pairs with people's judgements")
    parser.add_argument("--analogies", help="analogies in the form of questions-words.txt")
    for name, default in (("--seeds", 3), ("--epochs", 10), ("--glove-epochs", 15)):
        parser.add_argument(name, type=positive, default=default)
    parser.add_argument("--csv", metavar="FILE", help="keep each run as a line of this file")
    args = parser.parse_args(argv)
    if args.csv:
        check_can_write(args.csv)
    pairs, sections = gold(args, args.corpus == "toy")
    if not (pairs and sections):
        raise InputError("PTB says nothing of its words: name files with --pairs and --analogies")
    text = ptb_at_hand() if args.corpus == "ptb" else toy.load_data()
    thirds = by_rarer_word(pairs, text)
    print(machine())
    makers = {"ours": fast, **({"gensim": gensims} if find_spec("gensim") else {})}
    runs = {f"{name}, {who}": partial(make, text, model, args.epochs)
            for name, model in (("skip-gram", "skipgram"), ("CBOW", "cbow"))
            for who, make in makers.items()}
    runs["GloVe, ours"] = partial(glove, text, args.glove_epochs)
    table = []
    for seed in range(args.seeds):
        for name, make in runs.items():
            count, train = make(seed=seed)
            seconds, (vecs, ids) = timed(train)
            speed = count / seconds / 1e6
            near, *parts = (evaluation.evaluate_similarity(ids, vecs, part)
                            for part in (pairs, *thirds))
            parts = [part.value for part in parts]
            solved = evaluation.total(
                evaluation.evaluate_analogies(ids, vecs, sections).values())
            percent = 100 * solved.value
            table.append([name, seed, speed, near.value, near.covered, percent, solved.covered,
                          *parts])
            print(f"{name:18} seed {seed}: {speed:.2f} M/s, pairs {near.value:.3f} on "
                  f"{near.covered} of {near.total} ({shown(parts)}), analogies {percent:.1f} % of "
                  f"{solved.covered:,} of {solved.total:,}", flush=True)
            if args.csv:  # after every run: one that is stopped keeps the others
                write_table(args.csv, HEADER, table)
    for name in runs:
        _, _, speeds, near, _, solved, _, *parts = zip(*(row for row in table if row[0] == name))
        print(f"{name:18} median {statistics.median(speeds):.2f} M/s; mean pairs "
              f"{np.mean(near):.3f} (+- {np.std(near):.3f}; {shown(np.mean(parts, axis=1))}), "
              f"analogies {np.mean(solved):.1f} % (+- {np.std(solved):.1f})")


def by_rarer_word(pairs, text):
    """The word pairs that the text covers in three parts, by how often their rarer word occurs."""
    corpus, word_to_id, _ = text
    ids, counts = folded(word_to_id), np.bincount(corpus, minlength=len(word_to_id))
    seen = [pair for pair in pairs if all(fold(word) in ids for word in pair[:2])]
    seen.sort(key=lambda pair: min(counts[ids[fold(word)]] for word in pair[:2]))
    return [seen[len(seen) * i // 3:len(seen) * (i + 1) // 3] for i in range(3)]


def shown(parts):
    return ", ".join(f"{name} {part:.3f}" for name, part in
                     zip(("rare", "middle", "frequent"), parts))


if __name__ == "__main__":
    run(main)
