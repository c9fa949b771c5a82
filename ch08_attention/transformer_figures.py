"""A Transformer in figures (section 8.5.2).

The table of positional encodings; or, with --weights, the attention of every head of every block:
the encoder's to the question, the decoder's to what it has written and to the question.

    python ch08_attention/transformer_figures.py
    python ch08_attention/transformer_figures.py --weights transformer.npz --ask 'Sep 27, 1994'

Takes 1 s.
"""

from ch07_seq2seq.asking import ask_all, end_mark, examples, load_model
from ch08_attention.figures import draw_positions, draw_transformer_heads
from ch08_attention.transformer import Transformer
from common.errors import InputError
from common.script import options, run


def main(argv=None):
    """Draw positions, or the heads of a trained model."""
    parser = options(__doc__, figure=True)
    parser.add_argument("--weights", role="trained", made_by="ch08_attention/train_transformer.py",
                        help="a model of train_transformer.py (default none: positions)")
    parser.add_argument("--ask", metavar="QUESTION",
                        help="a question to it (default: one like those that it learned)")
    args = parser.parse_args(argv)
    if args.ask and not args.weights:
        raise InputError("--ask needs --weights FILE, the model to ask")
    if not args.weights:
        draw_positions(args)
        return
    model, about = load_model(args.weights, {"transformer": Transformer})
    how = {"end_id": end_mark(about)}
    ids, = ask_all(model, about, [args.ask] if args.ask else examples(about)[:1], **how)
    draw_transformer_heads(model, about, ids, "ask_", args, **how)


if __name__ == "__main__":
    run(main)
