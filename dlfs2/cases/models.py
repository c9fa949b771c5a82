"""Cases of models: their weights get known numbers, whatever they began with."""

from types import SimpleNamespace

import numpy as np

from dlfs2.cases import ids, numbers

CORPUS = np.array([0, 1, 2, 3, 4, 1, 2, 0, 1, 5, 6, 7, 8, 2, 3, 1, 4, 2, 1, 8, 1, 2])
CORPUS.flags.writeable = False                               # no case may change another's


def _letters(shape, s):
    """A shape in the letters of the book: (D, 4H)."""
    names = {}
    for times in (1, 2, 3, 4, 8):
        for letter in "VDH":
            names.setdefault(times * getattr(s, letter), f"{'' if times == 1 else times}{letter}")
    names.setdefault(s.D + s.H, "D + H")
    return "(" + ", ".join(names.get(n, str(n)) for n in shape) + ("," * (len(shape) == 1)) + ")"


def _weights(made):
    """[(array, its places in params, each with whether it is transposed there)] of a model."""
    shared = []
    for k, p in enumerate(made.params):
        for uses in shared:
            if p is uses[0][1] or (p.size and np.shares_memory(p, uses[0][1])):
                uses.append((k, p))
                break
        else:
            shared.append([(k, p)])
    found = []
    for uses in shared:
        array = next((p for _, p in uses if p.flags.c_contiguous), uses[0][1])
        found.append((array, [(k, _is_transposed(p, array)) for k, p in uses]))
    return found


def _is_transposed(p, array):
    return p is not array and p.ndim == 2 and p.shape == array.shape[::-1] \
        and p.strides == array.strides[::-1]


def _numbered(note, made):
    """_weights, each with its number among those of its shape.

    Models list their layers in any order: {shape: places} in note.turns count from another one.
    """
    weights = _weights(made)
    shapes = [array.shape for array, _ in weights]
    for k, (array, places) in enumerate(weights):
        shape, number = array.shape, shapes[:k].count(array.shape)
        note.counts[shape] = shapes.count(shape)
        yield array, places, 1 + (number + note.turns.get(shape, 0)) % note.counts[shape]


def model(note, thing, arguments, s, scale=0.7):
    """A model with known weights; the first time how large its own were is noted."""
    made = note.make(thing, *arguments)
    seen = []
    for array, _, number in note.attempt("__init__", lambda: list(_numbered(note, made))):
        array[...] = scale * numbers([*array.shape, number], *array.shape)
        seen.append(array.shape)
    for shape in sorted(set(seen)):
        note.note(f"number of weights {_letters(shape, s)}", seen.count(shape))
    return made


def scales(note, thing, arguments, s):
    """Note how large the random weights of a new, larger model are."""
    made = note.make(thing, *arguments)
    seen = {}
    for array, _ in note.attempt("__init__", _weights, made):
        seen.setdefault(array.shape, []).append(np.asarray(array, float))
    for shape, arrays in sorted(seen.items()):
        for k, array in enumerate(arrays, 1):
            number = f" {k}" if len(arrays) > 1 else ""
            note.note(f"deviation of new weights {_letters(shape, s)}{number}", array.std(),
                      "scale")


def gradients(note, made, s):
    """Note the gradient of each weight, over all its uses, in the list and in the held arrays."""
    note.method = "backward"
    grads = note.attempt("backward", lambda: [np.array(grad, float) for grad in made.grads])
    held = [np.array(grad, float) for grad in note.held]
    for what, arrays in (("", grads), (" in the arrays that an optimizer holds", held)):
        for array, places, number in _numbered(note, made):
            total = note.attempt("backward", lambda places=places, arrays=arrays: sum(
                arrays[k].T if turned else arrays[k] for k, turned in places))
            more = f" {number}" if note.counts[array.shape] > 1 else ""
            note.note(f"gradient of the weights {_letters(array.shape, s)}{more}{what}", total)


def _samplers(made, depth=4):
    """All that draw negative examples within an object."""
    if hasattr(made, "get_negative_sample"):
        yield made
    elif depth and hasattr(made, "__dict__"):
        for value in vars(made).values():
            parts = value.values() if isinstance(value, dict) else value
            for part in parts if isinstance(value, (list, tuple, dict)) else [value]:
                yield from _samplers(part, depth - 1)


def fix_negatives(note, made, V, power=0.75):
    """Let every sampler in an object draw the same words, those that follow the target.

    Before that how likely the first draws each word is noted, where it tells by the book's name.
    """
    p = np.bincount(CORPUS) ** power
    samplers = list(_samplers(made))
    for sampler in samplers[:1]:
        note.note("word_p of the sampler", getattr(sampler, "word_p", p / p.sum()))
    for sampler in samplers:
        size = np.shape(sampler.get_negative_sample(np.zeros(1, dtype=int)))[-1]
        sampler.get_negative_sample = lambda target, size=size: (
            np.asarray(target)[:, None] + np.arange(1, size + 1)) % V


def _with_vocabulary(s):
    return SimpleNamespace(**{**vars(s), "V": int(CORPUS.max()) + 1})


