"""Train word vectors on a corpus by CBOW or skip-gram with negative sampling (section 4.3.2).

Prints the neighbours of you, year, car and toyota and the book's four analogies, as eval.py does, scores the vectors where
answers are known, and writes them to --vectors for eval.py.

    python ch04_fast_word2vec/train.py
    python ch04_fast_word2vec/train.py --corpus ptb --model skipgram --vectors skipgram.npz
"""

import numpy as np

from ch04_fast_word2vec.cbow import CBOW
from ch04_fast_word2vec.eval import show
from ch04_fast_word2vec.skip_gram import SkipGram
from common.optimizer import Adam
from common.script import above_zero, check_files, fill_in, new_figure, options, positive, run, run_settings, save_figure
from common.trainer import Trainer
from common.util import create_contexts_target
from common.util.evaluation import print_scores
from common.util.similarity import neighbours
from common.vectors import save_vectors
from dataset import toy
from dataset.corpus import announce, load_corpus
from dataset.toy_words import CLASS_OF

BOOK = {"window_size": 5, "batch_size": 100, "max_epoch": 10, "lr": 0.001, "tokens": None}
TOY = {"window_size": 3, "batch_size": 500, "max_epoch": 6, "lr": 0.01, "tokens": 1_000_000}
TOY_SKIPGRAM = {**TOY, "max_epoch": 3}               # each word asks six times, CBOW once


def main(argv=None):
    args = parse(argv)
    data = load_data(args)
    announce(data, args)
    _, corpus, word_to_id, id_to_word = data
    vocab_size = len(word_to_id)
    rng = np.random.default_rng(args.seed)

    contexts, target = create_contexts_target(corpus, args.window_size)           # (N, 2w), (N,)
    Model = {"cbow": CBOW, "skipgram": SkipGram}[args.model]
    model = Model(vocab_size, args.hidden_size, args.window_size, corpus, rng=rng)
    trainer = Trainer(model, Adam(args.lr), rng=rng)
    trainer.fit(contexts, target, args.max_epoch, args.batch_size, save=args.save,
                resume=args.resume, checkpoint_every=args.checkpoint_every, settings=run_settings(args))
    save_vectors(args.vectors, model.word_vecs, id_to_word, np.bincount(corpus, minlength=vocab_size))
    print(f"vectors: {args.vectors}")

    show(model.word_vecs, word_to_id, id_to_word)
    if data.name == "toy":
        print()
        print_scores(word_to_id, model.word_vecs, toy.word_pairs(), toy.analogies())
        print_classes(model.word_vecs, corpus, id_to_word)
    figure = new_figure(args)
    trainer.plot(axes=figure.subplots())
    save_figure(figure, f"ch04_{args.model}_loss", args, curves=True)


def parse(argv):
    parser = options(__doc__, corpus=True, figure=True, training=True, quick={"max_epoch": 1, "tokens": 20_000})
    parser.add_argument("--model", choices=["cbow", "skipgram"], default="cbow", help="which way to guess (default cbow)")
    parser.add_argument("--hidden-size", type=positive, default=100, help="length of a word vector (default 100)")
    parser.add_argument("--window-size", type=positive, help="context words on each side (default 5; toy 3)")
    parser.add_argument("--batch-size", type=positive, help="examples a step (default 100; toy 500)")
    parser.add_argument("--max-epoch", type=positive, help="passes over the corpus (default 10; toy 6, skip-gram 3)")
    parser.add_argument("--lr", type=above_zero, help="Adam's learning rate (default 0.001; toy 0.01)")
    parser.add_argument("--tokens", type=positive, help="how many tokens to learn from (default all; toy a million)")
    parser.add_argument("--vectors", default="vectors.npz", metavar="FILE",
                        help="where the vectors go: .npz, or .txt in word2vec's text format (default vectors.npz)")
    args = parser.parse_args(argv)
    check_files(args, "vectors")
    return args


def load_data(args):
    """The corpus, with the settings that were not given filled in: the book's, or what suits the toy."""
    name = load_corpus(args.corpus, tokens=1).name
    settings = BOOK if name != "toy" else TOY_SKIPGRAM if args.model == "skipgram" else TOY
    fill_in(args, settings)
    return load_corpus(args.corpus, tokens=args.tokens)


def print_classes(word_vecs, corpus, id_to_word):
    """On the toy corpus: how many words that occur 50 times or more have a nearest neighbour of their own class."""
    nearest = neighbours(word_vecs)[:, 0]                    # (V,)
    frequent = np.flatnonzero(np.bincount(corpus, minlength=len(nearest)) >= 50)
    same = [CLASS_OF[id_to_word[int(i)]] == CLASS_OF[id_to_word[int(nearest[i])]] for i in frequent]
    if not same:
        print("no word was seen 50 times: nothing is said of nearest neighbours")
        return
    print(f"nearest neighbour of the same class: {100 * np.mean(same):.1f} % of the {len(same)} words seen 50 times "
          "or more")


if __name__ == "__main__":
    run(main)
