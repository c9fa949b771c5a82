"""The book's `common.util`, in parts: every name of it can be imported from here, `from common.util import ppmi`."""

from common.util.counts import create_co_matrix, ppmi, truncated_svd
from common.util.similarity import cos_similarity, most_similar
from common.util.text import preprocess

__all__ = ["cos_similarity", "create_co_matrix", "most_similar", "ppmi", "preprocess", "truncated_svd"]
