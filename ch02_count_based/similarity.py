"""The similarity of two words: the cosine of their co-occurrence vectors (section 2.3.5).

Prints the similarity of 'you' and 'i' in the sentence of the book: 0.7071.

    python ch02_count_based/similarity.py
    python ch02_count_based/similarity.py --text "I eat bread. You eat cheese." --words bread cheese

Takes 1 s.
"""

import ch02_count_based  # noqa: F401            it looks whose `common` follows
from common.script import options, run
from common.util import cos_similarity, create_co_matrix, preprocess
from common.util.similarity import id_of


def main(argv=None):
    """Print the cosine."""
    parser = options(__doc__)
    parser.add_argument("--text", default="You say goodbye and I say hello.", help="what to count")
    parser.add_argument("--words", nargs=2, default=["you", "i"], metavar="WORD",
                        help="the two words to compare")
    args = parser.parse_args(argv)

    corpus, word_to_id, id_to_word = preprocess(args.text)
    C = create_co_matrix(corpus, len(word_to_id))            # (V, V)

    a, b = args.words
    c0 = C[id_of(a, word_to_id)]                             # (V,), the vector of the first word
    c1 = C[id_of(b, word_to_id)]
    print(f"similarity of '{a}' and '{b}': {cos_similarity(c0, c1)}")


if __name__ == "__main__":
    run(main)
