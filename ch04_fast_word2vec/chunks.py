"""A corpus in chunks of consecutive tokens, frequent words subsampled (section 4.4)."""

import numpy as np

from common.batches import fingerprint
from common.errors import InputError

LOSS_EVERY = 100             # chunks: the loss costs as much as the rest of a step


class ChunkBatches:
    """Chunks of a corpus in its order, the last one shorter; pairs do not reach across them.

    corpus: (N,) ids. subsample: a token of frequency f is discarded with probability
    1 - sqrt(subsample / f) (Mikolov et al. 2013, equation 5); 0 keeps all.
    """

    def __init__(self, corpus, chunk=512, subsample=0.0, seed=0):
        if chunk < 2:
            raise InputError(f"a chunk needs 2 tokens or more, to have pairs, got {chunk}")
        self.corpus, self.chunk = np.asarray(corpus), chunk
        self.subsample, self.seed = subsample, seed
        self.iterations = -(-len(self.corpus) // chunk)
        counts = np.bincount(self.corpus)
        frequency = np.maximum(counts, 1) / len(self.corpus)
        self.kept = np.minimum(np.sqrt(subsample / frequency), 1)                # (V,)
        if subsample and counts @ self.kept < 1:
            raise InputError(f"subsample {subsample} leaves no word of {len(self.corpus):,}: take "
                             "a larger one, or 0")

    def settings(self):
        return {"chunk": self.chunk, "subsample": self.subsample, "data": fingerprint(self.corpus)}

    def get(self, epoch, iteration):
        """(ids of one chunk, whether its loss is wanted)."""
        ids = self.corpus[iteration * self.chunk:(iteration + 1) * self.chunk]
        if self.subsample:
            rng = np.random.default_rng([self.seed, epoch, iteration])
            ids = ids[rng.random(len(ids)) < self.kept[ids]]
        return ids, iteration % LOSS_EVERY == 0
