"""Why attention: a vector of fixed size holds only so much (section 8.1.1).

The task: write a word of 1 to 20 random letters backwards. A plain model must press the whole word
into one vector; one with attention looks at each letter when it needs it.

    python ch08_attention/length_study.py

Takes 1.5 min.
"""

import random

import numpy as np

from ch07_seq2seq.seq2seq import Seq2seq
from ch08_attention.attention_seq2seq import AttentionSeq2seq
from common.optimizer import Adam
from common.script import new_figure, options, positive, run, save_figure
from common.trainer import Trainer
from common.util.answers import answer_all, compare

LETTERS = "abcd"
LONGEST = 20


def main(argv=None):
    """Train and draw both; returns {name: model}."""
    parser = options(__doc__, figure=True, quick={"max_epoch": 1})
    parser.add_argument("--max-epoch", type=positive, default=15,
                        help="epochs: passes over the words")
    args = parser.parse_args(argv)
    size = 500 if args.quick else 20_000
    x_test, t_test, lengths = words(args.seed + 1_000_000, size // 10)
    print(f"data: words of 1 to {LONGEST} letters from an alphabet of {len(LETTERS)}, {size:,} to "
          f"learn from, {size // 10:,} to test; seed {args.seed}")
    edges = range(1, LONGEST + 1, 4)
    print("length          " + "".join(f"{low:>4}-{low + 3:<4}" for low in edges))

    figure = new_figure(args, width=6.5, height=4)
    axes, models = figure.subplots(), {}
    for name, Model in (("plain", Seq2seq), ("attention", AttentionSeq2seq)):
        model, _ = train(Model, size, args)
        models[name] = model
        answers = answer_all(model, x_test, int(t_test[0, 0]), LONGEST, end_id=0)
        right = compare(model, answers, t_test, end_id=0)
        by_length = [100 * right[(lengths >= low) & (lengths < low + 4)].mean() for low in edges]
        print(f"{name:12} [%]" + "".join(f"{share:9.1f}" for share in by_length), flush=True)
        axes.plot([low + 1.5 for low in edges], by_length, marker="o", label=name)
    axes.set(xlabel="letters in the word", ylabel="words written right [%]", ylim=(-3, 103))
    axes.legend()
    save_figure(figure, "ch08_length", args, curves=True)
    return models


def train(Model, size, args):
    """(model, trainer), trained on `size` words."""
    x_train, t_train, _ = words(args.seed, size)
    rng = np.random.default_rng(args.seed)
    model = Model(len(LETTERS) + 2, 16, 16 if args.quick else 128, rng=rng)
    trainer = Trainer(model, Adam(0.003), rng=rng)
    trainer.fit(x_train, t_train, args.max_epoch, batch_size=64, max_grad=1.0, verbose=False)
    return model, trainer


def words(seed, size):
    """x (N, 20), random words, t (N, 21), the mark 1 and they reversed, padded with 0; lengths."""
    rng = random.Random(seed)
    lengths = [1 + i % LONGEST for i in range(size)]
    texts = [[2 + rng.randrange(len(LETTERS)) for _ in range(n)] for n in lengths]
    x = np.array([text + [0] * (LONGEST - len(text)) for text in texts])
    t = np.array([[1] + text[::-1] + [0] * (LONGEST - len(text)) for text in texts])
    return x, t, np.array(lengths)


if __name__ == "__main__":
    run(main)
