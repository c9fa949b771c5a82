"""Every training step beside PyTorch's, word2vec beside gensim, the SVD beside scikit-learn, in one table; and each beside
its matrix products alone.

    python -m benchmarks
    python -m benchmarks LSTM BetterRnnlm --csv steps.csv

Each time is a median, taken in a process of its own, in turn with its peer's; shown are the medians of the turns. "products
/ here" is the share of a step that its products alone would take, one by one in NumPy: 1 would be a step without any
other work. Peers that are not installed are left out, word2vec and SVD where PTB is not at hand. A step of CBOW is rows
gathered and added: it has no products.
"""

import argparse
from importlib.util import find_spec

from benchmarks.machine import describe
from benchmarks.timing import turns
from common.files.writing import check_can_write
from common.script import positive, run
from common.script.curves import write_table
from dataset import ptb

STEPS = {                                                    # row: module, and what it calls ours, the peer, the products
    "CBOW": ("cbow_step", "ours", "torch", None),
    **{name: ("rnnlm_step", *(f"{model}.{who}" for who in ("ours", "torch", "products")))
       for name, model in (("simple RNN", "rnn"), ("GRU", "gru"), ("LSTM", "lstm"), ("BetterRnnlm", "better"))},
    **{name: ("seq2seq_step", *(f"{model}.{who}" for who in ("ours", "torch", "products")))
       for name, model in (("peeky, sums", "peeky"), ("attention, dates", "attention"),
                           ("Transformer, dates", "transformer"), ("Transformer, sums", "transformer-wide"))},
    "NTM, LSTM controller": ("ntm_step", *(f"{who}.lstm.10" for who in ("ours", "torch", "products"))),
    "NTM, feed-forward": ("ntm_step", *(f"{who}.feedforward.10" for who in ("ours", "torch", "products"))),
    "skip-gram, a million tokens": ("throughput", "skipgram.ours", "skipgram.gensim", "skipgram.products"),
    "CBOW, a million tokens": ("throughput", "cbow.ours", "cbow.gensim", "cbow.products"),
    "SVD of PTB, 100 dimensions": ("svd", "ours", "sklearn", "products"),
}
PTB_PEERS = {"throughput": "gensim", "svd": "sklearn"}       # of the rows that need PTB; that of all others is torch
HEADER = ["step", "here [ms]", "peer [ms]", "here / peer", "products alone [ms]", "products / here"]


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"some of: {', '.join(STEPS)} (default all)")
    parser.add_argument("--rounds", type=positive, default=5, help="turns of each (default 5)")
    parser.add_argument("--quick", action="store_true", help="one turn of each")
    parser.add_argument("--no-peers", action="store_true", help="this library alone")
    parser.add_argument("--csv", metavar="FILE", help="write the table to this file too")
    args = parser.parse_args(argv)
    for row in args.rows:
        if row not in STEPS:
            parser.error(f"there is no row '{row}': choose from {', '.join(STEPS)}")
    if args.csv:
        check_can_write(args.csv)
    print(describe())
    print("| " + " | ".join(HEADER) + " |\n" + "|---" * len(HEADER) + "|", flush=True)
    table = []
    for name in args.rows or STEPS:
        module, ours, peer, products = STEPS[name]
        if module in PTB_PEERS and not ptb.at_hand():
            continue
        there = not args.no_peers and find_spec(PTB_PEERS.get(module, "torch"))
        wanted = [ours, *([peer] if there else []), *([products] if products else [])]
        times = turns(f"benchmarks.{module}", wanted, 1 if args.quick else args.rounds)
        table.append([name, *columns(*(1000 * times[key][1] if key in times else None for key in (ours, peer, products)))])
        print("| " + " | ".join(shown(cell) for cell in table[-1]) + " |", flush=True)
        if args.csv:
            write_table(args.csv, HEADER, table)


def columns(ours, peer, products):
    """The cells of a row: milliseconds and ratios, '' where one was not measured."""
    return [ours, peer or "", ours / peer if peer else "", products or "", products / ours if products else ""]


def shown(cell):
    """A cell as it is printed: three digits."""
    if not isinstance(cell, float):
        return cell or "-"
    return f"{cell:.0f}" if cell >= 100 else f"{cell:.3g}"


if __name__ == "__main__":
    run(main)
