"""What is handed in wrong is named: who takes what, and what came; never in NumPy's words.

Each input of each gradient case is made wrong in turn. What a layer then takes all the same is in a
table: sizes that it leaves open, and nothing else.
"""

import re

import numpy as np
import pytest

from ch03_word2vec.glove import GloVe
from ch07_seq2seq.seq2seq import Seq2seq
from ch08_attention.attention_seq2seq import AttentionSeq2seq
from ch08_attention.input_feeding_seq2seq import TimeAttentionLSTM
from ch08_attention.models import MODELS
from ch08_attention.transformer import Transformer, TransformerLM
from common.attention import Attention, TimeAttention, WeightSum
from common.batches import ShuffledBatches, TimeBatches
from common.errors import InputError
from common.functions import cross_entropy_error, log_softmax, relu, sigmoid, softmax
from common.layers import (
    Affine,
    Embedding,
    EmbeddingMean,
    MatMul,
    Sigmoid,
    SigmoidWithLoss,
    Softmax,
    SoftmaxWithLoss,
)
from common.negative_sampling import EmbeddingDot, NegativeSamplingLoss, UnigramSampler
from common.shapes import float_array, id_array
from common.time_layers import GRU, LSTM, RNN, TimeAffine, TimeBiLSTM, TimeGRU, TimeLSTM, TimeRNN
from common.transformer_layers import CrossAttention, FeedForward, LayerNorm, SelfAttention
from common.util import (
    analogy,
    convert_one_hot,
    cos_similarity,
    create_co_matrix,
    create_contexts_target,
    most_similar,
    normalize,
    ppmi,
    preprocess,
    truncated_svd,
)
from common.util.evaluation import spearman
from tests.gradient_cases import CASES, Around

# what a message has of it: who takes what, got what
TOLD = re.compile(r"\w takes .*, got |, got |this batch has|must be one-hot|xs has \d")
SHAPES = {
    "wider": lambda x: np.concatenate([x, x[..., :1]], axis=-1),
    "narrower": lambda x: x[..., :-1],
    "longer": lambda x: np.concatenate([x, x[:1]]),
    "fewer axes": lambda x: x[0],
    "an axis behind": lambda x: x[..., None],
    "an axis before": lambda x: x[None],
    "a number": lambda x: x.flat[0],
}
KINDS = {
    "None": lambda x: None,
    "a text": lambda x: "text",
    "a dictionary": lambda x: {"x": x},
    "texts": lambda x: x.astype(str),
    "objects": lambda x: x.astype(object),
    "complex": lambda x: x + 1j,
    "uneven lists": lambda x: [[1, 2], [3]],
}
IDS = {
    "floats": lambda x: x + 0.0,
    "yes or no": lambda x: x > 0,
    "negative": lambda x: np.where(x == x.max(), -5, x),
    "beyond": lambda x: x + 10,
}
# what is no mistake, by layer and input
ROWS, WIDTH = {"longer", "fewer axes", "an axis before"}, {"wider", "narrower"}
LEFT_OPEN = {
    **{(layer, 0): set(SHAPES) for layer in ("Sigmoid", "Dropout", "Embedding", "TimeEmbedding",
                                             "EmbeddingDropout")},
    **{(layer, 0): set(SHAPES) - {"a number"} for layer in ("Softmax", "TimeDropout")},
    **{(layer, 0): ROWS for layer in ("MatMul", "Affine", "TimeAffine", "LayerNorm",
                                      "FeedForward")},
    **{(layer, 0): {"longer"} for layer in ("WeightDrop", "TimeBiLSTM", "SelfAttention",
                                            "TimeNTM")},
    **{(layer, 0): WIDTH for layer in ("CBOW", "SkipGram", "SoftmaxWithLoss",
                                       "TimeSoftmaxWithLoss", "WeightSum")},
    **{(Model.__name__, i): WIDTH for Model in MODELS.values() for i in (0, 1)},
    ("EmbeddingMean", 0): WIDTH | {"longer"},
    ("EmbeddingDot", 1): WIDTH | {"an axis behind"},
    **{(layer, i): {"None"} for layer in ("TimeRNN", "TimeGRU", "TimeLSTM", "TimeNTM")
       for i in (1, 2)},                                     # a state of zeros
}


def attempts(x):
    """(what is wrong, the wrong value) of an input x."""
    is_ids = x.dtype.kind in "iu" and x.max() > 1            # not bits, not one-hot
    changes = {**SHAPES, **KINDS, **(IDS if is_ids else {})}
    return [(what, change(x)) for what, change in changes.items()]


