"""The words most similar to a word: a ranking by cosine of their counts (section 2.3.6).

In the book's sentence goodbye, i and hello are equally near to 'you', with 0.7071.

    python ch02_count_based/most_similar.py
    python ch02_count_based/most_similar.py --similar say --top 3

Takes 1 s.
"""

import ch02_count_based  # noqa: F401            it looks whose `common` follows
from common.script import options, positive, run
from common.util import create_co_matrix, most_similar, preprocess


def main(argv=None):
    """Print the ranking."""
    parser = options(__doc__)
    parser.add_argument("--text", default="You say goodbye and I say hello.", help="what to count")
    parser.add_argument("--similar", default="you", metavar="WORD",
                        help="the word whose neighbours to print")
    parser.add_argument("--top", type=positive, default=5, help="how many neighbours")
    args = parser.parse_args(argv)

    corpus, word_to_id, id_to_word = preprocess(args.text)
    C = create_co_matrix(corpus, len(word_to_id))            # (V, V)
    most_similar(args.similar, word_to_id, id_to_word, C, top=args.top)


if __name__ == "__main__":
    run(main)
