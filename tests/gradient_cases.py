"""Layers and models with inputs, in float64: the cases of the gradient test and the gradient table.

A case is a name and a function of a Generator: (layer, inputs), or (layer, inputs, options of
forward). The Neural Turing Machine and the Transformer have files of their own.
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
    Layer,
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
from tests.gradient_inputs import (
    one_hot,
    ordinary,
    random,
    real,
    recurrent_weights,
    with_words,
    words,
)

CASES = {
    "MatMul": lambda rng: (MatMul(*random(rng, (4, 3))), random(rng, (5, 4))),
    "MatMul, 3 axes": lambda rng: (MatMul(*random(rng, (4, 3))), random(rng, (2, 5, 4))),
    "MatMul, large (random directions)":
        lambda rng: (MatMul(*random(rng, (40, 30))), random(rng, (20, 40))),
    "Affine": lambda rng: (Affine(*random(rng, (4, 3), 3)), random(rng, (5, 4))),
    "Sigmoid": lambda rng: (Sigmoid(), random(rng, (5, 4))),
    "Softmax": lambda rng: (Softmax(), random(rng, (5, 4))),
    "Softmax, 3 axes": lambda rng: (Softmax(), random(rng, (2, 3, 4))),
    "SoftmaxWithLoss, ids":
        lambda rng: (SoftmaxWithLoss(), [*random(rng, (5, 4)), rng.integers(0, 4, 5)]),
    "SoftmaxWithLoss, one-hot":
        lambda rng: (SoftmaxWithLoss(), [*random(rng, (5, 4)), one_hot(rng.integers(0, 4, 5), 4)]),
    "SoftmaxWithLoss, weights that do not sum to one":
        lambda rng: (SoftmaxWithLoss(), [*random(rng, (5, 4)), rng.integers(0, 4, (5, 4))]),
    "SigmoidWithLoss": lambda rng: (SigmoidWithLoss(), [*random(rng, 6), rng.integers(0, 2, 6)]),
    "Dropout, training": lambda rng: (Dropout(0.3, rng=rng), random(rng, (5, 4))),
    "Dropout, evaluation":
        lambda rng: (Dropout(0.3, rng=rng), random(rng, (5, 4)), {"train_flg": False}),
}


def tables(sparse):
    """Layers and models of word vectors."""
    how = {"sparse": sparse}
    form = "sparse" if sparse else "dense"

    def word2vec(Model):
        def build(rng):
            model = Model(6, 3, 2, words(rng, 20), sample_size=3, rng=rng, dtype=float, **how)
            for p in model.params:
                p *= 100                                     # from 0.01 to 1
            return model, [words(rng, 5, 4), words(rng, 5)]
        return build

    def negative_sampling(rng):
        layer = NegativeSamplingLoss(*random(rng, (6, 3)), words(rng, 20), sample_size=3, rng=rng,
                                     **how)
        return layer, [*random(rng, (5, 3)), words(rng, 5)]

    return {
        f"Embedding, {form}":
            lambda rng: (Embedding(*random(rng, (6, 3)), **how), [words(rng, 5, 2)]),
        f"EmbeddingMean, {form}":
            lambda rng: (EmbeddingMean(*random(rng, (6, 3)), **how), [words(rng, 5, 2)]),
        f"EmbeddingDot, {form}":
            lambda rng: (EmbeddingDot(*random(rng, (6, 3)), **how),
                         [*random(rng, (8, 3)), words(rng, 8)]),
        f"EmbeddingDot, several words, {form}":
            lambda rng: (EmbeddingDot(*random(rng, (6, 3)), **how),
                         [*random(rng, (5, 3)), words(rng, 5, 4)]),
        f"NegativeSamplingLoss, {form}": negative_sampling,
        f"CBOW, {form}": word2vec(CBOW),
        f"SkipGram, {form}": word2vec(SkipGram)}


def fast(Model):
    def build(rng):
        model = Model(6, 3, 2, words(rng, 20), rng=rng, dtype=float)
        for p in model.params:
            p[...] = rng.standard_normal(p.shape)
        return model, [words(rng, 50)], {"windows": rng.integers(1, 3, 50),
                                         "negative": np.array([1, 2, 5]),
                                         "weight": rng.uniform(0.1, 1, 3)}
    return build


def simple(Model):
    def build(rng):
        model = Model(6, 3, rng=rng, dtype=float)
        for p in model.params:
            p *= 100
        return model, [one_hot(words(rng, 5, 2), 6), one_hot(words(rng, 5), 6)]
    return build


class Around(Layer):
    """A time layer whose forward() takes more than xs as inputs to be checked."""

    def __init__(self, layer):
        self.layer, self.params, self.grads = layer, layer.params, layer.grads
        self.param_names = layer.param_names


class FromState(Around):
    """The state before the first step is an input."""

    def forward(self, xs, *state):
        self.layer.set_state(*state)
        return self.layer.forward(xs)

    def backward(self, dhs):
        dxs = self.layer.backward(dhs)
        return dxs, *(getattr(self.layer, name) for name in ("dh", "dc")
                      if hasattr(self.layer, name))


class WithContext(Around):
    """The context is an input."""

    def forward(self, xs, context):
        return self.layer.forward(xs, context=context)

    def backward(self, dout):
        return self.layer.backward(dout), self.layer.dcontext


def recurrent(Cell, TimeCell, gates):
    """A cell, its time layer, and this with its weights dropped."""
    def cell(rng):
        layer = Cell(*recurrent_weights(rng, 3, 4, gates))
        return layer, random(rng, (2, 3), *[(2, 4)] * (2 if Cell is LSTM else 1))

    def over_time(stateful):
        def build(rng):
            layer = TimeCell(*recurrent_weights(rng, 3, 4, gates), stateful=stateful)
            layer.set_state(*random(rng, *[(2, 4)] * len(layer.get_state())))
            return layer, random(rng, (2, 5, 3))
        return build

    def from_state(rng):
        layer = TimeCell(*recurrent_weights(rng, 3, 4, gates))
        return FromState(layer), random(rng, (2, 5, 3), *[(2, 4)] * len(layer.get_state()))

    def dropped(rng):
        layer = TimeCell(*recurrent_weights(rng, 3, 4, gates))
        return WeightDrop(layer, 0.4, rng=rng), random(rng, (2, 5, 3))

    return {Cell.__name__: cell, TimeCell.__name__: over_time(False),
            f"{TimeCell.__name__}, stateful": over_time(True),
            f"{TimeCell.__name__}, from a state": from_state,
            f"WeightDrop of {TimeCell.__name__}": dropped}


def dropout(variational):
    form = "variational" if variational else "new masks"

    def along_time(rng):
        drop = TimeDropout(0.3, variational=variational, rng=rng)
        layer = TimeLSTM(*recurrent_weights(rng, 3, 4, 4), recurrent_dropout=drop)
        layer.set_state(*random(rng, (2, 4), (2, 4)))
        return layer, random(rng, (2, 5, 3))

    return {f"TimeLSTM, dropout along time, {form}": along_time,
            f"TimeDropout, {form}":
                lambda rng: (TimeDropout(0.3, variational=variational, rng=rng),
                             random(rng, (2, 5, 3)))}


def time_layers():
    def bidirectional(rng):
        return TimeBiLSTM(*recurrent_weights(rng, 3, 4, 4), *recurrent_weights(rng, 3, 4, 4))

    def loss(labels):
        return lambda rng: (TimeSoftmaxWithLoss(), [*random(rng, (2, 5, 6)), labels(rng)])

    return {
        "TimeLSTM, masked":
            lambda rng: (TimeLSTM(*recurrent_weights(rng, 3, 4, 4)), random(rng, (3, 5, 3)),
                         {"mask": real(rng, 3, 5)}),
        "TimeLSTM, context":
            lambda rng: (WithContext(TimeLSTM(*recurrent_weights(rng, 5, 4, 4))),
                         random(rng, (2, 6, 3), (2, 2))),
        "TimeAffine, context":
            lambda rng: (WithContext(TimeAffine(*random(rng, (5, 4), 4))),
                         random(rng, (2, 6, 3), (2, 2))),
        "TimeBiLSTM": lambda rng: (bidirectional(rng), random(rng, (2, 5, 3))),
        "TimeBiLSTM, masked":
            lambda rng: (bidirectional(rng), random(rng, (3, 5, 3)), {"mask": real(rng, 3, 5)}),
        "TimeEmbedding": lambda rng: (TimeEmbedding(*random(rng, (6, 3))), [words(rng, 2, 5)]),
        "EmbeddingDropout":
            lambda rng: (EmbeddingDropout(*random(rng, (6, 3)), 0.3, rng=rng), [words(rng, 2, 5)]),
        "TimeAffine": lambda rng: (TimeAffine(*random(rng, (4, 3), 3)), random(rng, (2, 5, 4))),
        "TimeSoftmaxWithLoss, ids": loss(lambda rng: words(rng, 2, 5)),
        "TimeSoftmaxWithLoss, one-hot": loss(lambda rng: one_hot(words(rng, 2, 5), 6)),
        "TimeSoftmaxWithLoss, labels ignored": loss(lambda rng: words(rng, 2, 5) - 1),
        "TimeSigmoidWithLoss":
            lambda rng: (TimeSigmoidWithLoss(),
                         [*random(rng, (2, 5)), rng.integers(0, 2, (2, 5))])}


def language_models(sparse):
    form = "sparse" if sparse else "dense"

    def model(Model, *sizes, **options):
        return with_words(Model, *sizes, sparse=sparse, **options)

    found = {f"SimpleRnnlm, {form}": model(SimpleRnnlm, 3, 4)}
    for cell in ("rnn", "lstm", "gru"):
        found[f"Rnnlm, {cell}, {form}"] = model(Rnnlm, 3, 4, cell=cell)
    for options in ({}, {"tied": False}, {"layers": 1}, {"dropout": "time"},
                    {"dropout": "variational"}):
        found[f"BetterRnnlm, {options or 'as in the book'}, {form}"] = model(
            BetterRnnlm, 4, 4, 0.3, **options)
    return found


def left_window(combine):
    def build(rng):
        model = ordinary(LeftWindowLM(6, 3, 4, 2, combine=combine, rng=rng, dtype=float))
        return model, [words(rng, 5, 2), words(rng, 5)]
    return build


def attention(masked):
    form = ", masked" if masked else ""

    def option(rng):
        return {"mask": real(rng, 3, 5) if masked else None}

    def input_feeding(rng):
        layer = TimeAttentionLSTM(*random(rng, (7, 16)), *recurrent_weights(rng, 3, 4, 4)[1:])
        layer.set_state(*random(rng, (3, 4), (3, 4), (3, 4)))
        return layer, random(rng, (3, 6, 3), (3, 5, 4)), option(rng)

    return {
        f"AttentionWeight{form}":
            lambda rng: (AttentionWeight(), random(rng, (3, 5, 4), (3, 4)), option(rng)),
        f"Attention{form}":
            lambda rng: (Attention(), random(rng, (3, 5, 4), (3, 4)), option(rng)),
        f"TimeAttention{form}":
            lambda rng: (TimeAttention(), random(rng, (3, 5, 4), (3, 6, 4)), option(rng)),
        f"TimeAttentionLSTM{form}": input_feeding}


def seq2seq(Model, pad_id):
    def build(rng):
        model = Model(6, 4, 4, pad_id=pad_id, rng=rng, dtype=float)
        for p in model.params:
            p *= 50 if p.shape == (6, 4) else 1
        return ordinary(model), [words(rng, 3, 5), words(rng, 3, 5)]
    return build


CASES.update({**tables(False), **tables(True)})
CASES.update({Model.__name__: fast(Model) for Model in (FastCBOW, FastSkipGram)})
CASES.update({Model.__name__: simple(Model) for Model in (SimpleCBOW, SimpleSkipGram)})
CASES.update({**recurrent(RNN, TimeRNN, 1), **recurrent(LSTM, TimeLSTM, 4),
              **recurrent(GRU, TimeGRU, 3)})
CASES.update({**dropout(False), **dropout(True), **time_layers()})
CASES.update({f"LeftWindowLM, {how}": left_window(how) for how in ("sum", "concatenated")})
CASES.update({**language_models(False), **language_models(True)})
CASES["BetterRnnlm, evaluation"] = with_words(BetterRnnlm, 4, 4, forward={"train_flg": False})
CASES["AwdRnnlm, without penalty"] = with_words(AwdRnnlm, 4, 5, layers=3, alpha=0, beta=0)
CASES.update({**attention(False), **attention(True)})
CASES["WeightSum"] = lambda rng: (WeightSum(), [*random(rng, (3, 5, 4)), rng.random((3, 5))])
CASES.update({f"Seq2seq, {name}{', padding masked' * (pad_id == 0)}": seq2seq(Model, pad_id)
              for name, Model in MODELS.items() for pad_id in (None, 0)})
CASES.update(gradient_cases_ntm.cases())
CASES.update(gradient_cases_transformer.cases())
