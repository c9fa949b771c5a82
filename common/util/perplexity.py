"""Perplexity: among how many equally likely words a language model is undecided."""

import inspect
import math

import numpy as np

from common.batches import TimeBatches
from common.errors import InputError


def perplexity(loss):
    """e^loss, for a mean cross-entropy loss (section 5.5.2); inf where that is no float."""
    try:
        return math.exp(loss)
    except OverflowError:
        return math.inf


def eval_perplexity(model, corpus, batch_size=10, time_size=35):
    """The perplexity of a language model on a corpus, read in the book's windows (section 6.4).

    Reads `batch_size` pieces of the corpus side by side from an empty state, without dropout (where
    forward() takes train_flg), and puts the model's state back afterwards: training goes on as if
    nothing had happened. InputError where the perplexity is no number.
    """
    corpus = np.asarray(corpus)
    batches = TimeBatches(corpus[:-1], corpus[1:], batch_size, time_size)
    has_flag = "train_flg" in inspect.signature(model.forward).parameters
    options = {"train_flg": False} if has_flag else {}
    states = model.get_state() if hasattr(model, "get_state") else None
    model.reset_state()
    try:
        total = 0.0
        for i in range(batches.iterations):
            total += model.forward(*batches.at(i * time_size), **options)
    finally:
        model.reset_state()
        if states is not None:
            model.set_state(states)
    ppl = perplexity(total / batches.iterations)
    if not math.isfinite(ppl):
        raise InputError(f"the perplexity is {ppl}: the weights have diverged. Train with a lower "
                         "learning rate or a lower max_grad.")
    return ppl
