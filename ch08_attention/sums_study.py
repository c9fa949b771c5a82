"""How a network learns to add: which digit comes first, and how many weights it takes (7.3, 7.4).

--study digits has the share of each digit that is right, epoch by epoch: of a plain model, of one
that reads the question from the end, of one that writes the answer from the end, and of a
Transformer. --study weights has the share of sums right after as many epochs, against the number of
weights, in 20 min.

    python ch08_attention/sums_study.py
    python ch08_attention/sums_study.py --study weights

Takes 4 min.
"""

import contextlib
import io
import tempfile

import numpy as np

from ch07_seq2seq import train_seq2seq
from ch07_seq2seq.asking import in_order, read_back
from ch08_attention import train_transformer
from common.script import new_figure, options, positive, run, save_figure
from common.util.answers import answer_all

LSTM, BUDGET = train_seq2seq, "--lr 0.002 --fall 1"
VARIANTS = {"plain": (LSTM, BUDGET), "question reversed": (LSTM, f"{BUDGET} --reverse"),
            "answer reversed": (LSTM, f"{BUDGET} --reverse-answer"),
            "Transformer": (train_transformer, "--data addition --wordvec-size 64")}
PLACES = "units", "tens", "hundreds", "thousands"
SIZES = (16, 32, 64, 128, 256)                               # H of the LSTMs; D of the Transformer


def main(argv=None):
    """Train what --study needs; returns the rows of its table."""
    parser = options(__doc__, figure=True, quick={"max_epoch": 2})
    parser.add_argument("--study", choices=("digits", "weights"), default="digits")
    parser.add_argument("--max-epoch", type=positive, default=25, help="epochs of each run")
    args = parser.parse_args(argv)
    return {"digits": digits, "weights": weights}[args.study](args)


def digits(args):
    """Rows (variant, epoch, share of the units, tens, ... that are right [%]), and their figure."""
    figure, rows = new_figure(args, width=10, height=6), []
    for axes, name in zip(figure.subplots(2, 2, sharex=True, sharey=True).flat, VARIANTS):
        curves = []
        train(name, "", args, lambda model, data, told=curves, name=name: told.append(
            digits_right(model, data, units_first=name == "answer reversed")))
        shares = np.array(curves)                            # a row for each epoch
        rows += [(name, epoch, *share) for epoch, share in enumerate(shares.tolist(), 1)]
        print(f"{name:20}" + "  ".join(f"{place}: {reached(share)}"
                                       for place, share in zip(PLACES, shares.T)), flush=True)
        for place, share in zip(PLACES, shares.T):
            axes.plot(range(1, len(share) + 1), share, marker=".", label=place)
        axes.set(title=name, xlabel="epoch", ylabel="digits right [%]", ylim=(-3, 103))
        axes.label_outer()
    axes.legend()
    save_figure(figure, "ch08_sums_digits", args, table=(["variant", "epoch", *PLACES], rows))
    return rows


def reached(share):
    """In which epoch a digit was first right in 95 % of the sums."""
    return f"epoch {np.argmax(share >= 95) + 1}" if share.max() >= 95 else f"{share[-1]:.0f} %"


def digits_right(model, data, units_first):
    """The share of each digit of the validation sums that is right [%], units first, (4,)."""
    about = {"characters": data.characters, "reverse_answer": not units_first}
    correct = data.t_valid[:, 1:]
    guesses = answer_all(model, data.x_valid, int(data.t_valid[0, 0]), correct.shape[1],
                         end_id=data.end_id)
    right, count = np.zeros(len(PLACES)), np.zeros(len(PLACES))
    for pair in zip(guesses, correct):
        guess, answer = (in_order(read_back(ids, about), about) for ids in pair)
        for place, digit in enumerate(answer):
            right[place] += guess[place:place + 1] == digit
            count[place] += 1
    return 100 * right / np.maximum(count, 1)


def weights(args):
    """Rows (variant, weights, test sums right [%]), and their figure."""
    figure, rows = new_figure(args, width=6.5, height=4), []
    axes = figure.subplots()
    print(f"{'':20}{'weights':>10}{'right [%]':>12}")
    for name, (script, _) in VARIANTS.items():
        sizes = [f"--hidden-size {H}" for H in SIZES] if script is train_seq2seq else [
            f"--wordvec-size {D} --hidden-size {4 * D}" for D in SIZES[:-1]]
        points = []
        for size in sizes[:2] if args.quick else sizes:
            model, data = train(name, size, args)
            points.append((sum(p.size for p in model.named_params().values()),
                           data.test_accuracy(model)))
            print(f"{name:20}{points[-1][0]:10,}{points[-1][1]:12.2f}", flush=True)
        rows += [(name, *point) for point in points]
        axes.plot(*zip(*points), marker="o", label=name)
    axes.set(xscale="log", xlabel="weights", ylabel="test sums right [%]", ylim=(-3, 103))
    axes.legend()
    save_figure(figure, "ch08_sums_weights", args,
                table=(["variant", "weights", "test sums right [%]"], rows))
    return rows


def train(name, size, args, watch=lambda model, data: None):
    """(model, data) of a variant; what it prints is not shown, and nothing of it is kept."""
    script, flags = VARIANTS[name]
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        asked = script.parse([*f"{flags} {size}".split(), "--max-epoch", str(args.max_epoch),
                              "--seed", str(args.seed), "--figures", folder,
                              *["--quick"] * args.quick])
        model, _, data = script.train(asked, watch)
    return model, data


if __name__ == "__main__":
    run(main)
