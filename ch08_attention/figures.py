"""Figures of attention: maps of questions, heads of a Transformer, the table of positions."""

import numpy as np

from ch07_seq2seq.asking import read_back
from common.script import new_figure, plain, save_figure
from common.transformer_layers import positional_encoding

MOST_LABELS = 100            # on an axis of a map


def visualize(attention_map, row_labels, column_labels, *, axes=None):
    """A heat map of attention_map (S, T): the T row_labels across, the S column_labels down.

    The names of the arguments are the book's. A space is shown as a dot in the middle; of very many
    labels each second or third. Without axes the map opens in a window.
    """
    window = axes is None
    if window:
        from matplotlib import pyplot
        axes = pyplot.figure(layout="constrained").subplots()
    axes.pcolor(attention_map, cmap="Greys_r", vmin=0, vmax=1)
    for axis, labels in ((axes.xaxis, row_labels), (axes.yaxis, column_labels)):
        each = -(-len(labels) // MOST_LABELS)
        axis.set_ticks(np.arange(0, len(labels), each) + 0.5,
                       ["\u00b7" if c == " " else plain(c) for c in labels[::each]])
    axes.invert_yaxis()
    axes.set(xlabel="read", ylabel="written")
    if window:
        pyplot.show()


def attention_map(model, about, ids, **how):
    """The answer as text, and the attention of each of its characters, (S, T)."""
    _, answer = write(model, about, ids, **how)
    text = read_back(answer[0], about)
    return text, model.decoder.weights[0, :max(len(text), 1)]


def draw_attention(model, about, questions, name, args, **how):
    """A figure of one map for each question, ids (1, T) as the model reads them.

    how: options of generate_batch().
    """
    longest, S = about["question_size"], about["answer_size"]
    figure = new_figure(args, width=max(9, 0.16 * min(longest, MOST_LABELS)),
                        height=0.4 + max(2.9, 0.2 * min(S, MOST_LABELS)) * len(questions))
    for ids, axes in zip(questions, np.atleast_1d(figure.subplots(len(questions), 1))):
        answer, weights = attention_map(model, about, ids, **how)
        question = "".join(about["characters"][int(i)] for i in ids[0])
        if about["reverse"]:
            question, weights = question[::-1], weights[:, ::-1]
        read = without_padding(question)
        visualize(sum_padding(weights, len(read)), read, list(answer), axes=axes)
    save_figure(figure, name, args)


def without_padding(question):
    """The characters of a question, and "pad" for all its padding, the spaces at its end."""
    read = list(question.rstrip(" "))
    return read + ["pad"] * (len(read) < len(question))


def sum_padding(weights, shown):
    """The weights of (S, T) as (S, shown), those of the padding summed in the last column."""
    return np.add.reduceat(weights, np.arange(shown), axis=1)


def draw_transformer_heads(model, about, ids, name, args, **how):
    """Three figures of all heads for one question, ids (1, T) as the model reads them.

    how: options of generate_batch().
    """
    written, answer = write(model, about, ids, **how)
    question, before, after = ("".join(about["characters"][int(i)] for i in row)
                               for row in (ids[0], written[0], answer[0]))
    read = without_padding(question)
    encoder, decoder = model.encoder.stack.blocks, model.decoder.stack.blocks
    for kind, blocks, part, columns, rows, labels in (
            ("encoder", encoder, 0, read, read, ("seen", "from")),
            ("decoder", decoder, 0, before, after, ("seen", "written")),
            ("cross", decoder, 1, read, after, ("read", "written"))):
        maps = [block[part].layer.weights[0] for block in blocks]  # (h, as written, as read) each
        heads = len(maps[0])
        width, height = (0.11 * min(len(labels), MOST_LABELS) for labels in (columns, rows))
        figure = new_figure(args, width=max(3.6, 0.4 + width) * heads,
                            height=max(3.2, 0.6 + height) * len(maps))
        for k, axes in enumerate(figure.subplots(len(maps), heads, squeeze=False).flat):
            weights = maps[k // heads][k % heads][:len(rows)]
            visualize(sum_padding(weights, len(columns)), list(columns), list(rows), axes=axes)
            axes.set(title=f"block {k // heads + 1}, head {k % heads + 1}",
                     xlabel=labels[0], ylabel=labels[1])
            axes.tick_params(labelsize=7)
        save_figure(figure, f"ch08_{name}transformer_{kind}_heads", args)


def write(model, about, ids, **how):
    """The characters that the decoder read and wrote, (1, S); its layers keep their attention."""
    size, start_id = about["answer_size"] - 1, about["characters"].index("_")
    answer = model.generate_batch(ids, start_id, size, **how)
    written = np.concatenate([[[start_id]], answer[:, :-1]], axis=1)
    model.decoder.forward(written, model.encode(ids))
    return written, answer


def draw_positions(args, T=100, D=64):
    """The table as an image, and the similarity of each position to position T/2, by distance."""
    table = positional_encoding(T, D)
    figure = new_figure(args, width=9, height=4)
    left, right = figure.subplots(1, 2)
    image = left.imshow(table, aspect="auto", cmap="RdBu", vmin=-1, vmax=1)
    left.set(xlabel="column", ylabel="position")
    figure.colorbar(image, ax=left, label="value")
    right.plot(table @ table[T // 2])
    right.set(xlabel="position", ylabel=f"dot product with position {T // 2}")
    save_figure(figure, "ch08_positional_encoding", args)
