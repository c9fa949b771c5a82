"""Chapter 8: how the cost of a step grows with the length of a sequence: attention with T^2, an LSTM with T.

    python -m benchmarks.attention_scaling

Forward and backward of SelfAttention (4 heads, width 64) and of TimeLSTM (64) over 8 sequences of T places, float32. The
Neural Turing Machine's growth is in ntm_step.py.
"""

import numpy as np

from benchmarks.command import words
from benchmarks.machine import describe
from benchmarks.timing import median_seconds
from common.multi_head_attention import SelfAttention
from common.script import run
from common.time_layers import TimeLSTM

N, D = 8, 64


def main():
    words(__doc__)
    print(describe())
    rng = np.random.default_rng(0)
    attention = SelfAttention(*(rng.standard_normal((D, D)).astype("f") / 8 for _ in range(4)), 4)
    lstm = TimeLSTM(*(rng.standard_normal(shape).astype("f") / 8 for shape in ((D, 4 * D), (D, 4 * D), 4 * D)))
    for name, layer in (("self-attention", attention), ("LSTM", lstm)):
        last = None
        for T in (64, 128, 256, 512, 1024, 2048):
            xs = rng.standard_normal((N, T, D)).astype("f")
            time = median_seconds(lambda layer=layer, xs=xs: (layer.forward(xs), layer.backward(xs)), runs=7, warmup=2)
            more = f"  {time / last:.1f} times as long for twice the length" if last else ""
            print(f"{name:15} T {T:5}: {1000 * time:8.2f} ms{more}", flush=True)
            last = time


if __name__ == "__main__":
    run(main)
