"""Train a Transformer on dates, or on addition (section 8.5.2).

After a rise over the first steps the learning rate falls to 0 along half a cosine; --paper-schedule takes the paper's. The
figures show what each head of each block looked at (transformer_figures.py draws them again for other questions).

    python ch08_attention/train_transformer.py
    python ch08_attention/train_transformer.py --data addition --wordvec-size 128 --max-epoch 20
    python ch08_attention/train_transformer.py --post-norm --paper-schedule --smoothing 0.1
    python ch08_attention/train_transformer.py --ask 'Sep 27, 1994'
"""

from ch07_seq2seq.training import ask, beam_options, load_model, parse, train
from ch08_attention.models import MODELS
from ch08_attention.transformer_figures import draw_heads
from common.errors import InputError
from common.schedule import warm_up, warm_up_then_fall
from common.script import below_one, positive, run


def main(argv=None):
    args = parse_options(argv)
    if args.ask:
        model, about = load_model(args.weights, {"transformer": MODELS["transformer"]})
        how = beam_options(args, about)
        for k, question in enumerate(args.ask, 1):
            answer, ids = ask(model, about, question, **how)
            print(f"{question} -> {answer}")
            draw_heads(model, about, ids, args, f"ask_{k}_" if len(args.ask) > 1 else "ask_", **how)
        return
    if args.wordvec_size % args.heads or args.wordvec_size % 2:
        raise InputError(f"--heads {args.heads} must divide --wordvec-size {args.wordvec_size}, which must be even")
    model, about, _, x_test, _ = train(args, MODELS, "ch08_transformer_accuracy", **how_to_train(args))
    draw_heads(model, about, x_test[:1], args)


def parse_options(argv=None):
    return parse(argv, __doc__, ["transformer"], model="transformer", data="date", reverse=False, wordvec_size=64,
                 hidden_size=256, max_epoch=5, lr=0.002, decay=None, fall=None, beta2=0.98, max_grad=1.0,
                 forget_bias=None, weights="transformer.npz", more=add_options)


def how_to_train(args):
    """The options and the schedule of fit(), by the script's own options."""
    options = {"heads": args.heads, "layers": args.layers, "pre_norm": not args.post_norm, "dropout_ratio": args.dropout,
               "smoothing": args.smoothing}

    def schedule(steps):
        if args.paper_schedule:
            return warm_up(args.wordvec_size, args.warm_up)
        return warm_up_then_fall(args.lr, args.warm_up, steps)

    return {"options": options, "schedule": schedule}


def add_options(parser):
    parser.add_argument("--heads", type=positive, default=4, help="heads of attention (default 4)")
    parser.add_argument("--layers", type=positive, default=2, help="blocks in encoder and decoder each (default 2)")
    parser.add_argument("--post-norm", action="store_true", help="norms after the sums, as in the paper (default: before)")
    parser.add_argument("--dropout", type=below_one, default=0.0, metavar="RATIO", help="share switched off (default 0)")
    parser.add_argument("--smoothing", type=below_one, default=0.0, help="label smoothing (default 0; the paper 0.1)")
    parser.add_argument("--warm-up", type=positive, default=300, metavar="STEPS",
                        help="steps for which the learning rate rises (default 300)")
    parser.add_argument("--paper-schedule", action="store_true", help="the learning rate of the paper, not --lr")


if __name__ == "__main__":
    run(main)
