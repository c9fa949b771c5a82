"""How far back a language model remembers (section 6.1), measured where the answer is known.

In the toy corpus verbs agree with their subject in number and with the rest of the sentence in tense, and pronouns with
the subject in gender: 'these nieces above each beach find the ships every month for themselves'. For every such word of the
test text, the grammar's own probability is known. Printed is by how many percent a model's perplexity on these words
exceeds the grammar's, against the number of words since the sentence began: a model that forgets has more and more to guess.

    python ch06_lstm/train_rnnlm.py --corpus toy --cell rnn --weights rnn.npz
    python ch06_lstm/train_rnnlm.py --corpus toy --cell lstm --weights lstm.npz
    python ch06_lstm/agreement.py --weights rnn.npz lstm.npz
"""

from pathlib import Path

import numpy as np

from ch06_lstm.load import check_vocabulary, load_language_model
from common.functions import log_softmax
from common.script import new_figure, options, plain, run, save_figure
from dataset import toy
from dataset.toy_words import CLASS_OF

AGREEING = ("verb", "copula", "modal", "pronoun")
BINS = ((0, 1), (2, 3), (4, 6), (7, 9), (10, 12), (13, 40))


def main(argv=None):
    parser = options(__doc__, figure=True)
    parser.add_argument("--weights", nargs="+", default=["Rnnlm.npz"], metavar="FILE",
                        help="models that were trained on the toy corpus (default Rnnlm.npz)")
    args = parser.parse_args(argv)
    models = {path: load_language_model(path) for path in args.weights}
    tokens = 5_000 if args.quick else 200_000
    text, (corpus, word_to_id, _) = toy.load_text("test", tokens=tokens), toy.load_data("test", tokens=tokens)
    for path, model in models.items():
        check_vocabulary(model, word_to_id, path, "toy")
    agreeing = np.array([CLASS_OF[word] in AGREEING for word in text.words])
    since = words_since(text.words)
    groups = [(f"{low}-{high}", np.flatnonzero(agreeing & (since >= low) & (since <= high))) for low, high in BINS]
    groups = [(label, group[group > 0]) for label, group in groups]
    print(f"data: toy, {tokens:,} tokens of test text, {agreeing.sum():,} words that agree with something earlier")
    print("words since the sentence began  " + "".join(f"{label:>9}" for label, _ in groups))
    print(f"{'how many':32}" + "".join(f"{len(group):9,}" for _, group in groups))

    figure = new_figure(args, width=6.5, height=4)
    axes, rows = figure.subplots(), []
    for path, model in models.items():
        excess = np.array(text.log_probabilities) - log_probabilities(model, corpus)
        above = [100 * np.expm1(excess[group].mean()) for _, group in groups]
        print(f"{path:32}" + "".join(f"{value:7.1f} %" for value in above), flush=True)
        rows.append([path, *map(float, above)])
        axes.plot([label for label, _ in groups], above, marker="o", label=plain(Path(path).stem))
    axes.set(xlabel="words since the sentence began", ylabel="perplexity above the lowest possible [%]", ylim=(0, None),
             title="verbs and pronouns")
    axes.legend()
    save_figure(figure, "ch06_agreement", args, table=(["model", *(label for label, _ in groups)], rows))


def words_since(words):
    """For each word, how many words of its sentence come before it."""
    since, n = [], 0
    for word in words:
        since.append(n)
        n = 0 if word == "<eos>" else n + 1
    return np.array(since)


def log_probabilities(model, corpus, chunk=500):
    """log P(word | all words before it) for each word of the corpus but the first, for which it is 0."""
    model.reset_state()
    logs = np.zeros(len(corpus))
    for start in range(0, len(corpus) - 1, chunk):
        stop = min(start + chunk, len(corpus) - 1)
        log_p = log_softmax(model.predict(corpus[None, start:stop])[0])           # (chunk, V), of the words that follow
        logs[start + 1:stop + 1] = log_p[np.arange(stop - start), corpus[start + 1:stop + 1]]
    return logs


if __name__ == "__main__":
    run(main)
