"""A language model from its weights alone: kind and size follow from their names and shapes.

Takes what the three training scripts of this chapter write, and the pickles that the book's
publisher offers (Rnnlm.pkl, BetterRnnlm.pkl: lists of float16 arrays in the order of the params).
"""

import numpy as np

from ch06_lstm.awd_rnnlm import AwdRnnlm
from ch06_lstm.better_rnnlm import BetterRnnlm
from ch06_lstm.rnnlm import CELLS, Rnnlm
from common.base_model import read_weights, vocabulary_hash
from common.errors import InputError


def load_language_model(path):
    """The Rnnlm, BetterRnnlm or AwdRnnlm of a file; InputError where it holds none of them.

    Without its dropout an AwdRnnlm with layers of one size is a BetterRnnlm, and becomes one.
    """
    weights = read_weights(path)
    model = _model_of(weights, path)
    model.set_params(weights, path)
    if not all(np.isfinite(p).all() for p in model.params):
        raise InputError(f"{path} holds weights that are no finite numbers: its training diverged")
    return model


def check_vocabulary(model, word_to_id, path, corpus_name):
    """InputError unless the model has a row for each word of the text, and knows no other words.

    Weights of a book's pickle, or of an earlier version, do not say for which words they are.
    """
    V = len(model.embed.params[0])
    if len(word_to_id) != V:
        raise InputError(f"{path} was trained on a text of {V:,} distinct tokens, {corpus_name} "
                         f"has {len(word_to_id):,}: take the text that it was trained on, with the "
                         f"same --level and --min-count, or a model of {corpus_name}")
    if model.vocabulary not in (None, vocabulary_hash(word_to_id)):
        raise InputError(f"{path} was trained on another text than {corpus_name}: as many words, "
                         "but their ids stand for others. Take the text that it was trained on, or "
                         f"a model of {corpus_name}")


def _model_of(weights, path):
    """The model, not yet with these weights: {name: array} of an .npz, or the list of a pickle."""
    try:
        if isinstance(weights, list):                        # embed_W, Wx, Wh, b, ..., affine W, b
            arrays, layers = weights, (len(weights) - 3) // 3
            embed_W, Wh = weights[0], weights[2]
            better = tied = layers > 1
        else:
            arrays, layers = weights.values(), sum(name.endswith(".Wh") for name in weights)
            better, tied = "lstm_layers.0.Wh" in weights, "affine.W" not in weights
            embed_W = weights["embed.W"]
            Wh = weights["lstm_layers.0.Wh" if better else "lstm_layer.Wh"]
        (V, D), (H, columns), numbers = embed_W.shape, Wh.shape, [array.size for array in arrays]
        if not min(numbers) or max(V * D, V * H, D * columns, layers * H * columns) > sum(numbers):
            raise ValueError("sizes that are larger than the weights")
        if better and tied and H != D:                       # not the last layer of an AwdRnnlm
            return AwdRnnlm(V, D, H, layers=layers)
        if better:
            return BetterRnnlm(V, D, H, layers=layers, tied=tied)
        cell = next(name for name, (_, G) in CELLS.items() if columns == G * H)
        return Rnnlm(V, D, H, cell=cell)
    except (IndexError, KeyError, ValueError, StopIteration, ZeroDivisionError) as error:
        raise InputError(f"{path} holds no weights of an Rnnlm or a BetterRnnlm: train one with "
                         "ch06_lstm/train_rnnlm.py or ch06_lstm/train_better_rnnlm.py") from error
