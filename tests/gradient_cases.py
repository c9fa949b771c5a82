"""Every layer and model with inputs for it, in float64: the cases of the gradient test and of the gradient table.

A case is a name and a function of a Generator that returns (layer, inputs) or (layer, inputs, options of forward).
"""

import numpy as np

from ch03_word2vec.simple_cbow import SimpleCBOW
from ch03_word2vec.simple_skip_gram import SimpleSkipGram
from ch04_fast_word2vec.cbow import CBOW
from ch04_fast_word2vec.fast import FastCBOW, FastSkipGram
from ch04_fast_word2vec.skip_gram import SkipGram
from ch05_rnn.cbow_lm import LeftWindowLM
from ch05_rnn.simple_rnnlm import SimpleRnnlm
from ch06_lstm.awd_rnnlm import AwdRnnlm
from ch06_lstm.better_rnnlm import BetterRnnlm
from ch06_lstm.rnnlm import Rnnlm
from ch08_attention.input_feeding_seq2seq import TimeAttentionLSTM
from ch08_attention.models import MODELS
from common.attention import Attention, AttentionWeight, TimeAttention, WeightSum
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
from common.time_layers import (
    GRU,
    LSTM,
    RNN,
    EmbeddingDropout,
    TimeAffine,
    TimeBiLSTM,
    TimeDropout,
    TimeEmbedding,
    TimeGRU,
    TimeLSTM,
    TimeRNN,
    TimeSigmoidWithLoss,
    TimeSoftmaxWithLoss,
    WeightDrop,
)
from tests import gradient_cases_ntm, gradient_cases_transformer

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


for Model in (FastCBOW, FastSkipGram):
    @case(Model.__name__)
    def _(rng, Model=Model):
        model = Model(6, 3, 2, words(rng, 20), rng=rng, dtype=float)
        for p in model.params:
            p[...] = rng.standard_normal(p.shape)
        drawn = {"windows": rng.integers(1, 3, 50), "negative": np.array([1, 2, 5]), "weight": rng.uniform(0.1, 1, 3)}
        return model, [words(rng, 50)], drawn


for Model in (SimpleCBOW, SimpleSkipGram):
    @case(Model.__name__)
    def _(rng, Model=Model):
        model = Model(6, 3, rng=rng, dtype=float)
        for p in model.params:
            p *= 100
        return model, [one_hot(words(rng, 5, 2), 6), one_hot(words(rng, 5), 6)]


def recurrent_weights(rng, D, H, gates):
    return rng.standard_normal((D, gates * H)), rng.standard_normal((H, gates * H)) / 2, rng.standard_normal(gates * H)


for Cell, TimeCell, gates in ((RNN, TimeRNN, 1), (LSTM, TimeLSTM, 4), (GRU, TimeGRU, 3)):
    @case(Cell.__name__)
    def _(rng, Cell=Cell, gates=gates):
        D, H = 3, 4
        states = [rng.standard_normal((2, H)) for _ in range(2 if Cell is LSTM else 1)]
        return Cell(*recurrent_weights(rng, D, H, gates)), [rng.standard_normal((2, D)), *states]

    for stateful in (False, True):
        @case(f"{TimeCell.__name__}{', stateful' if stateful else ''}")
        def _(rng, TimeCell=TimeCell, gates=gates, stateful=stateful):
            D, H = 3, 4
            layer = TimeCell(*recurrent_weights(rng, D, H, gates), stateful=stateful)
            layer.set_state(*(rng.standard_normal((2, H)) for _ in layer.get_state()))
            return layer, [rng.standard_normal((2, 5, D))]