def one_of_each():
    """The first case of each class and each rank of its inputs."""
    found = {}
    for name, build in CASES.items():
        layer, inputs, *_ = build(np.random.default_rng(0))
        layer = layer.layer if isinstance(layer, Around) else layer
        if not type(layer).__module__.startswith("tests."):  # a stage of a layer
            key = type(layer), *(x.ndim for x in inputs), name.endswith("context")
            found.setdefault(key, name)
    return found.values()


@pytest.mark.parametrize("name", one_of_each())
def test_a_wrong_input_is_named(name):
    layer, inputs, *_ = CASES[name](np.random.default_rng(0))
    layer = layer.layer if isinstance(layer, Around) else layer
    for i, x in enumerate(inputs):
        if x.dtype == bool:                                  # a mask: tests of its own
            continue
        for what, wrong in attempts(x):
            layer_now, given, *options = CASES[name](np.random.default_rng(0))
            given = [wrong if k == i else value for k, value in enumerate(given)]
            if what in LEFT_OPEN.get((type(layer).__name__, i), ()):
                continue
            with pytest.raises(ValueError, match=TOLD) as caught:
                layer_now.forward(*given, **dict(*options))
                pytest.fail(f"input {i}, {what}, was taken")
            assert "NumPy" not in str(caught.traceback[-1].path)


LIST = [1.0, 2, 3, 4]
FLOATS = np.ones((5, 6))


def weights(*shapes):
    return [np.ones(shape) for shape in shapes]


def fed_back():
    layer = TimeAttentionLSTM(*weights((7, 16), (4, 16), 16))
    layer.set_state(np.ones((2, 3)))
    return layer


