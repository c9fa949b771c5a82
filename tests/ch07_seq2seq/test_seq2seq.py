"""Sequence-to-sequence models: padding that leaves no trace, many answers at once, beams."""

import itertools

import numpy as np
import pytest

from ch07_seq2seq.decoding import beam_search
from ch07_seq2seq.seq2seq import Seq2seq, real_steps
from ch08_attention.models import MODELS
from common.errors import InputError
from common.files.arrays import load_arrays
from common.functions import log_softmax
from common.optimizer import Adam
from common.runs import Run
from common.schedule import LinearDecay
from common.trainer import Trainer
from common.util import eval_seq2seq
from common.util.answers import accuracy, answer_all, compare
from tests.book_pickle import book_pickle

PAD, START = 0, 1
MODEL_NAMES = pytest.mark.parametrize("name", MODELS)


def make(name, seed=0, **options):
    model = MODELS[name](7, 4, 6, rng=seed, dtype=float, **options)
    for p in model.params:
        p *= 20 if p.shape == (7, 4) else 2
    return model


def texts(rng, N, length, first=None):
    """Ids (N, length) of random texts of 2 to `length` characters, padded on the right.

    first: a character before each.
    """
    out = np.full((N, length), PAD)
    for n in range(N):
        size = rng.integers(2, length + 1)
        out[n, :size] = rng.integers(2, 7, size)
    return out if first is None else np.insert(out, 0, first, axis=1)


def test_real_steps_are_those_between_the_padding():
    xs = np.array([[0, 3, 0, 4, 0], [5, 0, 0, 0, 0], [3, 3, 3, 3, 3]])
    expected = [[0, 1, 1, 1, 0], [1, 0, 0, 0, 0], [1, 1, 1, 1, 1]]
    np.testing.assert_array_equal(real_steps(xs, 0).astype(int), expected)


@MODEL_NAMES
@pytest.mark.parametrize("reverse", [False, True])
def test_a_padded_batch_gives_what_each_sequence_gives_alone(name, reverse):
    rng = np.random.default_rng(0)
    xs, ts = texts(rng, 4, 6), texts(rng, 4, 5, START)
    model, alone = make(name, pad_id=PAD), make(name, pad_id=PAD)
    loss = model.forward(xs[:, ::-1] if reverse else xs, ts)
    model.backward()
    total_loss, labels, total = 0.0, 0, [np.zeros_like(g) for g in model.grads]
    for x, t in zip(xs, ts):
        x, t = x[x != PAD][None], t[:np.count_nonzero(t) + 1][None]  # with its end mark
        count = t.shape[1] - 1
        total_loss += count * alone.forward(x[:, ::-1] if reverse else x, t)
        alone.backward(count)
        labels += count
        for sum_, g in zip(total, alone.grads):
            sum_ += g
    assert loss == pytest.approx(total_loss / labels, rel=1e-12)
    for g, expected in zip(model.grads, total):
        np.testing.assert_allclose(g, expected / labels, atol=1e-14)


@MODEL_NAMES
def test_padding_that_is_not_masked_counts(name):
    rng = np.random.default_rng(0)
    xs, ts = texts(rng, 4, 6), texts(rng, 4, 5, START)
    masked = make(name, pad_id=PAD).forward(xs, ts)
    assert make(name).forward(xs, ts) != pytest.approx(masked, rel=1e-6)


@MODEL_NAMES
@pytest.mark.parametrize("pad_id", [None, PAD])
@pytest.mark.parametrize("width", [1, 3])
def test_many_answers_at_once_equal_one_by_one(name, pad_id, width):
    rng = np.random.default_rng(0)
    model, xs = make(name, pad_id=pad_id), texts(rng, 9, 6)
    together = model.generate_batch(xs, START, 5, beam_width=width)
    for batch_size in (1, 4):
        answers = answer_all(model, xs, START, 5, beam_width=width, batch_size=batch_size)
        np.testing.assert_array_equal(together, answers)


@MODEL_NAMES
def test_generating_reads_what_was_written(name):
    """Given its own answer as the right one, the model finds each of its characters most likely."""
    model, xs = make(name), texts(np.random.default_rng(1), 5, 6)
    answers = model.generate_batch(xs, START, 4)
    before = np.insert(answers[:, :-1], 0, START, axis=1)
    scores = model.decoder.forward(before, model.encode(xs))
    np.testing.assert_array_equal(scores.argmax(axis=2), answers)


