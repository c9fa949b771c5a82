"""Perplexity: among how many equally likely words a language model is undecided."""

import inspect
import math
from typing import NamedTuple

import numpy as np

from common.errors import InputError
from common.shapes import id_array
from common.time_layers.loss import TimeSoftmaxWithLoss


def perplexity(loss):
    """e^loss, for a mean cross-entropy loss (section 5.5.2); inf where that is no float."""
    try:
        return math.exp(loss)
    except OverflowError:
        return math.inf


def eval_perplexity(model, corpus, batch_size=10, time_size=35, *, book_windows=False):
    """The perplexity of a language model on every word of a corpus but the first (section 6.4).

    Reads `batch_size` pieces of the corpus side by side, each from an empty state, in windows of
    `time_size` words, of which the last are shorter; the words that are left, fewer than
    batch_size, are a piece of their own. book_windows=True scores the words in whole windows alone,
    as the book does: the last of each piece are left out, up to half of a short text.

    Without dropout (where forward() takes train_flg); afterwards the model has its state and its
    dropout as before. InputError where the perplexity is no number.
    """
    return perplexity(score(model, corpus, batch_size, time_size, book_windows).loss)


def perplexity_by_row(model, corpus, batch_size=10, time_size=35):
    """The perplexity of each piece that eval_perplexity() reads: (batch_size,), or one more.

    Where one is far above the others, the model may be unable to start from an empty state: see
    RnnlmTrainer's `reset`. model: with a TimeSoftmaxWithLoss as its loss_layer.
    """
    rows = score(model, corpus, batch_size, time_size).rows
    if np.isnan(rows).any():
        raise InputError(f"{type(model).__name__} does not tell what each row lost: that takes a "
                         "loss_layer that is a TimeSoftmaxWithLoss, given scores (N, T, V)")
    return np.exp(rows)


class Score(NamedTuple):
    """What a text costs: the mean loss, and of each piece its mean loss and its words (rows,)."""

    loss: float
    rows: np.ndarray                                         # NaN: the model does not tell
    words: np.ndarray


def score(model, corpus, batch_size=10, time_size=35, book_windows=False):
    """Read a text as eval_perplexity() says."""
    total, count, lost, words = 0.0, 0, [], []
    for begins, position, loss in windows(model, corpus, batch_size, time_size, book_windows):
        if begins:
            lost.append(np.zeros(len(position)))
            words.append(np.zeros(len(position), int))
        total += float(loss) * position.size
        count += position.size
        lost[-1] += _lost(model, position.shape)
        words[-1] += position.shape[1]
    ppl = perplexity(total / count)
    if not math.isfinite(ppl):
        raise InputError(f"the perplexity is {ppl}: the weights have diverged in training, whose "
                         "learning rate or max_grad was too high")
    lost, words = np.concatenate(lost), np.concatenate(words)
    return Score(total / count, lost / words, words)


def windows(model, corpus, batch_size=10, time_size=35, book_windows=False):
    """Read a text as eval_perplexity() says, and yield after each forward().

    Yields (begins, position, loss): whether these are the first words of their pieces, where each
    stands in the corpus (up to N, up to T), and the mean loss of the words after them.
    """
    corpus = np.asarray(corpus)
    if corpus.size:                                          # [] has no whole numbers
        id_array("eval_perplexity", "corpus", corpus, "N")
    pieces = _pieces(len(corpus) - 1, batch_size, time_size, book_windows)
    has_flag = "train_flg" in inspect.signature(model.forward).parameters
    options = {"train_flg": False} if has_flag else {}
    states = model.get_state() if hasattr(model, "get_state") else None
    flags = model.train_flags() if hasattr(model, "train_flags") else []
    try:
        for begin, length in pieces:
            model.reset_state()
            for time_idx in range(0, length, time_size):
                steps = np.arange(time_idx, min(time_idx + time_size, length))    # (up to T,)
                position = begin[:, None] + steps                              # (up to N, up to T)
                loss = model.forward(corpus[position], corpus[position + 1], **options)
                yield time_idx == 0, position, loss
    finally:
        model.reset_state()
        if states is not None:
            model.set_state(states)
        for layer, flag in flags:
            layer.train_flg = flag


def _lost(model, shape):
    """What each row of the last batch lost in all, (N,); NaN for a model that does not tell."""
    layer = getattr(model, "loss_layer", None)
    if not isinstance(layer, TimeSoftmaxWithLoss) or np.shape(layer.losses) != shape:
        return math.nan
    return layer.losses.sum(axis=1, dtype=float)


def _pieces(words, batch_size, time_size, book_windows):
    """[(where pieces read side by side begin, their length), ...] of so many words to score."""
    if batch_size < 1 or time_size < 1:
        raise InputError(f"batch_size and time_size must be 1 or more, got {batch_size} and "
                         f"{time_size}")
    needed = batch_size * time_size if book_windows else 1
    if words < needed:
        raise InputError(f"a text of {words + 1} words is too short to be scored: {needed + 1} or "
                         "more are needed")
    rows = min(batch_size, words)
    length = words // rows
    begin = np.arange(rows) * length
    if book_windows:
        return [(begin, length - length % time_size)]
    pieces = [(begin, length), (np.array([rows * length]), words - rows * length)]
    return [piece for piece in pieces if piece[1]]
