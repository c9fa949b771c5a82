"""Print every gradient check as a table: python -m tests.gradient_table [part of a name].

--json FILE also writes, for each class, how many gradients were checked and the largest error; the
pages of the code (python -m docs --gradients FILE) show it.
"""

import argparse
import json

import numpy as np

from common.files.writing import replacing
from common.gradient_check import gradient_errors
from common.script import run
from tests.gradient_cases import CASES


def main(argv=None):
    parser = argparse.ArgumentParser(prog="tests.gradient_table", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="*", help="only cases whose name has this")
    parser.add_argument("--json", metavar="FILE", help="write {class: [gradients, largest error]}")
    args = parser.parse_args(argv or [])
    wanted = " ".join(args.name).lower()
    worst, checked, classes = 0.0, 0, {}
    print(f"{'layer':60} {'gradient of':20} relative error")
    for name, build in CASES.items():
        if wanted not in name.lower():
            continue
        layer, inputs, *options = build(np.random.default_rng(0))
        for parameter, error in gradient_errors(layer, *inputs, **dict(*options)).items():
            print(f"{name:60} {parameter:20} {error:.1e}")
            worst, checked = max(worst, error), checked + 1
            count, largest = classes.get(type(layer).__name__, (0, 0.0))
            classes[type(layer).__name__] = count + 1, max(largest, error)
    print(f"{checked} gradients, the largest error {worst:.1e}")
    if args.json:
        with replacing(args.json) as file:
            file.write(json.dumps(classes, indent=1).encode())


if __name__ == "__main__":
    run(main)