@MODEL_NAMES
def test_a_beam_as_wide_as_all_answers_finds_the_likeliest(name):
    model, xs = make(name), texts(np.random.default_rng(2), 2, 6)
    for x in xs:
        every = np.array(list(itertools.product(range(7), repeat=3)))             # 343 answers
        before = np.insert(every[:, :-1], 0, START, axis=1)
        encoded = model.encode(np.repeat(x[None], 343, axis=0))
        log_p = log_softmax(model.decoder.forward(before, encoded))
        total = np.take_along_axis(log_p, every[:, :, None], axis=2).sum(axis=(1, 2))
        found = model.generate_batch(x[None], START, 3, beam_width=49)[0]
        np.testing.assert_array_equal(found, every[total.argmax()])


@MODEL_NAMES
@pytest.mark.parametrize("end_id", [None, 1, 4])
def test_greedy_is_a_beam_of_one_with_the_same_end(name, end_id):
    ended = 0
    for seed in range(3):
        model, xs = make(name, seed), texts(np.random.default_rng(seed), 20, 6)
        greedy = model.generate_batch(xs, START, 8, end_id=end_id)
        beam = beam_search(model.decoder, model.encode(xs), START, 8, 1, end_id=end_id)
        np.testing.assert_array_equal(greedy, beam)
        assert model.generate(xs[:1], START, 8, end_id=end_id) == beam[0].tolist()
        ended += (model.generate_batch(xs, START, 8) != beam).any(axis=1).sum()
    assert (ended > 0) == (end_id is not None)               # the end was met, and mattered


def test_answers_are_compared_up_to_the_end_mark():
    t = np.array([[START, 4, 2, 0, 0], [START, 3, 3, 3, 3], [START, 2, 0, 0, 0]])
    answers = np.array([[4, 2, 9, 9], [3, 3, 3, 4], [2, 0, 7, 0]])
    for end_id, expected in ((None, [0, 0, 0]), (2, [1, 0, 1]), (0, [0, 0, 1]), (3, [0, 1, 0])):
        assert compare(object(), answers, t, end_id).tolist() == expected
    masking = make("plain", pad_id=PAD)                      # the first padding is the end mark
    assert compare(masking, answers, t).tolist() == [False, False, True]
    inside = np.array([[START, 4, 0, 2, 0, 0]])              # one inside an answer is not
    assert compare(masking, np.array([[4, 0, 2, 0, 9]]), inside).all()
    assert not compare(masking, np.array([[4, 0, 9, 0, 0]]), inside).any()


@MODEL_NAMES
def test_what_comes_after_the_end_mark_counts_for_nothing(name):
    different = 0
    for seed in range(8):
        model, xs = make(name, seed, pad_id=PAD), texts(np.random.default_rng(seed), 20, 6)
        t = np.insert(model.generate_batch(xs, START, 8, end_id=PAD), 0, START, axis=1)
        different += (model.generate_batch(xs, START, 8) != t[:, 1:]).any(axis=1).sum()
        assert accuracy(model, xs, t) == accuracy(model, xs, t, end_id=PAD) == 1
        for x, correct in zip(xs[:5], t):
            assert eval_seq2seq(model, x[None], correct[None], {}) == 1
    assert different


@MODEL_NAMES
def test_a_question_of_padding_alone_is_told(name):
    model, xs = make(name, pad_id=PAD), np.array([[2, 3, 0], [0, 0, 0], [4, 0, 0]])
    for ask in (lambda: model.generate_batch(xs, START, 4), lambda: model.encode(xs),
                lambda: model.forward(xs, np.full((3, 4), 2))):
        with pytest.raises(InputError, match="question 2 of 3 is all padding"):
            ask()


@MODEL_NAMES
def test_a_checkpoint_keeps_no_state_of_answers(name, tmp_path):
    """No question knows of the one before: such a state is the last validation's, and large."""
    model, xs = make(name), texts(np.random.default_rng(0), 8, 6)
    trainer = Trainer(model, Adam(), rng=0)
    run = Run(tmp_path / "run.npz")
    for _ in trainer.epochs(xs, texts(np.random.default_rng(1), 8, 5, START), 1, 4, run=run,
                            verbose=False):
        model.generate_batch(xs, START, 5)
    kinds = {key.split()[0] for key in load_arrays(tmp_path / "run.npz")}
    assert kinds == {"weight", "optimizer", "run", "sha256"}


def test_a_beam_of_no_width_is_told():
    model = make("plain")
    with pytest.raises(InputError, match="1 or more, got 0"):
        beam_search(model.decoder, model.encode(texts(np.random.default_rng(0), 2, 6)), START, 3, 0)


