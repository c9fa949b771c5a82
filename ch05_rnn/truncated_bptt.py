"""Backpropagation through all of time, or through a few steps of it (section 5.2).

A model that has learned a little reads T words. Full BPTT keeps every step until the end; truncated
BPTT cuts the way back every ten words, while the hidden state runs on. Shown as T grows: the memory
that both need, and how far the truncated gradient of Wh is from the full one.

    python ch05_rnn/truncated_bptt.py

Takes 3 s.
"""

import tracemalloc

import numpy as np

from ch05_rnn.simple_rnnlm import SimpleRnnlm
from common.errors import InputError
from common.optimizer import SGD
from common.script import new_figure, options, positive, run, save_figure
from common.trainer import RnnlmTrainer
from dataset.corpus import announce, load_corpus, reading

LENGTHS = (10, 20, 50, 100, 200, 500, 1000)


def main(argv=None):
    """Train, and measure both gradients; returns the model."""
    parser = options(__doc__, corpus="auto", figure=True)
    parser.add_argument("--block", type=positive, default=10, help="steps of truncated BPTT")
    args = parser.parse_args(argv)
    lengths = LENGTHS[:4] if args.quick else LENGTHS
    longest = lengths[-1]
    data = load_corpus(args.corpus, tokens=20_000, **reading(args))
    announce(data, args)
    xs, ts = data.corpus[:-1], data.corpus[1:]
    lengths = [T for T in lengths if args.block <= T <= len(xs)]
    if not lengths or len(xs) < 400:
        raise InputError(f"blocks of {args.block} in a text of {len(xs) + 1:,} words: take a text "
                         f"of 401 words or more, and a --block of at most {longest}")
    model = SimpleRnnlm(len(data.word_to_id), 50, 50, sparse=False, rng=args.seed)
    RnnlmTrainer(model, SGD(1.0), rng=args.seed).fit(xs, ts, 1 if args.quick else 10, 20, 20, 0.25,
                                                     verbose=False)

    print(f"truncated: blocks of {args.block} steps")
    print("     T   memory full  truncated   angle between the gradients   length truncated / full")
    rows = []
    for T in lengths:
        full, full_bytes = measure(model, xs, ts, T, T)
        cut, cut_bytes = measure(model, xs, ts, T, args.block)
        cosine = np.sum(full * cut) / (np.linalg.norm(full) * np.linalg.norm(cut))
        angle = float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
        rows.append((full_bytes / 2 ** 20, cut_bytes / 2 ** 20, angle))
        print(f"{T:6} {rows[-1][0]:9.1f} MiB {rows[-1][1]:6.1f} MiB {angle:20.1f} degrees"
              f" {np.linalg.norm(cut) / np.linalg.norm(full):20.2f}")

    figure = new_figure(args, width=10, height=4)
    left, right = figure.subplots(1, 2)
    full, cut, angles = zip(*rows)
    left.plot(lengths, full, marker="o", label="full")
    left.plot(lengths, cut, marker="o", label=f"truncated, {args.block} steps")
    left.set(xscale="log", yscale="log", xlabel="T, words read", ylabel="peak memory [MiB]")
    left.legend()
    right.plot(lengths, angles, marker="o", color="C1")      # as truncated is on the left
    right.set(xscale="log", xlabel="T, words read", ylim=(0, None),
              ylabel="truncated gradient of Wh: angle to the full one [degrees]")
    save_figure(figure, "ch05_truncated_bptt", args)
    return model


def measure(model, xs, ts, T, block):
    """(gradient for Wh of the mean loss over T words, cut every `block` steps; peak memory)."""
    model.reset_state()
    total = np.zeros_like(model.rnn_layer.grads[1])
    tracemalloc.start()
    for start in range(0, T, block):
        stop = min(start + block, T)
        model.forward(xs[None, start:stop], ts[None, start:stop])                 # (1, block)
        model.backward()
        total += model.rnn_layer.grads[1] * ((stop - start) / T)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return total, peak


if __name__ == "__main__":
    run(main)
