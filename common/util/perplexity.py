"""How good a language model is: perplexity, the number of words between which it is as undecided as a fair die."""

import inspect
import math

import numpy as np

from common.batches import TimeBatches
from common.errors import InputError


def perplexity(loss):
    """e^loss, for a mean cross-entropy loss (section 5.5.2); inf where that is larger than a float."""
    try:
        return math.exp(loss)
    except OverflowError:
        return math.inf


def eval_perplexity(model, corpus, batch_size=10, time_size=35):
    """The perplexity of a language model on a corpus, read in the book's windows (section 6.4).

    Starts from an empty state, reads `batch_size` pieces of the corpus side by side and carries the state through each.
    A model whose forward() takes train_flg is asked with train_flg=False, so that dropout is off. Afterwards the model has
    the state it had before, and training goes on as if nothing had happened. InputError where the model's answer is no
    number.
    """
    corpus = np.asarray(corpus)
    batches = TimeBatches(corpus[:-1], corpus[1:], batch_size, time_size)
    options = {"train_flg": False} if "train_flg" in inspect.signature(model.forward).parameters else {}
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
        raise InputError(f"the perplexity is {ppl}: the weights have diverged. Train with a lower learning rate or a lower "
                         "max_grad.")
    return ppl
