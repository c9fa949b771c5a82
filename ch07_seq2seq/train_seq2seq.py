"""Learn to add by example, character by character (sections 7.3.4 and 7.4).

By default the book's settings: 128 hidden units, 25 epochs, Adam. Reversed questions (7.4.1) and the peeky decoder (7.4.2)
are flags. A trained model answers sums of your own.

    python ch07_seq2seq/train_seq2seq.py
    python ch07_seq2seq/train_seq2seq.py --model peeky --reverse
    python ch07_seq2seq/train_seq2seq.py --ask 57+5 --ask 128+1
"""

from ch07_seq2seq.peeky_seq2seq import PeekySeq2seq
from ch07_seq2seq.seq2seq import Seq2seq
from ch07_seq2seq.training import ask, beam_options, load_model, parse, train
from common.script import run

MODELS = {"plain": Seq2seq, "peeky": PeekySeq2seq}


def main(argv=None):
    args = parse_options(argv)
    if args.ask:
        model, about = load_model(args.weights, MODELS)
        for question in args.ask:
            print(f"{question} = {ask(model, about, question, **beam_options(args, about))[0]}")
        return
    train(args, MODELS, f"ch07_{args.model}{'_reversed' if args.reverse else ''}_accuracy")


def parse_options(argv=None):
    return parse(argv, __doc__, MODELS, model="plain", data="addition", reverse=False, hidden_size=128, max_epoch=25)


if __name__ == "__main__":
    run(main)
