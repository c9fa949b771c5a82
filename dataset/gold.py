"""Questions with known answers to score word vectors with: files, or what the toy corpus knows."""

import numpy as np

from common.util.evaluation import read_analogies, read_word_pairs
from common.util.similarity import neighbours
from dataset import toy


def add_gold_options(parser):
    """--pairs and --analogies, the files that scripts score word vectors with."""
    parser.add_argument("--pairs", role="read", metavar="FILE",
                        help="word pairs with people's judgements, such as WordSim-353")
    parser.add_argument("--analogies", role="read", metavar="FILE",
                        help="analogies in the form of questions-words.txt")


def gold(args, corpus_name):
    """(word pairs, analogies by section), each None where neither file nor corpus gives any."""
    pairs, sections = (toy.word_pairs(), toy.analogies()) if corpus_name == "toy" else (None, None)
    if args.pairs:
        pairs = read_word_pairs(args.pairs)
    if args.analogies:
        sections = read_analogies(args.analogies)
    return pairs, sections


def print_classes(word_vecs, corpus, id_to_word):
    """On the toy corpus: how many frequent words have a nearest neighbour of their own class."""
    nearest = neighbours(word_vecs)[:, 0]                    # (V,)
    frequent = np.flatnonzero(np.bincount(corpus, minlength=len(nearest)) >= 50)
    classes = [toy.CLASS_OF[id_to_word[i]] for i in range(len(nearest))]
    same = [classes[i] == classes[nearest[i]] for i in frequent]
    if same:
        print(f"nearest neighbour of the same class: {100 * np.mean(same):.1f} % of the "
              f"{len(same)} words "
              "seen 50 times or more")
    else:
        print("no word was seen 50 times: nothing is said of nearest neighbours")
