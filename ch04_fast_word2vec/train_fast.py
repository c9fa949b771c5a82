"""Train word vectors by the fast trainer, from the start or on from earlier ones (sections 4.4 and 3.5.3).

On two cores PTB takes some 13 seconds for ten epochs of skip-gram, 7 for CBOW. --continue takes up vectors that an
earlier run wrote: old words keep their rows, words that are new get rows of their own, and training goes on with the new
text alone; ch04_fast_word2vec/new_words.py shows what that is good for.

    python ch04_fast_word2vec/train_fast.py
    python ch04_fast_word2vec/train_fast.py --corpus ptb --model cbow --vectors cbow.npz --pairs wordsim353.tsv
    python ch04_fast_word2vec/train_fast.py --continue cbow.npz --model cbow --corpus news.txt --vectors cbow2.npz
"""

import time

import numpy as np

from ch04_fast_word2vec.eval import show
from ch04_fast_word2vec.fast import FastWord2vec
from common.array_file import load_arrays
from common.checkpoint import fingerprint
from common.errors import InputError
from common.script import above_zero, check_files, fraction, new_figure, options, positive, run, run_settings, save_figure
from common.table_trainer import TableTrainer
from common.util.evaluation import print_scores
from common.vectors import load_vectors, save_vectors
from dataset.corpus import announce, load_corpus
from dataset.gold import add_gold_options, gold

TOY_TOKENS = 1_000_000
SHARED = {"cbow": 32, "skipgram": 128}


def main(argv=None):
    args = parse(argv)
    toy = load_corpus(args.corpus, tokens=1).name == "toy"
    tokens = args.tokens or (TOY_TOKENS if toy and not args.continue_from else None)
    data = load_corpus(args.corpus, tokens=tokens)
    announce(data, args)
    pairs, sections = gold(args, data.name)
    tables, words = read_tables(args.continue_from) if args.continue_from else ({}, [])
    corpus, word_to_id, id_to_word = extend(data, words)
    if args.continue_from:
        print(f"continuing from {args.continue_from}: {len(words):,} words, {len(word_to_id) - len(words):,} new ones")

    hidden_size = tables["W_in"].shape[1] if tables else args.hidden_size or 100
    if args.hidden_size not in (None, hidden_size):
        raise InputError(f"the vectors in {args.continue_from} have {hidden_size} numbers: leave --hidden-size out")
    model = FastWord2vec(len(word_to_id), hidden_size, args.window_size, corpus, model=args.model,
                         shared=args.shared or SHARED[args.model], chunk=args.chunk, subsample=args.subsample, rng=args.seed)
    model.start_from(tables)
    trainer, start = TableTrainer(model), time.perf_counter()
    losses = trainer.fit(args.max_epoch, args.lr, falls=True, save=args.save, resume=args.resume,
                         checkpoint_every=args.checkpoint_every,
                         settings={**run_settings(args), "data": fingerprint(corpus)})
    print(f"{trainer.passes * len(corpus) / (time.perf_counter() - start) / 1e6:.2f} million tokens a second")
    save_vectors(args.vectors, model.word_vecs, id_to_word, np.bincount(corpus, minlength=len(word_to_id)),
                 more=model.tables())
    print(f"vectors: {args.vectors}")

    show(model.word_vecs, word_to_id, id_to_word)
    print()
    print_scores(word_to_id, model.word_vecs, pairs, sections)
    figure = new_figure(args)
    axes = figure.subplots()
    axes.plot(range(1, len(losses) + 1), losses, marker="o", label=args.model)
    axes.set(xlabel="epoch", ylabel="loss per pair", title=f"fast {args.model}")
    save_figure(figure, f"ch04_fast_{args.model}_loss", args, curves=True)


def parse(argv):
    parser = options(__doc__, corpus=True, figure=True, training=True, quick={"max_epoch": 1, "tokens": 20_000})
    parser.add_argument("--model", choices=["cbow", "skipgram"], default="skipgram", help="(default skipgram)")
    parser.add_argument("--window-size", type=positive, default=5, help="largest window on each side (default 5)")
    parser.add_argument("--hidden-size", type=positive, help="length of a word vector (default 100; --continue: as it was)")
    parser.add_argument("--max-epoch", type=positive, default=10, help="passes over the corpus (default 10)")
    parser.add_argument("--lr", type=above_zero, default=0.2, help="learning rate at the start, falling to 0 (default 0.2)")
    parser.add_argument("--chunk", type=positive, default=1024, help="tokens at a time (default 1024)")
    parser.add_argument("--shared", type=positive, help="negatives a chunk shares (default 128; CBOW 32)")
    parser.add_argument("--subsample", type=fraction, default=0.0, metavar="F",
                        help="pass over words more frequent than F ever more often (default 0, never)")
    parser.add_argument("--tokens", type=positive, help="how many tokens to learn from (default all; toy a million)")
    parser.add_argument("--vectors", default="vectors.npz", metavar="FILE",
                        help="where the vectors go: .npz, or .txt in word2vec's text format (default vectors.npz)")
    parser.add_argument("--continue", dest="continue_from", metavar="FILE", help="vectors to go on from")
    add_gold_options(parser)
    args = parser.parse_args(argv)
    check_files(args, "vectors")
    return args


def read_tables(path):
    """(tables, words) of a file of vectors: all four tables of an .npz that this script wrote, else the vectors alone."""
    vectors, _, id_to_word = load_vectors(path)
    with open(path, "rb") as file:
        arrays = load_arrays(path) if file.read(2) == b"PK" else {}
    tables = {name: arrays[name] for name in ("W_in", "W_out", "h_in", "h_out") if name in arrays}
    return {**tables, "W_in": vectors}, list(id_to_word.values())


def extend(data, words):
    """(corpus, word_to_id, id_to_word) of `data` with `words` as the first ids and its own new words after them."""
    vocabulary = list(dict.fromkeys([*words, *data.id_to_word.values()]))
    word_to_id = {word: i for i, word in enumerate(vocabulary)}
    new_id = np.array([word_to_id[data.id_to_word[i]] for i in range(len(data.id_to_word))])
    return new_id[data.corpus], word_to_id, dict(enumerate(vocabulary))


if __name__ == "__main__":
    run(main)
