"""Training of the fast models, and what a later run goes on from."""

import numpy as np

from common.errors import InputError
from common.files.arrays import load_arrays
from common.files.text import name_of
from common.files.vectors import check_words, load_vectors
from common.optimizer import RowAdaGrad
from common.schedule import LinearDecay
from common.trainer import Trainer
from dataset.corpus import MADE, announce, load_corpus, reading, resolve

NAMES = ("W_in", "W_out", "h_in", "h_out")


def fit_fast(model, batches, max_epoch, lr=None, tables=None, verbose=True):
    """Train as make_optimizer() says, from `tables` on where there are any; the Trainer."""
    optimizer = make_optimizer(model, max_epoch * batches.iterations, lr, tables)
    trainer = Trainer(model, optimizer, rng=0)
    for _ in trainer.over(batches, max_epoch, verbose=verbose):
        pass
    return trainer


def make_optimizer(model, steps, lr=None, tables=None):
    """RowAdaGrad, its rate decaying from lr to 0 in `steps` steps, with what `tables` hold.

    lr: by default the model's LR, a fifth of it with tables, whose words are to stay in place.
    """
    lr = lr or (model.LR / 5 if tables else model.LR)
    optimizer = RowAdaGrad(LinearDecay(lr, 1, steps + 1), h0=model.H0)
    start_from(model, optimizer, tables or {})
    return optimizer


def tables_of(model, optimizer):
    """{name: array}: W_in, W_out (V, D), and h_in, h_out (V,), the scales of RowAdaGrad."""
    optimizer.make_state(model.params)
    (h_in,), (h_out,) = optimizer.state
    W_in, W_out = model.params
    return dict(zip(NAMES, (W_in, W_out, h_in, h_out)))


def start_from(model, optimizer, tables):
    """Take over the rows of words that were learned before; words with higher ids start new.

    tables: as from tables_of(), for the first ids; W_in alone will do. Old rows keep their scales,
    so that new text moves them little; new rows, whose scales are 0, move freely.
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


def begin(args, toy_tokens):
    """(Corpus, tables, hidden size): the text, announced, and what --continue names, {} without it.

    The words of those vectors are the first ids, the text's new words follow.
    """
    path = vars(args)["continue"]
    made = resolve(args.corpus)[0] in MADE
    data = load_corpus(args.corpus, **reading(args),
                       tokens=args.tokens or (toy_tokens if made and not path else None))
    announce(data, args)
    if not path:
        return data, {}, args.hidden_size or 100
    tables, words = read_tables(path)
    data = extend(data, words)
    check_words(data.word_to_id)                             # all are written again at the end
    print(f"continuing from {path}: {len(words):,} words, {len(data.word_to_id) - len(words):,} "
          f"new ones")
    hidden_size = tables["W_in"].shape[1]
    if args.hidden_size not in (None, hidden_size):
        raise InputError(f"the vectors in {path} have {hidden_size} numbers: leave --hidden-size "
                         "out")
    return data, tables, hidden_size


def read_tables(path):
    """(tables, words) of a file of vectors: all four of train_fast.py's .npz, else W_in alone."""
    vectors, _, id_to_word = load_vectors(path)
    with open(path, "rb") as file:
        arrays = load_arrays(path) if file.read(2) == b"PK" else {}
    tables = {name: arrays[name] for name in NAMES if name in arrays}
    return {**tables, "W_in": vectors}, list(id_to_word.values())


def extend(data, words):
    """The Corpus `data` with `words` as the first ids and its own new words after them."""
    names = [name_of(word) for word in data.word_to_id]      # as the file of vectors has them
    vocabulary = list(dict.fromkeys([*words, *names]))
    word_to_id = {word: i for i, word in enumerate(vocabulary)}
    new_id = np.array([word_to_id[name] for name in names])
    return data._replace(corpus=new_id[data.corpus], word_to_id=word_to_id,
                         id_to_word=dict(enumerate(vocabulary)))
