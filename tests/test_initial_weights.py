"""The spread of every initial weight of every model, against the value of the book or of the paper.

RULES says by a weight's name how it starts. A weight that no rule knows fails, and so does a model
that MODELS does not make. The sample deviation of n normal numbers has a standard error of
s / sqrt(2n), their mean one of s / sqrt(n), where s is their true deviation; of uniform numbers
both are smaller or equal. Five standard errors are allowed.
"""

import importlib
import pkgutil
import re

import numpy as np
import pytest

from ch03_word2vec.glove import GloVe
from ch03_word2vec.simple_cbow import SimpleCBOW
from ch03_word2vec.simple_skip_gram import SimpleSkipGram
from ch04_fast_word2vec.cbow import CBOW
from ch04_fast_word2vec.fast import FastCBOW, FastSkipGram, FastWord2vec
from ch04_fast_word2vec.skip_gram import SkipGram
from ch05_rnn.cbow_lm import LeftWindowLM
from ch05_rnn.simple_rnnlm import SimpleRnnlm
from ch06_lstm.awd_rnnlm import AwdRnnlm
from ch06_lstm.better_rnnlm import BetterRnnlm
from ch06_lstm.rnnlm import CELLS, Rnnlm
from ch07_seq2seq.rnnlm_gen import BetterRnnlmGen, RnnlmGen
from ch08_attention.models import MODELS as SEQ2SEQ
from ch08_attention.ntm.baseline import DeepLSTM
from ch08_attention.ntm.ntm import NTM
from ch08_attention.transformer import TransformerLM
from common.base_model import BaseModel
from tests.run_script import ROOT

V, D, H = 200, 40, 60                    # all different, so that none passes for another
CORPUS = np.arange(V)                    # every word once


def words(W):
    """Word vectors, and both matrices of word2vec (section 3.4)."""
    return 0.01


def xavier(W):
    """A matrix in x W: x W is of the size of x (sections 5.5.1, 6.4 and 7.3)."""
    return 1 / len(W) ** 0.5


def table(W):
    """A table that the model multiplies by sqrt(D) (arXiv 1706.03762, section 3.4)."""
    return 1 / W.shape[1] ** 0.5


def uniform(W):
    """Uniform between -1/2 and 1/2, divided by D, as the programs of word2vec and GloVe start."""
    return 1 / 12 ** 0.5 / D


def zeros(W):
    """All numbers are 0: biases, and the scales of optimizers that begin."""
    return 0


def ones(W):
    """All numbers are 1: the scale of a layer normalization, the factor of a bias."""
    return 1


RULES = [                                # the model's class, the weight's name, how it starts
    ("SimpleCBOW|SimpleSkipGram", r"in_layer\d?\.W|out_layer\.W", words),
    ("CBOW|SkipGram", r"in_layer\.W|ns_loss\.W", words),
    ("Fast(CBOW|SkipGram)", "W_in", uniform),
    ("Fast(CBOW|SkipGram)", "W_out", zeros),
    ("GloVe", "[WV]", uniform),          # vectors and biases, see weights_of()
    ("GloVe", r"[WV]\.ones", ones),
    ("NTM", r"ntm\.(controller|heads)_W", xavier),
    ("NTM", r"ntm\.(controller|heads)_b", zeros),
    ("NTM", r"affine\.b", words),        # our own choice, of no paper
    ("Transformer.*", r"(\w+\.)?stack\.embed\.embed\.W", table),
    ("Transformer.*", r".*\.layer\.(W[QKVO12])", xavier),
    ("Transformer.*", r".*\.layer\.b[12]", zeros),
    ("Transformer.*", r".*\.norm\.gamma", ones),
    ("Transformer.*", r".*\.norm\.beta", zeros),
    (".*(LM|lm|Gen|Seq2seq|GNMT)", r"((en|de)coder\.)?embed\.W", words),
    (".*(lm|Gen|Seq2seq|GNMT|LSTM)", r".*(lstm|rnn|layers|bottom)\w*(\.\d)?\.W[xh][12]?", xavier),
    (".*(lm|Gen|Seq2seq|GNMT|LSTM)", r".*(lstm|rnn|layers|bottom)\w*(\.\d)?\.b[12]?", zeros),
    (".*", r"((en|de)coder\.)?(affine|hidden|layers\.\d)\.W", xavier),
    (".*", r"((en|de)coder\.)?(affine|hidden|layers\.\d)\.b", zeros),
]

