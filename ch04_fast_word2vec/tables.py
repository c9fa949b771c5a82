"""What the training of a fast model goes on from: its two tables, and AdaGrad's scale of each row (section 3.5.3)."""

import numpy as np

from common.errors import InputError


def tables_of(model, optimizer):
    """{name: array}: W_in, W_out (V, D), and h_in, h_out (V,), the scales of RowAdaGrad."""
    optimizer.begin(model.params)
    (h_in,), (h_out,) = optimizer.state
    W_in, W_out = model.params
    return {"W_in": W_in, "W_out": W_out, "h_in": h_in, "h_out": h_out}


def start_from(model, optimizer, tables):
    """Take over the rows of words that were learned before; words with higher ids start new.

    tables: as from tables_of(), for the first ids. Old rows keep their scales, so that new text
    moves them little, while new rows, whose scales are 0, move at once to where they belong. W_in
    alone will do, but then old rows have no scales either, and move like new ones.
    """
    for name, table in tables_of(model, optimizer).items():
        if name in tables:
            old = np.asarray(tables[name])
            if (old.shape[1:] != table.shape[1:] or len(old) != len(tables["W_in"])
                    or len(old) > len(table)):
                raise InputError(f"{name} of shape {old.shape} does not fit into {table.shape}: "
                                 "take the hidden size of the vectors to continue from")
            if old.dtype.kind != "f" or not np.isfinite(old).all():
                raise InputError(f"{name} of the vectors to continue from holds something else "
                                 "than finite numbers")
            table[:len(old)] = old
