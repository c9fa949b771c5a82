"""Inputs and weights for the gradient cases."""

import numpy as np


def random(rng, *shapes):
    """Arrays of standard normal numbers."""
    return [rng.standard_normal(shape) for shape in shapes]


def one_hot(ids, width):
    return np.eye(width, dtype=int)[ids]


def words(rng, *shape, vocab_size=6):
    """Ids with repetitions, every one of the vocabulary among them where they suffice."""
    ids = np.resize(np.arange(vocab_size), np.prod(shape, dtype=int))
    return rng.permutation(ids).reshape(shape)


def real(rng, N, T):
    """A mask (N, T) with True and False in it, no row without True."""
    mask = rng.random((N, T)) < 0.6
    mask[:, 0] = True
    return mask


def recurrent_weights(rng, D, H, gates):
    Wx, Wh, b = random(rng, (D, gates * H), (H, gates * H), gates * H)
    return Wx, Wh / 2, b


def ordinary(model):
    """The model with biases that are not zero, and word vectors of 0.01 made 0.5."""
    if hasattr(model, "embed"):
        model.embed.params[0][...] *= 50
    for p in model.params:
        if p.ndim == 1:
            p += np.linspace(-0.5, 0.5, len(p))
    return model


def with_words(Model, *sizes, forward=None, **options):
    """The case of a model of 6 words that reads xs and ts (2, 5)."""
    def build(rng):
        model = ordinary(Model(6, *sizes, rng=rng, dtype=float, **options))
        return model, [words(rng, 2, 5), words(rng, 2, 5)], forward or {}
    return build