MODELS = {
    "SimpleCBOW": lambda: SimpleCBOW(V, H, rng=0),
    "SimpleSkipGram": lambda: SimpleSkipGram(V, H, rng=0),
    "CBOW": lambda: CBOW(V, H, 2, CORPUS, rng=0),
    "SkipGram": lambda: SkipGram(V, H, 2, CORPUS, rng=0),
    "FastCBOW": lambda: FastCBOW(V, D, 2, CORPUS, rng=0),
    "FastSkipGram": lambda: FastSkipGram(V, D, 2, CORPUS, rng=0),
    "GloVe": lambda: GloVe(V, D, rng=0),
    "LeftWindowLM, sum": lambda: LeftWindowLM(V, D, H, 3, combine="sum", rng=0),
    "LeftWindowLM, concatenated": lambda: LeftWindowLM(V, D, H, 3, combine="concatenated", rng=0),
    "SimpleRnnlm": lambda: SimpleRnnlm(V, D, H, rng=0),
    **{f"Rnnlm, {cell}": lambda cell=cell: Rnnlm(V, D, H, cell=cell, rng=0) for cell in CELLS},
    "RnnlmGen": lambda: RnnlmGen(V, D, H, rng=0),
    "BetterRnnlm": lambda: BetterRnnlm(V, H, H, rng=0),
    "BetterRnnlm, untied": lambda: BetterRnnlm(V, D, H, tied=False, rng=0),
    "BetterRnnlmGen": lambda: BetterRnnlmGen(V, H, H, rng=0),
    "AwdRnnlm": lambda: AwdRnnlm(V, D, H, rng=0),
    **{name: lambda Model=Model: Model(V, D, H, rng=0) for name, Model in SEQ2SEQ.items()},
    "TransformerLM": lambda: TransformerLM(V, D, H, rng=0),
    "TransformerLM, untied": lambda: TransformerLM(V, D, H, tied=False, rng=0),
    "NTM, lstm": lambda: NTM(D, V, H, controller="lstm", rng=0),
    "NTM, feedforward": lambda: NTM(D, V, H, controller="feedforward", rng=0),
    "DeepLSTM": lambda: DeepLSTM(D, V, H, rng=0),
}


def weights_of(model):
    """{name: array}; in a table of GloVe the column that stays 1 is apart."""
    weights = model.named_params()
    if isinstance(model, GloVe):
        for name, column in (("W", -1), ("V", -2)):
            weights[f"{name}.ones"] = weights[name][:, column]
            weights[name] = np.delete(weights[name], column, axis=1)
    return weights


def rule_for(model, name):
    """The first rule that knows the weight."""
    for of_model, of_weight, rule in RULES:
        if re.fullmatch(of_model, type(model).__name__) and re.fullmatch(of_weight, name):
            return rule
    pytest.fail(f"{type(model).__name__}: no rule says how '{name}' starts")


@pytest.mark.parametrize("name", MODELS)
def test_every_weight_starts_as_the_book_or_the_paper_has_it(name):
    model = MODELS[name]()
    assert model.named_params()
    for weight, W in weights_of(model).items():
        rule = rule_for(model, weight)
        spread, where = rule(W), f"{weight} {W.shape}"
        if rule in (zeros, ones):
            np.testing.assert_array_equal(W, spread, where)
        else:
            assert W.std() == pytest.approx(spread, rel=5 / (2 * W.size) ** 0.5), where
            assert abs(W.mean()) < 5 * spread / W.size ** 0.5, where


def test_all_models_are_in_the_table():
    """Every class of the chapters that is a model, or part of one, is made by MODELS."""
    for folder in ROOT.glob("ch*"):
        for module in pkgutil.walk_packages([str(folder)], f"{folder.name}."):
            importlib.import_module(module.name)
    made = {FastWord2vec}                                    # what its two subclasses share
    made |= {type(part) for make in MODELS.values() for part in parts_of(make())}
    missing = [cls.__name__ for cls in subclasses(BaseModel) if cls not in made]
    assert not missing


def parts_of(model):
    """The model and all models among its attributes."""
    yield model
    for value in vars(model).values():
        yield from parts_among(value)


def parts_among(value):
    if isinstance(value, BaseModel):
        yield from parts_of(value)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from parts_among(item)


def subclasses(cls):
    """All classes of the chapters derived from it, however far."""
    for sub in cls.__subclasses__():
        if sub.__module__.startswith("ch"):
            yield sub
        yield from subclasses(sub)
