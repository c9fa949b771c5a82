"""The Transformer's layers and models among the gradient cases."""

import numpy as np

from ch08_attention.transformer import Transformer, TransformerLM
from common.multi_head_attention import MultiHeadAttention, SelfAttention
from common.time_layers import TimeSoftmaxWithLoss
from common.transformer_layers import FeedForward, LayerNorm


def squares(rng, D):
    return [rng.standard_normal((D, D)) for _ in range(4)]


def ordinary(model):
    """Biases that are not zero: gradients of ordinary size."""
    for p in model.params:
        if p.ndim == 1:
            p += np.linspace(-0.5, 0.5, len(p))
    return model


def enter_cases(case, words, real):
    @case("LayerNorm")
    def _(rng):
        return LayerNorm(rng.standard_normal(5), rng.standard_normal(5)), [rng.standard_normal((2, 3, 5))]

    @case("FeedForward")
    def _(rng):
        weights = [rng.standard_normal(shape) for shape in ((4, 6), 6, (6, 4), 4)]
        return FeedForward(*weights), [rng.standard_normal((2, 3, 4))]

    for causal in (False, True):
        for with_mask in (False, True):
            form = (", causal" if causal else "") + (", masked" if with_mask else "")

            @case(f"MultiHeadAttention{form}")
            def _(rng, causal=causal, with_mask=with_mask):
                inputs = [rng.standard_normal((3, 5, 4)), rng.standard_normal((3, 5 if causal else 6, 4))]
                options = {"mask": real(rng, 3, inputs[1].shape[1]) if with_mask else None}
                return MultiHeadAttention(*squares(rng, 4), 2, causal=causal), inputs, options

            @case(f"SelfAttention{form}")
            def _(rng, causal=causal, with_mask=with_mask):
                options = {"mask": real(rng, 3, 5) if with_mask else None}
                return SelfAttention(*squares(rng, 4), 2, causal=causal), [rng.standard_normal((3, 5, 4))], options

    @case("TimeSoftmaxWithLoss, smoothed, labels ignored")
    def _(rng):
        return TimeSoftmaxWithLoss(0.1), [rng.standard_normal((2, 5, 6)), words(rng, 2, 5) - 1]

    for options in ({"pre_norm": False}, {"smoothing": 0.1, "layers": 1}, {"dropout_ratio": 0.3}):
        @case(f"Transformer, {options}")
        def _(rng, options=options):
            model = Transformer(6, 4, 5, heads=2, rng=rng, dtype=float, **options)
            return ordinary(model), [words(rng, 3, 5), words(rng, 3, 5)]

    for options in ({}, {"tied": False}, {"pre_norm": False}, {"dropout_ratio": 0.3}):
        @case(f"TransformerLM, {options or 'tied'}")
        def _(rng, options=options):
            model = TransformerLM(6, 4, 5, heads=2, rng=rng, dtype=float, **options)
            return ordinary(model), [words(rng, 3, 5), words(rng, 3, 5)]
