"""A trained sequence-to-sequence model in a file, and questions to it.

An .npz of its weights by name, and under 'about' what a question needs: which model, its sizes, the
characters, the lengths of questions and answers, whether they are read, and written, reversed.
"""

import json
import re
import sys
from collections import Counter

import numpy as np

from common.errors import InputError
from common.files.arrays import load_arrays, save_arrays
from common.files.text import visible
from common.functions import log_softmax
from dataset import sequence

MOST_FORMS = 30              # of questions; with more, a new one is nothing strange
UNSURE = 0.9                 # an answer that is less probable is said to be unsure
SCRIPTS = {**dict.fromkeys(["plain", "peeky"], "ch07_seq2seq/train_seq2seq.py"),
           **dict.fromkeys(["attention", "bidirectional", "input-feeding", "deep", "gnmt"],
                           "ch08_attention/train.py"),
           "transformer": "ch08_attention/train_transformer.py"}
EXAMPLES = {"addition": ["57+5", "128+1", "504+367"],
            "date": ["September 27, 1994", "2/10/93", "JUN 17, 2013",
                     "thursday, november 28, 2013"]}


def describe(args, data, options=None):
    """The `about` of a model trained on `data` by a script with these options."""
    letters = np.array(list(data.characters))
    questions = ["".join(row).rstrip() for row in
                 letters[data.x_train[:, ::-1] if args.reverse else data.x_train]]
    forms = [name for name, _ in Counter(map(form, questions)).most_common(MOST_FORMS + 1)]
    first = {form(question): question for question in reversed(questions)}
    return {"model": args.model,
            "sizes": [len(data.characters), args.wordvec_size, args.hidden_size],
            "characters": data.characters,
            "question_size": data.x_train.shape[1],
            "answer_size": data.t_train.shape[1],
            "reverse": args.reverse,
            "reverse_answer": args.reverse_answer,
            "pad_id": data.pad_id,
            "answers_have_spaces": data.end_id is None and " " in data.characters,
            "examples": EXAMPLES.get(args.data, [first[name] for name in forms[:4]]),
            "forms": forms if len(forms) <= MOST_FORMS else [],
            "quick": args.quick,
            "options": options or {}}


