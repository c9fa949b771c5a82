"""Look inside a network: one page with a real forward and backward pass, step by step.

    python -m dlfs2.look_inside cells
    python -m dlfs2.look_inside lstm --input "you say goodbye and i say hello ."
    python -m dlfs2.look_inside seq2seq --input 57+5
    python -m dlfs2.look_inside attention --input 'Sep 27, 1994' --out date.html
    python -m dlfs2.look_inside ntm --input '1010 0110 1100'

cells: a simple RNN, a GRU and an LSTM side by side; rnn, gru, lstm: one of them. seq2seq: sums, by
a decoder that peeks. attention: the dates of chapter 8. ntm: a Neural Turing Machine that copies
bits. A small model is trained first, in a second (cells) to half a minute (sums). The page is one
file; it needs no network.
"""

import sys

from dlfs2.apart import run_apart

if __name__ == "__main__":
    run_apart("dlfs2.look_inside", sys.argv[1:])             # another `common` may lie here

import re

import numpy as np

from ch06_lstm.rnnlm import Rnnlm
from ch07_seq2seq.training import open_forget_gates
from ch08_attention.models import MODELS
from ch08_attention.ntm import NTM
from ch08_attention.ntm.tasks import Copy, TaskBatches
from common.errors import InputError
from common.files.writing import replacing
from common.optimizer import SGD, Adam
from common.schedule import LinearDecay, WarmUpCosine
from common.script import options, run  # noqa: F401                   apart.py calls run
from common.trainer import Trainer
from dataset import sequence
from dlfs2.page import escaped, page
from dlfs2.unrolled import evaluated, language_model, sequence_to_sequence, value_of
from dlfs2.unrolled_ntm import turing_machine

CELLS = ("rnn", "gru", "lstm")
SENTENCE = "you say goodbye and i say hello . i say goodbye and you say hello ."
BITS = "1010 0110 1100 0011 1001"
LARGEST = 1_000_000                                          # bytes of a page
DOUBLE = np.float64


def main(argv=None):
    """Train, run forward and backward, write the page."""
    args = parse(argv)
    look_at = {"seq2seq": look_at_answer, "attention": look_at_answer, "ntm": look_at_ntm}
    title, told, panels, steps = look_at.get(args.model, look_at_cells)(args)
    text = page(title, body(title, told), "look_inside", data_of(panels, steps)).encode()
    if len(text) > LARGEST:
        raise InputError(f"the page would have {len(text):,} bytes: give a shorter --input")
    with replacing(args.out) as file:
        file.write(text)
    print(f"page: {args.out} ({len(text) // 1000} KB); open it in a browser")


def parse(argv=None):
    parser = options(__doc__)
    parser.prog = "python -m dlfs2.look_inside"
    parser.add_argument("model", choices=("cells", *CELLS, "seq2seq", "attention", "ntm"))
    parser.add_argument("--input", metavar="TEXT", help="what it reads")
    parser.add_argument("--out", role="write", help="the page (default look_inside_<model>.html)",
                        default=lambda args: f"look_inside_{args.model}.html")
    return parser.parse_args(argv)


def look_at_cells(args):
    """Language models that read one sentence; the last word to predict is the first again."""
    names = CELLS if args.model == "cells" else (args.model,)
    words, ids = of_each_first_word((args.input or SENTENCE).split())
    xs, ts = ids[:1, :-1], ids[:1, 1:]
    T, V = xs.shape[1], len(words)
    counted = np.arange(T)[None] == T - 1                    # the loss is that of the last word
    panels, losses = [], []
    for name in names:
        loss, panel = language_model(train_words(args, name, ids, V), xs, ts, counted, words)
        panels.append(panel)
        losses.append(f"{panel.title} {loss:.4g}")
    sentence = " ".join(panels[0].tops)
    return f"{', '.join(panel.title for panel in panels)}: “{sentence}”", [
        f"{'Each' if len(names) > 1 else 'The'} network reads “{sentence}” a word a step, and "
        "predicts the next word.",
        f"After the last word comes the first again, “{words[0]}”: to predict it, a network must "
        f"have kept it for {T} steps. It was trained on this sentence with each of its words in "
        f"first place, by SGD{'; its gates were open to the past at first' * (names != ('rnn',))}.",
        f"The loss is that of the last word: {', '.join(losses)} (a guess: log {V} = "
        f"{np.log(V):.3g}). Go on to the end, then back, and watch how long the gradient of the "
        "state is at each step."], panels, [[[*range(len(panels))], t] for t in range(T)]