def _big(s):
    return SimpleNamespace(**{**vars(s), "V": 70, "D": 50, "H": 60})


def _run(note, made, s, inputs, twice):
    for k, (xs, ts) in enumerate([inputs, twice]):
        note.case = f"{note.first}, {('first', 'second')[k]} call"
        note.call(made, "forward", xs, ts, gives="loss")
        note.silent(made, "backward")
        gradients(note, made, s)


def two_layer_net(thing, note, s):
    made = model(note, thing, (s.D, s.H, s.V), s)
    x, t = numbers(1, s.N, s.D), np.eye(s.V, dtype=int)[ids(1, s.V, s.N)]
    note.call(made, "predict", x, gives="score")
    _run(note, made, s, (x, t), (0.5 * x, t[::-1].copy()))
    scales(note, thing, (50, 60, 70), _big(s))


def simple_word2vec(thing, note, s):
    made = model(note, thing, (s.V, s.H), s)
    one_hot = np.eye(s.V, dtype=int)
    batches = [(one_hot[ids(k, s.V, n, 2)], one_hot[ids(5 + k, s.V, n)])
               for k, n in enumerate((s.N, s.N + 1))]
    _run(note, made, s, *batches)
    note.method = "word_vecs"
    note.note("word_vecs", note.attempt("word_vecs", lambda: made.word_vecs.copy()))
    scales(note, thing, (70, 60), _big(s))


def word2vec(thing, note, s):
    s = _with_vocabulary(s)
    V = s.V
    made = model(note, thing, (V, s.H, s.w, CORPUS), s)
    fix_negatives(note, made, V)
    batches = [(ids(k, V, n, 2 * s.w), ids(5 + k, V, n)) for k, n in enumerate((s.N, s.N + 1))]
    _run(note, made, s, *batches)
    note.note("word_vecs", note.attempt("word_vecs", lambda: made.word_vecs.copy()))
    scales(note, thing, (70, 60, s.w, np.arange(70)), _big(s))


def negative_sampling_loss(thing, note, s):
    s = _with_vocabulary(s)
    V = s.V
    note.case = f"{note.first}, by default"
    made = note.make(thing, numbers(1, V, s.H), CORPUS)
    fix_negatives(note, made, V)
    note.call(made, "forward", numbers(8, s.N, s.H), ids(9, V, s.N), gives="loss of five negatives")
    note.case = note.first
    made = note.make(thing, numbers(1, V, s.H), CORPUS, 0.5, 3)
    fix_negatives(note, made, V, power=0.5)
    for k, n in enumerate((s.N, s.N + 1)):
        note.case = f"{note.first}, {('first', 'second')[k]} call"
        note.call(made, "forward", numbers(2 + k, n, s.H), ids(4 + k, V, n), gives="loss")
        note.call(made, "backward", *((), (3.0,))[k], gives="dh")
        gradients(note, made, s)


def unigram_sampler(thing, note, s):
    if s.label != "all sizes differ":
        return
    V = int(CORPUS.max()) + 1
    counts = np.bincount(CORPUS)
    for power in (0.75, 0.0):
        note.case = f"{note.first}, power={power}"
        made = note.make(thing, CORPUS, power, 2)
        p = counts ** power / np.sum(counts ** power)
        note.note("word_p", getattr(made, "word_p", p))      # it may have another name
        target = np.repeat(np.arange(V), 250)
        found = np.asarray(note.attempt("get_negative_sample", made.get_negative_sample, target))
        note.note("shape", found.shape)
        if found.shape != (len(target), 2):
            return
        note.note("the target is never drawn", not (found == target[:, None]).any(), "exact")
        note.note("a word is drawn once a row", not (found[:, 0] == found[:, 1]).any(), "exact")
        share = np.array([np.mean(found[target != k][:, 0] == k) for k in range(V)])
        others = np.array([np.mean([p[k] / (1 - p[t]) for t in range(V) if t != k])
                           for k in range(V)])
        note.note("words are drawn as often as p asks", bool(
            np.all(np.abs(share - others) < 0.05)), "exact")


def _language_model(thing, note, s, arguments, more=()):
    made = model(note, thing, arguments, s)
    xs, ts = ids(1, s.V, s.N, s.T), ids(2, s.V, s.N, s.T)
    _run(note, made, s, (xs, ts), (ts, xs))
    note.case = f"{note.first}, after reset_state()"
    note.silent(made, "reset_state")
    note.call(made, "forward", xs, ts, gives="loss")
    return made, xs


def simple_rnnlm(thing, note, s):
    _language_model(thing, note, s, (s.V, s.D, s.H))
    scales(note, thing, (70, 50, 60), _big(s))


def rnnlm(thing, note, s):
    made, xs = _language_model(thing, note, s, (s.V, s.D, s.H))
    note.silent(made, "reset_state")
    note.call(made, "predict", xs, gives="score")
    scales(note, thing, (70, 50, 60), _big(s))


