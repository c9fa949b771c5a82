"""Variants of a model side by side, each trained from several seeds: differences, and chance.

Every finished run is kept as lines of a CSV file, so that a comparison that was stopped goes on.
The columns are variant, seed, epoch, and what was measured after it on the validation part; in the
last line of each run the epoch is the word 'test', the one time that the test part was read.
"""

import contextlib
import csv
import io

import numpy as np

from common.errors import InputError
from common.files.writing import cannot_read, check_can_write
from common.script.curves import write_table

LAST = "test"


def run_variants(variants, seeds, quantity, path=None):
    """Train each variant from each seed, and print mean and spread.

    variants: {name: function of a seed that returns (a value for each epoch, the value on the test
    part)}; what it prints is not shown. seeds: of all, or {name: seeds}. quantity: what is
    measured, with unit and budget; a file of another one is refused. path: the CSV file, or None.
    Returns {name: (values (seeds, epochs), tests (seeds,))}.
    """
    runs = _read(path, quantity)
    seeds = seeds if isinstance(seeds, dict) else dict.fromkeys(variants, seeds)
    width = max(map(len, variants))
    print(f"{quantity}; mean over the seeds\n"
          f"{'':{width}}{'validation':>12}{'test':>12}   (lowest to highest)")
    results = {}
    for name, train in variants.items():
        for seed in seeds[name]:
            if (name, seed) not in runs:
                with contextlib.redirect_stdout(io.StringIO()):
                    curve, test = train(seed)
                runs[name, seed] = [float(value) for value in (*curve, test)]
                _write(path, quantity, runs)
        rows = np.array([runs[name, seed] for seed in seeds[name]])            # (seeds, epochs + 1)
        valid, test = rows[:, -2], rows[:, -1]
        print(f"{name:{width}}{valid.mean():12.2f}{test.mean():12.2f}   "
              f"({test.min():.2f} to {test.max():.2f})   seeds {', '.join(map(str, seeds[name]))}",
              flush=True)
        results[name] = rows[:, :-1], test
    return results


def draw_variants(axes, results):
    """The validation values over the epochs: the mean of the seeds, and a band from low to high."""
    for name, (values, _) in results.items():
        epochs = np.arange(1, values.shape[1] + 1)
        line, = axes.plot(epochs, values.mean(axis=0), marker=".", label=name)
        axes.fill_between(epochs, values.min(axis=0), values.max(axis=0), alpha=0.2,
                          color=line.get_color())
    axes.set_xlabel("epoch")
    axes.legend()


def _read(path, quantity):
    """{(variant, seed): values, the test's last} of the runs that ended; {} without a file."""
    if path is None:
        return {}
    check_can_write(path)
    try:
        with open(path, encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        measured, runs, values = header[3], {}, []
        for name, seed, epoch, value in rows:
            run = name, int(seed)
            values.append(float(value))
            if epoch == LAST:
                runs[run], values = values, []
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise cannot_read(path, error) from error
    except (ValueError, IndexError, csv.Error) as error:
        raise InputError(f"{path} holds no runs: its lines must be variant, seed, epoch, value "
                         f"({error})") from error
    if measured != quantity:
        raise InputError(f"{path} holds '{measured}', this comparison measures '{quantity}': name "
                         "another file")
    return runs


def _write(path, quantity, runs):
    if path is not None:
        write_table(path, ["variant", "seed", "epoch", quantity],
                    [(name, seed, epoch, value) for (name, seed), values in runs.items()
                     for epoch, value in zip([*range(1, len(values)), LAST], values)])
