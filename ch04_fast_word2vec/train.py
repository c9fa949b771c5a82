"""Train word vectors on a corpus by CBOW or skip-gram with negative sampling (section 4.3.2).

Prints the book's neighbours and analogies and writes the vectors to --vectors, for eval.py.

    python ch04_fast_word2vec/train.py
    python ch04_fast_word2vec/train.py --corpus ptb --model skipgram --vectors skipgram.npz

Takes 30 s; PTB 80 s.
"""

from pathlib import Path

import numpy as np

from ch04_fast_word2vec.cbow import CBOW
from ch04_fast_word2vec.skip_gram import SkipGram
from common.files.vectors import keep_vectors
from common.optimizer import Adam
from common.script import draw_losses, fill_in, options, plain, run
from common.trainer import Trainer
from common.util import create_contexts_target
from common.util.evaluation import print_scores
from common.util.questions import show
from common.util.similarity import commonest_first
from dataset import toy
from dataset.corpus import MADE, announce, load_corpus, print_classes, reading, resolve

MODELS = {"cbow": CBOW, "skipgram": SkipGram}
BOOK = {"hidden_size": 100, "window_size": 5, "batch_size": 100, "max_epoch": 10, "lr": 0.001,
        "tokens": None}
TOY = {**BOOK, "window_size": 3, "batch_size": 500, "max_epoch": 6, "lr": 0.01, "tokens": 1_000_000}


def main(argv=None):
    """Train as the options ask; returns (model, trainer)."""
    args = parse(argv)
    on_toy = TOY if args.model == "cbow" else {**TOY, "max_epoch": 3}  # each word asks 6 times
    fill_in(args, on_toy if resolve(args.corpus)[0] in MADE else BOOK)
    data = load_corpus(args.corpus, tokens=args.tokens, **reading(args))
    announce(data, args)
    _, corpus, word_to_id, id_to_word, _ = data
    vocab_size = len(word_to_id)
    rng = np.random.default_rng(args.seed)

    contexts, target = create_contexts_target(corpus, args.window_size)           # (N, 2w), (N,)
    model = MODELS[args.model](vocab_size, args.hidden_size, args.window_size, corpus, rng=rng)
    trainer = Trainer(model, Adam(args.lr), rng=rng)
    trainer.fit(contexts, target, args.max_epoch, args.batch_size, run=args.run)
    keep_vectors(args.vectors, model.word_vecs, id_to_word, corpus)

    word_to_id = commonest_first(word_to_id, np.bincount(corpus, minlength=len(word_to_id)))
    show(model.word_vecs, word_to_id, id_to_word)
    if data.is_toy:
        print()
        print_scores(word_to_id, model.word_vecs, toy.word_pairs(), toy.analogies())
        print_classes(model.word_vecs, corpus, id_to_word)
    draw_losses(trainer, f"ch04_{args.model}_loss", args,
                title=plain(f"{type(model).__name__} on {Path(data.name).name}"))
    return model, trainer


def parse(argv=None):
    parser = options(__doc__, corpus="auto", figure=True, training=True, vectors="vectors.npz",
                     quick={"max_epoch": 1, "tokens": 20_000})
    parser.add_argument("--model", choices=MODELS, default="cbow")
    parser.add_settings(BOOK, TOY, hidden_size="length of a word vector",
                        max_epoch="epochs; 3 for skip-gram on the toy")
    return parser.parse_args(argv)


if __name__ == "__main__":
    run(main)
