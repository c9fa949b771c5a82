"""Scores of word vectors: judgements of similarity, and analogies solved (section 4.4.2)."""

import csv
import math
import re
from typing import NamedTuple

import numpy as np

from common.errors import InputError
from common.files.writing import read_text
from common.shapes import float_array
from common.util.similarity import fold, folded, normalize

NUMBER = re.compile(r"[-+]?(\d+|\d*[.,]\d+)([eE][-+]?\d+)?", re.ASCII)       # 7, 7.35 or 7,35
THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}")          # 1,234: or is it 1.234?


class Score(NamedTuple):
    """A value, reached on `covered` of `total` questions: those whose words are all known."""

    value: float
    covered: int
    total: int


def read_word_pairs(path):
    """[(word, word, judgement), ...] of a file with two words and a number a line: WordSim-353.

    Fields are separated by tabs, semicolons, commas or spaces, in quotes or not; the number may
    have a decimal comma. Lines that begin with #, and one line of titles at the top, are skipped.
    Words become lower-case. InputError, with the line, where a number can be read in two ways.
    """
    pairs, marks = [], set()                                 # marks: decimal points, commas
    for n, (number, line) in enumerate(_lines(path)):
        mark, fields = "", [line]
        try:
            mark, fields = _fields(line)
            judgement = _judgement(mark, fields)
            marks |= {",", "."} & set(fields[2])
            if len(marks) > 1:
                raise ValueError("its number has another decimal mark than those before it")
        except (ValueError, csv.Error) as error:
            if n == 0 and _are_titles(fields):
                continue
            raise InputError(f"{path}, line {number}: {error}, got '{line[:60]}'") from None
        pairs.append((fold(fields[0]), fold(fields[1]), judgement))
    if not pairs:
        raise InputError(f"{path} has no word pairs: each line needs two words and a number")
    return pairs


def _fields(line):
    """(what separates the fields of a line, the fields), at least three if that can be."""
    for mark in "\t;, ":
        text = " ".join(line.split()) if mark == " " else line
        fields = next(csv.reader([text], delimiter=mark, skipinitialspace=True))
        if len(fields) >= 3:
            break
    return mark, [field.strip() for field in fields]


def _judgement(mark, fields):
    """The number in the third field; ValueError where there is none, or more than one reading."""
    if len(fields) < 3 or not all(fields[:2]) or not NUMBER.fullmatch(fields[2]):
        raise ValueError("needs two words and a number")
    if any(set(word) & set(',;"' + " " * (mark == ",")) for word in fields[:2]):
        raise ValueError("needs two words and a number, separated by tabs")
    apart = mark in ", " and len(fields) > 3 and NUMBER.match(fields[3])          # 7,35 or 1 234
    if THOUSANDS.fullmatch(fields[2]) or (apart and fields[2].lstrip("+-").isdigit()):
        raise ValueError("its number can be read in two ways: write 7.35 with a point, thousands "
                         "without a mark, and tabs between fields")
    value = float(fields[2].replace(",", "."))
    if not math.isfinite(value):
        raise ValueError("its number is too large")
    return value


def _are_titles(fields):
    """Whether a line names its columns: a name, not nan or inf, where the number would be."""
    title = fields[2] if len(fields) > 2 else fields[-1]
    value = r"\d.*|[-+]?(nan|inf|infinity)" if len(fields) > 2 else r".*\d"
    return any(map(str.isalpha, title)) and not re.fullmatch(value, title, re.IGNORECASE)


def read_analogies(path):
    """{section: [(a, b, c, d), ...]} of a file of ': section' lines and lines of four words."""
    sections, section = {}, "questions"
    for number, line in _lines(path):
        if line.startswith(":"):
            section = line[1:].strip()
            continue
        words = tuple(map(fold, line.split()))
        if len(words) != 4:
            raise InputError(f"{path}, line {number}: needs four words, got '{line[:60]}'")
        sections.setdefault(section, []).append(words)
    if not sections:
        raise InputError(f"{path} has no questions: each line needs four words")
    return sections


def _lines(path):
    lines = re.split(r"\r\n?|\n", read_text(path))           # only where a line really ends
    return [(number, line.strip()) for number, line in enumerate(lines, 1)
            if line.strip() and not line.startswith(("#", "sep="))]


