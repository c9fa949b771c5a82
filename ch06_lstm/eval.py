"""Test a trained language model, or score a sentence with it (sections 6.5.4 and 5.1.2).

    python ch06_lstm/eval.py
    python ch06_lstm/eval.py --weights Rnnlm.npz --score "you say goodbye and i say hello"
    python ch06_lstm/eval.py --corpus ptb --weights Rnnlm.npz --cache --tune
    python ch06_lstm/eval.py --corpus ptb --weights Rnnlm.npz --cache --dynamic rms

Every word of the test text is scored once; --book-windows leaves out those that fill no whole
window of 10 x 35, as the book does, to compare with its numbers. --score prints P(word | all words
before it) for each word, after a sentence end. The weights may be those of any script of this
chapter, or the book's Rnnlm.pkl and BetterRnnlm.pkl; the text must be the one they were trained on,
for its vocabulary gives the words their ids. Another is refused, where the weights' file knows it.

--cache mixes in a memory of the words just read, --dynamic goes on learning from the text as it is
read (after section 6.5): two other numbers, beside the first. --tune chooses their settings on the
validation text; without it they are those that suit the book's model on PTB.

Takes 2 s.
"""

import math

import numpy as np

from ch06_lstm.adapted import add_options, check_options, print_adapted
from ch06_lstm.load import check_vocabulary, load_language_model
from ch06_lstm.sentences import log_probabilities, read_sentence
from ch06_lstm.training import print_perplexity
from common.script import options, run
from common.util import eval_perplexity
from common.util.perplexity import perplexity
from dataset.corpus import TOKENS, WORDS, load_parts, reading


def main(argv=None):
    """Print the perplexity, or the score of a sentence."""
    parser = options(__doc__, corpus="auto")
    parser.add_argument("--weights", default="BetterRnnlm.npz", role="trained",
                        made_by="ch06_lstm/train_better_rnnlm.py", help="the model")
    parser.add_argument("--score", metavar="SENTENCE",
                        help="print the probability of this sentence, word by word")
    parser.add_argument("--book-windows", action="store_true",
                        help="score the words in whole windows of 10 x 35 alone, as the book does")
    add_options(parser)
    args = parser.parse_args(argv)
    check_options(args)
    model = load_language_model(args.weights)
    data = load_parts(args.corpus, tokens=None if args.dynamic == "rms" else 1, **reading(args))
    check_vocabulary(model, data.word_to_id, args.weights, data.name)
    if args.score is None:
        test = data.test[:1000] if args.quick else data.test
        print(f"data: {data.name}, {len(test):,} {TOKENS[data.level]} to test, vocabulary "
              f"{len(data.word_to_id):,}")
        words = len(test) - 1
        scored = words - words % 350 if args.book_windows else words
        print(f"{WORDS[data.level]} scored: {scored:,} of {words:,}")
        print_perplexity(eval_perplexity(model, test, book_windows=args.book_windows), data)
        if args.cache or args.dynamic:
            print_adapted(model, args, data)
    else:
        words, ids = read_sentence(args.score, data.word_to_id, data.level)
        logs = log_probabilities(model, np.concatenate([[data.word_to_id["<eos>"]], ids]))
        print_score(words, logs.tolist(), "" if data.level == "char" else " ")


def print_score(words, logs, between=" "):
    """P of each word, after those before it, and of the whole sentence."""
    width = max(map(len, words))
    for i, (word, log) in enumerate(zip(words, logs)):
        before = between.join(words[max(i - 3, 0):i])
        print(f"P({word:{width}} | {'... ' if i > 3 else ''}{before}) = {math.exp(log):.6f}")
    print(f"P(sentence) = {math.exp(sum(logs)):.3e}   log P = {sum(logs):.2f}   "
          f"perplexity {perplexity(-sum(logs) / len(logs)):.1f}")


if __name__ == "__main__":
    run(main)
