"""Cases of functions: activations, losses, counting words, vectors, gradients (chapters 1 to 6)."""

import re

import numpy as np

from dlfs2.cases import ids, numbers

TEXT = "You say goodbye and I say hello."
CORPUS = np.array([0, 1, 2, 3, 4, 1, 5, 6, 3, 1, 0, 2])


def sigmoid_case(thing, note, s):
    note.call(thing, "", numbers(1, s.N, s.D))
    note.call(thing, "", np.array([-40.0, 0.0, 40.0]), gives="of large numbers")


def relu_case(thing, note, s):
    note.call(thing, "", numbers(1, s.N, s.D))


def softmax_case(thing, note, s):
    note.call(thing, "", numbers(1, s.N, s.D), gives="of (N, C)")
    note.call(thing, "", numbers(2, s.D), gives="of (C,)")
    large = 1000.0 * np.arange(1, s.N + 1)[:, None]          # rows far from each other
    note.call(thing, "", numbers(1, s.N, s.D) + large, gives="of large scores")
    note.call(thing, "", numbers(2, s.D) + 1000, gives="of large scores (C,)")


def cross_entropy_error_case(thing, note, s):
    y = np.exp(numbers(1, s.N, s.D))
    y /= y.sum(axis=1, keepdims=True)
    t = ids(2, s.D, s.N)
    note.call(thing, "", y, t, gives="loss with ids")
    note.call(thing, "", y, np.eye(s.D, dtype=int)[t], gives="loss with one-hot labels")
    note.call(thing, "", y[0], t[0], gives="loss of one example")


def preprocess_case(thing, note, s):
    for number, text in enumerate((TEXT, "to be or not to be."), 1):
        note.case = f"{note.first}, text {number}"
        _, word_to_id, id_to_word = note.call(thing, "", text, gives=["corpus", None, None])
        note.note("word_to_id", note.attempt("call", _pairs, word_to_id), "exact")
        note.note("id_to_word", note.attempt("call", _pairs, id_to_word), "exact")


def _pairs(found):
    """What is in a dict, or in a list, which finds words by id as well."""
    return sorted(found.items() if hasattr(found, "items") else enumerate(found))


def convert_one_hot_case(thing, note, s):
    note.call(thing, "", ids(1, s.V, s.N), s.V, gives="of target (N,)")
    note.call(thing, "", ids(2, s.V, s.N, 2 * s.w), s.V, gives="of contexts (N, C)")


def create_co_matrix_case(thing, note, s):
    note.call(thing, "", CORPUS, 7, gives="window_size=1")
    note.call(thing, "", CORPUS, 7, 2, gives="window_size=2")
    note.call(thing, "", np.arange(300) % 2, 2, gives="of many words")       # more than a byte has
    note.call(thing, "", np.array([0, 0, 1, 1, 0]), 4, 3, gives="of repeated words, window_size=3")


def create_contexts_target_case(thing, note, s):
    note.call(thing, "", CORPUS, gives=["contexts", "target"])
    note.call(thing, "", CORPUS, 1, gives=["contexts", "target"])
    note.method = "window_size=2"
    contexts, target = note.call(thing, "", CORPUS, 2, gives=["contexts_2", "target_2"])


def cos_similarity_case(thing, note, s):
    x, y = numbers(1, s.D), numbers(2, s.D)
    note.call(thing, "", x, y)
    note.call(thing, "", x, 3 * x, gives="of a multiple")
    note.call(thing, "", x, np.zeros(s.D), gives="with zeros")


def ppmi_case(thing, note, s):
    C = np.array([[0, 3, 1, 0], [3, 0, 2, 5], [1, 2, 4, 1], [0, 5, 1, 0]])
    note.call(thing, "", C)
    note.call(thing, "", C[:3, :3] + C[:3, :3].T, gives="of another matrix")
    note.call(thing, "", (40_000 * C).astype(np.int32), gives="of large counts")


def _words(text, word_to_id, skip):
    """The words of a vocabulary in a text, in order, and the numbers to three digits."""
    found = [word for word in re.findall(r"[\w<>.]+", text) if word in word_to_id]
    return found[skip:], [round(float(x), 3) for x in re.findall(r"-?\d+\.\d+", text)]


def _vocabulary():
    words = ["man", "woman", "king", "queen", "car", "toyota", "say"]
    word_to_id = {word: i for i, word in enumerate(words)}
    return word_to_id, dict(enumerate(words)), numbers(5, len(words), 4)


