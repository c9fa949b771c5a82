"""Questions that a sequence-to-sequence model answers right (sections 7.3.4 and 8.3.2)."""

import numpy as np


def eval_seq2seq(model, question, correct, id_to_char, verbose=False, is_reverse=False):
    """1 if the model answers one question right to the last character, else 0 (section 7.3.4).

    question: (1, T) ids, correct: (1, S) ids that begin with the start mark. verbose prints both
    answers; is_reverse reverses the question before that, for models that read it reversed. What a
    model with a pad_id writes after the end mark does not count.
    """
    correct = np.reshape(correct, (1, -1))
    guess = np.reshape(model.generate(question, int(correct[0, 0]), correct.shape[1] - 1), (1, -1))
    right = bool(compare(model, guess, correct)[0])
    if verbose:
        asked = np.reshape(question[:, ::-1] if is_reverse else question, -1)
        shown = correct[0, 1:] if right else guess[0]
        print_answer(*("".join(id_to_char[int(c)] for c in ids)
                       for ids in (asked, correct[0, 1:], shown)))
    return int(right)


def answer_all(model, x, start_id, sample_size, *, beam_width=1, batch_size=1000, **options):
    """The answers (N, sample_size) to questions x (N, T); options: those of generate_batch()."""
    return np.concatenate([
        model.generate_batch(x[i:i + batch_size], start_id, sample_size, beam_width, **options)
        for i in range(0, len(x), batch_size)])


def accuracy(model, x, t, *, end_id=None, **options):
    """The share of questions x (N, T) answered as in t (N, S), right up to the end mark."""
    answers = answer_all(model, x, int(t[0, 0]), t.shape[1] - 1, end_id=end_id, **options)
    return float(compare(model, answers, t, end_id).mean())


def compare(model, answers, t, end_id=None):
    """(N,): whether answers (N, S - 1) are those in t (N, S), up to the end mark.

    That is the first end_id; without one, where the labels of a model with a pad_id end; without
    either, the last character. t begins with the start mark.
    """
    correct = t[:, 1:]
    if end_id is not None:
        after = np.cumsum(correct == end_id, axis=1) > (correct == end_id)
    else:
        after = ~model.counted(t) if hasattr(model, "counted") else False
    return ((answers == correct) | after).all(axis=1)


def print_answer(question, correct, guess):
    """A question, the answer, and the model's, marked right or wrong."""
    print(f"Q {question}\nT {correct}\n{'O' if guess == correct else 'X'} {guess}\n---")
