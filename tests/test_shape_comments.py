"""Every comment that names a shape is run: whoever changes a shape and not its comment fails here.

The scripts' quick runs are watched where they are made (conftest.py), layers and models here.
"""

import random
import textwrap

import numpy as np
import pytest

from ch06_lstm.cache import NeuralCache
from ch07_seq2seq.seq2seq import Seq2seq
from ch07_seq2seq.training import from_the_end
from ch08_attention.models import MODELS
from ch08_attention.ntm.tasks import TASKS
from common.batches import TimeBatches
from common.functions import cross_entropy_error
from common.util import create_co_matrix
from dataset import ptb
from dlfs2 import explore_vectors
from dlfs2.catalogue import ENTRIES
from dlfs2.record import Record
from tests.conftest import TRACED
from tests.gradient_cases import CASES
from tests.run_script import golden
from tests.shape_comments import Watch, comments, fits, parsed


def run_all(folder):
    """What no quick run of a script reaches."""
    rng = np.random.default_rng(0)
    for build in CASES.values():
        layer, inputs, *options = build(np.random.default_rng(0))
        outs = layer.forward(*inputs, **dict(*options))
        layer.backward(*(np.ones_like(out) if np.ndim(out) else 1.0
                         for out in (outs if isinstance(outs, tuple) else (outs,))))
    for entry in ENTRIES.values():
        entry.run(entry.reference(), Record())
    cross_entropy_error(np.full((2, 3), 1 / 3), np.eye(3)[[0, 1]])
    Seq2seq(7, 4, 5, rng=0).generate_batch(rng.integers(0, 7, (2, 6)), 0, 3, beam_width=3)
    transformer = MODELS["transformer"](7, 8, 12, heads=2, rng=0)
    transformer.forward(rng.integers(0, 7, (3, 6)), rng.integers(0, 7, (3, 5)))
    assert transformer.decoder.weights.shape == (3, 4, 6)
    TASKS["repeat-copy"]().batch(random.Random(0), 5, 2, 3)
    TASKS["priority-sort"]().batch(random.Random(0), 5, 4, 3)
    task = TASKS["dynamic-n-grams"]()
    batch = task.batch(random.Random(0), 3, 9)
    task.cost(task.best(batch), batch)
    cache = NeuralCache(window=4)
    for T in (3, 2):
        cache.forward(rng.standard_normal((2, T, 5)), rng.integers(0, 4, (2, T)))
    TimeBatches(np.arange(20), np.arange(20), 3, 2).turned(1, np.array([1, 0, 2]))
    from_the_end(np.array([[9, 1, 2, 0], [9, 3, 4, 5]]), 0)
    create_co_matrix(rng.integers(0, 9, 50), 9, 2, sparse=True) @ rng.standard_normal((9, 4))
    explore_vectors.main(["--quick", "--corpus", "toy", "--out", str(folder / "page.html")])
    for name, text in (("train", "a b c a"), ("valid", "b"), ("test", "c a")):
        (folder / f"ptb.{name}.txt").write_text(f"{text}\n")
    ptb.load_data("test")


@pytest.mark.skipif(not TRACED, reason="NumPy before 2 cannot be traced")
def test_every_shape_comment_holds(quick_run, shapes, tmp_path, monkeypatch):
    for command in golden():
        quick_run(command)
    monkeypatch.setenv("DLFS2_DATA", str(tmp_path))
    with shapes.on():
        run_all(tmp_path)
    assert not shapes.wrong, "\n".join(shapes.wrong.values())
    all_comments = [comment for listed in shapes.comments.values() for comment in listed]
    left = [f"{c.place}: # {c.text}" for c in all_comments if c.place not in shapes.held]
    assert not left, "no case reaches: reach them, or remove them\n" + "\n".join(left)
    assert len(all_comments) > 300 and shapes.operands > 5000


SOURCE = """
    import numpy as np

    def product(x, W, b):
        N, D = x.shape
        y = x @ W                            # (N, D) (D, H) -> (N, H)
        y += b                               # (N, H)
        half, other = np.split(y, 2, axis=1) # each (N, H / 2)
        np.matmul(x.T, y, out=W)             # (D, N) (N, H) -> (D, H)
        flat = y.reshape(-1)                 # (N H,)
        rows = [x, 2 * x]                    # (N, D) each
        return flat[:, None]                 # (N H, 1)
"""


def seen(tmp_path, source):
    """(wrong, held) of a file that a shape comment or two were put into."""
    path = tmp_path / "layer.py"
    path.write_text(textwrap.dedent(source))
    space = {}
    with Watch(comments([tmp_path])).on() as watch:
        exec(compile(path.read_text(), str(path), "exec"), space)
        space["product"](np.ones((2, 3)), np.ones((3, 4)), np.ones(4))
    return list(watch.wrong.values()), watch.held


def test_comments_that_hold(tmp_path):
    wrong, held = seen(tmp_path, SOURCE)
    assert not wrong and len(held) == 7


@pytest.mark.parametrize("right, false, told", [
    ("-> (N, H)\n        y +=", "-> (H, N)\n        y +=", "(H, N), it was (2, 4)"),
    ("(N, D) (D, H) -> (N, H)", "(N, D) (H, D) -> (N, H)", "(H, D), it was (3, 4)"),
    ("# (N, H)\n        half", "# (N, D)\n        half", "(N, D), it was (2, 4)"),
    ("each (N, H / 2)", "each (N, H)", "(N, H), it was (2, 2)"),
    ("-> (D, H)", "-> (D, N)", "(D, N), it was (3, 4)"),
    ("(N H,)", "(N D,)", "(N D), it was (8,)"), ("(N, D) each", "(D, N) each", "it was (2, 3)"),
    ("(N H, 1)", "(N H,)", "(N H), it was (8, 1)")])
def test_a_comment_that_is_false_is_told(tmp_path, right, false, told):
    assert right in SOURCE
    wrong, _ = seen(tmp_path, SOURCE.replace(right, false))
    assert wrong and told in wrong[0] and "layer.py:" in wrong[0]


@pytest.mark.parametrize("comment, operands, results", [
    ("(N, D) (D, H) -> (N, H)", [["N", "D"], ["D", "H"]], [["N", "H"]]),
    ("(C, B), (B, B)", [], [["C", "B"], ["B", "B"]]), ("each (1, V)", [], [["1", "V"]]),
    ("(..., C) (..., 1)", [["...", "C"], ["...", "1"]], []), ("as in (section 5)", None, None),
    ("(N, C) -> (N, C, D) -> (N, D)", [["N", "C"]], [["N", "D"]]), ("(V,), sums", [], [["V"]])])
def test_what_a_comment_says(comment, operands, results):
    assert parsed(comment, None) == (None if operands is None else (operands, results))


@pytest.mark.parametrize("shape, terms, holds", [
    ((2, 12), ["N", "4H"], True), ((2, 13), ["N", "4H"], False), ((3, 4), ["N", "N"], False),
    ((3, 4, 5), ["...", "D"], True), ((5,), ["...", "D"], True), ((3, 4), ["...", "D", "D"], False),
    ((2, 7), ["N", "1 + K"], True), ((8,), ["2w N"], True), ((3, 9), ["N", "any words"], True),
    ((3,), ["N", "D"], False)])
def test_what_fits(shape, terms, holds):
    letters = {"w": 2} if "2w N" in terms else {}
    assert fits(shape, terms, letters) == holds


