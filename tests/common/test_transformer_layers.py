"""The Transformer's layers: values by hand, heads one at a time, masks, keys and values kept."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.errors import InputError
from common.functions import softmax
from common.transformer_layers import (
    CrossAttention,
    FeedForward,
    LayerNorm,
    MultiHeadAttention,
    SelfAttention,
    positional_encoding,
)


def weights(rng, D):
    return [rng.standard_normal((D, D)) for _ in range(4)]


def test_all_heads_at_once_equal_one_after_the_other():
    rng = np.random.default_rng(0)
    WQ, WK, WV, WO = weights(rng, 6)
    x, memory = rng.standard_normal((2, 3, 6)), rng.standard_normal((2, 5, 6))
    expected = np.zeros((2, 3, 6))
    for head in (slice(0, 2), slice(2, 4), slice(4, 6)):
        for n in range(2):
            Q, K, V = x[n] @ WQ[:, head], memory[n] @ WK[:, head], memory[n] @ WV[:, head]
            expected[n] += softmax(Q @ K.T / 2 ** 0.5) @ V @ WO[head]
    layer = MultiHeadAttention(WQ, WK, WV, WO, 3)
    assert_allclose(layer.forward(x, memory), expected)
    assert layer.weights.shape == (2, 3, 3, 5)
    assert_allclose(layer.weights.sum(axis=3), 1)


def test_one_head_by_hand():
    """WQ = WK = WV = WO = 1 and x = [0, ln 4]: the first sees both, the second itself more."""
    one, z = np.ones((1, 1)), np.log(4)
    layer = SelfAttention(one, one, one, one, 1)
    out = layer.forward(np.array([[[0], [z]]]))
    share = np.exp(z * z) / (1 + np.exp(z * z))
    assert_allclose(out[0, :, 0], [z / 2, z * share])


def test_nothing_later_is_seen():
    rng = np.random.default_rng(0)
    layer, x = SelfAttention(*weights(rng, 4), 2, causal=True), rng.standard_normal((1, 5, 4))
    before = layer.forward(x)
    x[:, 3:] = rng.standard_normal((1, 2, 4))
    after = layer.forward(x)
    assert_array_equal(after[:, :3], before[:, :3])
    assert not np.allclose(after[:, 3], before[:, 3])
    assert not np.triu(layer.weights[0, 0], 1).any()


def test_padding_is_not_seen():
    rng = np.random.default_rng(0)
    layer, x = SelfAttention(*weights(rng, 4), 2), rng.standard_normal((1, 5, 4))
    alone = layer.forward(x[:, :3])
    padded = layer.forward(x, np.array([[True, True, True, False, False]]))
    assert_allclose(padded[:, :3], alone)


def test_one_position_at_a_time_equals_all_at_once():
    rng = np.random.default_rng(0)
    params, x = weights(rng, 4), rng.standard_normal((2, 5, 4))
    whole = SelfAttention(*params, 2, causal=True).forward(x)
    layer = SelfAttention(*params, 2, causal=True, stateful=True)
    for _ in range(2):
        pieces = [layer.forward(x[:, :2])] + [layer.forward(x[:, t:t + 1]) for t in range(2, 5)]
        assert_allclose(np.concatenate(pieces, axis=1), whole)
        assert layer.length == 5
        layer.reset_state()


def test_what_was_read_can_be_asked_again():
    rng = np.random.default_rng(0)
    params, x = weights(rng, 4), rng.standard_normal((2, 3, 4))
    memory = rng.standard_normal((2, 5, 4))
    cross = CrossAttention(*params, 2)
    cross.read(memory)
    expected = MultiHeadAttention(*params, 2).forward(x, memory)
    for _ in range(2):
        assert_allclose(cross.forward(x), expected)


def test_bad_shapes():
    rng = np.random.default_rng(0)
    with pytest.raises(InputError, match="3 heads do not divide the width 4"):
        SelfAttention(*weights(rng, 4), 3)
    layer, x = SelfAttention(*weights(rng, 4), 2), rng.standard_normal((2, 5, 4))
    with pytest.raises(ValueError, match=r"shape \(2, 5\), got \(2, 4\)"):
        layer.forward(x, np.ones((2, 4), bool))
    with pytest.raises(ValueError, match="needs one real step"):
        layer.forward(x, np.array([[True] * 5, [False] * 5]))
    with pytest.raises(InputError, match="0 heads"):
        SelfAttention(*weights(rng, 4), 0)


def test_a_causal_query_without_a_key_is_refused():
    rng = np.random.default_rng(0)
    layer = MultiHeadAttention(*weights(rng, 4), 2, causal=True)
    with pytest.raises(ValueError, match="without anything to attend to"):
        layer.forward(rng.standard_normal((1, 3, 4)), rng.standard_normal((1, 2, 4)))


def test_weights_that_are_read_are_copies():
    rng = np.random.default_rng(0)
    layer, x = SelfAttention(*weights(rng, 4), 2), rng.standard_normal((1, 3, 4))
    gradients = []
    for factor in (1, 0):
        layer.forward(x)
        layer.weights[...] *= factor
        gradients.append(layer.backward(x))
    assert_array_equal(*gradients)


def test_layer_norm_by_hand():
    layer = LayerNorm(np.array([1.0, 1, 2]), np.array([0.0, 0, 10]), eps=0)
    s = 1.5 ** 0.5  # of [1, 2, 3]: mean 2, variance 2/3
    assert_allclose(layer.forward(np.array([[1.0, 2, 3]])), [[-s, 0, 2 * s + 10]])


def test_layer_norm_does_not_see_scale_and_shift():
    layer = LayerNorm(np.ones(8), np.zeros(8), eps=0)
    x = np.random.default_rng(0).standard_normal((2, 3, 8))
    assert_allclose(layer.forward(x), layer.forward(5 * x - 3))


def test_feed_forward_by_hand():
    layer = FeedForward(np.array([[1.0, -1]]), np.zeros(2), np.array([[2.0], [3]]), np.array([1.0]))
    assert_array_equal(layer.forward(np.array([[4.0], [-5]])), [[9], [16]])


def test_positions_turn_by_an_angle_that_depends_on_the_distance_alone():
    table = positional_encoding(50, 8, float)
    assert_allclose(table[0], [0, 1] * 4)
    assert_allclose(table[3, :2], [math.sin(3), math.cos(3)])
    assert_allclose(table[7, 6:], [math.sin(7 / 1000), math.cos(7 / 1000)])
    similarity = table @ table.T
    assert_allclose(np.diag(similarity, 5), similarity[0, 5])
    with pytest.raises(InputError, match="must be even, got 5"):
        positional_encoding(3, 5)