def spearman(x, y):
    """Spearman's rank correlation: Pearson's of the ranks, equal values sharing their mean rank.

    nan where fewer than two values are given or all of a list are equal.
    """
    x = _ranks(float_array("spearman", "x", x, "N"))
    y = _ranks(float_array("spearman", "y", y, len(x)))
    x, y = x - x.mean() if x.size else x, y - y.mean() if y.size else y
    spread = np.sqrt(np.sum(x * x) * np.sum(y * y))
    return float(np.sum(x * y) / spread) if spread else math.nan


def _ranks(values):
    values = np.asarray(values, float)
    _, value, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return ((last - counts + 1 + last) / 2)[value]           # the mean rank of equal values


def evaluate_similarity(word_to_id, word_matrix, pairs):
    """Score of Spearman's correlation of cosine similarities with judgements, over known words.

    word_matrix: (V, D); pairs: [(word, word, judgement), ...]. Capitals do not count: see folded().
    """
    ids = folded(word_to_id)
    pairs = [(fold(a), fold(b), judgement) for a, b, judgement in pairs]
    known = [(ids[a], ids[b], judgement) for a, b, judgement in pairs if a in ids and b in ids]
    if not known:
        return Score(math.nan, 0, len(pairs))
    left, right, judgements = (list(column) for column in zip(*known))
    x = normalize(word_matrix)
    similarity = np.sum(x[left] * x[right], axis=1)
    return Score(spearman(similarity, judgements), len(known), len(pairs))


def evaluate_analogies(word_to_id, word_matrix, sections):
    """{section: Score} of questions a : b = c : d where d is the nearest word to b - a + c.

    Vectors are scaled to length 1 first; a, b and c themselves are no answers (3CosAdd; Mikolov et
    al. 2013). Capitals do not count, and of spellings that differ in them only the one that
    folded() takes is an answer, as in word2vec's own compute-accuracy.
    """
    ids = folded(word_to_id)                                 # W words, no two the same but for case
    x = normalize(word_matrix)[list(ids.values())]           # (V, D) -> (W, D)
    row = {word: i for i, word in enumerate(ids)}
    scores = {}
    for section, questions in sections.items():
        asked = [list(map(fold, question)) for question in questions]
        known = [[row[word] for word in question] for question in asked
                 if all(word in row for word in question)]
        correct = sum(_solved(x, known[i:i + 500]) for i in range(0, len(known), 500))
        scores[section] = Score(_share(correct, len(known)), len(known), len(questions))
    return scores


def _solved(x, questions):
    a, b, c, d = np.transpose(questions)                     # each (N,)
    similarity = (x[b] - x[a] + x[c]) @ x.T                  # (N, D) (D, V) -> (N, V)
    rows = np.arange(len(a))
    for question_word in (a, b, c):
        similarity[rows, question_word] = -np.inf
    return int(np.sum(similarity.argmax(axis=1) == d))


def _share(correct, questions):
    return correct / questions if questions else math.nan


def total(scores):
    """One Score for several sections: all their questions together."""
    covered = sum(score.covered for score in scores)
    correct = sum(score.value * score.covered for score in scores if score.covered)
    return Score(_share(correct, covered), covered, sum(score.total for score in scores))


def is_semantic(section):
    """True for sections, by their usual names, that ask for knowledge, not for a word's form."""
    return not section.startswith("gram") and section not in ("plural", "tense", "comparative")


def print_scores(word_to_id, word_matrix, pairs=None, sections=None):
    """Print the scores of word vectors on word pairs and on analogies, with coverage."""
    if pairs or sections:
        print("scored (of asked): questions whose words all have vectors")
    if pairs:
        value, covered, of = evaluate_similarity(word_to_id, word_matrix, pairs)
        print(f"word pairs: Spearman {value:.3f} on {covered} of {of}")
    if sections:
        scores = evaluate_analogies(word_to_id, word_matrix, sections)
        for section, (value, covered, of) in scores.items():
            print(f"  {section:28} {100 * value:5.1f} % of {covered} of {of}")
        semantic = [score for section, score in scores.items() if is_semantic(section)]
        syntactic = [score for section, score in scores.items() if not is_semantic(section)]
        for name, part in (("semantic", semantic), ("syntactic", syntactic),
                           ("all", scores.values())):
            value, covered, of = total(part)
            print(f"analogies, {name:10} {100 * value:5.1f} % of {covered:,} of {of:,}")