@pytest.mark.parametrize("call, message", [
    (lambda: Affine(*weights((4, 3), 3)).forward(FLOATS), "Affine takes x (..., 4), got (5, 6)"),
    (lambda: Affine(*weights((4, 3), 3)).forward(np.ones((6, 2, 2))), "x (..., 4), got (6, 2, 2)"),
    (lambda: Affine(*weights((4, 3), 3)).forward(None), "x (..., 4) of numbers, got None"),
    (lambda: Affine(*weights((4, 3), 4)), "Affine takes arrays of floats W (D, H), b (H,), "
                                          "got W (4, 3) of float64, b (4,) of float64"),
    (lambda: Affine([LIST], LIST), "got W a list, b a list"),
    (lambda: MatMul(np.ones((4, 3), int)), "W (D, H), got W (4, 3) of int64"),
    (lambda: MatMul(None), "got W None"),
    (lambda: MatMul([[1.0], [2.0, 3.0]]), "got W a list"),
    (lambda: Embedding(np.ones(3)), "Embedding takes arrays of floats W (V, D), got W (3,)"),
    (lambda: RNN(*weights((4, 3), (3, 4), 3)), "Wx (D, H), Wh (H, H), b (H,), got"),
    (lambda: TimeRNN(*weights((4, 3), (3, 3), 4)), "TimeRNN takes arrays"),
    (lambda: LSTM(*weights((4, 12), (3, 11), 12)), "LSTM takes arrays of floats Wx (D, 4H), "
                                                   "Wh (H, 4H), b (4H,), got Wx (4, 12)"),
    (lambda: TimeLSTM(*weights((4, 12), (4, 12), 12)), "Wh (H, 4H), b (4H,), got Wx (4, 12)"),
    (lambda: TimeLSTM(*weights((4, 14), (3, 14), 14)), "Wh (H, 4H), b (4H,), got Wx (4, 14)"),
    (lambda: GRU(*weights((4, 12), (3, 12), 12)), "Wx (D, 3H), Wh (H, 3H), b (3H,), got"),
    (lambda: TimeGRU(*weights((4, 9), (3, 9), 8)), "b (3H,), got"),
    (lambda: TimeBiLSTM(*weights((4, 12), (3, 12), 12, (5, 12), (3, 12), 12)), "Wx2 (5, 12)"),
    (lambda: LayerNorm(*weights(4, 3)), "gamma (D,), beta (D,), got gamma (4,)"),
    (lambda: FeedForward(*weights((4, 6), 6, (5, 4), 4)), "W2 (F, D), b2 (D,), got W1 (4, 6)"),
    (lambda: SelfAttention(*weights((4, 4), (4, 4), (4, 4), (4, 3)), 2), "WO (D, D), got"),
    (lambda: Attention().forward(*weights((2, 5, 4), (2, 3))), "h (2, 4), got (2, 3)"),
    (lambda: WeightSum().forward(*weights((2, 5, 4), (2, 4))), "WeightSum takes a (2, 5), got"),
    (lambda: NegativeSamplingLoss(*weights((6, 3)), [0, 1, 2, 3], sample_size=2).forward(
        np.ones((5, 3)), np.zeros(4, int)), "NegativeSamplingLoss takes target (5,), got (4,)"),
    (lambda: UnigramSampler([0.5, 1], 0.75, 1), "corpus (N,) of whole numbers, got a list, (2,) "),
    (lambda: UnigramSampler([-1, 1], 0.75, 1), "UnigramSampler takes corpus in 0.."),
    (lambda: Embedding(FLOATS).forward(FLOATS), "Embedding takes idx (...) of whole numbers, got "
                                                "(5, 6) of float64"),
    (lambda: Embedding(FLOATS).forward([0, -1]), "Embedding takes idx in 0..4, got -1..0"),
    (lambda: EmbeddingDot(FLOATS).forward(FLOATS, [0, 5, 0, 0, 0]), "idx in 0..4, got 0..5"),
    (lambda: TimeAffine(*weights((6, 3), 3)).forward(np.ones((2, 5, 3)), np.ones((2, 4))),
     "TimeAffine takes context (2, 4) and xs (2, T, 2), got (2, 5, 3)"),
    (lambda: SoftmaxWithLoss().forward(FLOATS, LIST), "got (4,)"),
    (lambda: SoftmaxWithLoss().forward(FLOATS, np.ones(5)), "whole numbers, got float64"),
    (lambda: SigmoidWithLoss().forward(LIST, [1, 0]), "SigmoidWithLoss takes t (4,), got (2,)"),
    (lambda: cross_entropy_error(FLOATS, np.ones(5)), "ids, whole numbers, of shape (5,) or"),
    (lambda: cross_entropy_error(None, [1]), "takes y (..., C) of numbers, got None"),
    (lambda: cross_entropy_error(FLOATS, None), "takes t (...) of numbers, got None"),
    (lambda: sigmoid("text"), "sigmoid takes x (...) of numbers, got a str"),
    (lambda: relu(None), "relu takes x (...) of numbers, got None"),
    (lambda: softmax(3.0), "softmax takes x (..., C), got ()"),
    (lambda: log_softmax([[1, 2], [3]]), "x (..., C), got lists of different lengths"),
    (lambda: GloVe(5, 3).forward(FLOATS, LIST), "GloVe takes pairs (N, 2) of whole numbers, got"),
    (lambda: GloVe(5, 3).forward([[0, 5]], LIST), "GloVe takes pairs in 0..4, got 0..5"),
    (lambda: GloVe(5, 3).forward([[0, 4]], LIST), "GloVe takes X (1,), got (4,)"),
    (lambda: ShuffledBatches(None, LIST, 2), "ShuffledBatches takes x (N, ...) of numbers, got"),
    (lambda: ShuffledBatches(LIST, "abcd", 2), "ShuffledBatches takes t (N, ...) of numbers, got"),
    (lambda: TimeBatches(LIST, [LIST], 1, 1), "TimeBatches takes ts (N,), got (1, 4)"),
    (lambda: TimeBatches([LIST], LIST, 1, 1), "TimeBatches takes xs (N,), got (1, 4)"),
    (lambda: Seq2seq(6, 4, 4).generate([0, 1], 0, 2), "Seq2seq takes xs (N, T), got (2,)"),
    (lambda: Seq2seq(6, 4, 4).forward([[0, 1]], [0, 1]), "Seq2seq takes ts (1, S), got (2,)"),
    (lambda: AttentionSeq2seq(6, 4, 4).decoder.begin(FLOATS), "hs_enc (N, T, H), got (5, 6)"),
    (lambda: fed_back().forward(*weights((2, 3, 3), (2, 5, 4))), "takes h (2, 4), got (2, 3)"),
    (lambda: Transformer(6, 4, 4).encoder.forward([0, 1]), "Embedding takes xs (N, T), got (2,)"),
    (lambda: TransformerLM(6, 4, 4).predict([0, 1]), "TransformerLM takes xs (N, T), got (2,)"),
    (lambda: preprocess(["you", "say"]), "preprocess takes a text (str), got a list"),
    (lambda: preprocess(b"you say"), "preprocess takes a text (str), got a bytes"),
    (lambda: create_contexts_target(FLOATS), "corpus (N,) of whole numbers, got (5, 6) of float64"),
    (lambda: create_contexts_target([[1, 2, 3]]), "corpus (N,), got (1, 3)"),
    (lambda: convert_one_hot([0.5], 2), "corpus (...) of whole numbers, got a list, (1,) of"),
    (lambda: convert_one_hot([0, 2], 2), "convert_one_hot takes corpus in 0..1, got 0..2"),
    (lambda: create_co_matrix(LIST, 5), "integer ids, got float64"),
    (lambda: ppmi(None), "ppmi takes C (V, V) of numbers, got None"),
    (lambda: truncated_svd("text", 1), "truncated_svd takes W (V, C) of numbers, got a str"),
    (lambda: cos_similarity(LIST, [1, 2, 3]), "cos_similarity takes y (4,), got (3,)"),
    (lambda: cos_similarity(FLOATS, FLOATS), "cos_similarity takes x (D,), got (5, 6)"),
    (lambda: normalize(2.0), "normalize takes x (..., D), got ()"),
    (lambda: most_similar("a", {"a": 0}, {0: "a"}, FLOATS), "word_matrix (1, D), got (5, 6)"),
    (lambda: analogy("a", "a", "a", {"a": 0}, {0: "a"}, LIST), "word_matrix (1, D), got (4,)"),
    (lambda: spearman(LIST, [1, 2]), "spearman takes y (4,), got (2,)"),
])
def test_what_a_message_says(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


@pytest.mark.parametrize("layer, inputs", [
    (Affine(*weights((4, 3), 3)), weights((5, 4))),
    (Affine(*weights((4, 3), 3)), weights((2, 5, 4))),
    (Sigmoid(), weights((5, 4))),
    (Softmax(), weights((5, 4))),
    (Embedding(*weights((4, 3))), [np.zeros((5, 2), int)]),
    (EmbeddingMean(*weights((4, 3))), [np.zeros((5, 2), int)]),
    (EmbeddingDot(*weights((4, 3))), [np.ones((5, 3)), np.zeros((5, 2), int)]),
    (RNN(*weights((4, 3), (3, 3), 3)), weights((5, 4), (5, 3))),
    (GRU(*weights((4, 9), (3, 9), 9)), weights((5, 4), (5, 3))),
    (TimeAffine(*weights((4, 3), 3)), weights((2, 5, 4))),
    (TimeBiLSTM(*weights((4, 12), (3, 12), 12, (4, 12), (3, 12), 12)), weights((2, 5, 4))),
    (Attention(), weights((2, 5, 4), (2, 4))),
    (WeightSum(), weights((2, 5, 4), (2, 5))),
    (TimeAttention(), weights((2, 5, 4), (2, 3, 4))),
    (SelfAttention(*weights((4, 4), (4, 4), (4, 4), (4, 4)), 2), weights((2, 5, 4))),
    (LayerNorm(*weights(4, 4)), weights((2, 5, 4))),
    (FeedForward(*weights((4, 6), 6, (6, 4), 4)), weights((2, 5, 4))),
], ids=lambda value: type(value).__name__)
def test_a_gradient_of_another_shape_is_named(layer, inputs):
    dout = layer.forward(*inputs)
    with pytest.raises(InputError, match=rf", got \({len(dout) - 1}, "):
        layer.backward(dout[1:])


def test_what_is_no_mistake():
    layer = Affine(np.ones((4, 3), "f"), np.ones(3, "f"))
    for x in (FLOATS[:, :4], FLOATS[:, :4].astype("f"), np.ones((2, 5, 4), np.int32), [LIST], LIST,
              np.zeros((0, 4))):
        assert layer.forward(x).dtype == np.float32
    for ids in ([0, 4], np.array([1], np.int32), np.array([1], np.uint8), 3):
        assert Embedding(FLOATS).forward(ids).shape[-1] == 6
    for t in ([0] * 5, np.zeros(5, np.uint8), np.eye(6)[:5], np.eye(6, dtype=bool)[:5]):
        assert SoftmaxWithLoss().forward(FLOATS, t) == pytest.approx(np.log(6))
    assert ShuffledBatches([LIST, LIST], [0, 1], 1).get(0, 0)[0].shape == (1, 4)
    assert cos_similarity([3, 4], (3, 4)) == pytest.approx(1)


def test_an_array_that_fits_is_handed_on_as_it_is():
    x, ids = np.ones((2, 5), "f"), np.zeros((2, 5), np.int32)
    assert float_array(MatMul(np.ones((5, 1), "f")), "x", x, ..., 5) is x
    assert float_array("f", "x", x, "N", ...) is x
    assert id_array("f", "ids", ids, "N", "T", below=1) is ids


def test_attention_to_nothing_is_told():
    with pytest.raises(RuntimeError, match=r"call read\(\)"):
        CrossAttention(*weights((4, 4), (4, 4), (4, 4), (4, 4)), 2).forward(np.ones((2, 5, 4)))
