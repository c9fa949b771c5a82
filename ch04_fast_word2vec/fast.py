"""word2vec as fast as in C (CBOW half as fast): stretches of the corpus at a time, in a few large products (section 4.4).

The layered models look a word up again for every pair it is in. Here a chunk of consecutive tokens is taken, each token's
two rows are gathered once, and all pairs within the chunk are scored together:

    blocks of B tokens meet the B + 2w tokens around them, X (B, D) times Y^T (D, B + 2w), and a mask, the band, keeps
    the pairs that stand within each other's window;
    all tokens of the chunk share S negatives, whose scores are one product too, X (T, D) times N^T (D, S); each counts
    K / S, so that a pair has the weight of K negatives in all (Ji, Satish, Li and Dubey 2016, arXiv 1604.04661).

A chunk adds up hundreds of updates of 'the' that all start from the same old row: plain SGD jumps by their sum, and
diverges. So each row has one AdaGrad scale: h[row] grows by the mean square of its summed gradient g, and the step is
lr g / sqrt(h). However many pairs g sums, the step's numbers are lr at most (in root mean square, at the first step) and
shrink from there, whatever the size of the chunk.
"""

import numpy as np

from common.base_model import BaseModel
from common.errors import InputError
from common.negative_sampling import UnigramSampler
from common.row_grad import RowSums
from common.util.counts import check_corpus

BLOCK = 32                   # B: a larger block wastes cells outside the band, a smaller one makes small products


