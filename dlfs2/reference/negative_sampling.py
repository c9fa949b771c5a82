"""Negative sampling: yes-or-no questions in place of a softmax over all words (section 4.2)."""

import collections

import numpy as np

from dlfs2.reference.layers import Embedding, SigmoidWithLoss


class EmbeddingDot:
    """Section 4.2.4. W (V, H); h (N, H), idx (N,) -> (N,)."""

    def __init__(self, W):
        self.embed = Embedding(W)
        self.params = self.embed.params
        self.grads = self.embed.grads
        self.cache = None

    def forward(self, h, idx):
        """out[n] = h[n] . W[idx_n]."""
        target_W = self.embed.forward(idx)         # (N, H)
        out = np.sum(target_W * h, axis=1)         # (N,)
        self.cache = h, target_W
        return out

    def backward(self, dout):
        """dh[n] = dout[n] W[idx_n]; W[idx_n] gets dout[n] h[n]."""
        h, target_W = self.cache
        dout = dout.reshape(-1, 1)                 # (N, 1)
        dtarget_W = dout * h                       # (N, H)
        self.embed.backward(dtarget_W)
        dh = dout * target_W
        return dh


class UnigramSampler:
    """Section 4.2.6: P(w) = count(w)^power / sum of count^power."""

    def __init__(self, corpus, power, sample_size):
        self.sample_size = sample_size
        counts = collections.Counter()
        for word_id in corpus:
            counts[int(word_id)] += 1
        self.vocab_size = len(counts)

        self.word_p = np.zeros(self.vocab_size)
        for i in range(self.vocab_size):
            self.word_p[i] = counts[i]
        self.word_p = self.word_p ** power
        self.word_p /= np.sum(self.word_p)

    def get_negative_sample(self, target):
        """For each of target (N,) sample_size other words, all different: (N, sample_size)."""
        batch_size = target.shape[0]
        negative_sample = np.zeros((batch_size, self.sample_size), dtype=np.int32)
        for i in range(batch_size):
            p = self.word_p.copy()
            p[target[i]] = 0                       # the right word is no negative
            p /= p.sum()
            negative_sample[i] = np.random.choice(self.vocab_size, size=self.sample_size,
                                                  replace=False, p=p)
        return negative_sample


class NegativeSamplingLoss:
    """Sections 4.2.5 and 4.2.7. W (V, H); h (N, H), target (N,) -> a number."""

    def __init__(self, W, corpus, power=0.75, sample_size=5):
        self.sample_size = sample_size
        self.sampler = UnigramSampler(corpus, power, sample_size)
        self.loss_layers = []
        self.embed_dot_layers = []
        for _ in range(sample_size + 1):           # the first is for the right word
            self.loss_layers.append(SigmoidWithLoss())
            self.embed_dot_layers.append(EmbeddingDot(W))

        self.params = []
        self.grads = []
        for layer in self.embed_dot_layers:
            self.params += layer.params
            self.grads += layer.grads

    def forward(self, h, target):
        """L = -1/N sum_n (log sigmoid(h . W[target]) + sum_k log sigmoid(-h . W[negative_k]))."""
        batch_size = target.shape[0]
        negative_sample = self.sampler.get_negative_sample(target)     # (N, sample_size)

        score = self.embed_dot_layers[0].forward(h, target)            # (N,)
        correct_label = np.ones(batch_size, dtype=np.int32)
        loss = self.loss_layers[0].forward(score, correct_label)

        negative_label = np.zeros(batch_size, dtype=np.int32)
        for i in range(self.sample_size):
            negative_target = negative_sample[:, i]                    # (N,)
            score = self.embed_dot_layers[1 + i].forward(h, negative_target)
            loss += self.loss_layers[1 + i].forward(score, negative_label)
        return loss

    def backward(self, dout=1):
        """dh = sum of the dh of all sample_size + 1 questions."""
        dh = 0
        for loss_layer, embed_dot_layer in zip(self.loss_layers, self.embed_dot_layers):
            dscore = loss_layer.backward(dout)     # (N,)
            dh += embed_dot_layer.backward(dscore)                     # (N, H)
        return dh