def of_each_first_word(sentence):
    """(words, ids (V, T + 1)): the sentence, begun and ended with each of its words in turn."""
    words = list(dict.fromkeys(sentence))
    if len(words) < 2:
        raise InputError("a sentence needs two different words or more")
    ids = np.tile([words.index(word) for word in sentence], (len(words), 1))
    ids[:, 0] = np.arange(len(words))
    return words, np.concatenate([ids, ids[:, :1]], axis=1)


def train_words(args, name, ids, V):
    """A language model that has learned to end each sentence with the word it began with.

    Of 16 words, with SGD, LSTM and GRU learn the last one and keep their gradients, the simple RNN
    does neither: with each seed of 0 to 5. With Adam it often learns it, and keeps its gradient.
    """
    model = Rnnlm(V, 16, 16, cell=name, sparse=False, rng=args.seed, dtype=DOUBLE)
    model.lstm_layer.stateful = False
    open_forget_gates(model, {"lstm": 2.0, "gru": -2.0, "rnn": 0.0}[name])        # of the GRU, z
    trainer = Trainer(model, SGD(2.0), rng=args.seed)
    trainer.fit(ids[:, :-1], ids[:, 1:], 3 if args.quick else 1500, V, 1.0, verbose=False)
    return model


def look_at_answer(args):
    """A sequence-to-sequence model that answers one question, which it reads from its end."""
    data, kind, size, default = {
        "seq2seq": ("addition", "peeky", 48, "57+5"),
        "attention": ("date", "attention", 32, "Sep 27, 1994")}[args.model]
    (x, t), *_ = sequence.load_parts(data)
    char_to_id, id_to_char = sequence.get_vocab(data)
    S = t.shape[1]
    question = (args.input or default).strip()
    ids = sequence.encode(question, char_to_id, x.shape[1])[None, :len(question)][:, ::-1]
    model = train_answers(args, kind, size, x[:, ::-1], t, char_to_id)

    written = model.generate_batch(ids, char_to_id["_"], S - 1, end_id=char_to_id[" "])[0]
    said = "".join(id_to_char[int(i)] for i in written).rstrip()
    answer = right_answer(data, question)
    right = (f"the right answer is “{answer}”" if answer else
             "its own answer is taken as right, for no other is known")
    ts = np.array([[char_to_id[c] for c in f"_{answer or said} "[:S]]])
    loss, panels = sequence_to_sequence(model, ids, ts, [*id_to_char.values()])
    return f"{args.model.capitalize()}: {question}", [
        f"The encoder reads “{question}” from its end, a character a step; the decoder writes, and "
        f"says “{said}”.",
        f"For the loss {right}; the decoder is given it, character by character (teacher forcing). "
        f"The loss is the mean of its steps: {loss:.4g}."], panels, [
        [[p], t] for p, panel in enumerate(panels) for t in range(len(panel.columns))]


def right_answer(data, question):
    """Of a sum; of a date if it is one of the data; else None."""
    if data == "addition":
        sum_ = re.fullmatch(r"(\d+)\+(\d+)", question)
        return sum_ and str(int(sum_[1]) + int(sum_[2]))
    known = {text.rstrip(): right for text, right in zip(*sequence.load_pairs(data))}
    return known[question].strip("_ ") if question in known else None


