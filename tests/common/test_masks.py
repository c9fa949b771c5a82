"""Masks: every layer that takes one reads True and False or 1 and 0, and refuses anything else."""

import numpy as np
import pytest

from ch08_attention.ntm.loss import BitLoss
from ch08_attention.transformer.model import TransformerEncoder
from common.attention import Attention, AttentionWeight, TimeAttention, check_mask
from common.errors import InputError
from common.time_layers import TimeBiLSTM, TimeLSTM
from common.transformer_layers import CrossAttention, MultiHeadAttention, SelfAttention

N, T, D = 2, 3, 4
RNG = np.random.default_rng(0)
X = RNG.standard_normal((N, T, D))
MASK = np.array([[True, True, False], [False, True, True]])
WORDS = RNG.integers(0, 5, (N, T))
BITS = RNG.integers(0, 2, (N, T, D))


def lstm():
    rng = np.random.default_rng(1)
    return rng.standard_normal((D, 4 * D)), rng.standard_normal((D, 4 * D)), np.zeros(4 * D)


def heads(kind):
    rng = np.random.default_rng(1)
    return kind(*(rng.standard_normal((D, D)) for _ in range(4)), 2)


def cross(mask):
    layer = heads(CrossAttention)
    layer.read(X)
    return layer.forward(X, mask)

TAKERS = {
    "AttentionWeight": lambda mask: AttentionWeight().forward(X, X[:, 0], mask),
    "Attention": lambda mask: Attention().forward(X, X[:, 0], mask),
    "TimeAttention": lambda mask: TimeAttention().forward(X, X, mask),
    "MultiHeadAttention": lambda mask: heads(MultiHeadAttention).forward(X, X, mask),
    "SelfAttention": lambda mask: heads(SelfAttention).forward(X, mask),
    "CrossAttention": cross,
    "TimeLSTM": lambda mask: TimeLSTM(*lstm()).forward(X, mask),
    "TimeBiLSTM": lambda mask: TimeBiLSTM(*lstm(), *lstm()).forward(X, mask),
    "TransformerEncoder": lambda mask: TransformerEncoder(5, D, 6, heads=2, rng=0).forward(WORDS,
                                                                                          mask),
    "BitLoss": lambda mask: BitLoss().forward(X, BITS, mask)}
ALL = pytest.mark.parametrize("name", TAKERS)


@ALL
def test_a_mask_is_true_and_false_or_one_and_zero(name):
    expected = TAKERS[name](MASK)
    assert not np.array_equal(expected, TAKERS[name](np.ones((N, T), bool)))
    for mask in (MASK.tolist(), MASK.astype(int), MASK.astype("f"), MASK.astype(int).tolist()):
        np.testing.assert_array_equal(TAKERS[name](mask), expected)


@ALL
@pytest.mark.parametrize("mask, got", [
    (np.where(MASK, 0, -1e9), "-1000000000.0"), (np.where(MASK, 0, -np.inf), "-inf"),
    (np.where(MASK, 0, -10 ** 9), "-1000000000"), (np.where(MASK, 1, np.nan), "nan"),
    (MASK * 2, "2"), (np.where(MASK, "1", "0"), "1"), (np.where(MASK, 0.5, 0), "0.5")])
def test_anything_else_is_refused(name, mask, got):
    with pytest.raises(InputError, match=f"True or 1 for a real step.* got {got};.*mask == 0"):
        TAKERS[name](mask)


@ALL
def test_a_mask_of_another_shape_is_refused(name):
    for mask in (np.ones((N, T + 1)), np.ones(T), np.ones((N, T, 1), bool), True):
        with pytest.raises(InputError, match=r"mask for 2 .* 3 steps must have the shape \(2, 3\)"):
            TAKERS[name](mask)


def test_a_good_mask_is_not_copied():
    assert check_mask(MASK, (N, T)) is MASK
