"""Questions with known answers to score word vectors with: files of one's own, or those that the toy corpus knows."""

from common.util.evaluation import read_analogies, read_word_pairs
from dataset import toy


def add_gold_options(parser):
    """--pairs and --analogies, the files that scripts score word vectors with."""
    parser.add_argument("--pairs", metavar="FILE", help="word pairs with people's judgements, such as WordSim-353")
    parser.add_argument("--analogies", metavar="FILE", help="analogies in the form of questions-words.txt")


def gold(args, corpus_name):
    """(word pairs, analogies by section), each None where neither a file nor the corpus gives any."""
    own = corpus_name == "toy"
    pairs = read_word_pairs(args.pairs) if args.pairs else toy.word_pairs() if own else None
    sections = read_analogies(args.analogies) if args.analogies else toy.analogies() if own else None
    return pairs, sections
