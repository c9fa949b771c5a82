"""The gradient cases of the Transformer: its layers and models."""

from ch08_attention.transformer import Transformer, TransformerLM
from common.time_layers import TimeSoftmaxWithLoss
from common.transformer_layers import FeedForward, LayerNorm, MultiHeadAttention, SelfAttention
from tests.gradient_inputs import ordinary, random, real, words


def attention(causal, masked):
    form = ", causal" * causal + ", masked" * masked

    def squares(rng):
        return random(rng, *[(4, 4)] * 4)

    def option(rng, T):
        return {"mask": real(rng, 3, T) if masked else None}

    T = 5 if causal else 6
    return {
        f"MultiHeadAttention{form}":
            lambda rng: (MultiHeadAttention(*squares(rng), 2, causal=causal),
                         random(rng, (3, 5, 4), (3, T, 4)), option(rng, T)),
        f"SelfAttention{form}":
            lambda rng: (SelfAttention(*squares(rng), 2, causal=causal), random(rng, (3, 5, 4)),
                         option(rng, 5))}


def model(Model, options):
    def build(rng):
        found = ordinary(Model(6, 4, 5, heads=2, rng=rng, dtype=float, **options))
        return found, [words(rng, 3, 5), words(rng, 3, 5)]
    return build


def cases():
    found = {
        "LayerNorm": lambda rng: (LayerNorm(*random(rng, 5, 5)), random(rng, (2, 3, 5))),
        "FeedForward":
            lambda rng: (FeedForward(*random(rng, (4, 6), 6, (6, 4), 4)), random(rng, (2, 3, 4))),
        "TimeSoftmaxWithLoss, smoothed, labels ignored":
            lambda rng: (TimeSoftmaxWithLoss(0.1), [*random(rng, (2, 5, 6)), words(rng, 2, 5) - 1])}
    for causal in (False, True):
        for masked in (False, True):
            found.update(attention(causal, masked))
    for options in ({"pre_norm": False}, {"smoothing": 0.1, "layers": 1}, {"dropout_ratio": 0.3}):
        found[f"Transformer, {options}"] = model(Transformer, options)
    for options in ({}, {"tied": False}, {"pre_norm": False}, {"dropout_ratio": 0.3}):
        found[f"TransformerLM, {options or 'tied'}"] = model(TransformerLM, options)
    return found