def most_similar_case(thing, note, s):
    word_to_id, id_to_word, W = _vocabulary()
    for top in (3, 5):
        text = note.printed(thing, "king", word_to_id, id_to_word, W, top)
        words, values = _words(text, word_to_id, 0)
        note.note(f"words, top={top}", [word for word in words if word != "king"], "exact")
        note.note(f"similarities, top={top}", values[-top:])


def analogy_case(thing, note, s):
    word_to_id, id_to_word, W = _vocabulary()
    text = note.printed(thing, "man", "king", "woman", word_to_id, id_to_word, W, 3)
    words, _ = _words(text, word_to_id, 0)
    note.note("words", [word for word in words if word not in ("man", "king", "woman")], "exact")


def normalize_case(thing, note, s):
    note.call(thing, "", numbers(1, s.N, s.D), gives="of (N, D)")


def clip_grads_case(thing, note, s):
    for what, max_norm in (("long gradients", 1.0), ("short gradients", 100.0)):
        grads = [numbers(1, s.D, s.H), numbers(2, s.H)]
        note.attempt("call", thing, grads, max_norm)
        for name, grad in zip(("W", "b"), grads):
            note.note(f"d{name} of {what}, in place", grad)


def remove_duplicate_case(thing, note, s):
    W, b, V = numbers(1, s.D, s.H), numbers(2, s.H), numbers(3, s.V, s.D)
    params = [W, b, W, V, V.T]
    grads = [numbers(k, *p.shape) for k, p in enumerate(params)]
    lists = list(params), [grad.copy() for grad in grads]
    found = note.attempt("call", thing, *lists)
    for name, handed in zip(("params", "grads"), lists):
        note.note(f"length of the list {name} that was handed in", len(handed))
    if not (isinstance(found, (tuple, list)) and len(found) == 2):
        note.note("params and grads", "not returned", "exact")
        return
    for name, arrays in zip(("params", "grads"), found):
        note.note(f"length of {name}", len(arrays))
        for k, array in enumerate(arrays):
            note.note(f"{name}[{k}]", array)


class _Reading:
    """A language model that notes its batches, and whose loss depends on each word of them."""

    def __init__(self):
        self.batches, self.losses = [], numbers(6, 5, 5) ** 2

    def reset_state(self):
        pass

    def forward(self, xs, ts, train_flg=True):
        self.batches.append((xs.copy(), ts.copy()))
        return float(np.mean(self.losses[xs, ts]))


def eval_perplexity_case(thing, note, s):
    """Of one text that fills two windows of two rows, and of one with a word to spare."""
    for words in (13, 14):
        note.case, model = f"{note.first}, {words} words", _Reading()
        ppl = note.attempt("call", thing, model, np.arange(words) ** 2 % 5, 2, 3)
        note.note("number of whole batches", len(model.batches[:2]))
        for k, (xs, ts) in enumerate(model.batches[:2], 1):  # ours scores the word to spare as well
            note.note(f"xs of batch {k}", xs)
            note.note(f"ts of batch {k}", ts)
        if words == 13:
            note.note("out", ppl)


def eval_seq2seq_case(thing, note, s):
    class Model:
        def generate(self, question, start_id, sample_size):
            return [3, 4, 2][:sample_size]

    id_to_char = dict(enumerate("_ 0123456789"))
    question = np.array([[5, 6, 7]])
    for what, correct in (("right", [0, 3, 4, 2]), ("wrong", [0, 3, 5, 2])):
        for reverse in (False, True):
            right = note.attempt("call", thing, Model(), question, np.array([correct]), id_to_char,
                                 False, reverse)
            note.note(f"for an answer that is {what}, is_reverse={reverse}", right)


def _once(case):
    """The case once: sizes play no part in it."""
    def once(thing, note, s):
        if s.label == "all sizes differ":
            case(thing, note, s)
    return once


ALWAYS = [sigmoid_case, relu_case, softmax_case, cross_entropy_error_case, convert_one_hot_case,
          cos_similarity_case, normalize_case, clip_grads_case, remove_duplicate_case,
          eval_seq2seq_case]
ONCE = [preprocess_case, create_co_matrix_case, create_contexts_target_case, ppmi_case,
        most_similar_case, analogy_case, eval_perplexity_case]
CASES = {case.__name__.removesuffix("_case"): case for case in ALWAYS}
CASES |= {case.__name__.removesuffix("_case"): _once(case) for case in ONCE}
