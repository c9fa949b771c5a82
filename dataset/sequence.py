"""The addition and date tasks of chapters 7 and 8, as characters (sections 7.2.4, 8.3.1).

    57+5   _62                          an answer begins with _
    September 27, 1994           _1994-09-27

Both sets are generated: 50,000 distinct questions from a seed. A file in the same form, a line for
each question and answer, loads too. Spaces pad questions to one length, and answers.
"""

import datetime
import random
from typing import NamedTuple

import numpy as np

from common.errors import InputError
from common.files.text import lines_of, visible
from common.files.writing import read_text

SIZE = 50_000
DRAWS = 2_000_000            # of sums: enough for 240,000 of them
TEST_SHARE = 0.1
VALIDATION = 1000            # questions to choose settings by, so that the test part is read once
LONGEST = 10_000             # characters of a question or an answer: what a model's file may claim
MOST_PADDED = 2 ** 25        # characters: 0.6 GB while they become ids
# not the calendar module's, which are in the user's language
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FORM = "A line is a question, one '_' and the answer, as in '57+5_62'."
_loaded = {}                 # name -> vocabulary, the last one loaded at the end


class Pairs(NamedTuple):
    """Questions and answers as texts of one length each, answers with their leading _."""

    questions: list
    answers: list


def addition(seed=1984, size=SIZE):
    """Pairs like '57+5   ', '_62  ': numbers of one to three digits; a+b and b+a are one question.

    Each length is as likely to be drawn, and a question that is there already is drawn again. After
    DRAWS the rest is taken from those that are left.
    """
    _check_size(size, 1000 * 1001 // 2, "sums of two numbers below 1000")
    rng = random.Random(seed)
    questions = {}
    for _ in range(DRAWS):
        if len(questions) == size:
            break
        a, b = (rng.randrange(10 ** (digits - 1) if digits > 1 else 0, 10 ** digits)
                for digits in (rng.randint(1, 3), rng.randint(1, 3)))
        questions.setdefault((min(a, b), max(a, b)), (f"{a}+{b}", f"_{a + b}"))
    else:
        left = [(a, b) for b in range(1000) for a in range(b + 1) if (a, b) not in questions]
        questions.update({(a, b): (f"{a}+{b}", f"_{a + b}")
                          for a, b in rng.sample(left, size - len(questions))})
    return _padded(questions.values(), 7, 5)


def date(seed=1984, size=SIZE):
    """Pairs like 'September 27, 1994           ', '_1994-09-27': days of 1970 to 2017.

    A quarter in each of the forms 2/10/93, Jun 17, 2013, September 27, 1994 and Thursday, November
    28, 2013; half of them in title case, a quarter each in lower and upper case.
    """
    rng = random.Random(seed)
    first, last = datetime.date(1970, 1, 1).toordinal(), datetime.date(2017, 12, 31).toordinal()
    _check_size(size, 4 * (last + 1 - first), "dates, a quarter of them like 2/10/93")
    questions = {}
    while (k := len(questions)) < size:
        day = datetime.date.fromordinal(rng.randint(first, last))
        text = _written(day, form=k % 4)
        text = (text, text, text.lower(), text.upper())[k // 4 % 4]
        questions.setdefault(text, f"_{day.isoformat()}")    # one that is there is drawn again
    pairs = list(questions.items())
    rng.shuffle(pairs)
    return _padded(pairs, 29, 11)


def _check_size(size, largest, what):
    if not 1 <= size <= largest:
        raise InputError(f"size must lie in 1..{largest:,}, got {size:,}: there are {largest:,} "
                         f"different {what}")


def _written(day, form):
    if form == 0:
        return f"{day.month}/{day.day}/{day:%y}"
    month = MONTHS[day.month - 1][:3 if form == 1 else None]
    weekday = f"{DAYS[day.weekday()]}, " if form == 3 else ""
    return f"{weekday}{month} {day.day}, {day.year}"


def read_pairs(path):
    """The Pairs of a UTF-8 file with a line 'question_answer' each; InputError in another form."""
    text = visible(read_text(path))
    lines = [line for line in enumerate(lines_of(text), 1) if line[1].strip()]
    for number, line in lines:
        if line.count("_") != 1:
            raise InputError(f"{path}, line {number}: '{line[:60]}' has "
                             f"{line.count('_') or 'no'} '_'. {FORM}")
        if not line.partition("_")[0].strip():
            raise InputError(f"{path}, line {number}: the question of '{line[:60]}' is all "
                             "padding: every sequence needs one real step")
    if len(lines) < 2:
        raise InputError(f"{path} has {('no', 'one')[len(lines)]} question: more are needed, to "
                         "learn from, to choose settings by and to test")
    pairs = [[text.rstrip() for text in line.split("_")] for _, line in lines]
    if not any(answer.strip() for _, answer in pairs):
        raise InputError(f"{path}: all answers are empty. {FORM}")
    longest = max(len(text) for pair in pairs for text in pair) + 1               # and the _
    if longest > LONGEST or longest * len(lines) > MOST_PADDED:
        raise InputError(f"{path} has {len(lines):,} lines, and a question or an answer of "
                         f"{longest - 1:,} characters: it may have {LONGEST - 1:,}, and all "
                         f"together, padded to one length, {MOST_PADDED:,}. Shorten the longest, "
                         "or take fewer lines.")
    return _padded([(question, "_" + answer) for question, answer in pairs])


def _padded(pairs, *widths):
    """The Pairs of [(question, answer)], as long as `widths` say, or as the longest."""
    texts = list(zip(*pairs))
    widths = widths or [len(max(column, key=len)) for column in texts]
    return Pairs(*([text.ljust(width) for text in column] for column, width in zip(texts, widths)))


SETS = {"addition": addition, "date": date}


def load_pairs(name="addition", seed=1984):
    """The Pairs of a set, 'addition' or 'date' (the book adds '.txt'), or of a file."""
    make = SETS.get(_short(name))
    return make(seed) if make else read_pairs(name)


def _short(name):
    short = str(name).removesuffix(".txt")
    return short if short in SETS else str(name)


def load_data(file_name="addition.txt", seed=1984):
    """(x_train, t_train), (x_test, t_test): ids of characters (section 7.2.4).

    file_name: as for load_pairs. x: (N, question length), t: (N, answer length), its first
    character _. A tenth is for testing, and no question is in both parts. seed: of the questions
    and of the parts.
    """
    pairs = load_pairs(file_name, seed)
    vocabulary = dict.fromkeys("".join(question + answer for question, answer in zip(*pairs)))
    char_to_id = {c: i for i, c in enumerate(vocabulary)}
    _loaded.pop(_short(file_name), None)
    _loaded[_short(file_name)] = char_to_id, dict(enumerate(vocabulary))
    x, t = (np.fromiter(map(char_to_id.get, "".join(texts)), int).reshape(len(texts), -1)
            for texts in pairs)
    test = _for_testing(pairs.questions, seed)
    return (x[~test], t[~test]), (x[test], t[test])


def load_parts(file_name="addition.txt", seed=1984):
    """Three pairs (x, t): to learn from, for validation, and to test; the third as in load_data.

    Validation has 1,000 of the questions, a tenth where there are fewer than 10,000.
    """
    (x, t), test = load_data(file_name, seed)
    rows = x.astype(">u4").view(f"V{4 * x.shape[1]}")        # as bytes: sorted as numbers are
    distinct, which = np.unique(rows, return_inverse=True)   # copies stay together
    if len(distinct) < 2:
        raise InputError(f"{file_name} has two different questions: three are needed, to learn "
                         "from, to choose settings by and to test")
    size = max(1, min(VALIDATION, len(distinct) // 10))
    chosen = np.random.default_rng(seed).permutation(len(distinct))[:size]
    valid = np.isin(which.reshape(-1), chosen)
    return (x[~valid], t[~valid]), (x[valid], t[valid]), test


def get_vocab(name=None, seed=1984):
    """(char_to_id, id_to_char) of a set as it was loaded last, or of the last set of all.

    Ids follow from the questions, so from their seed. A set not loaded yet is loaded from `seed`.
    """
    if name is None and not _loaded:
        raise InputError("no data have been loaded: call load_data() first, or name the set, "
                         "get_vocab('date.txt')")
    if name is not None and _short(name) not in _loaded:
        load_data(name, seed)
    return _loaded[next(reversed(_loaded)) if name is None else _short(name)]


def _for_testing(questions, seed):
    """A mask of the test questions: a tenth of the distinct ones, each with all its copies."""
    distinct = list(dict.fromkeys(questions))
    random.Random(seed).shuffle(distinct)
    test = set(distinct[:max(round(TEST_SHARE * len(distinct)), 1)])
    if len(test) == len(distinct):
        raise InputError("all questions are the same: two different ones are needed, one to learn "
                         "from and one to test")
    return np.array([question in test for question in questions])


def encode(text, char_to_id, size):
    """The ids (size,) of a text, padded with spaces; InputError where it is not a question."""
    text = visible(text).rstrip()
    if not text:
        raise InputError(f"'{text}' is all padding: every sequence needs one real step")
    if len(text) > size:
        raise InputError(f"'{text}' has {len(text)} characters, the questions that were learned "
                         f"have {size} at most")
    for position, c in enumerate(text, 1):
        if c not in char_to_id:
            raise InputError(f"'{text}': the character '{c}' at position {position} is not among "
                             f"those that were learned, {''.join(sorted(char_to_id))!r}")
    if len(text) < size and " " not in char_to_id:
        raise InputError(f"'{text}' has {len(text)} characters: all questions that were learned "
                         f"have {size}")
    return np.array([char_to_id[c] for c in text.ljust(size)])


def decode(ids, id_to_char):
    """The text of ids, without padding and the leading _."""
    return "".join(id_to_char[int(i)] for i in ids).strip().removeprefix("_")
