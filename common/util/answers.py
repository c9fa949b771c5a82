"""How many questions a sequence-to-sequence model answers right (sections 7.3.4 and 8.3.2)."""

import numpy as np


def eval_seq2seq(model, question, correct, id_to_char, verbose=False, is_reverse=False):
    """1 if the model answers one question right to the last character, else 0 (section 7.3.4).

    question: (1, T) ids, correct: (1, S) ids that begin with the start mark. verbose prints both answers; is_reverse turns
    the question round before it is printed, for models that read it reversed.
    """
    start_id, *correct = np.asarray(correct).reshape(-1).tolist()
    guess = model.generate(question, start_id, len(correct))
    if verbose:
        asked = question[:, ::-1] if is_reverse else question
        print_answer(*("".join(id_to_char[int(c)] for c in ids) for ids in (np.reshape(asked, -1), correct, guess)))
    return int(guess == correct)


def answer_all(model, questions, start_id, sample_size, *, beam_width=1, batch_size=1000, **options):
    """The answers (N, sample_size) to all questions (N, T), many at a time; options of the model's generate_batch()."""
    return np.concatenate([model.generate_batch(questions[i:i + batch_size], start_id, sample_size, beam_width, **options)
                           for i in range(0, len(questions), batch_size)])


def accuracy(model, x, t, **options):
    """The share of questions x (N, T) whose answers t (N, S) the model gives right to the last character."""
    return float((answer_all(model, x, int(t[0, 0]), t.shape[1] - 1, **options) == t[:, 1:]).all(axis=1).mean())


def print_answer(question, correct, guess):
    """A question, the answer, and the model's, marked right or wrong."""
    print(f"Q {question}\nT {correct}\n{'O' if guess == correct else 'X'} {guess}\n---")
