"""Counting, PPMI and SVD against plain loops and against their definitions."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.errors import InputError
from common.util import create_co_matrix, ppmi, preprocess, truncated_svd
from common.util.sparse import SparseMatrix


def count_with_loops(corpus, vocab_size, window_size):
    C = np.zeros((vocab_size, vocab_size), int)
    for n, word in enumerate(corpus):
        for m in range(max(0, n - window_size), min(len(corpus), n + window_size + 1)):
            if m != n:
                C[word, corpus[m]] += 1
    return C


def ppmi_with_loops(C, eps=1e-8):
    M, N, S = np.zeros(C.shape), C.sum(), C.sum(axis=0)
    for i in range(len(C)):
        for j in range(len(C)):
            M[i, j] = max(0, np.log2(C[i, j] * N / (S[j] * S[i]) + eps)) if S[i] and S[j] else 0
    return M


@pytest.mark.parametrize("window_size", [1, 2, 5, 50, 1000])
def test_counts_equal_a_plain_loop(window_size):
    corpus = np.random.default_rng(window_size).integers(0, 7, 40)
    C = create_co_matrix(corpus, 9, window_size)
    assert_array_equal(C, count_with_loops(corpus, 9, window_size))
    assert C.dtype == np.int32
    assert_array_equal(C, C.T)


def test_counts_of_a_word_beside_itself_and_of_a_single_word():
    assert_array_equal(create_co_matrix([0, 0, 0], 1), [[4]])
    assert_array_equal(create_co_matrix(np.array([0]), 2), np.zeros((2, 2)))


def test_counts_can_be_written_to():
    C = create_co_matrix([0, 1], 2)
    C += 1
    assert_array_equal(C, [[1, 2], [2, 1]])


def test_ppmi_of_the_book():
    corpus, _, _ = preprocess("You say goodbye and I say hello.")
    M = ppmi(create_co_matrix(corpus, 7))
    assert_allclose(M[0], [0, 1.807, 0, 0, 0, 0, 0], atol=1e-3)
    assert_allclose(M[5], [0, 0.807, 0, 0, 0, 0, 2.807], atol=1e-3)
    assert M.dtype == np.float32


@pytest.mark.parametrize("dtype", [np.int32, np.int64, float])
def test_ppmi_equals_a_plain_loop(dtype):
    corpus = np.random.default_rng(0).zipf(1.5, 500) % 30
    C = create_co_matrix(corpus, 31, 3).astype(dtype)        # one word, the last, never occurs
    before = C.copy()
    assert_allclose(ppmi(C), ppmi_with_loops(C), rtol=1e-6)
    assert_array_equal(C, before)


def test_ppmi_smoothing_and_shift_by_their_definition():
    corpus = np.random.default_rng(0).integers(0, 5, 60)
    C = create_co_matrix(corpus, 5, 2)
    P, words, smooth = C / C.sum(), C.sum(1) / C.sum(), C.sum(0) ** 0.75 / (C.sum(0) ** 0.75).sum()
    with np.errstate(divide="ignore"):
        expected = np.maximum(np.log2(P / np.outer(words, smooth)) - np.log2(1.1), 0)
    assert 0 < np.count_nonzero(expected) < 25
    assert_allclose(ppmi(C, alpha=0.75, shift=1.1), expected, atol=1e-6)


def test_ppmi_verbose_tells_what_it_found(capsys):
    ppmi(np.array([[0, 1], [1, 0]]), verbose=True)
    assert "2 of 4 pairs" in capsys.readouterr().out


def decaying(shape, rng, dtype=float):
    """A matrix whose singular values fall as 1/sqrt(rank), as those of PPMI matrices do."""
    U, V = (np.linalg.qr(rng.standard_normal((n, min(shape))))[0] for n in shape)
    return (U * np.arange(1, min(shape) + 1) ** -0.5 @ V.T).astype(dtype)


@pytest.mark.parametrize("shape", [(400, 400), (350, 500), (12, 7)])
def test_svd_equals_the_exact_one(shape):
    W = decaying(shape, np.random.default_rng(0))
    k = 5
    U, S, Vt = truncated_svd(W, k, rng=0)
    exact = np.linalg.svd(W)[1][:k]
    assert U.shape == (shape[0], k) and S.shape == (k,) and Vt.shape == (k, shape[1])
    assert_allclose(S, exact, rtol=1e-8)
    assert_allclose(U.T @ U, np.eye(k), atol=1e-8)
    assert_allclose(Vt @ Vt.T, np.eye(k), atol=1e-8)
    assert_allclose(W @ Vt.T, U * S, atol=1e-4)


def test_svd_of_a_matrix_of_low_rank_gives_it_back():
    rng = np.random.default_rng(0)
    W = rng.standard_normal((200, 3)) @ rng.standard_normal((3, 150))
    U, S, Vt = truncated_svd(W, 3, rng=1)
    assert_allclose(U * S @ Vt, W, atol=1e-9)


def test_svd_in_float32_keeps_small_singular_values():
    W = np.diag(10.0 ** -np.arange(0, 6, 0.01)).astype("f")  # six decades: nearly float32's all
    U, S, Vt = truncated_svd(W, 100, n_iter=5, rng=0)
    assert U.dtype == S.dtype == Vt.dtype == np.float32
    assert_allclose(S, np.diag(W)[:100], rtol=1e-3)
    assert_allclose(U.T @ U, np.eye(100), atol=1e-5)


@pytest.mark.parametrize("dtype", ["f", "d"])
@pytest.mark.parametrize("kind", ["of rank 3", "smooth"])
def test_svd_where_the_iterations_find_all_there_is_before_they_end(kind, dtype):
    rng, x = np.random.default_rng(0), np.linspace(0, 1, 400)
    W = rng.standard_normal((400, 3)) @ rng.standard_normal((3, 400)) if kind == "of rank 3" \
        else np.exp(-20 * (x[:, None] - x) ** 2)
    U, S, Vt = truncated_svd(W.astype(dtype), 5, rng=0)
    exact = np.linalg.svd(W)[1][:5]
    assert_allclose(S, exact, atol=1e-5 * exact[0])
    assert_allclose(U.T @ U, np.eye(5), atol=1e-5)


@pytest.mark.parametrize("n_iter", [0, 1, 3])
def test_svd_with_few_iterations_still_has_k_values(n_iter):
    W = decaying((700, 700), np.random.default_rng(0))
    U, S, Vt = truncated_svd(W, 60, n_iter=n_iter, rng=0)
    assert U.shape == (700, 60) and Vt.shape == (60, 700)
    assert np.all(np.diff(S) <= 0) and S[0] == pytest.approx(1, rel=0.05)


def test_svd_repeats_with_its_seed_and_fixes_signs():
    W = decaying((300, 300), np.random.default_rng(0))
    for a, b in zip(truncated_svd(W, 4, rng=5), truncated_svd(W, 4, rng=5)):
        assert_array_equal(a, b)
    U, V = truncated_svd(W, 4, rng=5)[0], truncated_svd(-W, 4, rng=6)[0]
    for vectors in (U, V):
        assert np.all(vectors[np.abs(vectors).argmax(0), range(4)] > 0)


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("scale, dtype", [
    (1, "e"), (1e25, "f"), (1e-25, "f"), (1e30, "f"), (1e200, "d"), (1e-200, "d")])
def test_svd_of_numbers_of_any_size_with_zero_rows_and_equal_rows(scale, dtype, sparse):
    W = decaying((400, 400), np.random.default_rng(0))
    W /= np.abs(W).max()
    W[5], W[7] = W[9], 0                                     # two equal rows, a row of zeros
    exact = np.linalg.svd(W)[1][:4]
    W = (W * scale).astype(dtype)
    if sparse:
        W = SparseMatrix.from_cells(W.shape, np.arange(W.size), W.reshape(-1))
    U, S, Vt = truncated_svd(W, 4, rng=0)
    assert U.dtype == S.dtype == Vt.dtype == np.dtype(dtype if dtype != "e" else "f")
    assert_allclose(S, (exact * scale).astype(S.dtype), rtol=1e-3)
    assert_allclose(U.T @ U, np.eye(4), atol=1e-5)
    assert_allclose(Vt @ Vt.T, np.eye(4), atol=1e-5)
    assert_allclose(U[5], U[9], atol=1e-5)
    assert_allclose(U[7], 0, atol=1e-5)


@pytest.mark.parametrize("sparse", [False, True])
def test_svd_of_nothing_has_only_zeros(sparse):
    W = np.zeros((400, 400), np.float16)
    if sparse:
        W = SparseMatrix.from_cells(W.shape, np.zeros(0, int), np.zeros(0, np.float16))
    U, S, Vt = truncated_svd(W, 4, rng=0)
    assert_array_equal(S, 0)
    assert_allclose(U.T @ U, np.eye(4), atol=1e-6)


@pytest.mark.parametrize("scale, dtype", [(1, "e"), (1e25, "f"), (1e-25, "f"), (1e-25, "d")])
@pytest.mark.parametrize("alpha", [1.0, 0.75])
def test_ppmi_does_not_depend_on_the_unit_of_counts(scale, dtype, alpha):
    C = np.array([[0, 3, 1], [3, 0, 0], [0, 0, 0]])
    assert_allclose(ppmi((C * scale).astype(dtype), alpha=alpha), ppmi(C, alpha=alpha), rtol=1e-6)


def test_ppmi_takes_row_sums_for_words_and_column_sums_for_contexts():
    C = np.array([[1.0, 4], [2, 8]])                         # a product of its sums: by chance
    assert_allclose(ppmi(C), 0, atol=1e-6)


@pytest.mark.parametrize("call, message", [
    (lambda: create_co_matrix([0, 1], 2, 0), "window_size must be 1 or more"),
    (lambda: create_co_matrix([0, 2], 2), r"ids must lie in 0\.\.1.*got 0\.\.2"),
    (lambda: create_co_matrix([-1, 1], 2), "ids must lie"),
    (lambda: create_co_matrix([], 2), "at least one id"),
    (lambda: create_co_matrix([0.0, 1.0], 2), "integer ids"),
    (lambda: create_co_matrix([[0], [1]], 2), "at least one id"),
    (lambda: ppmi(np.ones((2, 3))), "square"),
    (lambda: ppmi(np.array([[0, np.nan], [1, 0]])), "NaN"),
    (lambda: ppmi(np.array([[0, np.inf], [1, 0]])), "inf"),
    (lambda: ppmi(np.array([[0, -1], [1, 0]])), "negative"),
    (lambda: ppmi(np.eye(2), shift=0), "shift"),
    (lambda: truncated_svd(np.full((3, 3), np.nan), 1), "NaN"),
    (lambda: truncated_svd(np.ones((3, 4)), 4), r"1\.\.3"),
    (lambda: truncated_svd(np.ones((3, 4)), 0), r"1\.\.3"),
    (lambda: truncated_svd(np.ones(3), 1), r"W \(V, C\), got \(3,\)"),
    (lambda: truncated_svd(np.ones((90, 90)), 30, n_iter=1, block=10), r"block \* \(n_iter \+ 1\)"),
])
def test_bad_input_is_told(call, message):
    with pytest.raises(InputError, match=message):
        call()
