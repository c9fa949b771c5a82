"""Chapter 6: how time and memory of a training step grow with T and N, and what BetterRnnlm needs at its peak.

    python -m benchmarks.rnnlm_scaling
"""

import tracemalloc

from benchmarks.command import words
from benchmarks.machine import describe
from benchmarks.rnnlm_step import T, V, make_model, our_step
from benchmarks.timing import median_seconds
from common.script import run


def main():
    words(__doc__)
    print(describe())
    print("\nLSTM language model, 100/100, V 10,000: milliseconds a step, and a word")
    for label, sizes in (("T, batch 20", [(20, steps) for steps in (10, 20, 40, 80, 160)]),
                         ("N, 35 steps", [(batch, T) for batch in (5, 10, 20, 40, 80)])):
        for batch, steps in sizes:
            ms = 1000 * median_seconds(our_step("lstm", batch, steps), runs=7)
            size = steps if label[0] == "T" else batch
            print(f"{label[0]} = {size:4}  {ms:7.1f}  {ms / (batch * steps):.4f}   ({label[3:]})")
    print("\npeak memory of a BetterRnnlm step")
    tracemalloc.start()
    step = our_step("better")
    for _ in range(3):
        step()
    peak = tracemalloc.get_traced_memory()[1] / 2 ** 20
    tracemalloc.stop()
    model = make_model("better", 0)
    weights = sum(p.nbytes for p in model.named_params().values()) / 2 ** 20
    gradients = sum(getattr(g, "nbytes", 0) for g in model.grads) / 2 ** 20
    logits = 20 * T * V * 4 / 2 ** 20
    print(f"{peak:.0f} MiB, weights and gradients included: {peak / (weights + gradients + logits):.2f} times the weights "
          f"({weights:.0f}), gradients ({gradients:.0f}) and scores ({logits:.0f}) alone")


if __name__ == "__main__":
    run(main)
