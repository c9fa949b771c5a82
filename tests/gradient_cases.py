"""Every layer and model with inputs for it, in float64: the cases of the gradient test and of the gradient table.

A case is a name and a function of a Generator that returns (layer, inputs) or (layer, inputs, options of forward).
"""

import numpy as np

from ch03_word2vec.simple_cbow import SimpleCBOW
from ch03_word2vec.simple_skip_gram import SimpleSkipGram
from ch04_fast_word2vec.cbow import CBOW
from ch04_fast_word2vec.skip_gram import SkipGram
from common.layers import (
    Affine,
    Dropout,
    Embedding,
    EmbeddingMean,
    MatMul,
    Sigmoid,
    SigmoidWithLoss,
    Softmax,
    SoftmaxWithLoss,
)
from common.negative_sampling import EmbeddingDot, NegativeSamplingLoss
from common.time_layers import RNN, TimeRNN

CASES = {}


def case(name):
    """Enter the function below under this name."""
    def enter(build):
        CASES[name] = build
        return build
    return enter


def one_hot(ids, width):
    return np.eye(width, dtype=int)[ids]


@case("MatMul")
def _(rng):
    return MatMul(rng.standard_normal((4, 3))), [rng.standard_normal((5, 4))]


@case("MatMul, 3 axes")
def _(rng):
    return MatMul(rng.standard_normal((4, 3))), [rng.standard_normal((2, 5, 4))]


@case("MatMul, large (random directions)")
def _(rng):
    return MatMul(rng.standard_normal((40, 30))), [rng.standard_normal((20, 40))]


@case("Affine")
def _(rng):
    return Affine(rng.standard_normal((4, 3)), rng.standard_normal(3)), [rng.standard_normal((5, 4))]


@case("Sigmoid")
def _(rng):
    return Sigmoid(), [rng.standard_normal((5, 4))]


@case("Softmax")
def _(rng):
    return Softmax(), [rng.standard_normal((5, 4))]


@case("Softmax, 3 axes")
def _(rng):
    return Softmax(), [rng.standard_normal((2, 3, 4))]


@case("SoftmaxWithLoss, ids")
def _(rng):
    return SoftmaxWithLoss(), [rng.standard_normal((5, 4)), rng.integers(0, 4, 5)]


@case("SoftmaxWithLoss, one-hot")
def _(rng):
    return SoftmaxWithLoss(), [rng.standard_normal((5, 4)), one_hot(rng.integers(0, 4, 5), 4)]


@case("SoftmaxWithLoss, weights that do not sum to one")
def _(rng):
    return SoftmaxWithLoss(), [rng.standard_normal((5, 4)), rng.integers(0, 4, (5, 4))]


@case("SigmoidWithLoss")
def _(rng):
    return SigmoidWithLoss(), [rng.standard_normal(6), rng.integers(0, 2, 6)]


@case("Dropout, training")
def _(rng):
    return Dropout(0.3, rng=rng), [rng.standard_normal((5, 4))]


@case("Dropout, evaluation")
def _(rng):
    return Dropout(0.3, rng=rng), [rng.standard_normal((5, 4))], {"train_flg": False}


def words(rng, *shape, vocab_size=6):
    """Ids with repetitions, every one of the vocabulary among them where they suffice."""
    return rng.permutation(np.resize(np.arange(vocab_size), np.prod(shape, dtype=int))).reshape(shape)


for sparse in (False, True):
    form = "sparse" if sparse else "dense"

    @case(f"Embedding, {form}")
    def _(rng, sparse=sparse):
        return Embedding(rng.standard_normal((6, 3)), sparse=sparse), [words(rng, 5, 2)]

    @case(f"EmbeddingMean, {form}")
    def _(rng, sparse=sparse):
        return EmbeddingMean(rng.standard_normal((6, 3)), sparse=sparse), [words(rng, 5, 2)]

    @case(f"EmbeddingDot, {form}")
    def _(rng, sparse=sparse):
        return EmbeddingDot(rng.standard_normal((6, 3)), sparse=sparse), [rng.standard_normal((8, 3)), words(rng, 8)]

    @case(f"EmbeddingDot, several words, {form}")
    def _(rng, sparse=sparse):
        return EmbeddingDot(rng.standard_normal((6, 3)), sparse=sparse), [rng.standard_normal((5, 3)), words(rng, 5, 4)]

    @case(f"NegativeSamplingLoss, {form}")
    def _(rng, sparse=sparse):
        layer = NegativeSamplingLoss(rng.standard_normal((6, 3)), words(rng, 20), sample_size=3, sparse=sparse, rng=rng)
        return layer, [rng.standard_normal((5, 3)), words(rng, 5)]

    for Model in (CBOW, SkipGram):
        @case(f"{Model.__name__}, {form}")
        def _(rng, sparse=sparse, Model=Model):
            model = Model(6, 3, 2, words(rng, 20), sample_size=3, sparse=sparse, rng=rng, dtype=float)
            for p in model.params:
                p *= 100                                     # from 0.01 to 1: gradients of ordinary size
            return model, [words(rng, 5, 4), words(rng, 5)]


for Model in (SimpleCBOW, SimpleSkipGram):
    @case(Model.__name__)
    def _(rng, Model=Model):
        model = Model(6, 3, rng=rng, dtype=float)
        for p in model.params:
            p *= 100
        return model, [one_hot(words(rng, 5, 2), 6), one_hot(words(rng, 5), 6)]


@case("RNN")
def _(rng):
    D, H = 3, 4
    return RNN(*rnn_weights(rng, D, H)), [rng.standard_normal((2, D)), rng.standard_normal((2, H))]


for stateful in (False, True):
    @case(f"TimeRNN{', stateful' if stateful else ''}")
    def _(rng, stateful=stateful):
        D, H = 3, 4
        layer = TimeRNN(*rnn_weights(rng, D, H), stateful=stateful)
        layer.set_state(rng.standard_normal((2, H)))
        return layer, [rng.standard_normal((2, 5, D))]


def rnn_weights(rng, D, H):
    return rng.standard_normal((D, H)), rng.standard_normal((H, H)) / 2, rng.standard_normal(H)
