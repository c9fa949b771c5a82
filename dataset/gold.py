"""Questions with known answers to score word vectors with: files of one's own, or those that the toy corpus knows."""

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
    """(word pairs, analogies by section), each None where neither a file nor the corpus gives any."""
    own = corpus_name == "toy"
    pairs = read_word_pairs(args.pairs) if args.pairs else toy.word_pairs() if own else None
    sections = read_analogies(args.analogies) if args.analogies else toy.analogies() if own else None
    return pairs, sections


def print_classes(word_vecs, corpus, id_to_word):
    """On the toy corpus: how many words that occur 50 times or more have a nearest neighbour of their own class."""
    nearest = neighbours(word_vecs)[:, 0]                    # (V,)
    frequent = np.flatnonzero(np.bincount(corpus, minlength=len(nearest)) >= 50)
    same = [toy.CLASS_OF[id_to_word[int(i)]] == toy.CLASS_OF[id_to_word[int(nearest[i])]] for i in frequent]
    if same:
        print(f"nearest neighbour of the same class: {100 * np.mean(same):.1f} % of the {len(same)} words "
              "seen 50 times or more")
    else:
        print("no word was seen 50 times: nothing is said of nearest neighbours")
