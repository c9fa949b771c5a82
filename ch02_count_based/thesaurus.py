"""The knowledge of a thesaurus about two words, and its gaps (section 2.2).

Prints senses and synonyms, the paths up to what the words have in common, and two similarities made
from those; then the weaknesses of section 2.2.2. Uses WordNet where it is at hand (in $WNHOME, or
from Debian's package wordnet-base), else a small thesaurus that is built in.

    python ch02_count_based/thesaurus.py car motorcycle
    python ch02_count_based/thesaurus.py walk run --pos v

Takes 2 s.
"""

import ch02_count_based  # noqa: F401            it looks whose `common` follows
from common.script import options, run
from dataset.thesaurus import small as small_thesaurus
from dataset.thesaurus import wordnet


def main(argv=None):
    """Print what a thesaurus knows of two words."""
    parser = options(__doc__)
    parser.add_argument("words", nargs="*", metavar="WORD",
                        help="two words to compare (default: car motorcycle)")
    parser.add_argument("--pos", choices=["n", "v", "a", "r"], default="n",
                        help="part of speech: noun (default), verb, adjective, adverb")
    parser.add_argument("--thesaurus", choices=["auto", "wordnet", "small"], default="auto",
                        help="WordNet where at hand, else the embedded one (auto, the default)")
    args = parser.parse_args(argv)
    if len(args.words) not in (0, 2):
        parser.error(f"two words are needed, got {len(args.words)}")

    thesaurus = load(args.thesaurus, parser)
    compare(thesaurus, *(describe(thesaurus, word, args.pos)
                         for word in args.words or ("car", "motorcycle")))
    show_weaknesses(thesaurus)


def load(choice, parser):
    folder = wordnet.find()
    if choice == "wordnet" and folder is None:
        parser.error("WordNet is not at hand: set WNHOME to the folder with its files, or apt-get "
                     "install wordnet-base")
    small = choice == "small" or folder is None
    thesaurus = small_thesaurus.load() if small else wordnet.load(folder)
    print(f"data: {thesaurus.name}, {len(thesaurus.synsets):,} synsets")
    return thesaurus


def describe(thesaurus, word, pos):
    """Print the senses and synonyms of a word; return its most common sense."""
    senses = thesaurus.senses(word, pos)
    print(f"\n{word}: {len(senses)} senses")
    for number, synset in enumerate(senses[:5], 1):
        print(f"  {number}. {synset}{': ' + synset.gloss if synset.gloss else ''}")
    print(f"  synonyms: {', '.join(thesaurus.synonyms(word, pos)) or 'none'}")
    return senses[0]


def compare(thesaurus, a, b):
    """Print the paths from both senses up to their deepest common ancestor, and similarities."""
    ways = thesaurus.ways_up(a, b)
    if ways is None:
        print("\nThe first senses have no common ancestor: no path, no similarity.")
        return
    print()
    for way in ways:
        print("  " + " < ".join(synset.words[0].replace("_", " ") for synset in way))
    print(f"  path similarity 1 / (1 + steps): {thesaurus.path_similarity(a, b):.4f}")
    print(f"  Wu-Palmer similarity:            {thesaurus.wu_palmer_similarity(a, b):.4f}")


def show_weaknesses(thesaurus):
    """Section 2.2.2: people write it, so it lags behind the language and is silent on nuances."""
    print("\nWhat it does not know:")
    for word in ("smartphone", "selfie", "podcast"):
        print(f"  '{word}': {'is known' if word in thesaurus else 'a newer word, missing'}")
    for a, b in (("old", "retro"), ("car", "auto")):         # near synonyms
        if a in thesaurus and b in thesaurus:
            shared = any(synset in thesaurus.senses(b) for synset in thesaurus.senses(a))
            print(f"  '{a}' and '{b}': "
                  + ("one synset, similarity 1.0; how they differ it cannot tell" if shared
                     else "no synset in common, though people say one for the other"))


if __name__ == "__main__":
    run(main)
