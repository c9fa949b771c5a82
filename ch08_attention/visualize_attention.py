"""Where a model looks while it writes (section 8.3.3): heat maps with the question's characters across, the answer's down.

    python ch08_attention/visualize_attention.py
    python ch08_attention/visualize_attention.py --weights attention.npz --ask 'Sep 27, 1994' --ask 2/10/93
"""

import numpy as np

from ch07_seq2seq.training import ask, load_model, read_back
from ch08_attention.models import MODELS
from common.errors import InputError
from common.script import new_figure, options, plain, run, save_figure

QUESTIONS = ("September 27, 1994", "2/10/93", "JUN 17, 2013", "thursday, november 28, 2013")


def main(argv=None):
    parser = options(__doc__, figure=True)
    parser.add_argument("--weights", default="attention.npz", metavar="FILE",
                        help="a model that ch08_attention/train.py wrote (default attention.npz)")
    parser.add_argument("--ask", action="append", metavar="QUESTION", help="questions to show (default four dates)")
    args = parser.parse_args(argv)
    model, about = load_model(args.weights, MODELS)
    if not hasattr(model.decoder, "weights"):
        raise InputError(f"{args.weights} is a model without attention ({about['model']}): train one with "
                         "ch08_attention/train.py")
    readings = []
    for question in args.ask or QUESTIONS:
        answer, ids = ask(model, about, question)
        print(f"{question} -> {answer}")
        readings.append(ids)
    draw_attention(model, about, readings, args, f"ch08_{about['model']}_map")


def draw_attention(model, about, readings, args, name, **how):
    """One figure with a map for each of the questions, ids (1, T) in the order in which the model reads them.

    how: options of generate_batch(), as for the answers that were printed.
    """
    figure = new_figure(args, width=9, height=0.4 + 2.9 * len(readings))
    for ids, axes in zip(readings, np.atleast_1d(figure.subplots(len(readings), 1))):
        answer, weights = attention_map(model, about, ids, **how)
        question = "".join(about["characters"][int(i)] for i in ids[0])
        if about["reverse"]:
            question, weights = question[::-1], weights[:, ::-1]
        length = len(question.rstrip()) + 1                  # padding is one column at most
        visualize(weights[:, :length], list(question[:length]), list(answer), axes=axes)
    save_figure(figure, name, args)


def attention_map(model, about, ids, **how):
    """The answer as text, and how much each character read mattered to each one written, (S, T)."""
    size, start_id = about["answer_size"] - 1, about["characters"].index("_")
    answer = model.generate_batch(ids, start_id, size, **how)
    model.decoder.forward(np.concatenate([[[start_id]], answer[:, :-1]], axis=1), model.encode(ids))
    text = read_back(answer[0], about)
    return text, model.decoder.weights[0, :max(len(text), 1)]


def visualize(attention_map, row_labels, column_labels, *, axes=None):
    """A heat map: attention_map (S, T), row_labels the T characters across, column_labels the S characters down.

    The names of the arguments are the book's. Without axes the map opens in a window.
    """
    window = axes is None
    if window:
        from matplotlib import pyplot
        axes = pyplot.figure(layout="constrained").subplots()
    axes.pcolor(attention_map, cmap="Greys_r", vmin=0, vmax=1)
    axes.set(yticks=np.arange(len(column_labels)) + 0.5, xticks=np.arange(len(row_labels)) + 0.5)
    axes.set_xticklabels([plain(c) for c in row_labels])
    axes.set_yticklabels([plain(c) for c in column_labels])
    axes.invert_yaxis()
    axes.set(xlabel="read", ylabel="written")
    if window:
        pyplot.show()


if __name__ == "__main__":
    run(main)
