"""A first look at a corpus: its size, first ids, entries of both dictionaries (section 2.4.4).

    python ch02_count_based/show_ptb.py
    python ch02_count_based/show_ptb.py --corpus my_text.txt --words apple

Takes 1 s.
"""

import ch02_count_based  # noqa: F401            it looks whose `common` follows
from common.script import options, run
from common.util.similarity import folded, id_of
from dataset.corpus import announce, load_corpus, reading


def main(argv=None):
    """Print what the corpus has."""
    parser = options(__doc__, corpus="auto")
    parser.add_argument("--words", nargs="*", metavar="WORD",
                        help="words to look up (default: car, happy and lexus)")
    args = parser.parse_args(argv)

    data = load_corpus(args.corpus, **reading(args))
    announce(data, args)
    _, corpus, word_to_id, id_to_word, _ = data

    between = "" if args.level == "char" else " "
    print("corpus size:", len(corpus))
    print("corpus[:30]:", corpus[:30])
    print("as text:    ", between.join(id_to_word[i] for i in corpus[:30].tolist()))
    print()
    for i in range(min(3, len(id_to_word))):
        print(f"id_to_word[{i}]:", id_to_word[i])
    print()
    known = folded(word_to_id)
    for word in ("car", "happy", "lexus") if args.words is None else args.words:
        if args.words is None and word not in known:
            print(f"word_to_id['{word}']: not in this vocabulary")
        else:
            i = id_of(word, word_to_id)
            print(f"word_to_id['{id_to_word[i]}']:", i)


if __name__ == "__main__":
    run(main)
