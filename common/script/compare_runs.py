"""Draw the curves of several runs in one figure: the .csv files beside the scripts' figures.

    python -m common.script.compare_runs figures/ch08_plain_accuracy.csv \\
        figures/ch08_attention_accuracy.csv
"""

from pathlib import Path

from common.errors import InputError
from common.script import log_scale, new_figure, number, options, plain, run, save_figure
from common.script.curves import read_curves


def main(argv=None):
    parser = options(__doc__, figure=True)
    parser.add_argument("files", nargs="+", metavar="FILE.csv", help="curves to draw")
    parser.add_argument("--labels", nargs="+", metavar="LABEL",
                        help="a name for each file (default: its own)")
    parser.add_argument("--name", default="runs", help="name of the figure")
    parser.add_argument("--log", action="store_true", help="a logarithmic y axis")
    parser.add_argument("--ylim", nargs=2, type=number, metavar=("LOW", "HIGH"),
                        help="limits of the y axis")
    args = parser.parse_args(argv)
    labels = args.labels or [Path(path).stem for path in args.files]
    if len(labels) != len(args.files):
        raise InputError(f"{len(args.files)} files need as many --labels, got {len(labels)}")
    files = [read_curves(path) for path in args.files]
    first_x, first_y, _ = files[0]
    figure = new_figure(args, width=6.5, height=4)
    axes = figure.subplots()
    axes.set(xlabel=first_x, ylabel=first_y)
    for path, label, (x_label, y_label, curves) in zip(args.files, labels, files):
        if (x_label, y_label) != (first_x, first_y):
            raise InputError(f"{path} shows {y_label} over {x_label}, but {args.files[0]} "
                             f"{first_y} over {first_x}")
        for curve, (xs, ys) in curves.items():
            name = label if len(curves) == 1 else curve if len(files) == 1 else f"{label}, {curve}"
            marker = "*" if len(xs) == 1 else "." if len(xs) <= 60 else None      # a star: the test
            axes.plot(xs, ys, marker=marker, markersize=12 if marker == "*" else None,
                      label=plain(name))
            print(f"{name}: {len(xs)} points, the last {ys[-1]:g} at {x_label} {xs[-1]:g}")
    if args.ylim:
        axes.set_ylim(*args.ylim)
    if args.log:
        log_scale(axes)
    axes.legend()
    save_figure(figure, args.name, args)


if __name__ == "__main__":
    run(main)
