"""Print every gradient check as a table: python -m tests.gradient_table [part of a name]."""


import numpy as np

from common.gradient_check import gradient_errors
from common.script import run
from tests.gradient_cases import CASES


def main(argv=None):
    wanted = " ".join(argv or []).lower()
    worst, checked = 0.0, 0
    print(f"{'layer':60} {'gradient of':20} relative error")
    for name, build in CASES.items():
        if wanted not in name.lower():
            continue
        layer, inputs, *options = build(np.random.default_rng(0))
        for parameter, error in gradient_errors(layer, *inputs, **dict(*options)).items():
            print(f"{name:60} {parameter:20} {error:.1e}")
            worst, checked = max(worst, error), checked + 1
    print(f"{checked} gradients, the largest error {worst:.1e}")


if __name__ == "__main__":
    run(main)
