"""Gradient clipping: shorten gradients that are too long, and keep their direction (section 6.1.4).

    python ch06_lstm/clip_grads.py

Takes 1 s.
"""

import numpy as np

import ch06_lstm  # noqa: F401            it looks whose `common` follows
from common.script import above_zero, options, run
from common.util import clip_grads


def main(argv=None):
    """Print gradients before and after."""
    parser = options(__doc__)
    parser.add_argument("--max-norm", type=above_zero, default=5.0, help="largest norm")
    args = parser.parse_args(argv)
    rng = np.random.default_rng(args.seed)
    print(f"data: two random 3 x 3 gradients; seed {args.seed}")

    dW1 = rng.random((3, 3)) * 10
    dW2 = rng.random((3, 3)) * 10
    grads = [dW1, dW2]
    before = np.concatenate(grads)
    print(f"before, dW1:\n{dW1.round(2)}")
    norm = clip_grads(grads, args.max_norm)
    after = np.concatenate(grads)
    print(f"after, dW1:\n{dW1.round(2)}")
    print(f"norm of both together: {norm:.3f} before, {np.linalg.norm(after):.3f} after, "
          f"{args.max_norm:g} is allowed")
    cosine = np.sum(before * after) / (np.linalg.norm(before) * np.linalg.norm(after))
    print(f"cosine of the angle between before and after: {cosine:.6f}")


if __name__ == "__main__":
    run(main)
