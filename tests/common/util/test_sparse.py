"""The sparse form gives what the dense form gives."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.util import create_co_matrix, ppmi, truncated_svd
from common.util.counts import count_pairs, merge
from common.util.sparse import SparseMatrix


@pytest.fixture
def corpus():
    return np.random.default_rng(0).zipf(1.3, 3000) % 500


def test_counts_are_equal(corpus):
    for window_size in (1, 3):
        sparse = create_co_matrix(corpus, 501, window_size, sparse=True)
        assert_array_equal(sparse.toarray(), create_co_matrix(corpus, 501, window_size))
        assert sparse.dtype == np.int32 and np.all(sparse.data > 0)


@pytest.mark.parametrize("chunk", [1, 7, 100, 2999, 3000, 5000])
def test_counting_in_chunks_changes_nothing(corpus, chunk):
    whole, parts = count_pairs(corpus, 501, 4), count_pairs(corpus, 501, 4, chunk=chunk)
    for a, b in zip(whole, parts):
        assert_array_equal(a, b)


def test_ppmi_is_equal(corpus):
    dense, sparse = (create_co_matrix(corpus, 501, 2, sparse=form) for form in (False, True))
    for options in ({}, {"alpha": 0.75, "shift": 2.0}):
        M = ppmi(sparse, **options)
        assert_array_equal(M.toarray(), ppmi(dense, **options))
        assert M.dtype == np.float32 and np.all(M.data > 0)


def test_svd_is_equal(corpus):
    M = ppmi(create_co_matrix(corpus, 501, 2, sparse=True))
    assert np.all(np.diff(M.T.rows * 501 + M.T.columns) > 0)  # columns rise within rows
    for a, b in zip(truncated_svd(M, 10, rng=0), truncated_svd(M.toarray(), 10, rng=0)):
        assert_allclose(a, b, atol=2e-3)
    exact = np.linalg.svd(M.toarray())[1]
    assert_allclose(truncated_svd(M, 300)[1], exact[:300], rtol=1e-4)


def test_products_and_transpose():
    rng = np.random.default_rng(0)
    dense = rng.standard_normal((6, 9)) * (rng.random((6, 9)) < 0.4)
    dense[2] = 0                                             # a row and a column without values
    dense[:, 5] = 0
    cells = np.flatnonzero(dense)
    sparse = SparseMatrix.from_cells(dense.shape, cells, dense.reshape(-1)[cells])
    assert_array_equal(sparse.toarray(), dense)
    assert_array_equal(sparse.T.toarray(), dense.T)
    assert_array_equal(sparse.T.T.toarray(), dense)
    x, y = rng.standard_normal((9, 3)), rng.standard_normal((6, 3))
    assert_allclose(sparse @ x, dense @ x)
    assert_allclose(sparse.T @ y, dense.T @ y)
    assert (sparse.astype("f") @ x.astype("f")).dtype == np.float32


def test_merge_adds_the_counts_of_cells_in_both():
    cells, counts = merge(*map(np.array, ([1, 4], [2, 1], [0, 4, 7], [5, 3, 1])))
    assert_array_equal(cells, [0, 1, 4, 7])
    assert_array_equal(counts, [5, 2, 4, 1])