def form(question):
    """What a question looks like: 'Sep 27, 1994' is 'a 99, 9999'."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d", "9", visible(question).rstrip()))


def save_model(path, model, about):
    """Save weights and `about` in one file."""
    text = np.frombuffer(json.dumps(about).encode(), np.uint8)
    save_arrays(path, {**model.named_params(), "about": text})


def load_model(path, models):
    """(model, about) of save_model; InputError for any other file."""
    arrays = load_arrays(path)
    try:
        about = json.loads(arrays.pop("about").tobytes())
        check_about(about, arrays)
        other = about["model"] not in models and SCRIPTS.get(about["model"])
        model = None if other else models[about["model"]](
            *about["sizes"], pad_id=about["pad_id"], **about.get("options", {}))
    except (AttributeError, KeyError, ValueError, TypeError, RecursionError) as error:
        raise InputError(f"{path} is no model of ch07_seq2seq/train_seq2seq.py or "
                         "ch08_attention/train.py, or one that this script does not know: "
                         f"{error}") from error
    if other:
        raise InputError(f"{path} holds a model '{about['model']}': ask it with {other}")
    model.set_params(arrays, path)
    if not all(np.isfinite(p).all() for p in model.params):
        raise InputError(f"{path} holds weights that are no finite numbers: its training diverged")
    return model, about


def check_about(about, arrays):
    """ValueError unless `about` is save_model's, of no more numbers than `arrays`.

    A value of another type may raise TypeError or AttributeError instead.
    """
    def whole(*values):
        return all(type(n) is int and n > 0 for n in values)

    characters = about["characters"]
    V, D, H = about["sizes"]
    lengths = about["question_size"], about["answer_size"]
    options = about.get("options", {})
    layers = options.get("layers", 1)
    if not (type(characters) is str and len(set(characters)) == len(characters)
            and "_" in characters):
        raise ValueError("its characters are damaged")
    if not (whole(V, D, H, *lengths) and len(characters) == V and max(lengths) <= sequence.LONGEST
            and type(about["reverse"]) is type(about.get("reverse_answer", False)) is bool
            and about["pad_id"] in (None, *range(V))):
        raise ValueError("its sizes are damaged")
    if not (whole(layers, options.get("heads", 1))
            and all(type(value) in (bool, int, float) for value in options.values())):
        raise ValueError("its options are damaged")
    if not all(type(text) is str for key in ("examples", "forms") for text in about.get(key, [])):
        raise ValueError("its examples are damaged")
    least = V * (D + H) + D * H + H * H * layers             # numbers in any such model
    if about["model"] == "transformer":
        least = V * D + D * (D + H) * layers
    if least > sum(array.size for array in arrays.values()):
        raise ValueError("its sizes are larger than its weights")


def beam_options(args, about):
    """Options of generate_batch() for --beam and --length-penalty, and the end mark."""
    return {"beam_width": args.beam, "length_penalty": args.length_penalty,
            "end_id": end_mark(about)}


def end_mark(about):
    """The space, the padding, ends an answer; None where answers have spaces inside, or none."""
    end = -1 if about.get("answers_have_spaces") else about["characters"].find(" ")
    return end if end >= 0 else None


def question_ids(about, question):
    """A question as the ids (1, T) that the model reads; InputError where it cannot."""
    if not question.strip():
        raise InputError(f"'{question}' is no question: it has nothing but spaces")
    char_to_id = {c: i for i, c in enumerate(about["characters"])}
    ids = sequence.encode(question, char_to_id, about["question_size"])[None]
    return ids[:, ::-1] if about["reverse"] else ids


def ask(model, about, question, **how):
    """(the answer, the ids (1, T) that the model read) for a question as text.

    how: options of generate_batch().
    """
    ids, start = question_ids(about, question), about["characters"].index("_")
    answer = model.generate_batch(ids, start, about["answer_size"] - 1, **how)[0]
    return in_order(read_back(answer, about), about), ids


def ask_all(model, about, questions, between="->", **how):
    """Print the answer to each question, and what is to be doubted: the questions as ids (1, T).

    One that cannot be read is an InputError before the first answer.
    """
    for question in questions:
        question_ids(about, question)
    if about.get("quick"):
        print("warning: this model is of a --quick run and has learned next to nothing: train it "
              "without --quick", file=sys.stderr)
    forms, all_ids, doubtful = about.get("forms"), [], False
    for question in questions:
        answer, ids = ask(model, about, question, **how)
        P = probability(model, about, ids, answer)
        new = bool(forms) and form(question) not in forms
        print(f"{question} {between} {answer}   (probability {P:.3f}{': unsure' * (P < UNSURE)}"
              f"{'; no question of this form was learned' * new})")
        all_ids.append(ids)
        doubtful = doubtful or new or P < UNSURE
    if doubtful and about.get("examples"):
        print(like(about), file=sys.stderr)
    return all_ids


def probability(model, about, ids, answer):
    """P(answer | question): the product over its characters, with the end mark if there is one.

    ids: the question (1, T).
    """
    text = f"_{in_order(answer, about)} "[:about["answer_size"]]
    t = np.array([[about["characters"].index(c) for c in text]])                  # (1, S + 1)
    scores = model.decoder.forward(t[:, :-1], model.encode(ids)).astype(float)    # (1, S, V)
    log_p = np.take_along_axis(log_softmax(scores), t[:, 1:, None], axis=2)
    return float(np.exp(log_p.sum()))


def examples(about):
    """Questions that a model can be asked; of a file that names none, those that would fit."""
    found = about.get("examples") or [
        text for asked in EXAMPLES.values() for text in asked
        if {*text} <= {*about["characters"]} and len(text) <= about["question_size"]]
    if not found:
        raise InputError("this model does not say what it learned: name a question with --ask")
    return found


def like(about):
    """What a model can be asked, in a line."""
    shown = (f"'{text}'" if text != text.strip() else text for text in about["examples"])
    return f"the model was trained on questions like {'; '.join(shown)}"


def read_back(ids, about):
    """The text of ids, without padding."""
    return "".join(about["characters"][int(i)] for i in ids).rstrip()


def in_order(answer, about):
    """An answer as written, whichever end it is written from, as one reads it; and back again."""
    return answer[::-1] if about.get("reverse_answer") else answer
