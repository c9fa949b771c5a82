"""Counts to information: the co-occurrence matrix and its PPMI side by side (section 2.4.1).

In C the frequent 'say' stands out; in the PPMI matrix M it no longer does, and the pair 'hello .'
does (2.81), for '.' meets nothing else.

    python ch02_count_based/ppmi.py

Takes 1 s.
"""

import numpy as np

import ch02_count_based  # noqa: F401            it looks whose `common` follows
from common.script import options, run
from common.util import create_co_matrix, ppmi, preprocess


def main(argv=None):
    """Print both matrices."""
    parser = options(__doc__)
    parser.add_argument("--text", default="You say goodbye and I say hello.", help="what to count")
    parser.add_settings({"window_size": 1}, window_size="neighbours counted on each side")
    args = parser.parse_args(argv)

    corpus, word_to_id, id_to_word = preprocess(args.text)
    C = create_co_matrix(corpus, len(word_to_id), window_size=args.window_size)
    M = ppmi(C)

    with np.printoptions(precision=3, suppress=True, linewidth=100):
        print("words:", *word_to_id)
        print("co-occurrence matrix", C, "-" * 50, "PPMI", M, sep="\n")


if __name__ == "__main__":
    run(main)
