"""The plain reference against the library: the same numbers, on sizes that all differ."""

import ast
import inspect
import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import common.functions
import common.layers
import common.optimizer
import common.time_layers
import common.util
from common import attention, negative_sampling
from common.gradient_check import check_gradients
from dlfs2 import reference
from dlfs2.catalogue import ENTRIES
from dlfs2.reference import attention as attention_reference
from dlfs2.reference import functions, layers, optimizer, text, time_layers, util
from dlfs2.reference import negative_sampling as sampling_reference
from dlfs2.reference.two_layer_net import TwoLayerNet
from tests.run_script import ROOT

N, T, S, D, H, V = 3, 5, 2, 4, 6, 9      # S steps of a decoder
FILES = sorted((ROOT / "dlfs2/reference").glob("*.py"))
GUARD = 1e-5                             # what the book's 1e-7 inside the logarithm costs, at most
RECURRENT = {"RNN": 1, "LSTM": 4, "GRU": 3}                  # number of gates


def ids(rng, *shape):
    """Ids, the first of them twice."""
    drawn = rng.integers(0, V, shape)
    drawn.flat[1] = drawn.flat[0]
    return drawn


def recurrent(gates):
    return (D, gates * H), (H, gates * H), (gates * H,)


def from_above(rng, out):
    """A gradient of `out`, not uniform: an array, a number for a loss, a tuple for several."""
    if isinstance(out, tuple):
        return [rng.standard_normal(value.shape) for value in out]
    return [rng.standard_normal(np.shape(out)) if np.ndim(out) else 1.7]


def assert_equal(ours, plain, atol=1e-9):
    """Arrays, numbers, None, and tuples and lists of them."""
    if isinstance(plain, (tuple, list)):
        assert len(ours) == len(plain)
        for a, b in zip(ours, plain):
            assert_equal(a, b, atol)
    elif plain is None:
        assert ours is None
    else:
        assert_allclose(np.asarray(ours), plain, rtol=1e-9, atol=atol)


# Layers: where they are, the shapes of their weights, their inputs. A shape stands for floats.

LABELS, YES_NO = (lambda rng: ids(rng, N)), (lambda rng: rng.integers(0, 2, N))
LAYERS = {
    "MatMul": (layers, common.layers, [(D, H)], [(N, D)]),
    "Affine": (layers, common.layers, [(D, H), (H,)], [(N, D)]),
    "Sigmoid": (layers, common.layers, [], [(N, D)]),
    "Softmax": (layers, common.layers, [], [(N, D)]),
    "SoftmaxWithLoss": (layers, common.layers, [], [(N, V), LABELS]),
    "SoftmaxWithLoss, one-hot": (layers, common.layers, [],
                                 [(N, V), lambda rng: np.eye(V)[ids(rng, N)]]),
    "SigmoidWithLoss": (layers, common.layers, [], [(N,), YES_NO]),
    "Dropout": (layers, common.layers, [], [(N, D)]),
    "Embedding": (layers, common.layers, [(V, D)], [LABELS]),
    "EmbeddingDot": (sampling_reference, negative_sampling, [(V, H)], [(N, H), LABELS]),
    "RNN": (time_layers, common.time_layers, recurrent(1), [(N, D), (N, H)]),
    "LSTM": (time_layers, common.time_layers, recurrent(4), [(N, D), (N, H), (N, H)]),
    "GRU": (time_layers, common.time_layers, recurrent(3), [(N, D), (N, H)]),
    **{f"Time{Cell}": (time_layers, common.time_layers, recurrent(gates), [(N, T, D)])
       for Cell, gates in RECURRENT.items()},
    "TimeBiLSTM": (time_layers, common.time_layers, recurrent(4) * 2, [(N, T, D)]),
    "TimeEmbedding": (time_layers, common.time_layers, [(V, D)], [lambda rng: ids(rng, N, T)]),
    "TimeAffine": (time_layers, common.time_layers, [(H, V), (V,)], [(N, T, H)]),
    "TimeDropout": (time_layers, common.time_layers, [], [(N, T, D)]),
    "TimeSoftmaxWithLoss": (time_layers, common.time_layers, [],
                            [(N, T, V), lambda rng: np.where(rng.random((N, T)) < 0.3, -1,
                                                             ids(rng, N, T))]),
    "TimeSoftmaxWithLoss, one-hot": (time_layers, common.time_layers, [],
                                     [(N, T, V), lambda rng: np.eye(V)[ids(rng, N, T)]]),
    "TimeSigmoidWithLoss": (time_layers, common.time_layers, [],
                            [(N, T), lambda rng: rng.integers(0, 2, (N, T))]),
    "WeightSum": (attention_reference, attention, [], [(N, T, H), (N, T)]),
    "AttentionWeight": (attention_reference, attention, [], [(N, T, H), (N, H)]),
    "Attention": (attention_reference, attention, [], [(N, T, H), (N, H)]),
    "TimeAttention": (attention_reference, attention, [], [(N, T, H), (N, S, H)]),
}


