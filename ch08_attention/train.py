"""Learn to read dates in all the ways people write them, with attention (sections 8.3.2 and 8.4).

September 27, 1994, JUN 17, 2013 or 2/10/93 becomes 1994-09-27, 2013-06-17, 1993-02-10. The figure shows which characters
the model looked at for each one that it wrote. The variants of section 8.4, GNMT (8.5.1) and the models of chapter 7 are
flags, and a trained model answers dates (or sums) of your own. The Transformer is trained by train_transformer.py.

    python ch08_attention/train.py
    python ch08_attention/train.py --model plain
    python ch08_attention/train.py --ask 'Sep 27, 1994'
"""

from ch07_seq2seq.training import ask, beam_options, load_model, parse, train
from ch08_attention.models import MODELS
from ch08_attention.visualize_attention import draw_attention
from common.script import run


def main(argv=None):
    args = parse_options(argv)
    how = {}
    if args.ask:
        model, about = load_model(args.weights, MODELS)
        readings, how = [], beam_options(args, about)
        for question in args.ask:
            answer, ids = ask(model, about, question, **how)
            print(f"{question} -> {answer}")
            readings.append(ids)
    else:
        model, about, _, x_test, _ = train(args, MODELS, f"ch08_{args.model}_accuracy")
        readings = [x_test[i:i + 1] for i in range(min(4, len(x_test)))]
    if hasattr(model.decoder, "weights"):
        draw_attention(model, about, readings, args, f"ch08_{'ask_' if args.ask else ''}{about['model']}_map", **how)


def parse_options(argv=None):
    models = [name for name in MODELS if name != "transformer"]
    return parse(argv, __doc__, models, model="attention", data="date", reverse=True, hidden_size=256, max_epoch=2,
                 lr=0.004, beta2=0.99, max_grad=1.0, forget_bias=1.0, weights="attention.npz",
                 of={"attention": {"lr": 0.005, "fall": 0.5, "beta2": 0.98}, "deep": {"lr": 0.002}})


if __name__ == "__main__":
    run(main)
