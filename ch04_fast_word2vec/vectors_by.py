"""Word vectors (V, D) of a corpus by each method, with its usual settings (section 4.4.2)."""

from ch03_word2vec.glove import GloVe, PairBatches, weighted_pairs
from ch04_fast_word2vec.chunks import ChunkBatches
from ch04_fast_word2vec.fast import FAST
from ch04_fast_word2vec.training import fit_fast
from common.optimizer import RowAdaGrad
from common.trainer import Trainer
from common.util import create_co_matrix, ppmi, truncated_svd


def by_counts(corpus, vocab_size, D, max_epoch, seed):
    """U S^0.5 of the PPMI of neighbours within 2 words; nothing is trained."""
    k = max(1, min(D, vocab_size // 2))
    U, S, _ = truncated_svd(ppmi(create_co_matrix(corpus, vocab_size, 2)), k, rng=seed)
    return U * S ** 0.5


def by_word2vec(model):
    """A function that trains the fast 'cbow' or 'skipgram', window 3."""
    def train(corpus, vocab_size, D, max_epoch, seed):
        fast = FAST[model](vocab_size, D, 3, corpus, rng=seed)
        fit_fast(fast, ChunkBatches(corpus), max_epoch, verbose=False)
        return fast.word_vecs
    return train


def by_glove(corpus, vocab_size, D, max_epoch, seed):
    """GloVe, window 10."""
    model = GloVe(vocab_size, D, rng=seed)
    batches = PairBatches(*weighted_pairs(corpus, vocab_size, 10))
    for _ in Trainer(model, RowAdaGrad(0.05), rng=seed).over(batches, max_epoch, verbose=False):
        pass
    return model.word_vecs


MODELS = {"counts": by_counts, "cbow": by_word2vec("cbow"), "skipgram": by_word2vec("skipgram"),
          "glove": by_glove}
