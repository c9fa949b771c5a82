"""A trained sequence-to-sequence model in a file, and questions to it.

An .npz of its weights by name, and under 'about' what a question needs: which model, its sizes, the
characters, the lengths of questions and answers, whether questions are read reversed.
"""

import json

import numpy as np

from common.errors import InputError
from common.files.arrays import load_arrays, save_arrays
from dataset import sequence


def describe(args, data, options=None):
    """The `about` of a model trained on `data` by a script with these options."""
    blank = np.concatenate([data.t_train, data.t_valid, data.t_test]) == data.characters.find(" ")
    inner = blank[:, :-1] & ~blank[:, 1:]                    # a character follows a space
    return {"model": args.model,
            "sizes": [len(data.characters), args.wordvec_size, args.hidden_size],
            "characters": data.characters,
            "question_size": data.x_train.shape[1],
            "answer_size": data.t_train.shape[1],
            "reverse": args.reverse,
            "pad_id": data.pad_id,
            "answers_have_spaces": bool(inner.any()),
            "options": options or {}}


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
        model = models[about["model"]](*about["sizes"], pad_id=about["pad_id"],
                                       **about.get("options", {}))
    except (AttributeError, KeyError, ValueError, TypeError, RecursionError) as error:
        raise InputError(f"{path} is no model of ch07_seq2seq/train_seq2seq.py or "
                         "ch08_attention/train.py, or one that this script does not know: "
                         f"{error}") from error
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
            and type(about["reverse"]) is bool and about["pad_id"] in (None, *range(V))):
        raise ValueError("its sizes are damaged")
    if not (whole(layers, options.get("heads", 1))
            and all(type(value) in (bool, int, float) for value in options.values())):
        raise ValueError("its options are damaged")
    least = V * (D + H) + D * H + H * H * layers             # numbers in any such model
    if about["model"] == "transformer":
        least = V * D + D * (D + H) * layers
    if least > sum(array.size for array in arrays.values()):
        raise ValueError("its sizes are larger than its weights")


def beam_options(args, about):
    """Options of generate_batch() for --beam and --length-penalty.

    An answer ends with its first space, the padding, unless answers have spaces inside.
    """
    if args.beam == 1:
        return {}
    end = -1 if about.get("answers_have_spaces") else about["characters"].find(" ")
    return {"beam_width": args.beam, "length_penalty": args.length_penalty,
            "end_id": end if end >= 0 else None}


def ask(model, about, question, **how):
    """(the answer, the ids (1, T) that the model read) for a question as text.

    how: options of generate_batch().
    """
    char_to_id = {c: i for i, c in enumerate(about["characters"])}
    ids = sequence.encode(question, char_to_id, about["question_size"])[None]
    ids = ids[:, ::-1] if about["reverse"] else ids
    answer = model.generate_batch(ids, char_to_id["_"], about["answer_size"] - 1, **how)[0]
    return read_back(answer, about), ids


def ask_all(args, models, between):
    """Ask the model in --weights all of --ask: (model, about, questions as ids (1, T))."""
    model, about = load_model(args.weights, models)
    questions = []
    for question in args.ask:
        answer, ids = ask(model, about, question, **beam_options(args, about))
        print(f"{question} {between} {answer}")
        questions.append(ids)
    return model, about, questions


def read_back(ids, about):
    """The text of ids, without padding."""
    return "".join(about["characters"][int(i)] for i in ids).rstrip()
