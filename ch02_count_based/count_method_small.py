"""The count-based method on one sentence: counts, PPMI, SVD, a picture (section 2.4.3).

Prints the row of 'you' in each of the three matrices and draws every word at its first two numbers
in U: words with the same neighbours ('i' and 'goodbye') fall on the same point.

    python ch02_count_based/count_method_small.py

Takes 1 s.
"""

import numpy as np

import ch02_count_based  # noqa: F401            it looks whose `common` follows
from common.errors import InputError
from common.script import new_figure, options, plain, run, save_figure
from common.util import create_co_matrix, ppmi, preprocess


def main(argv=None):
    """Count, decompose, draw; returns U (V, V), whose rows are word vectors."""
    parser = options(__doc__, figure=True)
    parser.add_argument("--text", default="You say goodbye and I say hello.", help="what to count")
    parser.add_settings({"window_size": 1}, window_size="neighbours counted on each side")
    args = parser.parse_args(argv)

    corpus, word_to_id, id_to_word = preprocess(args.text)
    vocab_size = len(word_to_id)
    if vocab_size < 2:
        raise InputError(f"the text has one distinct word, '{id_to_word[0]}': a picture in two "
                         "dimensions needs two")
    C = create_co_matrix(corpus, vocab_size, args.window_size)                    # (V, V)
    W = ppmi(C)
    U, S, Vt = np.linalg.svd(W)

    with np.printoptions(precision=3, suppress=True):
        print(f"'{id_to_word[0]}' as counts:   {C[0]}")
        print(f"'{id_to_word[0]}' as PPMI:     {W[0]}")
        print(f"'{id_to_word[0]}' after SVD:   {U[0]}")

    figure = new_figure(args, width=6, height=4.5)
    draw(figure.subplots(), U[:, :2], word_to_id)
    save_figure(figure, "ch02_count_method_small", args)
    return U


def draw(axes, points, word_to_id):
    """A dot for each word; words that share a dot share its label."""
    labels = {}
    for word, word_id in word_to_id.items():
        labels.setdefault(tuple(np.round(points[word_id], 2) + 0.0), []).append(word)
    for place, words in labels.items():
        axes.annotate(plain(", ".join(words)), place, xytext=(4, 4), textcoords="offset points")
    axes.scatter(points[:, 0], points[:, 1], alpha=0.5)
    axes.margins(0.25)
    axes.set(xlabel="first column of U", ylabel="second column of U",
             title="Words after PPMI and SVD")


if __name__ == "__main__":
    run(main)