class FastWord2vec(BaseModel):
    """CBOW or skip-gram with negative sampling over chunks of consecutive tokens.

    model: 'cbow' or 'skipgram'. window_size: w; each token draws its own window from 1..w.
    sample_size: K; shared: S negatives for each chunk of `chunk` tokens. subsample: a word of frequency f is passed over
    with probability 1 - sqrt(subsample / f); 0 keeps all. `word_vecs` is W_in (V, D). Pairs do not reach across chunks.
    """

    def __init__(self, vocab_size, hidden_size, window_size, corpus, *, model="skipgram", sample_size=5, shared=64,
                 chunk=2048, subsample=0.0, rng=None, dtype=np.float32):
        self.corpus = np.asarray(corpus)
        check_corpus(self.corpus, vocab_size)
        if model not in ("cbow", "skipgram"):
            raise InputError(f"model must be 'cbow' or 'skipgram', got '{model}'")
        if not 1 <= window_size <= BLOCK // 2:
            raise InputError(f"window_size must lie in 1..{BLOCK // 2}, got {window_size}")
        self.model, self.window_size, self.sample_size, self.shared = model, window_size, sample_size, shared
        self.chunk, self.subsample = chunk, subsample
        self.rng = np.random.default_rng(rng)
        self.sampler = UnigramSampler(self.corpus, 0.75, 1, rng=self.rng)
        self.W_in = ((self.rng.random((vocab_size, hidden_size)) - 0.5) / hidden_size).astype(dtype)
        self.W_out = np.zeros((vocab_size, hidden_size), dtype)
        self.h_in, self.h_out = np.zeros(vocab_size, dtype), np.zeros(vocab_size, dtype)
        self.params, self.param_names = [self.W_in, self.W_out, self.h_in, self.h_out], ("W_in", "W_out", "h_in", "h_out")
        self.band, self.tokens = Band(window_size), None     # tokens: of this epoch

    @property
    def word_vecs(self):
        return self.W_in

    def tables(self):
        """What training goes on from, by name: W_in, W_out and the scale of each of their rows."""
        return self.named_params()

    def start_from(self, tables):
        """Take over rows that were learned before (section 3.5.3); words with higher ids start new.

        tables: as from tables(), for the first ids. Old rows keep their scales, so that new text moves them little, while
        new rows, whose scales are 0, move at once to where they belong. W_in alone will do, but then old rows have no
        scales either, and move like new ones.
        """
        for name, table in self.tables().items():
            if name in tables:
                old = np.asarray(tables[name])
                if old.shape[1:] != table.shape[1:] or len(old) != len(tables["W_in"]) or len(old) > len(table):
                    raise InputError(f"{name} of shape {old.shape} does not fit into {table.shape}: take the hidden size "
                                     "of the vectors to continue from")
                if old.dtype.kind != "f" or not np.isfinite(old).all():
                    raise InputError(f"{name} of the vectors to continue from holds something else than finite numbers")
                table[:len(old)] = old

    def begin_epoch(self):
        """Draw the tokens of an epoch; returns the number of chunks."""
        self.tokens = self._subsampled()
        return -(-len(self.tokens) // self.chunk)

    def train_step(self, k, lr):
        """Train on chunk k of the epoch; its summed loss and number of pairs for every fiftieth, else None."""
        return self.step(self.tokens[k * self.chunk:(k + 1) * self.chunk], lr, with_loss=k % 50 == 0)

    def _subsampled(self):
        if not self.subsample:
            return self.corpus
        frequency = np.bincount(self.corpus) / len(self.corpus)
        kept = np.sqrt(self.subsample / np.maximum(frequency, 1e-12))
        tokens = self.corpus[self.rng.random(len(self.corpus)) < kept[self.corpus]]
        if not len(tokens):
            raise InputError(f"subsample {self.subsample} leaves no word of {len(self.corpus):,}: take a larger one, or 0")
        return tokens

    def step(self, ids, lr, *, with_loss=True):
        """Train on one chunk of ids (T,); returns its summed loss and number of pairs (CBOW: of tokens), or None."""
        windows = self.rng.integers(1, self.window_size + 1, len(ids))
        negative, times = np.unique(self.sampler.draw(self.shared), return_counts=True)
        weight = times * (self.sample_size / self.shared)
        loss, pairs, grad_in, grad_out = self.gradients(ids, windows, negative, weight, with_loss=with_loss)
        self._update(self.W_in, self.h_in, *grad_in, lr)
        self._update(self.W_out, self.h_out, *grad_out, lr)
        return (loss, pairs) if with_loss else None

    @staticmethod
    def _update(W, h, ids, g, lr):
        scale = h[ids] + np.einsum("rd,rd->r", g, g) / g.shape[1]                 # (R,)
        h[ids] = scale
        W[ids] -= g * (lr / np.sqrt(scale + 1e-12)).astype(g.dtype)[:, None]

    def gradients(self, ids, windows, negative, weight, *, with_loss=True):
        """(loss, pairs, (ids, rows) of dW_in, (ids, rows) of dW_out), summed over all pairs of a chunk.

            skip-gram   L = sum over pairs (t, c) of ( -log s(X_t . Y_c) - sum_k weight_k log s(-X_t . N_k) )
            CBOW        L = sum over t of            ( -log s(h_t . Y_t) - sum_k weight_k log s(-h_t . N_k) )

        with X = W_in[ids], Y = W_out[ids], N = W_out[negative], s the sigmoid, and h_t the mean of X_c over the window
        of t. ids, windows: (T,); negative: (S,) distinct and rising; weight: (S,). A negative that is a right answer for
        t (one of its neighbours; for CBOW t itself) does not count for t. The loss costs as much as the rest: None without
        with_loss.
        """
        X, Y, N = (table.take(rows, axis=0) for table, rows in
                   ((self.W_in, ids), (self.W_out, ids), (self.W_out, negative)))            # (T, D), (T, D), (S, D)
        mask = self.band.pairs(windows)                      # (blocks, B, B + 2w)
        if self.model == "skipgram":
            h, pairs = X, mask.sum(axis=2).reshape(-1, 1)[:len(ids)].astype(X.dtype)         # (T, D), (T, 1)
            scores = self.band.products(X, Y)                # (blocks, B, B + 2w)
            right = scores[mask]                             # (all pairs,)
            G = np.zeros_like(scores)
            G[mask] = minus_sigmoid(right)
            dh, dY = self.band.times(G, Y), self.band.transposed_times(G, X)      # both (T, D)
        else:
            A = mask.astype(X.dtype)
            sizes = A.sum(axis=2, keepdims=True)
            A /= np.maximum(sizes, 1)                        # each row a mean; of nothing, where a token is alone
            h, pairs = self.band.times(A, X), np.minimum(sizes, 1).reshape(-1, 1)[:len(ids)]
            right = np.einsum("td,td->t", h, Y)              # (T,)
            g = minus_sigmoid(right)[:, None]                # alone: h and A are 0, and so is all that g is multiplied by
            right = right[pairs[:, 0] > 0]
            dh, dY = g * Y, g * h
        minus_scores = h @ -N.T                              # (T, D) (D, S) -> (T, S)
        wrong = self._right_answers(ids, mask, negative)     # cells that do not count: right answers among the negatives
        weight = weight[:, None].astype(X.dtype)             # (S, 1)
        loss = None
        if with_loss:
            losses = np.logaddexp(0, -minus_scores)
            losses[wrong] = 0
            loss = float(np.sum(np.logaddexp(0, -right)) + np.sum(pairs * (losses @ weight)))
        g = sigmoid_of_minus(minus_scores)
        g[wrong] = 0
        if self.model == "skipgram":                         # as often as t asks; CBOW asks once, or h is 0
            dh += pairs * (g @ (weight * N))                 # (T, S) (S, D)
            dN = weight * ((pairs * h).T @ g).T              # (D, T) (T, S) -> (S, D)
        else:
            dh += g @ (weight * N)
            dN = weight * (h.T @ g).T
        dX = dh if self.model == "skipgram" else self.band.transposed_times(A, dh)
        sums = RowSums(ids)
        return loss, len(right), (sums.ids, sums.of(dX)), join(sums.ids, sums.of(dY), negative, dN)

    def _right_answers(self, ids, mask, negative):
        """(t, k): where negative k is a right answer for token t."""
        column = np.minimum(np.searchsorted(negative, ids), len(negative) - 1)    # (T,), which negative each token
        is_negative = negative[column] == ids                                     # would be, and whether it is
        if self.model == "cbow":
            t = c = np.flatnonzero(is_negative)
        else:
            t, c = self.band.neighbours(mask, is_negative)
        return t, column[c]


class Band:
    """The pairs of tokens within a window of each other, as blocks: B tokens against the B + 2w around them."""

    def __init__(self, window_size):
        self.w = window_size
        offset = np.arange(BLOCK + 2 * self.w) - self.w - np.arange(BLOCK)[:, None]          # (B, B + 2w)
        self.distance = np.where(offset == 0, BLOCK, np.abs(offset)).astype(np.int8)         # no token is its own neighbour

    def pairs(self, windows):
        """mask (blocks, B, B + 2w): whether a token has another one in its window. windows: (T,)"""
        blocks = -(-len(windows) // BLOCK)
        near = np.zeros((blocks, BLOCK, 1), np.int8)
        near.reshape(-1)[:len(windows)] = windows
        mask = self.distance <= near
        mask &= self._around(np.ones((len(windows), 1), bool))[:, None, :, 0]     # nobody beyond the ends of the chunk
        return mask

    def neighbours(self, mask, wanted):
        """(t, c): the pairs of `mask` whose neighbour c is wanted (T,), as positions in the chunk."""
        block, row, column = np.nonzero(mask & self._around(wanted[:, None])[:, None, :, 0])
        return block * BLOCK + row, block * BLOCK + column - self.w

    def products(self, X, Y):
        """X_t . Y_c of all pairs of a block: (T, D), (T, D) -> (blocks, B, B + 2w)."""
        return np.matmul(self._blocks(X), self._around(Y).transpose(0, 2, 1))

    def times(self, G, Y):
        """sum_c G_tc Y_c: (blocks, B, B + 2w), (T, D) -> (T, D)."""
        return np.matmul(G, self._around(Y)).reshape(-1, Y.shape[1])[:len(Y)]

    def transposed_times(self, G, X):
        """sum_t G_tc X_t: (blocks, B, B + 2w), (T, D) -> (T, D)."""
        parts = np.matmul(G.transpose(0, 2, 1), self._blocks(X))                  # (blocks, B + 2w, D)
        out = np.zeros((len(parts) + 1, BLOCK, X.shape[1]), X.dtype)              # from w tokens before the first on
        out[:-1] = parts[:, :BLOCK]
        out[1:, :2 * self.w] += parts[:, BLOCK:]
        return out.reshape(-1, X.shape[1])[self.w:self.w + len(X)]

    def _blocks(self, X):
        """(T, D) -> (blocks, B, D), zeros after the end."""
        blocks = -(-len(X) // BLOCK)
        if len(X) < blocks * BLOCK:
            X = np.concatenate([X, np.zeros((blocks * BLOCK - len(X), X.shape[1]), X.dtype)])
        return X.reshape(blocks, BLOCK, -1)

    def _around(self, Y):
        """(T, D) -> (blocks, B + 2w, D): each block with the w tokens before and after it, zeros beyond the ends; a view."""
        blocks = -(-len(Y) // BLOCK)
        padded = np.zeros((blocks * BLOCK + 2 * self.w, Y.shape[1]), Y.dtype)
        padded[self.w:self.w + len(Y)] = Y
        step, inner = padded.strides
        return np.lib.stride_tricks.as_strided(padded, (blocks, BLOCK + 2 * self.w, Y.shape[1]), (BLOCK * step, step, inner))


def join(ids, rows, more_ids, more_rows):
    """The union of two lists of distinct ids, the first of them rising, with the rows of each; those of both are added."""
    place = np.minimum(np.searchsorted(ids, more_ids), len(ids) - 1)
    known = ids[place] == more_ids
    rows[place[known]] += more_rows[known]
    return np.concatenate([ids, more_ids[~known]]), np.concatenate([rows, more_rows[~known]])


def sigmoid_of_minus(x):
    """1 / (1 + e^x), computed in the array x itself; above 80, where float32 would overflow, as at 80."""
    np.minimum(x, 80, out=x)
    np.exp(x, out=x)
    x += 1
    return np.reciprocal(x, out=x)


def minus_sigmoid(score):
    """s(score) - 1 = -1 / (1 + e^score), the gradient of -log s(score)."""
    return -sigmoid_of_minus(score.copy())
