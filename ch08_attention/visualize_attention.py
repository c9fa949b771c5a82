"""Heat maps of a model's attention, question across, answer down (section 8.3.3).

    python ch08_attention/visualize_attention.py
    python ch08_attention/visualize_attention.py --weights attention.npz --ask 'Sep 27, 1994'

Takes 1 s.
"""

from ch07_seq2seq.asking import ask, load_model
from ch08_attention.figures import draw_attention, visualize
from ch08_attention.models import MODELS
from common.errors import InputError
from common.script import options, run

__all__ = ["main", "visualize"]

QUESTIONS = ("September 27, 1994", "2/10/93", "JUN 17, 2013", "thursday, november 28, 2013")


def main(argv=None):
    parser = options(__doc__, figure=True)
    parser.add_argument("--weights", default="attention.npz", role="trained",
                        made_by="ch08_attention/train.py", help="a model of train.py")
    parser.add_argument("--ask", action="append", metavar="QUESTION",
                        help="questions to show (default four dates)")
    args = parser.parse_args(argv)
    model, about = load_model(args.weights, MODELS)
    if not hasattr(model.decoder, "weights"):
        raise InputError(f"{args.weights} is a model without attention ({about['model']}): train "
                         "one with ch08_attention/train.py")
    questions = []
    for question in args.ask or QUESTIONS:
        answer, ids = ask(model, about, question)
        print(f"{question} -> {answer}")
        questions.append(ids)
    draw_attention(model, about, questions, f"ch08_{about['model']}_map", args)


if __name__ == "__main__":
    run(main)
