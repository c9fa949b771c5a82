"""How good word vectors are: agreement with people's judgement of similarity, and analogies solved (section 4.4.2)."""

from typing import NamedTuple

import numpy as np

from common.errors import InputError
from common.files.writing import read_text
from common.util.similarity import normalize


class Score(NamedTuple):
    """What was reached, on how many of how many questions (the others have words that the vocabulary lacks)."""

    value: float
    covered: int
    total: int


def read_word_pairs(path):
    """[(word, word, judgement), ...] of a file with two words and a number a line, such as WordSim-353.

    Fields are parted by white space or commas; lines that begin with # are passed over, and so is one line of titles at
    the top. Words become lower-case.
    """
    pairs, titles = [], False
    for number, line in _lines(path):
        fields = line.replace(",", " ").split()
        try:
            a, b, judgement = fields[0], fields[1], float(fields[2])
            if not np.isfinite(judgement):
                raise ValueError
        except (IndexError, ValueError):
            if not pairs and not titles:
                titles = True
                continue
            raise InputError(f"{path}, line {number}: needs two words and a number, got '{line[:60]}'") from None
        pairs.append((a.lower(), b.lower(), judgement))
    if not pairs:
        raise InputError(f"{path} has no word pairs: each line needs two words and a number")
    return pairs


def read_analogies(path):
    """{section: [(a, b, c, d), ...]} of a file in the form of questions-words: ': section', then four words a line."""
    sections, section = {}, "questions"
    for number, line in _lines(path):
        if line.startswith(":"):
            section = line[1:].strip()
            continue
        words = tuple(line.lower().split())
        if len(words) != 4:
            raise InputError(f"{path}, line {number}: needs four words, got '{line[:60]}'")
        sections.setdefault(section, []).append(words)
    if not sections:
        raise InputError(f"{path} has no questions: each line needs four words")
    return sections


def _lines(path):
    return [(number, line.strip()) for number, line in enumerate(read_text(path).splitlines(), 1)
            if line.strip() and not line.startswith("#")]


def spearman(x, y):
    """Spearman's rank correlation of two lists: Pearson's of their ranks, equal values sharing the mean rank.

    nan where fewer than two values are given or all of a list are equal.
    """
    x, y = _ranks(x), _ranks(y)
    x, y = x - x.mean() if x.size else x, y - y.mean() if y.size else y
    spread = np.sqrt(np.sum(x * x) * np.sum(y * y))
    return float(np.sum(x * y) / spread) if spread else float("nan")


def _ranks(values):
    _, place, counts = np.unique(np.asarray(values, float), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return ((last - counts + 1 + last) / 2)[place]           # the mean of the places that equal values take


def evaluate_similarity(word_to_id, word_matrix, pairs):
    """Score of the rank correlation between cosine similarities and judgements, over the pairs whose words are known.

    word_matrix: (V, D); pairs: [(word, word, judgement), ...]. A perfect ranking has 1, a random one 0.
    """
    known = [(word_to_id[a], word_to_id[b], judgement) for a, b, judgement in pairs
             if a in word_to_id and b in word_to_id]
    if not known:
        return Score(float("nan"), 0, len(pairs))
    left, right, judgements = (list(column) for column in zip(*known))
    x = normalize(word_matrix)
    return Score(spearman(np.sum(x[left] * x[right], axis=1), judgements), len(known), len(pairs))


def evaluate_analogies(word_to_id, word_matrix, sections):
    """{section: Score} of the share of questions a : b = c : d where d is the nearest word to b - a + c (3CosAdd).

    Vectors are scaled to length 1 first; a, b and c themselves do not count as answers (Mikolov et al. 2013).
    """
    x = normalize(word_matrix)
    scores = {}
    for section, questions in sections.items():
        ids = np.array([[word_to_id[word] for word in question] for question in questions
                        if all(word in word_to_id for word in question)], dtype=int).reshape(-1, 4)
        correct = sum(_solved(x, block) for block in np.split(ids, range(500, len(ids), 500)) if len(block))
        scores[section] = Score(correct / len(ids) if len(ids) else float("nan"), len(ids), len(questions))
    return scores


def _solved(x, ids):
    a, b, c, d = ids.T                                       # each (N,)
    nearness = (x[b] - x[a] + x[c]) @ x.T                    # (N, D) (D, V) -> (N, V)
    rows = np.arange(len(ids))
    for question_word in (a, b, c):
        nearness[rows, question_word] = -np.inf
    return int(np.sum(nearness.argmax(axis=1) == d))


def total(scores):
    """One Score for several sections: all their questions together."""
    covered = sum(score.covered for score in scores)
    correct = sum(score.value * score.covered for score in scores if score.covered)
    return Score(correct / covered if covered else float("nan"), covered, sum(score.total for score in scores))


def is_semantic(section):
    """Whether a section asks for knowledge of the world rather than for a form of a word, by the usual names."""
    return not section.startswith("gram") and section not in ("plural", "tense", "comparative")


def print_scores(word_to_id, word_matrix, pairs=None, sections=None):
    """Print the scores of word vectors on word pairs and on analogies, semantic and syntactic apart, with coverage."""
    if pairs:
        score = evaluate_similarity(word_to_id, word_matrix, pairs)
        print(f"word pairs: Spearman {score.value:.3f} on {score.covered} of {score.total}")
    if sections:
        scores = evaluate_analogies(word_to_id, word_matrix, sections)
        for section, score in scores.items():
            print(f"  {section:28} {100 * score.value:5.1f} % of {score.covered} of {score.total}")
        for name, wanted in (("semantic", True), ("syntactic", False)):
            score = total([score for section, score in scores.items() if is_semantic(section) == wanted])
            print(f"analogies, {name:10} {100 * score.value:5.1f} % of {score.covered:,} of {score.total:,}")
        score = total(scores.values())
        print(f"analogies, all        {100 * score.value:5.1f} % of {score.covered:,} of {score.total:,}")
