"""Every layer and model with inputs for it, in float64: the cases of the gradient test and of the gradient table.

A case is a name and a function of a Generator that returns (layer, inputs) or (layer, inputs, options of forward).
"""

import numpy as np

from common.layers import Affine, Dropout, MatMul, Sigmoid, SigmoidWithLoss, Softmax, SoftmaxWithLoss

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
