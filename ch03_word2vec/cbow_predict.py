"""CBOW's guess before any learning: two words in, a score for every word out (section 3.2.1).

    python ch03_word2vec/cbow_predict.py

Takes 1 s.
"""

import numpy as np

import ch03_word2vec  # noqa: F401            it looks whose `common` follows
from common.initializers import normal
from common.layers import MatMul
from common.script import options, run
from common.util import convert_one_hot, preprocess


def main(argv=None):
    """Print the scores."""
    args = options(__doc__).parse_args(argv)
    rng = np.random.default_rng(args.seed)

    corpus, word_to_id, id_to_word = preprocess("You say goodbye and I say hello.")
    V, H = len(word_to_id), 3
    context = np.array([[word_to_id["you"]], [word_to_id["goodbye"]]])            # (2, 1)
    c0, c1 = convert_one_hot(context, V)                     # each (1, V)

    W_in = normal(rng, V, H, scale=1)
    W_out = normal(rng, H, V, scale=1)
    in_layer0, in_layer1, out_layer = MatMul(W_in), MatMul(W_in), MatMul(W_out)

    h0 = in_layer0.forward(c0)                               # (1, V) (V, H) -> (1, H): row c0
    h1 = in_layer1.forward(c1)
    h = 0.5 * (h0 + h1)
    s = out_layer.forward(h)                                 # (1, H) (H, V) -> (1, V)
    print("you ... goodbye: a score for each word, at random as yet")
    for i in range(V):
        print(f" {id_to_word[i]:8} {s[0, i]: .3f}")


if __name__ == "__main__":
    run(main)