def test_eval_seq2seq_is_one_for_a_right_answer_and_prints_it(capsys):
    model, x = make("plain"), texts(np.random.default_rng(0), 1, 6)
    answer = model.generate(x, START, 4)
    id_to_char = dict(enumerate(" _abcde"))
    assert eval_seq2seq(model, x, np.array([[START, *answer]]), id_to_char, True, False) == 1
    wrong = [*answer[:-1], (answer[-1] + 1) % 7]
    assert eval_seq2seq(model, x, np.array([[START, *wrong]]), id_to_char, True, True) == 0
    printed = capsys.readouterr().out.splitlines()
    question = "".join(id_to_char[int(c)] for c in x[0])
    assert printed[0] == f"Q {question}" and printed[2].startswith("O ")
    assert printed[4] == f"Q {question[::-1]}" and printed[6].startswith("X ")
    t = np.array([[START, *answer], [START, *wrong]])
    assert accuracy(model, np.repeat(x, 2, axis=0), t) == 0.5


def test_a_small_task_is_learned():
    """Write three letters backwards."""
    x = np.array(list(itertools.product(range(2, 6), repeat=3)))
    t = np.insert(x[:, ::-1], 0, START, axis=1)
    for name in MODELS:
        model = MODELS[name](7, 8, 24, rng=0)
        optimizer = Adam(LinearDecay(0.02, 120, 240))        # 4 steps an epoch
        Trainer(model, optimizer, rng=0).fit(x, t, 60, 16, 1.0, verbose=False)
        assert accuracy(model, x, t) > 0.98, name


@pytest.mark.parametrize("name", ["plain", "peeky", "attention"])
@pytest.mark.parametrize("module", ["numpy.core", "numpy._core"])
def test_the_books_pickles_load(tmp_path, name, module):
    """Params in the book's order."""
    model, other = make(name), make(name, seed=1)
    lstm = ["embed.W", "lstm.Wx", "lstm.Wh", "lstm.b"]
    assert model.param_names == [f"{part}.{weight}" for part in ("encoder", "decoder")
                                 for weight in lstm] + ["decoder.affine.W", "decoder.affine.b"]
    (tmp_path / "w.pkl").write_bytes(book_pickle(model.params, 4, module))
    other.load_params(tmp_path / "w.pkl")
    for a, b in zip(model.params, other.params):
        np.testing.assert_allclose(a, b, atol=1e-2)


def test_a_model_of_the_book_is_three_classes_of_its_own():
    """Code written as in the book: a subclass, and generate() of one question."""
    class Own(Seq2seq):
        pass
    model = Own(7, 4, 6, rng=0)
    assert isinstance(model.generate(np.array([[2, 3, 4]]), START, 4), list)
    h = model.encoder.forward(np.array([[2, 3, 4]]))
    assert model.decoder.generate(h, START, 4) == model.generate(np.array([[2, 3, 4]]), START, 4)


class Coins:
    """A decoder of three characters, 0 the end: first 0 (0.4) or 1 (0.6), then 0 (0.38) or 2."""

    def begin(self, encoded):
        self.N = len(encoded)

    def scores(self, xs):
        later = [0.38, 1e-9, 0.62]
        return np.log([[1e-9, 1e-9, 1.0], later, later, [0.4, 0.6, 1e-9]])[xs]

    def get_state(self):
        return []

    def set_state(self, state):
        pass


def test_a_length_penalty_forgives_length():
    """P(0) = 0.4, P(1 2 2) = 0.6 * 0.62 * 0.62 = 0.23: likelier is the short answer."""
    short, long = [beam_search(Coins(), np.zeros((2, 1)), 3, 3, 4, end_id=0, length_penalty=alpha)
                   for alpha in (0, 3)]
    np.testing.assert_array_equal(short, [[0, 0, 0]] * 2)
    np.testing.assert_array_equal(long, [[1, 2, 2]] * 2)


@pytest.mark.parametrize("width", [1, 2])
@pytest.mark.parametrize("how, message", [
    ({"end_id": 7}, r"end_id.* 0\.\.6"), ({"end_id": -1}, r"end_id.* 0\.\.6"),
    ({"sample_size": 0}, "sample_size of 1 or more"),
])
def test_answers_that_cannot_be_written_are_refused(how, message, width):
    model = Seq2seq(7, 4, 5, rng=0)
    with pytest.raises(InputError, match=message):
        model.generate_batch(np.ones((2, 3), int), 0, beam_width=width,
                             **{"sample_size": 4, **how})


def test_a_length_penalty_that_is_no_number_is_refused():
    with pytest.raises(InputError, match="length_penalty must be a finite number"):
        Seq2seq(7, 4, 5, rng=0).generate_batch(np.ones((2, 3), int), 0, 4, 2,
                                               length_penalty=float("nan"))
