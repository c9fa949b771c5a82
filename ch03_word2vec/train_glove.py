"""Train GloVe vectors on a corpus and show what they know (section 3.5.3).

    python ch03_word2vec/train_glove.py
    python ch03_word2vec/train_glove.py --corpus ptb --vectors glove.npz --pairs wordsim353.tsv
"""

import time

import numpy as np

from ch03_word2vec.glove import GloVe
from common.checkpoint import fingerprint
from common.script import above_zero, check_files, new_figure, options, positive, run, run_settings, save_figure
from common.table_trainer import TableTrainer
from common.util import most_similar
from common.util.evaluation import print_scores
from common.vectors import save_vectors
from dataset.corpus import announce, load_corpus
from dataset.gold import add_gold_options, gold

QUERIES = ("you", "year", "car", "toyota")


def main(argv=None):
    parser = options(__doc__, corpus=True, figure=True, training=True, quick={"max_epoch": 2, "tokens": 20_000})
    parser.add_argument("--window-size", type=positive, default=10, help="neighbours counted on each side (default 10)")
    parser.add_argument("--hidden-size", type=positive, default=100, help="length of a word vector (default 100)")
    parser.add_argument("--x-max", type=above_zero, default=10.0, help="counts from which on all weigh alike (default 10)")
    parser.add_argument("--max-epoch", type=positive, default=15, help="passes over the pairs (default 15)")
    parser.add_argument("--lr", type=above_zero, default=0.05, help="AdaGrad's learning rate (default 0.05)")
    parser.add_argument("--tokens", type=positive, help="how many tokens to count (default all)")
    parser.add_argument("--vectors", default="glove.npz", metavar="FILE", help="where the vectors go (default glove.npz)")
    add_gold_options(parser)
    args = parser.parse_args(argv)
    check_files(args, "vectors")

    data = load_corpus(args.corpus, tokens=args.tokens)
    announce(data, args)
    _, corpus, word_to_id, id_to_word = data
    pairs, sections = gold(args, data.name)

    start = time.perf_counter()
    model = GloVe(len(word_to_id), args.hidden_size, corpus, args.window_size, x_max=args.x_max, rng=args.seed)
    print(f"counted {len(model.i):,} pairs in {time.perf_counter() - start:.1f} s")
    trainer, start = TableTrainer(model), time.perf_counter()
    losses = trainer.fit(args.max_epoch, args.lr, save=args.save, resume=args.resume,
                         checkpoint_every=args.checkpoint_every,
                         settings={**run_settings(args), "data": fingerprint(corpus)})
    speed = trainer.passes * len(model.i) / (time.perf_counter() - start)
    print(f"{speed / 1e6:.2f} million pairs a second")

    save_vectors(args.vectors, model.word_vecs, id_to_word, np.bincount(corpus, minlength=len(word_to_id)))
    print(f"vectors: {args.vectors}")
    for query in QUERIES:
        if query in word_to_id:
            most_similar(query, word_to_id, id_to_word, model.word_vecs)
    print()
    print_scores(word_to_id, model.word_vecs, pairs, sections)
    figure = new_figure(args)
    axes = figure.subplots()
    axes.plot(range(1, len(losses) + 1), losses, marker="o", label="GloVe")
    axes.set(xlabel="epoch", ylabel="weighted squared error of a pair", title="GloVe")
    save_figure(figure, "ch03_glove_loss", args, curves=True)


if __name__ == "__main__":
    run(main)
