"""What a checkpoint every 100 steps costs BetterRnnlm (section 6.5; V 10,000, two layers of 650, best weights kept).

    python -m benchmarks.checkpoint_cost
"""

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.command import words
from benchmarks.machine import describe
from benchmarks.timing import median_seconds
from ch06_lstm.better_rnnlm import BetterRnnlm
from common.optimizer import SGD
from common.runs.checkpoint import save_checkpoint, settings_of
from common.script import run
from common.trainer import RnnlmTrainer
from common.util import find_shared


def main():
    words(__doc__)
    print(describe())
    rng = np.random.default_rng(0)
    model, optimizer = BetterRnnlm(rng=rng), SGD(1.0)
    trainer = RnnlmTrainer(model, optimizer)
    trainer.shared = find_shared(model.params)
    xs, ts = rng.integers(0, 10_000, (20, 35)), rng.integers(0, 10_000, (20, 35))
    step = median_seconds(lambda: trainer.step((xs, ts), 0.25), runs=12, warmup=3)
    best = {name: p.copy() for name, p in model.named_params().items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.npz"
        settings = settings_of(model, optimizer, {})
        save = median_seconds(lambda: save_checkpoint(path, model, optimizer, settings, {}, best=best), runs=5, warmup=1)
        size = path.stat().st_size / 2 ** 20
    print(f"a step {1000 * step:.0f} ms, a checkpoint of {size:.0f} MiB {1000 * save:.0f} ms: every 100 steps it costs "
          f"{100 * save / (100 * step):.1f} %")


if __name__ == "__main__":
    run(main)
