"""Look inside a network: one page with a real forward and backward pass, step by step.

    python -m dlfs2.look_inside cells
    python -m dlfs2.look_inside lstm --input "you say goodbye and i say hello ."
    python -m dlfs2.look_inside attention --input 'Sep 27, 1994' --out date.html
    python -m dlfs2.look_inside attention --weights attention.npz
    python -m dlfs2.look_inside ntm --input '1010 0110 1100'

cells: a simple RNN, a GRU and an LSTM side by side; rnn, gru, lstm: one of them. seq2seq: sums, as
57+5, with a decoder that peeks; plain: without. attention: the dates of chapter 8. ntm: a Neural
Turing Machine that copies bits. A small model is trained first, in a second (cells) to half a
minute (sums); --weights takes one of ch06_lstm/train_rnnlm.py, ch07_seq2seq/train_seq2seq.py,
ch08_attention/train.py or train_ntm.py (copy) instead. The page is one file; it needs no network.
"""

import re

import numpy as np

from ch06_lstm.load import check_vocabulary, load_language_model
from ch06_lstm.rnnlm import Rnnlm
from ch06_lstm.sentences import read_sentence
from ch07_seq2seq.asking import end_mark, load_model, read_back
from ch07_seq2seq.training import open_forget_gates
from ch08_attention.models import MODELS
from ch08_attention.ntm import NTM
from ch08_attention.ntm.options import SETTINGS
from ch08_attention.ntm.tasks import Copy, TaskBatches
from common.errors import InputError
from common.files.writing import replacing
from common.optimizer import SGD, Adam
from common.schedule import LinearDecay, WarmUpCosine
from common.script import options, run
from common.trainer import Trainer
from dataset import sequence
from dataset.corpus import load_parts
from dlfs2.page import escaped, page
from dlfs2.unrolled import evaluated, language_model, sequence_to_sequence, value_of
from dlfs2.unrolled_ntm import turing_machine

CELLS = ("rnn", "gru", "lstm")
INPUTS = {"attention": "Sep 27, 1994", "ntm": "10100110 01101100 11000001 00111010 10010101",
          **dict.fromkeys(("seq2seq", "plain"), "57+5")}
SENTENCE = "you say goodbye and i say hello . i say goodbye and you say hello ."
SIZE = {"cells": 16, "attention": 32, "seq2seq": 48, "plain": 64, "ntm": 24}      # hidden, trained
SHOWN = 64                                                   # units of a state; lengths are of all
LARGEST = 1_000_000                                          # bytes of a page
DOUBLE = np.float64


def main(argv=None):
    """Train or load, run forward and backward, write the page."""
    args = parse(argv)
    look_at = (look_at_cells if args.model in ("cells", *CELLS) else
               look_at_ntm if args.model == "ntm" else look_at_answer)
    title, words, panels, steps = look_at(args)
    text = page(title, body(title, words, panels), "look_inside", data_of(panels, steps)).encode()
    if len(text) > LARGEST:
        raise InputError(f"the page would have {len(text):,} bytes: give a shorter --input")
    with replacing(args.out) as file:
        file.write(text)
    print(f"page: {args.out} ({len(text) // 1000} KB); open it in a browser")


def look_at_cells(args):
    """Language models that read one sentence; the last word to predict is the first again."""
    names, panels, losses = CELLS if args.model == "cells" else (args.model,), [], []
    models, words, ids = load_words(args) if args.weights else train_words(args, names)
    xs, ts = ids[:, :-1], ids[:, 1:]
    counted = np.ones_like(xs, bool)
    if not args.every:
        counted[:, :-1] = False
    for model in models:
        model.reset_state()
        loss, panel = language_model(model, xs, ts, counted, words)
        panels.append(panel)
        losses.append(f"{panel.title} {loss:.4g}")
    sentence, V = " ".join(panels[0].tops), len(words)
    said = [f"{'Each' if len(panels) > 1 else 'The'} network reads “{sentence}” a word a step, and "
            "predicts the next word."]
    if not args.weights:
        said.append(f"After the last word comes the first again, “{words[ids[0, 0]]}”: to predict "
                    f"it, a network must have kept it for {xs.shape[1]} steps. It was trained on "
                    "this sentence with each of its words in first place, by SGD"
                    f"{'; its gates were open to the past at first' * (names != ('rnn',))}.")
    said += [f"The loss is that of {'every step, their mean' if args.every else 'the last word'}: "
             f"{', '.join(losses)} (a guess: log {V} = {np.log(V):.3g}). Go on to the end, then "
             "back, and watch how long the gradient of the state is at each step."]
    return f"{', '.join(panel.title for panel in panels)}: “{sentence}”", said, panels, [
        [[*range(len(panels))], t] for t in range(xs.shape[1])]