def train_answers(args, kind, size, x, t, char_to_id):
    """A small model, padding masked; trained in single precision, given in double."""
    epochs, lr = (2, 0.01) if kind == "attention" else (15, 0.02)
    if args.quick:
        x, t, epochs = x[:128], t[:128], 1
    model, double = (MODELS[kind](len(char_to_id), 16, size, pad_id=char_to_id[" "], rng=args.seed,
                                  dtype=dtype) for dtype in (np.float32, DOUBLE))
    open_forget_gates(model, 1.0)
    steps = epochs * (len(x) // 128)
    print(f"training on {len(x):,} questions, {epochs} times; half a minute at most")
    trainer = Trainer(model, Adam(LinearDecay(lr, steps // 2, steps), beta2=0.99), rng=args.seed)
    trainer.fit(x, t, epochs, 128, 1.0)
    double.set_params(model.named_params())
    return double


def look_at_ntm(args):
    """A Neural Turing Machine that copies bits."""
    words = (args.input or BITS).split()
    if not words or any(not re.fullmatch("[01]{4}", word) for word in words):
        raise InputError(f"--input takes words of 4 bits, as in '{BITS[:9]}', got '{args.input}'")
    n, rows, width = len(words), 16, 6
    model = NTM(5, 4, 24, rows, width, rng=args.seed, dtype=DOUBLE)
    steps = 5 if args.quick else 1500
    lr = WarmUpCosine(0.005, max(steps // 50, 1), steps)
    print(f"training on {16 * steps:,} sequences of bits; a few seconds")
    for _ in Trainer(model, Adam(lr, beta2=0.99), rng=args.seed).over(
            TaskBatches(Copy(1, 8, 4), 16, steps // 5), 5, 1.0):
        pass                                                 # it prints each epoch's loss

    x, t, mask = (np.array(part) for part in Copy(1, n, 4).empty(1, 2 * n + 1))
    t[0, n + 1:] = x[0, :n, :4] = [[int(bit) for bit in word] for word in words]
    x[0, n, 4] = mask[0, n + 1:] = 1
    loss, panel = turing_machine(model, x.astype(DOUBLE), t, mask)
    wrong = ((model.predict(x) > 0) != t)[mask].sum()
    return "Neural Turing Machine: a copy", [
        f"The machine reads {n} words of 4 bits and a mark, then writes them again from its "
        f"memory of {rows} rows of {width} numbers. {wrong} of {n * 4} bits are wrong.",
        "At each step one head writes (erases, then adds) and one reads: their weightings say "
        f"which row. The loss is the mean over the bits after the mark: {loss:.4g}."], [panel], [
        [[0], s] for s in range(2 * n + 1)]


def body(title, told):
    """The markup: the places that pages/look_inside.js fills stand in it."""
    text = "".join(f"<p>{escaped(sentence)}</p>\n" for sentence in told)
    return (f"<header><h1>{escaped(title)}</h1>\n{text}</header>\n<noscript>The network is drawn "
            'by JavaScript, which is off here.</noscript>\n<main id="stage"></main>')


def data_of(panels, steps):
    """What pages/look_inside.js shows: all numbers to 4 digits."""
    told = [exported(panel) for panel in panels]
    return {"panels": [panel for panel, _ in told], "steps": steps,
            "expected": [[p, *rest] for p, (_, found) in enumerate(told) for rest in found]}


def exported(panel):
    """(the panel as JSON, [kind, line, column, unit, the result by NumPy] of each formula)."""
    arrays, expected, kinds = {}, [], []

    def keep(part):
        """The values of a name, or of a part of a formula, once if they are the same each step."""
        if part not in arrays:
            values = [value_of(part, names) for names in panel.columns]
            constant = all(np.array_equal(values[0], value) for value in values)
            most = max(np.abs(value).max() for value in values)
            arrays[part] = {
                "shape": values[0].shape,
                "v": [rounded(value.ravel()) for value in (values[:1] if constant else values)],
                "length": rounded([np.linalg.norm(value) for value in values]),
                "most": rounded([most or 1])[0]}                 # 1: all are 0

    for k, kind in enumerate(panel.kinds):
        lines = []
        for line, formula in enumerate((*kind.forward, *kind.back)):
            name, _, text = formula.partition(" = ")
            for names in panel.columns:
                names.setdefault(name, evaluated(formula, names)[1])
            for part in (name, *re.findall(r"{(.*?)}", text)):
                keep(part)
            t = (3 * k + line) % len(panel.columns)          # one step and one unit of each line
            result = evaluated(formula, panel.columns[t])[1].ravel()
            unit = (5 * k + line) % result.size
            expected.append([k, line, t, unit, *rounded([result[unit]])])
            lines.append([name, text, line >= len(kind.forward)])
        for name in filter(None, (kind.name, kind.grad)):
            keep(name)
        kinds.append({"name": kind.name, "title": kind.title, "grad": kind.grad, "lines": lines,
                      "tall": kind.tall, "units": panel.units.get(kind.units, [])})
    ends = [[word, "" if p is None else f"{p:.2f}", right, bool(np.any(names["share"]))]
            for (word, p, right), names in zip(panel.ends, panel.columns)]
    return {"title": panel.title, "kinds": kinds, "arrays": arrays, "tops": panel.tops,
            "ends": ends}, expected


def rounded(values):
    return [float(f"{x:.4g}") for x in values]