def layer_pair(case, rng):
    """The plain layer and the library's, with equal weights, their gradients full of old numbers.
    """
    plain_module, our_module, shapes, _ = LAYERS[case]
    name = case.split(",")[0]
    params = [rng.standard_normal(shape) for shape in shapes]
    plain, ours = getattr(plain_module, name)(*params), getattr(our_module, name)(*params)
    for grad in plain.grads:
        grad[...] = 9
    return plain, ours


class Drawn:
    """The part of a Generator that dropout uses, but with the numbers of the plain layer."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def random(self, shape, dtype=None):
        return self.rng.random(shape)


@pytest.mark.parametrize("case", LAYERS)
def test_a_layer_equals_the_librarys(monkeypatch, case):
    rng = np.random.default_rng(0)
    plain, ours = layer_pair(case, rng)
    drawn = Drawn(1)
    monkeypatch.setattr(np.random, "rand", lambda *shape: drawn.random(shape))
    ours.rng, held = Drawn(1), list(plain.grads)
    for _ in range(2):                                       # the second as if there were no first
        inputs = [given(rng) if callable(given) else rng.standard_normal(given)
                  for given in LAYERS[case][3]]
        before = [x.copy() for x in inputs]
        out, expected = plain.forward(*inputs), ours.forward(*inputs)
        assert_equal(expected, out, GUARD if "WithLoss" in case else 1e-9)
        douts = from_above(rng, out)
        given = [np.copy(dout) for dout in douts]
        assert_equal(ours.backward(*douts), plain.backward(*given))
        assert_equal(ours.grads, plain.grads)
        for name in ("h", "c", "dh", "attention_weight", "attention_weights"):
            if hasattr(plain, name):
                assert_equal(getattr(ours, name), getattr(plain, name))
        assert_equal(inputs, before, 0)                      # arguments are left alone
        assert_equal(given, douts, 0)
    assert all(a is b for a, b in zip(held, plain.grads, strict=True))


@pytest.mark.parametrize("Cell", RECURRENT)
def test_a_state_goes_on_is_set_and_forgotten_as_in_the_library(Cell):
    rng = np.random.default_rng(0)
    plain, ours = layer_pair(f"Time{Cell}", rng)
    plain.stateful = ours.stateful = True
    xs, dhs = rng.standard_normal((N, T, D)), rng.standard_normal((N, T, H))
    states = [rng.standard_normal((N, H)) for _ in ours.get_state()]
    for step in ("zeros", "goes on", "set", "h alone", "forgotten"):
        for layer in (plain, ours):
            if step == "set":
                layer.set_state(*states)
            elif step == "h alone":
                layer.set_state(states[0])
            elif step == "forgotten":
                layer.reset_state()
        assert_equal(ours.forward(xs), plain.forward(xs))
        assert_equal(ours.backward(dhs), plain.backward(dhs))
        assert_equal([*ours.grads, ours.dh], [*plain.grads, plain.dh])


@pytest.mark.parametrize("name", ["Dropout", "TimeDropout"])
def test_dropout_is_off_in_evaluation(name):
    plain, ours = layer_pair(name, np.random.default_rng(0))
    x = np.random.default_rng(1).standard_normal((N, T, D))
    options = {"train_flg": False} if name == "Dropout" else {}
    plain.train_flg = ours.train_flg = False                 # TimeDropout's
    assert_equal(ours.forward(x, **options), plain.forward(x, **options))


def negatives(rng, *shape):
    """Six words of a corpus of nine, five of them the negatives of each."""
    return np.array([rng.permutation(V)[:5] for _ in range(int(np.prod(shape)))]).reshape(*shape, 5)


def test_negative_sampling_loss_equals_the_librarys():
    rng = np.random.default_rng(0)
    W, corpus = rng.standard_normal((V, H)) / 2, rng.permutation(V)
    h = rng.standard_normal((N, H)) / 2
    plain = sampling_reference.NegativeSamplingLoss(W, corpus)
    ours = negative_sampling.NegativeSamplingLoss(W, corpus)
    target, negative = ids(rng, N), negatives(rng, N)
    plain.sampler.get_negative_sample = lambda target: negative
    loss = plain.forward(h, target)
    assert_equal(ours.forward(h, target, negative=negative), loss, GUARD)
    assert_equal(ours.backward(1.7), plain.backward(1.7))
    _, grads = util.remove_duplicate(plain.params, plain.grads)
    assert_equal(ours.grads, grads)


def test_the_sampler_has_the_librarys_probabilities_and_never_the_target():
    corpus, target = np.repeat(range(V), range(3, 3 + V)), np.arange(V)
    plain = sampling_reference.UnigramSampler(corpus, 0.75, 5)
    ours = negative_sampling.UnigramSampler(corpus, 0.75, 5)
    assert_equal(ours.word_p, plain.word_p)
    for _ in range(20):
        drawn = plain.get_negative_sample(target)
        assert drawn.shape == (V, 5)
        assert all(len({t, *row}) == 6 for t, row in zip(target, drawn.tolist()))
    two = sampling_reference.UnigramSampler([0] * 81 + [1] * 16 + [2], 0.75, 1)  # 27, 8 and 1
    drawn = np.concatenate([two.get_negative_sample(np.zeros(300, int)) for _ in range(20)])
    assert np.mean(drawn == 2) == pytest.approx(1 / 9, abs=0.02)


@pytest.mark.parametrize("name", ["SGD", "Momentum", "Nesterov", "AdaGrad", "RMSprop", "Adam"])
def test_an_optimizer_equals_the_librarys(name):
    rng = np.random.default_rng(0)
    plain, ours = getattr(optimizer, name)(lr=0.2), getattr(common.optimizer, name)(lr=0.2)
    params = [rng.standard_normal((D, H)), rng.standard_normal(V)]
    copies = [p.copy() for p in params]
    for _ in range(4):
        grads = [rng.standard_normal(p.shape) for p in params]
        before = [grad.copy() for grad in grads]
        plain.update(params, grads)
        ours.update(copies, grads)
        assert_equal(copies, params)
        assert_equal(grads, before, 0)


def test_two_layer_net_has_the_numerical_gradient():
    rng = np.random.default_rng(0)
    model = TwoLayerNet(D, H, 2)
    for p in model.params:
        p[...] = rng.standard_normal(p.shape) / 5            # no y near 0, where the guard counts
    x, t = rng.standard_normal((N, D)), np.array([1, 0, 1])
    assert check_gradients(model, x, t)
    y = functions.softmax(model.predict(x))
    assert model.forward(x, t) == pytest.approx(-np.log(y[np.arange(N), t]).mean(), abs=GUARD)
    assert model.forward(x, np.eye(2)[t]) == model.forward(x, t)


# Functions: the arguments of each.

CORPUS = np.array([0, 1, 2, 3, 1, 4, 0, 2, 1, 3, 3])
COUNTS = common.util.create_co_matrix(CORPUS, 6, 2)          # one word never occurs
WORDS = dict(zip("abcdefghi", range(V)))
FUNCTIONS = {
    "sigmoid": (functions, common.functions, [(N, D)], {}),
    "relu": (functions, common.functions, [(N, D)], {}),
    "softmax": (functions, common.functions, [(N, D)], {}),
    "softmax, a row": (functions, common.functions, [(V,)], {}),
    "softmax, large": (functions, common.functions, [np.array([0.0, 1000])], {}),
    "cross_entropy_error": (functions, common.functions,
                            [lambda rng: rng.random((N, V)), lambda rng: ids(rng, N)], {}),
    "cross_entropy_error, one-hot": (functions, common.functions, [
        lambda rng: rng.random((N, V)), lambda rng: np.eye(V)[ids(rng, N)]], {}),
    "cross_entropy_error, a row": (functions, common.functions,
                                   [lambda rng: rng.random(V), np.eye(V)[2]], {}),
    "cross_entropy_error, an id": (functions, common.functions,
                                   [lambda rng: rng.random(V), np.array(4)], {}),
    "create_co_matrix": (text, common.util, [CORPUS, 5], {}),
    "create_co_matrix, wide": (text, common.util, [CORPUS, 6], {"window_size": 3}),
    "ppmi": (text, common.util, [COUNTS[:5, :5]], {}),
    "create_contexts_target": (text, common.util, [CORPUS], {}),
    "create_contexts_target, wide": (text, common.util, [CORPUS], {"window_size": 3}),
    "convert_one_hot": (text, common.util, [CORPUS, 6], {}),
    "convert_one_hot, contexts": (text, common.util, [CORPUS[:10].reshape(5, 2), 6], {}),
    "cos_similarity": (text, common.util, [(D,), (D,)], {}),
    "normalize": (text, common.util, [lambda rng: 100 * rng.standard_normal((N, D))], {}),
    "normalize, a row": (text, common.util, [lambda rng: 100 * rng.standard_normal(D)], {}),
}


LOOSER = {"ppmi": 1e-6, "cos_similarity": 1e-7, "normalize": 1e-7}     # float32; 1e-8 by a norm


@pytest.mark.parametrize("case", FUNCTIONS)
def test_a_function_equals_the_librarys(case):
    rng, (plain, ours, given, options) = np.random.default_rng(0), FUNCTIONS[case]
    name = case.split(",")[0]
    inputs = [value(rng) if callable(value) else
              rng.standard_normal(value) if isinstance(value, tuple) else value for value in given]
    out, expected = (getattr(module, name)(*inputs, **options) for module in (plain, ours))
    assert_equal(expected, out, LOOSER.get(name, 1e-9))


def test_preprocess_equals_the_librarys():
    line = "You say goodbye and I say hello."
    assert str(text.preprocess(line)) == str(common.util.preprocess(line))


@pytest.mark.parametrize("name, query, options", [
    ("most_similar", "b", {"top": 3}), ("analogy", "abc", {"top": 4}),
    ("analogy", "dfa", {"answer": "c"})])
def test_a_ranking_is_printed_as_by_the_library(capsys, name, query, options):
    W = np.random.default_rng(0).standard_normal((V, D))
    printed = []
    for module in (text, common.util):
        ranked = getattr(module, name)(*query, WORDS, {i: w for w, i in WORDS.items()}, W,
                                       **options)
        printed.append(capsys.readouterr().out.splitlines())
        assert (ranked is None) == (module is text)
    for plain, ours in zip(*printed, strict=True):
        words, _, number = plain.rpartition(" ")
        assert words == ours.rpartition(" ")[0]
        if ":" in words and "[" not in words:
            assert float(number) == pytest.approx(float(ours.rpartition(" ")[2]))


@pytest.mark.parametrize("name, query", [("most_similar", "z"), ("analogy", "azb")])
def test_an_unknown_word_is_printed(capsys, name, query):
    assert getattr(text, name)(*query, WORDS, {i: w for w, i in WORDS.items()}, np.eye(V)) is None
    assert capsys.readouterr().out == "z is not found\n"


@pytest.mark.parametrize("max_norm", [0.5, 500])
def test_clip_grads_equals_the_librarys(max_norm):
    rng = np.random.default_rng(0)
    grads = [rng.standard_normal((D, H)), rng.standard_normal(V)]
    copies = [grad.copy() for grad in grads]
    util.clip_grads(grads, max_norm)
    common.util.clip_grads(copies, max_norm)
    assert_equal(copies, grads)


def test_remove_duplicate_equals_the_librarys():
    rng = np.random.default_rng(0)
    W, other, same = rng.standard_normal((V, D)), rng.standard_normal((D, D)), np.zeros((D, D))
    params = [other, W, W.T, W, same, np.zeros((D, D))]
    grads = [rng.standard_normal(p.shape) for p in params]
    expected = common.util.remove_duplicate(params, grads)
    merged = util.remove_duplicate(params, grads)
    assert [id(p) for p in merged[0]] == [id(p) for p in expected[0]]
    assert_equal(expected[1], merged[1])
    assert len(params) == len(grads) == 6                    # lists are left alone


def imported(path):
    """The top names of what a file imports, by the file's text."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module if node.module.startswith("dlfs2") else node.module.split(".")[0]
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_it_needs_numpy_alone_and_itself():
    names = {name for path in FILES for name in imported(path)}
    assert "numpy" in names and len(FILES) > 15
    outside = {name for name in names if not name.startswith(f"{reference.__name__}.")}
    assert outside == {"collections", "matplotlib", "numpy"}
    assert_array_equal([path.name for path in FILES if "matplotlib" in imported(path)],
                       ["trainer.py"])


def test_every_layer_of_the_reference_is_compared():
    compared = {case.split(",")[0] for case in [*LAYERS, *FUNCTIONS]}
    for module in (layers, time_layers, attention_reference, functions, text):
        own = {name for name, value in vars(module).items()
               if getattr(value, "__module__", "").startswith(reference.__name__)}
        assert own - compared <= {"preprocess", "most_similar", "analogy"}


def test_the_catalogue_has_the_sections_of_the_docstrings():
    told = 0
    for name, entry in ENTRIES.items():
        first = inspect.getdoc(entry.reference()).partition("\n")[0]
        if begin := re.match(r"(?:Sections?|Appendix) ((?:[\dC][\d.]*\d|C|, | and )+)", first):
            assert entry.section in re.split(", | and ", begin[1]), name
            told += 1
    assert told > 50
