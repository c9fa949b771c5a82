"""A language model from its weights alone: which one it is, and how large, is read from their names and shapes.

Takes what train_rnnlm.py, train_better_rnnlm.py and train_awd_rnnlm.py write, and the pickles that the book's publisher
offers (Rnnlm.pkl, BetterRnnlm.pkl: lists of float16 arrays in the order of the model's params).
"""

import numpy as np

from ch06_lstm.awd_rnnlm import AwdRnnlm
from ch06_lstm.better_rnnlm import BetterRnnlm
from ch06_lstm.rnnlm import CELLS, Rnnlm
from common.base_model import read_weights
from common.errors import InputError


def load_language_model(path):
    """An Rnnlm, BetterRnnlm or AwdRnnlm with the weights of the file `path`; InputError where it holds none of them.

    Without its dropout an AwdRnnlm with layers of one size is a BetterRnnlm, and becomes one.
    """
    weights = read_weights(path)
    model = _model_of(weights, path)
    model.set_params(weights, path)
    if not all(np.isfinite(p).all() for p in model.params):
        raise InputError(f"{path} holds weights that are no finite numbers: its training diverged")
    return model


def vocabulary_size(model):
    """V, the number of words that a language model knows."""
    return len(model.embed.params[0])


def check_vocabulary(model, word_to_id, path, corpus_name):
    """InputError unless the model has a row for each word: ids of another text would mean other words."""
    if vocabulary_size(model) != len(word_to_id):
        raise InputError(f"{path} was trained on a text of {vocabulary_size(model):,} distinct words, {corpus_name} has "
                         f"{len(word_to_id):,}: take the text that it was trained on, or a model of {corpus_name}")


def _model_of(weights, path):
    """The model, not yet with these weights, for {name: array} of an .npz or the list of a pickle."""
    try:
        if isinstance(weights, list):                        # embed_W, then Wx, Wh, b of each LSTM, then the affine layer's
            layers = (len(weights) - 3) // 3
            (V, D), (H, columns) = weights[0].shape, weights[2].shape
            better, tied = layers > 1, layers > 1
        else:
            better = "lstm_layers.0.Wh" in weights
            (V, D), (H, columns) = (weights[name].shape for name in
                                    ("embed.W", "lstm_layers.0.Wh" if better else "lstm_layer.Wh"))
            layers, tied = sum(name.endswith(".Wh") for name in weights), "affine.W" not in weights
        numbers = [array.size for array in (weights if isinstance(weights, list) else weights.values())]
        if not min(numbers) or max(V * D, V * H, D * columns, layers * H * columns) > sum(numbers):
            raise ValueError("sizes that are larger than the weights")
        if better and tied and H != D:                       # only the last layer of an AwdRnnlm is as wide as a word
            return AwdRnnlm(V, D, H, layers=layers)
        if better:
            return BetterRnnlm(V, D, H, layers=layers, tied=tied)
        cell = next(name for name, (_, G) in CELLS.items() if columns == G * H)
        return Rnnlm(V, D, H, cell=cell)
    except (IndexError, KeyError, ValueError, StopIteration, ZeroDivisionError) as error:
        raise InputError(f"{path} holds no weights of an Rnnlm or a BetterRnnlm: train one with ch06_lstm/train_rnnlm.py or "
                         "ch06_lstm/train_better_rnnlm.py") from error
