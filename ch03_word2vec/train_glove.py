"""Train GloVe vectors on a corpus and show what they know (section 3.5.3).

    python ch03_word2vec/train_glove.py
    python ch03_word2vec/train_glove.py --corpus ptb --vectors glove.npz --pairs wordsim353.tsv

Takes 3 s.
"""

from pathlib import Path

import numpy as np

from ch03_word2vec.glove import GloVe, PairBatches, weighted_pairs
from common.files.vectors import keep_vectors
from common.optimizer import RowAdaGrad
from common.script import above_zero, draw_losses, options, plain, run
from common.trainer import Trainer
from common.util import most_similar
from common.util.evaluation import print_scores
from common.util.questions import queries
from common.util.similarity import commonest_first
from dataset.corpus import add_gold_options, announce, gold, load_corpus, reading


def main(argv=None):
    """Train as the options ask; returns (model, trainer)."""
    args = parse(argv)
    data = load_corpus(args.corpus, tokens=args.tokens, **reading(args))
    announce(data, args)
    _, corpus, word_to_id, id_to_word, _ = data
    vocab_size = len(word_to_id)
    word_to_id = commonest_first(word_to_id, np.bincount(corpus, minlength=len(word_to_id)))
    scored = gold(args, data.is_toy)

    pairs, X = weighted_pairs(corpus, vocab_size, args.window_size)               # (P, 2), (P,)
    print(f"counted {len(X):,} pairs")
    batches = PairBatches(pairs, X)
    model = GloVe(vocab_size, args.hidden_size, x_max=args.x_max, rng=args.seed)
    trainer = Trainer(model, RowAdaGrad(args.lr), rng=args.seed)
    for _ in trainer.over(batches, args.max_epoch, run=args.run):
        pass
    args.run.print_rate("pairs", len(X) / batches.iterations)
    keep_vectors(args.vectors, model.word_vecs, id_to_word, corpus)
    for query in queries(word_to_id):
        most_similar(query, word_to_id, id_to_word, model.word_vecs)
    print()
    print_scores(word_to_id, model.word_vecs, *scored)
    draw_losses(trainer, "ch03_glove_loss", args, ylabel="weighted squared error of a pair",
                title=plain(f"GloVe on {Path(data.name).name}"))
    return model, trainer


def parse(argv=None):
    parser = options(__doc__, corpus="auto", figure=True, training=True, vectors="glove.npz",
                     quick={"max_epoch": 2, "tokens": 20_000})
    parser.add_settings({"window_size": 10, "hidden_size": 100, "max_epoch": 15, "lr": 0.05,
                         "tokens": None},
                        window_size="neighbours counted on each side",
                        hidden_size="length of a word vector")
    parser.add_argument("--x-max", type=above_zero, default=10.0, help="counts that weigh 1")
    add_gold_options(parser)
    return parser.parse_args(argv)


if __name__ == "__main__":
    run(main)