for variational in (False, True):
    form = "variational" if variational else "new masks"

    @case(f"TimeLSTM, dropout along time, {form}")
    def _(rng, variational=variational):
        layer = TimeLSTM(*recurrent_weights(rng, 3, 4, 4),
                         recurrent_dropout=TimeDropout(0.3, variational=variational, rng=rng))
        layer.set_state(rng.standard_normal((2, 4)), rng.standard_normal((2, 4)))
        return layer, [rng.standard_normal((2, 5, 3))]

    @case(f"TimeDropout, {form}")
    def _(rng, variational=variational):
        return TimeDropout(0.3, variational=variational, rng=rng), [rng.standard_normal((2, 5, 3))]


@case("TimeBiLSTM")
def _(rng):
    weights = recurrent_weights(rng, 3, 4, 4) + recurrent_weights(rng, 3, 4, 4)
    return TimeBiLSTM(*weights), [rng.standard_normal((2, 5, 3))]


@case("TimeEmbedding")
def _(rng):
    return TimeEmbedding(rng.standard_normal((6, 3))), [words(rng, 2, 5)]


@case("TimeAffine")
def _(rng):
    return TimeAffine(rng.standard_normal((4, 3)), rng.standard_normal(3)), [rng.standard_normal((2, 5, 4))]


@case("TimeSoftmaxWithLoss, ids")
def _(rng):
    return TimeSoftmaxWithLoss(), [rng.standard_normal((2, 5, 6)), words(rng, 2, 5)]


@case("TimeSoftmaxWithLoss, one-hot")
def _(rng):
    return TimeSoftmaxWithLoss(), [rng.standard_normal((2, 5, 6)), one_hot(words(rng, 2, 5), 6)]


@case("TimeSoftmaxWithLoss, labels ignored")
def _(rng):
    return TimeSoftmaxWithLoss(), [rng.standard_normal((2, 5, 6)), words(rng, 2, 5) - 1]


@case("TimeSigmoidWithLoss")
def _(rng):
    return TimeSigmoidWithLoss(), [rng.standard_normal((2, 5)), rng.integers(0, 2, (2, 5))]


def ordinary(model):
    """Word vectors from 0.01 to 1, and biases that are not zero: gradients of ordinary size."""
    model.embed.params[0][...] *= 50
    for p in model.params:
        if p.ndim == 1:
            p += np.linspace(-0.5, 0.5, len(p))
    return model


for combine in ("sum", "concatenated"):
    @case(f"LeftWindowLM, {combine}")
    def _(rng, combine=combine):
        model = ordinary(LeftWindowLM(6, 3, 4, 2, combine=combine, rng=rng, dtype=float))
        return model, [words(rng, 5, 2), words(rng, 5)]

for sparse in (False, True):
    @case(f"SimpleRnnlm, {'sparse' if sparse else 'dense'}")
    def _(rng, sparse=sparse):
        return ordinary(SimpleRnnlm(6, 3, 4, sparse=sparse, rng=rng, dtype=float)), [words(rng, 2, 5), words(rng, 2, 5)]

    for cell in ("rnn", "lstm", "gru"):
        @case(f"Rnnlm, {cell}, {'sparse' if sparse else 'dense'}")
        def _(rng, cell=cell, sparse=sparse):
            model = Rnnlm(6, 3, 4, cell=cell, sparse=sparse, rng=rng, dtype=float)
            return ordinary(model), [words(rng, 2, 5), words(rng, 2, 5)]

    for options in ({}, {"tied": False}, {"layers": 1}, {"dropout": "time"}, {"dropout": "variational"}):
        @case(f"BetterRnnlm, {options or 'as in the book'}, {'sparse' if sparse else 'dense'}")
        def _(rng, options=options, sparse=sparse):
            model = BetterRnnlm(6, 4, 4, 0.3, sparse=sparse, rng=rng, dtype=float, **options)
            return ordinary(model), [words(rng, 2, 5), words(rng, 2, 5)]


@case("BetterRnnlm, evaluation")
def _(rng):
    return ordinary(BetterRnnlm(6, 4, 4, rng=rng, dtype=float)), [words(rng, 2, 5), words(rng, 2, 5)], {"train_flg": False}


