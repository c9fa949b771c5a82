"""Heat maps of a model's attention, question across, answer down (section 8.3.3).

    python ch08_attention/visualize_attention.py
    python ch08_attention/visualize_attention.py --weights attention.npz --ask 'Sep 27, 1994'

Takes 1 s.
"""

from ch07_seq2seq.asking import ask_all, end_mark, examples, load_model
from ch08_attention.figures import draw_attention, visualize
from ch08_attention.models import MODELS
from common.errors import InputError
from common.script import options, run

__all__ = ["main", "visualize"]


def main(argv=None):
    """Draw where a trained model looks."""
    parser = options(__doc__, figure=True)
    parser.add_argument("--weights", default="attention.npz", role="trained",
                        made_by="ch08_attention/train.py", help="a model of train.py")
    parser.add_argument("--ask", action="append", metavar="QUESTION",
                        help="questions to show (default: a few like those that it learned)")
    args = parser.parse_args(argv)
    model, about = load_model(args.weights, MODELS)
    if not hasattr(model.decoder, "weights"):
        raise InputError(f"{args.weights} is a model without attention ({about['model']}): train "
                         "one with ch08_attention/train.py")
    how = {"end_id": end_mark(about)}
    questions = ask_all(model, about, args.ask or examples(about), **how)
    draw_attention(model, about, questions, f"ch08_{about['model']}_map", args, **how)


if __name__ == "__main__":
    run(main)
