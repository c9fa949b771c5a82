"""Test a trained language model, or ask it how likely a sentence is (sections 6.5.4 and 5.1.2).

    python ch06_lstm/eval.py
    python ch06_lstm/eval.py --weights Rnnlm.npz --score "you say goodbye and i say hello"

--score prints P(word | all words before it) for each word, after a sentence end. The weights may be those of
train_rnnlm.py, train_better_rnnlm.py or train_awd_rnnlm.py, or the book's Rnnlm.pkl and BetterRnnlm.pkl; the text must be
the one they were trained on, for its vocabulary gives the words their ids.
"""

import difflib
import math

import numpy as np

from ch06_lstm.load import check_vocabulary, load_language_model
from ch06_lstm.train_rnnlm import report
from common.errors import InputError
from common.functions import log_softmax
from common.script import options, run
from common.util import eval_perplexity
from common.util.perplexity import perplexity
from dataset.corpus import load_parts


def main(argv=None):
    parser = options(__doc__, corpus=True)
    parser.add_argument("--weights", default="BetterRnnlm.npz", metavar="FILE", help="(default BetterRnnlm.npz)")
    parser.add_argument("--score", metavar="SENTENCE", help="print the probability of this sentence, word by word")
    args = parser.parse_args(argv)
    model = load_language_model(args.weights)
    data = load_parts(args.corpus, tokens=1)
    check_vocabulary(model, data.word_to_id, args.weights, data.name)
    if args.score is None:
        test = data.test[:1000] if args.quick else data.test
        print(f"data: {data.name}, {len(test):,} tokens to test, vocabulary {len(data.word_to_id):,}")
        report(eval_perplexity(model, test), data)
        return
    words, ids = read_sentence(args.score, data.word_to_id)
    logs = log_probabilities(model, ids, data.word_to_id["<eos>"])
    width = max(map(len, words))
    for i, (word, log) in enumerate(zip(words, logs)):
        before = " ".join(words[max(i - 3, 0):i])
        print(f"P({word:{width}} | {'... ' if i > 3 else ''}{before}) = {math.exp(log):.6f}")
    print(f"P(sentence) = {math.exp(sum(logs)):.3e}   log P = {sum(logs):.2f}   "
          f"perplexity {perplexity(-sum(logs) / len(logs)):.1f}")


def read_sentence(text, word_to_id):
    """The words of a sentence and their ids; a word that is not known is read as <unk> where the vocabulary has that."""
    words = text.split()
    if not words:
        raise InputError("the sentence is empty: give --score some words")
    known = []
    for word in words:
        found = next((form for form in (word, word.lower()) if form in word_to_id), None)
        if found is None and "<unk>" not in word_to_id:
            near = difflib.get_close_matches(word, word_to_id, 3)
            raise InputError(f"'{word}' is not in the vocabulary" + (f"; near are {', '.join(near)}" if near else ""))
        if found is None:
            print(f"'{word}' is not in the vocabulary and is read as <unk>")
        known.append(found or "<unk>")
    return known, np.array([word_to_id[word] for word in known])


def log_probabilities(model, ids, start_id):
    """log P(word | all words before it) for each of ids (T,), the first one after start_id."""
    model.reset_state()
    scores = model.predict(np.concatenate([[start_id], ids[:-1]])[None])          # (1, T, V)
    model.reset_state()
    return log_softmax(scores[0].astype(float))[np.arange(len(ids)), ids].tolist()


if __name__ == "__main__":
    run(main)
