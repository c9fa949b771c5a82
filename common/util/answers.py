"""Questions that a sequence-to-sequence model answers right (sections 7.3.4 and 8.3.2)."""

import numpy as np


def eval_seq2seq(model, question, correct, id_to_char, verbose=False, is_reverse=False):
    """1 if the model answers one question right to the last character, else 0 (section 7.3.4).

    question: (1, T) ids, correct: (1, S) ids that begin with the start mark. verbose prints both
    answers; is_reverse reverses the question before that, for models that read it reversed.
    """
    start_id, *correct = np.asarray(correct).reshape(-1).tolist()
    guess = model.generate(question, start_id, len(correct))
    if verbose:
        asked = np.reshape(question[:, ::-1] if is_reverse else question, -1)
        print_answer(*("".join(id_to_char[int(c)] for c in ids) for ids in (asked, correct, guess)))
    return int(guess == correct)


def answer_all(model, x, start_id, sample_size, *, beam_width=1, batch_size=1000, **options):
    """The answers (N, sample_size) to questions x (N, T); options: those of generate_batch()."""
    return np.concatenate([
        model.generate_batch(x[i:i + batch_size], start_id, sample_size, beam_width, **options)
        for i in range(0, len(x), batch_size)])


def accuracy(model, x, t, **options):
    """The share of questions x (N, T) answered as in t (N, S), right to the last character."""
    answers = answer_all(model, x, int(t[0, 0]), t.shape[1] - 1, **options)
    return float((answers == t[:, 1:]).all(axis=1).mean())


def print_answer(question, correct, guess):
    """A question, the answer, and the model's, marked right or wrong."""
    print(f"Q {question}\nT {correct}\n{'O' if guess == correct else 'X'} {guess}\n---")
