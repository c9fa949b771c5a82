"""Gradients vanish and explode on their way back through time; gates keep them (sections 6.1, 6.2).

A gradient that enters at the last of T steps is followed back, and its length is drawn:

the product alone       dh <- dh Wh^T, over and over. Where all singular values of Wh are s, dh
                        grows or shrinks by s at every step. A random Wh shows that a largest one
                        above 1 does not yet make it grow (section 6.1.3)
with an activation      the same with its slope at each step: tanh shrinks dh, ReLU blocks some
with gates              an LSTM and a GRU beside a simple RNN, with random weights. An LSTM without
                        a bias loses dh as an RNN does: its gates are half open, sigmoid(0) = 1/2,
                        and f about halves dc at each step. The gradient flows once a bias (or
                        training) opens the LSTM's forget gates or closes the GRU's z

    python ch06_lstm/rnn_gradient_graph.py

Takes 2 s.
"""

import numpy as np

import ch06_lstm  # noqa: F401            it looks whose `common` follows
from common.errors import InputError
from common.script import new_figure, options, positive, run, save_figure
from common.time_layers import GRU, LSTM, RNN

N, H, MOST = 20, 100, 1_000
WHY = {"GRU": "gates half open: h halved", "GRU, b_z = -2": "z nearly shut: h kept",
       "LSTM": "gates half open: c halved", "LSTM, b_f = 2": "forget gate open: c kept"}


def main(argv=None):
    """Measure and draw the gradients."""
    parser = options(__doc__, figure=True)
    parser.add_argument("--time-size", type=positive, default=50, help="steps back")
    args = parser.parse_args(argv)
    T = args.time_size
    if T > MOST:
        raise InputError(f"--time-size may be {MOST:,} at most: further back a gradient that "
                         "doubles at each step is no number any more")
    print(f"data: random numbers, {N} sequences, {H} hidden units, {T} steps; seed {args.seed}")

    def rng():
        """The same random numbers for every curve."""
        return np.random.default_rng(args.seed)

    panels = {
        "the product alone": {
            **{f"all singular values {s}": product_flow(s * orthogonal(rng()), T, rng())
               for s in (0.5, 0.9, 1.1, 1.5)},
            "random, the largest 1.5": product_flow(random_matrix(rng(), 1.5), T, rng())},
        "with an activation": {
            f"{name}, all singular values {s}": activation_flow(name, s, T, rng())
            for name in ("tanh", "ReLU") for s in (0.9, 2.0)},
        "with gates": {name: cell_flow(name, T, rng())
                       for name in ("RNN", "GRU", "GRU, b_z = -2", "LSTM", "LSTM, b_f = 2")},
    }
    for title, curves in panels.items():
        print(f"\nlength of the gradient after {T} steps, as a share of its length at the start; "
              f"{title}")
        for name, norms in curves.items():
            print(f"  {name:32} {norms[-1] / norms[0]:.2e}   {WHY.get(name, '')}".rstrip())

    figure = new_figure(args, width=12, height=5.5)
    for axes, (title, curves) in zip(figure.subplots(1, 3), panels.items()):
        for name, norms in curves.items():
            label = f"{name} ({WHY[name]})" if name in WHY else name
            axes.plot(np.maximum(norms / norms[0], 1e-30), label=label)
        axes.set(yscale="log", title=title, xlabel="steps back in time",
                 ylabel="length of the gradient / at the start", ylim=(1e-11, 1e10))
        axes.legend(fontsize=11, loc="upper center", bbox_to_anchor=(0.5, -0.13))
    save_figure(figure, "ch06_rnn_gradient_graph", args)


def orthogonal(rng):
    """A random orthogonal matrix (H, H): all its singular values are 1."""
    return np.linalg.qr(rng.standard_normal((H, H)))[0]


def random_matrix(rng, largest):
    """Normal numbers (H, H), scaled so that the largest singular value is `largest`."""
    Wh = rng.standard_normal((H, H))
    return Wh * (largest / np.linalg.norm(Wh, 2))


def lengths(dh, steps):
    """The length of dh at the end and after each of the steps back."""
    norms = [np.linalg.norm(dh)]
    for step in steps:
        dh = step(dh)
        norms.append(np.linalg.norm(dh))
    return np.array(norms)


def product_flow(Wh, T, rng):
    """dh <- dh Wh^T."""
    return lengths(rng.standard_normal((N, H)), [lambda dh: dh @ Wh.T] * T)


def activation_flow(name, s, T, rng):
    """Back through h <- f(h Wh + input), f tanh or ReLU; all singular values of Wh are s."""
    Wh, h = s * orthogonal(rng), np.zeros((N, H))
    steps = []
    for _ in range(T):
        a = h @ Wh + 0.5 * rng.standard_normal((N, H))
        h = np.tanh(a) if name == "tanh" else np.maximum(a, 0)
        slope = 1 - h ** 2 if name == "tanh" else a > 0
        steps.insert(0, lambda dh, slope=slope: (dh * slope) @ Wh.T)
    return lengths(rng.standard_normal((N, H)), steps)


def cell_flow(name, T, rng):
    """Back through T cells. The state of an LSTM is h and c: the length is that of dh and dc."""
    family, _, bias = name.partition(", ")
    Cell, G = {"RNN": (RNN, 1), "GRU": (GRU, 3), "LSTM": (LSTM, 4)}[family]
    Wx = rng.standard_normal((H, G * H)) / H ** 0.5
    Wh = rng.standard_normal((H, G * H)) / H ** 0.5
    b = np.zeros(G * H)
    if bias:
        b[:H] = float(bias.split("=")[1])                    # the gate whose columns come first
    state = [np.zeros((N, H))] * (2 if Cell is LSTM else 1)
    steps = []
    for _ in range(T):
        cell = Cell(Wx, Wh, b)
        state = cell.forward(rng.standard_normal((N, H)), *state)
        state = state if Cell is LSTM else [state]
        steps.insert(0, lambda dstate, cell=cell: cell.backward(*dstate)[1:])
    return lengths([rng.standard_normal((N, H)) for _ in state], steps)


if __name__ == "__main__":
    run(main)
