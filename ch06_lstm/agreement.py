"""The memory of a language model (section 6.1), measured where the answer is known.

In the toy corpus verbs agree with their subject in number and tense, and pronouns in gender: 'these
nieces above each beach find the ships every month for themselves'. Printed is by how many percent a
model's perplexity on these words exceeds the grammar's, against the number of words since the
sentence began: a model that forgets has more and more to guess.

    python ch06_lstm/train_rnnlm.py --corpus toy --cell rnn --weights rnn.npz
    python ch06_lstm/train_rnnlm.py --corpus toy --cell lstm --weights lstm.npz
    python ch06_lstm/agreement.py --weights rnn.npz lstm.npz

Takes 8 s.
"""

from pathlib import Path

import numpy as np

from ch06_lstm.load import check_vocabulary, load_language_model
from ch06_lstm.sentences import log_probabilities
from common.script import new_figure, options, plain, run, save_figure
from dataset import toy

AGREEING = ("verb", "copula", "modal", "pronoun")
BINS = ((0, 1), (2, 3), (4, 6), (7, 9), (10, 12), (13, 40))


def main(argv=None):
    """Measure and draw the models in --weights."""
    parser = options(__doc__, figure=True)
    parser.add_argument("--weights", nargs="+", default=["Rnnlm.npz"],
                        role="trained", made_by="ch06_lstm/train_rnnlm.py",
                        help="models that were trained on the toy corpus")
    args = parser.parse_args(argv)
    models = {path: load_language_model(path) for path in args.weights}
    tokens = 5_000 if args.quick else 200_000
    text = toy.load_text("test", tokens=tokens)
    corpus, word_to_id, _ = toy.load_data("test", tokens=tokens)
    for path, model in models.items():
        check_vocabulary(model, word_to_id, path, "toy")
    agreeing = np.array([toy.CLASS_OF[word] in AGREEING for word in text.words])
    groups = groups_by_distance(text.words, agreeing)
    print(f"data: toy, {tokens:,} tokens of test text, {agreeing.sum():,} words that agree with "
          "something earlier")
    print("words since the sentence began  " + "".join(f"{label:>9}" for label in groups))
    print(f"{'how many':32}" + "".join(f"{len(group):9,}" for group in groups.values()))

    figure = new_figure(args, width=6.5, height=4)
    axes, rows = figure.subplots(), []
    lowest = np.array(text.log_probabilities[1:])            # of all words but the first
    for path, model in models.items():
        excess = lowest - log_probabilities(model, corpus)   # (T - 1,)
        above = [100 * np.expm1(excess[group - 1].mean()) for group in groups.values()]
        print(f"{path:32}" + "".join(f"{value:7.1f} %" for value in above), flush=True)
        rows.append([path, *map(float, above)])
        axes.plot([*groups], above, marker="o", label=plain(Path(path).stem))
    axes.set(xlabel="words since the sentence began", ylim=(0, None),
             ylabel="perplexity above the lowest possible [%]", title="verbs and pronouns")
    axes.legend()
    save_figure(figure, "ch06_agreement", args, table=(["model", *groups], rows))


def groups_by_distance(words, agreeing):
    """{bin: positions of the agreeing words, but word 0, that lie that far in} for BINS."""
    since = words_since(words)
    agreeing = agreeing & (np.arange(len(words)) > 0)
    return {f"{low}-{high}": np.flatnonzero(agreeing & (low <= since) & (since <= high))
            for low, high in BINS}


def words_since(words):
    """For each word, how many words of its sentence come before it."""
    since, n = [], 0
    for word in words:
        since.append(n)
        n = 0 if word == "<eos>" else n + 1
    return np.array(since)


if __name__ == "__main__":
    run(main)
