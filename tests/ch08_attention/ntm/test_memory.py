"""Reading and writing, by hand, and written twice."""

import numpy as np

from ch08_attention.ntm.memory import read, write

M = np.arange(6.0).reshape(1, 3, 2)                          # rows (0, 1), (2, 3), (4, 5)
SECOND = np.array([[[0.0, 1, 0]]])


def test_reading_a_row_and_a_mean_of_rows():
    np.testing.assert_array_equal(read(M, SECOND), [[[2, 3]]])
    np.testing.assert_array_equal(read(M, np.array([[[0.5, 0, 0.5]]])), [[[2, 3]]])


def test_erasing_and_adding_touch_only_the_row_that_is_pointed_at():
    after = write(M, SECOND, np.array([[[1.0, 0.5]]]), np.array([[[7.0, 10]]]))
    np.testing.assert_array_equal(after, [[[0, 1], [7, 11.5], [4, 5]]])
    np.testing.assert_array_equal(M[0, 1], [2, 3])           # a new array


def test_half_a_weight_does_half():
    after = write(M, SECOND / 2, np.ones((1, 1, 2)), np.full((1, 1, 2), 8.0))
    np.testing.assert_array_equal(after[0, 1], [2 / 2 + 4, 3 / 2 + 4])


def test_several_heads_erase_first_and_then_add():
    rng = np.random.default_rng(0)
    memory = rng.standard_normal((2, 4, 3))                  # (N, R, W)
    w = rng.dirichlet(np.ones(4), (2, 3))                    # (N, K, R)
    e, a = rng.random((2, 3, 3)), rng.standard_normal((2, 3, 3))
    slow = memory.copy()
    for head in range(3):
        slow *= 1 - w[:, head, :, None] * e[:, head, None]
    for head in range(3):
        slow += w[:, head, :, None] * a[:, head, None]
    np.testing.assert_allclose(write(memory, w, e, a), slow, rtol=1e-12)
    out = np.empty_like(memory)
    assert write(memory, w, e, a, out=out) is out
    np.testing.assert_allclose(out, slow, rtol=1e-12)