def better_rnnlm(thing, note, s):
    made, xs = _language_model(thing, note, s, (s.V, s.H, s.H, 0.0))
    note.silent(made, "reset_state")
    note.call(made, "predict", xs, gives="score")
    note.case = f"{note.first}, with dropout"
    made = model(note, thing, (s.V, s.H, s.H, 0.5), s)
    for what, train_flg in (("in evaluation", False), ("when it trains", True)):
        losses = []
        for _ in range(2):
            note.silent(made, "reset_state")
            losses.append(float(note.attempt("forward", made.forward, xs, xs,
                                             train_flg=train_flg)))
        note.note(f"two losses are equal {what}", losses[0] == losses[1], "exact")
        if not train_flg:
            note.note("loss in evaluation", losses[0])
    scales(note, thing, (70, 60, 60), _big(s))


def rnnlm_gen(thing, note, s):
    _generates(thing, note, s, (s.V, s.D, s.H))


def better_rnnlm_gen(thing, note, s):
    _generates(thing, note, s, (s.V, s.H, s.H, 0.5))


def _ids(note, made, *arguments):
    """What generate writes: a list, of numbers or of arrays of one, or an array."""
    found = note.attempt("generate", made.generate, *arguments)
    return note.attempt("generate", lambda: [int(i) for i in np.ravel(found)])


def _generates(thing, note, s, sizes):
    made = model(note, thing, sizes, s, scale=4000.0)        # the likeliest is certain
    note.note("ids", _ids(note, made, 1, None, 6))
    state = note.attempt("get_state", made.get_state)
    note.silent(made, "generate", 3, None, 4)
    note.silent(made, "set_state", state)
    note.note("ids after set_state()", _ids(note, made, 2, None, 5))
    made = model(note, thing, sizes, s)
    note.silent(made, "predict", ids(1, s.V, 1, 3))
    state = note.attempt("get_state", made.get_state)
    note.silent(made, "predict", ids(2, s.V, 1, 3))
    note.silent(made, "set_state", state)
    note.method = "set_state"
    note.note("score after set_state()", note.attempt("predict", made.predict, ids(3, s.V, 1, 2)))
    made = model(note, thing, sizes, s, scale=0.1)           # all are about as likely
    found = _ids(note, made, 1, [0, 2], 30)
    note.note("number of ids", len(found))
    note.note("skip_ids are skipped", not set(found[1:]) & {0, 2}, "exact")
    note.note("ids are drawn, not always the likeliest", len(set(found)) > 2, "exact")


def encoder(thing, note, s):
    made = model(note, thing, (s.V, s.D, s.H), s)
    for k, n in enumerate((s.N, s.N + 1)):
        note.case = f"{note.first}, {('first', 'second')[k]} call"
        out = note.call(made, "forward", ids(k, s.V, n, s.T), gives="hs")
        note.silent(made, "backward", numbers(3 + k, *np.shape(out)))
        gradients(note, made, s)
    scales(note, thing, (70, 50, 60), _big(s))


def _decoder(attention):
    def decoder(thing, note, s):
        made = model(note, thing, (s.V, s.D, s.H), s)
        for k, n in enumerate((s.N, s.N + 1)):
            note.case = f"{note.first}, {('first', 'second')[k]} call"
            from_encoder = numbers(7 + k, n, *([s.T] if attention else []), s.H)
            note.call(made, "forward", ids(k, s.V, n, s.S), from_encoder, gives="score")
            gives = "denc_hs" if attention else "dh"
            note.call(made, "backward", numbers(3 + k, n, s.S, s.V), gives=gives)
            gradients(note, made, s)
        from_encoder = numbers(9, 1, *([s.T] if attention else []), s.H)
        note.note("ids", _ids(note, made, from_encoder, 1, 5))
        scales(note, thing, (70, 50, 60), _big(s))
    return decoder


def seq2seq(thing, note, s):
    made = model(note, thing, (s.V, s.D, s.H), s)
    batches = [(ids(k, s.V, n, s.T), ids(5 + k, s.V, n, s.S)) for k, n in enumerate((s.N, s.N + 1))]
    _run(note, made, s, *batches)
    note.note("ids", _ids(note, made, ids(9, s.V, 1, s.T), 1, 5))
    scales(note, thing, (70, 50, 60), _big(s))


CASES = {"UnigramSampler": unigram_sampler, "NegativeSamplingLoss": negative_sampling_loss,
         "TwoLayerNet": two_layer_net, "SimpleCBOW": simple_word2vec,
         "SimpleSkipGram": simple_word2vec, "CBOW": word2vec, "SkipGram": word2vec,
         "SimpleRnnlm": simple_rnnlm, "Rnnlm": rnnlm, "BetterRnnlm": better_rnnlm,
         "RnnlmGen": rnnlm_gen, "BetterRnnlmGen": better_rnnlm_gen, "Encoder": encoder,
         "Decoder": _decoder(False), "PeekyDecoder": _decoder(False), "Seq2seq": seq2seq,
         "PeekySeq2seq": seq2seq, "AttentionEncoder": encoder, "AttentionDecoder": _decoder(True),
         "AttentionSeq2seq": seq2seq}