def train_words(args, names):
    """(models, words, ids (1, T + 1)): each learns the sentence with each of its words in front.

    Of 16 words, with SGD, LSTM and GRU learn the last one and keep their gradients, the simple RNN
    does neither: with each seed of 0 to 5. With Adam it often learns it, and keeps its gradient.
    """
    sentence = (args.input or SENTENCE).split()
    words = list(dict.fromkeys(sentence))
    if len(sentence) < 2 or len(words) < 2:
        raise InputError("a sentence needs two different words or more")
    ids = np.tile([words.index(word) for word in sentence], (len(words), 1))
    ids[:, 0] = np.arange(len(words))
    ids = np.concatenate([ids, ids[:, :1]], axis=1)
    models = []
    for name in names:
        model = Rnnlm(len(words), SIZE["cells"], SIZE["cells"], cell=name, sparse=False,
                      rng=args.seed, dtype=DOUBLE)
        model.lstm_layer.stateful = False
        open_forget_gates(model, {"lstm": 2.0, "gru": -2.0, "rnn": 0.0}[name])    # of the GRU, z
        trainer = Trainer(model, SGD(2.0), rng=args.seed)
        trainer.fit(ids[:, :-1], ids[:, 1:], 3 if args.quick else 1500, len(words), 1.0,
                    verbose=False)
        print(f"{name} trained: loss {trainer.loss_list[-1] if trainer.loss_list else 0:.3f}")
        models.append(model)
    return models, words, ids[:1]


def load_words(args):
    """(models, words, ids (1, T + 1)) of weights of ch06_lstm/train_rnnlm.py."""
    model, text = load_language_model(args.weights), load_parts(args.corpus, tokens=1)
    if not isinstance(model, Rnnlm):
        raise InputError(f"{args.weights} is a {type(model).__name__}: take an Rnnlm, of "
                         "ch06_lstm/train_rnnlm.py")
    check_vocabulary(model, text.word_to_id, args.weights, text.name)
    _, ids = read_sentence(args.input or " ".join(text.id_to_word[i] for i in text.test[:13]),
                           text.word_to_id)
    if len(ids) < 2:
        raise InputError("a sentence needs two words or more")
    return [model], [text.id_to_word[i] for i in range(len(text.word_to_id))], np.array([ids])


def look_at_answer(args):
    """A sequence-to-sequence model that answers one question."""
    model, about = load_model(args.weights, MODELS) if args.weights else train_answers(args)
    if about["model"] not in ("plain", "peeky", "attention"):
        raise InputError(f"{args.weights} is a model of another kind, {about['model']}")
    question, ids, answer = asked(args, about)
    letters, S = about["characters"], about["answer_size"]
    said = read_back(model.generate_batch(ids, letters.index("_"), S - 1,
                                          end_id=end_mark(about))[0], about)
    right = f"the right answer is “{answer}”"
    if answer is None:
        answer, right = said, "its own answer is taken as right, for no other is known"
    text = f"_{answer}".ljust(S) if about["pad_id"] is None else f"_{answer} "[:S]
    loss, panels = sequence_to_sequence(model, ids, np.array([[letters.index(c) for c in text]]),
                                        letters)
    kind = {"plain": "Seq2seq", "peeky": "Peeky seq2seq", "attention": "Attention"}[about["model"]]
    T, S = (len(panel.columns) for panel in panels)
    return f"{kind}: {question}", [
        f"The encoder reads “{question}”{' from its end' * about['reverse']}, a character a step; "
        f"the decoder writes, and says “{said}”.",
        f"For the loss {right}; the decoder is given it, character by character (teacher forcing). "
        f"The loss is the mean of its steps: {loss:.4g}."], panels, [
        *([[0], t] for t in range(T)), *([[1], s] for s in range(S))]


