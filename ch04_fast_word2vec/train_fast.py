"""Train word vectors by the fast models, afresh or on from earlier ones (sections 4.4 and 3.5.3).

--continue goes on from vectors that an earlier run wrote, with a new text alone: old words keep
their rows, new words get rows of their own; new_words.py shows what that is good for.

    python ch04_fast_word2vec/train_fast.py
    python ch04_fast_word2vec/train_fast.py --corpus ptb --model cbow --vectors cbow.npz
    python ch04_fast_word2vec/train_fast.py --corpus news.txt --model cbow --continue cbow.npz \\
        --vectors cbow2.npz

Takes 20 s; PTB 13 s.
"""

from pathlib import Path

import numpy as np

from ch04_fast_word2vec.chunks import ChunkBatches
from ch04_fast_word2vec.fast import FAST
from ch04_fast_word2vec.training import begin, make_optimizer, tables_of
from common.files.vectors import keep_vectors
from common.script import draw_losses, fraction, options, plain, positive, run
from common.trainer import Trainer
from common.util.evaluation import print_scores
from common.util.questions import show
from common.util.similarity import commonest_first
from dataset.corpus import add_gold_options, gold


def main(argv=None):
    """Train as the options ask; returns (model, trainer)."""
    args = parse(argv)
    data, tables, hidden_size = begin(args, toy_tokens=1_000_000)
    name, corpus, word_to_id, id_to_word, _ = data
    scored = gold(args, data.is_toy)

    batches = ChunkBatches(corpus, args.chunk, args.subsample)
    model = FAST[args.model](len(word_to_id), hidden_size, args.window_size, corpus,
                             shared=args.shared, rng=args.seed)
    optimizer = make_optimizer(model, args.max_epoch * batches.iterations, args.lr, tables)
    trainer = Trainer(model, optimizer, rng=args.seed)
    for _ in trainer.over(batches, args.max_epoch, run=args.run):
        pass
    args.run.print_rate("tokens", len(corpus) / batches.iterations)
    keep_vectors(args.vectors, model.word_vecs, id_to_word, corpus, tables_of(model, optimizer))

    word_to_id = commonest_first(word_to_id, np.bincount(corpus, minlength=len(word_to_id)))
    show(model.word_vecs, word_to_id, id_to_word)
    print()
    print_scores(word_to_id, model.word_vecs, *scored)
    draw_losses(trainer, f"ch04_fast_{args.model}_loss", args,
                title=plain(f"{type(model).__name__} on {Path(name).name}"))
    return model, trainer


def parse(argv=None):
    parser = options(__doc__, corpus="auto", figure=True, training=True, vectors="vectors.npz",
                     quick={"max_epoch": 1, "tokens": 20_000})
    parser.add_argument("--model", choices=FAST, default="skipgram")
    parser.add_settings({"window_size": 5, "max_epoch": 10, "lr": None, "tokens": None},
                        window_size="largest window on each side, at most 16",
                        lr="learning rate at the start, decaying to 0 (default 1; CBOW 2; "
                           "--continue: a fifth)")
    parser.add_argument("--hidden-size", type=positive,
                        help="length of a word vector (default 100; --continue: as it was)")
    parser.add_argument("--chunk", type=positive, default=512,
                        help="tokens at a time; larger chunks need a smaller --lr")
    parser.add_argument("--shared", type=positive,
                        help="negatives a chunk shares (default 128; CBOW 32)")
    parser.add_argument("--subsample", type=fraction, default=0.0, metavar="F",
                        help="discard words above the frequency F ever more often")
    parser.add_argument("--continue", role="read", help="vectors to go on from")
    add_gold_options(parser)
    return parser.parse_args(argv)


if __name__ == "__main__":
    run(main)