@case("AwdRnnlm, without penalty")
def _(rng):
    model = AwdRnnlm(6, 4, 5, layers=3, alpha=0, beta=0, rng=rng, dtype=float)
    return ordinary(model), [words(rng, 2, 5), words(rng, 2, 5)]


@case("EmbeddingDropout")
def _(rng):
    return EmbeddingDropout(rng.standard_normal((6, 3)), 0.3, rng=rng), [words(rng, 2, 5)]


for Cell, gates in ((TimeRNN, 1), (TimeGRU, 3), (TimeLSTM, 4)):
    @case(f"WeightDrop of {Cell.__name__}")
    def _(rng, Cell=Cell, gates=gates):
        weights = (rng.standard_normal((3, 4 * gates)), rng.standard_normal((4, 4 * gates)), rng.standard_normal(4 * gates))
        return WeightDrop(Cell(*weights), 0.4, rng=rng), [rng.standard_normal((2, 5, 3))]


def real(rng, N, T):
    """A mask (N, T) with True and False in it, no row without True."""
    mask = rng.random((N, T)) < 0.6
    mask[:, 0] = True
    return mask


for with_mask in (False, True):
    form = ", masked" if with_mask else ""

    @case(f"AttentionWeight{form}")
    def _(rng, with_mask=with_mask):
        inputs = [rng.standard_normal((3, 5, 4)), rng.standard_normal((3, 4))]
        return AttentionWeight(), inputs, {"mask": real(rng, 3, 5) if with_mask else None}

    @case(f"Attention{form}")
    def _(rng, with_mask=with_mask):
        inputs = [rng.standard_normal((3, 5, 4)), rng.standard_normal((3, 4))]
        return Attention(), inputs, {"mask": real(rng, 3, 5) if with_mask else None}

    @case(f"TimeAttention{form}")
    def _(rng, with_mask=with_mask):
        inputs = [rng.standard_normal((3, 5, 4)), rng.standard_normal((3, 6, 4))]
        return TimeAttention(), inputs, {"mask": real(rng, 3, 5) if with_mask else None}

    @case(f"TimeAttentionLSTM{form}")
    def _(rng, with_mask=with_mask):
        layer = TimeAttentionLSTM(*recurrent_weights(rng, 7, 4, 4)[:1], *recurrent_weights(rng, 3, 4, 4)[1:])
        layer.set_state(rng.standard_normal((3, 4)))
        inputs = [rng.standard_normal((3, 6, 3)), rng.standard_normal((3, 5, 4))]
        return layer, inputs, {"mask": real(rng, 3, 5) if with_mask else None}


@case("WeightSum")
def _(rng):
    return WeightSum(), [rng.standard_normal((3, 5, 4)), rng.random((3, 5))]


for TimeCell in (TimeLSTM, TimeBiLSTM):
    @case(f"{TimeCell.__name__}, masked")
    def _(rng, TimeCell=TimeCell):
        weights = recurrent_weights(rng, 3, 4, 4) + (recurrent_weights(rng, 3, 4, 4) if TimeCell is TimeBiLSTM else ())
        return TimeCell(*weights), [rng.standard_normal((3, 5, 3))], {"mask": real(rng, 3, 5)}

for name, Model in MODELS.items():
    for pad_id in (None, 0):
        @case(f"Seq2seq, {name}{', padding masked' if pad_id == 0 else ''}")
        def _(rng, Model=Model, pad_id=pad_id):
            model = Model(6, 4, 4, pad_id=pad_id, rng=rng, dtype=float)
            for p in model.params:
                p *= 50 if p.shape == (6, 4) else 1
                p += np.linspace(-0.5, 0.5, len(p)) if p.ndim == 1 else 0
            return model, [words(rng, 3, 5), words(rng, 3, 5)]


gradient_cases_ntm.enter_cases(case)
gradient_cases_transformer.enter_cases(case, words, real)