def asked(args, about):
    """(the question, its ids (1, T), the right answer or None where that is not known)."""
    letters, S, answer = about["characters"], about["answer_size"], args.answer
    question = (args.input or INPUTS[args.model]).strip()
    ids = sequence.encode(question, {c: i for i, c in enumerate(letters)}, about["question_size"])
    ids = (ids if about["pad_id"] is None else ids[:len(question)])[None]
    if answer is None and re.fullmatch(r"\d+\+\d+", question, re.ASCII):
        answer = str(sum(map(int, question.split("+"))))
    elif answer is None and "," in letters:                  # a date, perhaps one of the data
        known = {text.rstrip(): right for text, right in zip(*sequence.load_pairs("date"))}
        answer = known[question].removeprefix("_") if question in known else None
    fits = answer is not None and len(answer) < S and {*answer.ljust(S - 1)} <= {*letters}
    if args.answer is not None and not fits:
        raise InputError(f"--answer '{answer}' must have {S - 1} characters at most, of those "
                         f"that were learned, {''.join(sorted(letters))!r}")
    return question, ids[:, ::-1] if about["reverse"] else ids, answer if fits else None


def train_answers(args):
    """(model, about): a small model of sums or dates, read from the end, padding masked."""
    data, epochs = ("date", 2) if args.model == "attention" else ("addition", 15)
    (x, t), *_ = sequence.load_parts(data)
    if args.quick:
        x, t, epochs = x[:128], t[:128], 1
    char_to_id, _ = sequence.get_vocab()
    about = {"model": {"seq2seq": "peeky"}.get(args.model, args.model), "reverse": True,
             "characters": "".join(char_to_id), "pad_id": char_to_id[" "],
             "question_size": x.shape[1], "answer_size": t.shape[1]}
    asked(args, about)                                       # what is wrong is told before training
    model, double = (MODELS[about["model"]](len(char_to_id), 16, SIZE[args.model], rng=args.seed,
                                            pad_id=about["pad_id"], dtype=dtype)
                     for dtype in (np.float32, DOUBLE))
    open_forget_gates(model, 1.0)
    steps = epochs * (len(x) // 128)
    print(f"training on {len(x):,} questions; half a minute at most")
    lr = LinearDecay(0.01 if data == "date" else 0.02, steps // 2, steps)
    trainer = Trainer(model, Adam(lr, beta2=0.99), rng=args.seed)
    trainer.fit(x[:, ::-1], t, epochs, 128, 1.0)
    double.set_params(model.named_params())
    return double, about


def look_at_ntm(args):
    """A Neural Turing Machine that copies bits."""
    bits, H, rows, width = (8, *(SETTINGS[name] for name in ("hidden_size", "rows", "width"))
                            ) if args.weights else (4, SIZE["ntm"], 16, 6)
    examples = [word[:bits] for word in INPUTS["ntm"].split()][:2 if args.weights else None]
    given = args.input.split() if args.input else examples
    if any(len(word) != bits or {*word} - {*"01"} for word in given or [""]):
        raise InputError(f"--input takes words of {bits} bits, as in '{' '.join(examples[:2])}', "
                         f"got '{args.input}'")
    model = NTM(bits + 1, bits, H, rows, width, rng=args.seed, dtype=DOUBLE)
    if args.weights:
        model.load_params(args.weights)
    else:
        steps = 5 if args.quick else 1500
        trainer = Trainer(model, Adam(WarmUpCosine(0.005, max(steps // 50, 1), steps), beta2=0.99),
                          rng=args.seed)
        print(f"training on {16 * steps:,} sequences of bits; a few seconds")
        for _ in trainer.over(TaskBatches(Copy(1, 8, bits), 16, steps // 5), 5, 1.0):
            pass                                             # it prints each epoch's loss
    n = len(given)
    task = Copy(1, n, bits)
    x, t, mask = (np.array(part) for part in task.empty(1, 2 * n + 1))
    t[0, n + 1:] = x[0, :n, :bits] = [[int(bit) for bit in word] for word in given]
    x[0, n, bits] = mask[0, n + 1:] = 1
    loss, panel = turing_machine(model, x.astype(model.params[0].dtype), t, mask)
    wrong = int(((model.predict(x) > 0) != t)[mask].sum())
    return "Neural Turing Machine: a copy", [
        f"The machine reads {n} words of {bits} bits and a mark, then writes them again from its "
        f"memory of {rows} rows of {width} numbers. {wrong} of {n * bits} bits are wrong.",
        "At each step one head writes (erases, then adds) and one reads: their weightings say "
        f"which row. The loss is the mean over the bits after the mark: {loss:.4g}."], [panel], [
        [[0], s] for s in range(2 * n + 1)]


def data_of(panels, steps):
    """What pages/look_inside.js shows: all numbers to 4 digits."""
    told = [exported(panel) for panel in panels]
    return {"panels": [panel for panel, _ in told], "steps": steps,
            "expected": [[p, *rest] for p, (_, found) in enumerate(told) for rest in found]}


def exported(panel):
    """(the panel as JSON, [kind, line, column, unit, the result by NumPy] of some formulas)."""
    arrays, expected, kinds = {}, [], []

    def keep(name, values, columns):
        first = values[0]
        arrays[name] = {
            "shape": [len(first), min(first.shape[1], SHOWN)], "all": first.shape[1],
            "v": [[float(f"{x:.4g}") for x in value[:, :SHOWN].ravel().tolist()]
                  for value in (values[:1] if all(np.array_equal(first, value) for value in values)
                                else values)],
            "length": [float(f"{np.linalg.norm(value):.4g}") for value in values]}

    columns = panel.columns
    for k, kind in enumerate(panel.kinds):
        lines = []
        for way, formula in enumerate((*kind.forward, *kind.back)):
            name, _, text = formula.partition(" = ")
            parts = re.findall(r"{(.*?)}", text)
            values = [evaluated(formula, names)[1] for names in columns]
            for names, value in zip(columns, values):
                names.setdefault(name, value)
            for part in {*parts} - {*arrays}:
                keep(part, [value_of(part, names) for names in columns], columns)
            if name not in arrays:
                keep(name, [value_of(name, names) for names in columns], columns)
            t = (3 * k + way) % len(columns)
            unit = (5 * k + way) % min(values[t].shape[1], SHOWN)
            expected.append([k, way, t, unit, float(f"{values[t][0, unit]:.4g}")])
            lines.append([name, text, way >= len(kind.forward)])
        for name in filter(None, (kind.name, kind.grad)):
            if name not in arrays:
                keep(name, [np.atleast_2d(names[name]) for names in columns], columns)
        kinds.append({"name": kind.name, "title": kind.title, "grad": kind.grad, "lines": lines,
                      "look": kind.look, "units": panel.units.get(kind.units, [])[:SHOWN]})
    return {"title": panel.title, "kinds": kinds, "arrays": arrays, "tops": panel.tops,
            "ends": [[word, "" if p is None else f"{p:.2f}", right, bool(np.any(names["share"]))]
                     for (word, p, right), names in zip(panel.ends, columns)]}, expected


def body(title, words, panels):
    """The markup: what can be read without JavaScript, and the places that it fills."""
    text = "".join(f"<p>{escaped(sentence)}</p>\n" for sentence in words)
    rows = "".join(
        f"<tr><td>{escaped(panel.title)}</td><td>{t + 1}</td><td>{escaped(top)}</td>"
        f"<td>{escaped(word)}</td><td>{'' if p is None else f'{p:.3f}'}</td>"
        f"<td>{escaped(right)}</td>"
        f"<td>{names['loss'][0, 0]:.4g}{' (not counted)' * (not np.any(names['share']))}</td></tr>"
        for panel in panels for t, (names, top, (word, p, right)) in enumerate(
            zip(panel.columns, panel.tops, panel.ends)))
    return (f"<header><h1>{escaped(title)}</h1>\n{text}"
            "<noscript><p>The network itself is drawn by JavaScript, which is off here; the table "
            "has what it predicts.</p></noscript></header>\n<main id=\"stage\"></main>\n"
            "<section class=\"table\"><h2>What is predicted</h2>\n<table><tr><th></th><th>step</th>"
            "<th>input</th><th>predicted</th><th>probability</th><th>right</th><th>loss</th></tr>"
            f"{rows}</table></section>")


def parse(argv=None):
    parser = options(__doc__, corpus=True)
    parser.prog = "python -m dlfs2.look_inside"
    parser.add_argument("model", choices=("cells", *CELLS, "seq2seq", "plain", "attention", "ntm"))
    parser.add_argument("--input", metavar="TEXT", help="what it reads")
    parser.add_argument("--answer", metavar="TEXT", help="of seq2seq, plain, attention: what is "
                        "taken as right (default: the right answer, else the model's own)")
    parser.add_argument("--every", action="store_true",
                        help="of the cells: the loss of every step, not of the last alone")
    parser.add_argument("--weights", role="trained", made_by="a training script",
                        help="a trained model, instead of training a small one")
    parser.add_argument("--out", role="write", help="the page (default look_inside_<model>.html)",
                        default=lambda args: f"look_inside_{args.model}.html")
    args = parser.parse_args(argv)
    if args.weights and args.model == "cells":
        parser.error("--weights is of one model: rnn, gru or lstm")
    return args


if __name__ == "__main__":
    run(main)
