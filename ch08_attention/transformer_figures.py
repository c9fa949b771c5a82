"""What a Transformer is made of and where it looks, as figures (section 8.5.2).

The table of positional encodings; and for a trained model and a question of yours the weights of every head of every
block: the encoder over the question, the decoder over what it has written, and the decoder over the question.

    python ch08_attention/transformer_figures.py
    python ch08_attention/transformer_figures.py --weights transformer.npz --ask 'Sep 27, 1994'
"""

import numpy as np

from ch07_seq2seq.training import ask, load_model
from ch08_attention.models import MODELS
from ch08_attention.visualize_attention import visualize
from common.errors import InputError
from common.script import new_figure, options, run, save_figure
from common.transformer_layers import positional_encoding


def main(argv=None):
    parser = options(__doc__, figure=True)
    parser.add_argument("--weights", metavar="FILE",
                        help="a model of train_transformer.py (default none: the table of positions is drawn)")
    parser.add_argument("--ask", metavar="QUESTION", help="a question to it (default 'Sep 27, 1994')")
    args = parser.parse_args(argv)
    if args.ask and not args.weights:
        raise InputError("--ask needs --weights FILE, the model to ask")
    if args.weights:
        args.ask = args.ask or "Sep 27, 1994"
        model, about = load_model(args.weights, {"transformer": MODELS["transformer"]})
        answer, ids = ask(model, about, args.ask)
        print(f"{args.ask} -> {answer}")
        draw_heads(model, about, ids, args, "ask_")
    else:
        draw_positions(args)


def draw_positions(args, T=100, D=64):
    """The table as an image, and the likeness of each position to position 50: it falls with the distance."""
    table = positional_encoding(T, D)
    figure = new_figure(args, width=9, height=4)
    left, right = figure.subplots(1, 2)
    image = left.imshow(table, aspect="auto", cmap="RdBu", vmin=-1, vmax=1)
    left.set(xlabel="column", ylabel="position")
    figure.colorbar(image, ax=left, label="value")
    right.plot(table @ table[T // 2])
    right.set(xlabel="position", ylabel=f"dot product with position {T // 2}")
    save_figure(figure, "ch08_positional_encoding", args)


def draw_heads(model, about, ids, args, name="", **how):
    """Three figures for one question, ids (1, T) in the order in which the model reads them.

    name: what their names have more. how: options of generate_batch(), as for the answer that was printed.
    """
    size, start_id = about["answer_size"] - 1, about["characters"].index("_")
    answer = model.generate_batch(ids, start_id, size, **how)
    written = np.concatenate([[[start_id]], answer[:, :-1]], axis=1)
    model.decoder.forward(written, model.encode(ids))
    read = [about["characters"][int(i)] for i in ids[0]]
    before, after = ([about["characters"][int(i)] for i in row] for row in (written[0], answer[0]))
    encoder, decoder = model.encoder.stack.blocks, model.decoder.stack.blocks
    for kind, blocks, part, columns, rows, labels in (
            ("encoder", encoder, 0, read, read, ("seen", "from")),
            ("decoder", decoder, 0, before, after, ("seen", "written")),
            ("cross", decoder, 1, read, after, ("read", "written"))):
        maps = [block[part].layer.weights[0] for block in blocks]                 # (h, S, T) each
        heads = len(maps[0])
        figure = new_figure(args, width=3.6 * heads, height=3.2 * len(maps))
        for k, axes in enumerate(figure.subplots(len(maps), heads, squeeze=False).flat):
            visualize(maps[k // heads][k % heads], columns, rows, axes=axes)
            axes.set(title=f"block {k // heads + 1}, head {k % heads + 1}", xlabel=labels[0], ylabel=labels[1])
            axes.tick_params(labelsize=7)
        save_figure(figure, f"ch08_{name}transformer_{kind}_heads", args)


if __name__ == "__main__":
    run(main)
