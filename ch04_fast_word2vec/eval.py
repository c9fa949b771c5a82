"""Ask word vectors: the neighbours of a word, and a is to b as c is to what (section 4.3.3).

Analogies are scored with vectors that keep their lengths, as in the book, so that frequent words,
whose vectors are long, score higher. --cosine scales all to length 1 first (3CosAdd), as the usual
benchmarks do. Without options the book's words and analogies are shown.

    python ch04_fast_word2vec/eval.py
    python ch04_fast_word2vec/eval.py --vectors skipgram.npz \\
        --similar money --analogy king man queen --cosine

Takes 1 s.
"""

import ch04_fast_word2vec  # noqa: F401            it looks whose `common` follows
from common.files.vectors import load_vectors
from common.script import options, positive, run
from common.util import analogy, most_similar
from common.util.questions import show


def main(argv=None):
    """Print neighbours and analogies."""
    parser = options(__doc__)
    parser.add_argument("--vectors", role="trained", default="vectors.npz",
                        made_by="ch04_fast_word2vec/train.py",
                        help="what train.py wrote, a text file of word2vec, fastText or "
                             "GloVe, or the book's pickle ")
    parser.add_argument("--similar", nargs="+", metavar="WORD",
                        help="words whose neighbours to print")
    parser.add_argument("--analogy", nargs=3, action="append", metavar=("A", "B", "C"),
                        help="A is to B as C is to ?")
    parser.add_argument("--cosine", action="store_true",
                        help="score analogies with vectors of length 1")
    parser.add_argument("--top", type=positive, default=5, help="how many answers")
    args = parser.parse_args(argv)

    word_vecs, word_to_id, id_to_word = load_vectors(args.vectors, by_count=True)
    print(f"data: {args.vectors}, {len(word_vecs):,} words, {word_vecs.shape[1]} dimensions")
    if not (args.similar or args.analogy):
        show(word_vecs, word_to_id, id_to_word, args.cosine, args.top)
    for query in args.similar or ():
        most_similar(query, word_to_id, id_to_word, word_vecs, args.top)
    for a, b, c in args.analogy or ():
        analogy(a, b, c, word_to_id, id_to_word, word_vecs, args.top, cosine=args.cosine)


if __name__ == "__main__":
    run(main)
