"""The book's `common.util`, in parts; each name of it can be imported from here."""

from common.np import to_cpu, to_gpu
from common.util.answers import eval_seq2seq
from common.util.counts import create_co_matrix, ppmi, truncated_svd
from common.util.gradients import clip_grads, find_shared, remove_duplicate
from common.util.perplexity import eval_perplexity
from common.util.similarity import analogy, cos_similarity, most_similar, normalize
from common.util.text import convert_one_hot, create_contexts_target, preprocess

__all__ = ["analogy", "clip_grads", "convert_one_hot", "cos_similarity", "create_co_matrix",
           "create_contexts_target", "eval_perplexity", "eval_seq2seq", "find_shared",
           "most_similar", "normalize", "ppmi", "preprocess", "remove_duplicate", "to_cpu",
           "to_gpu", "truncated_svd"]
