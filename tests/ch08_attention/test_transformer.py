"""The models: generation with kept keys and values, what is remembered, what is refused."""

import numpy as np
import pytest

from ch08_attention.transformer import Transformer, TransformerLM
from ch08_attention.transformer.blocks import LONGEST
from common.errors import InputError


@pytest.mark.parametrize("options", [{}, {"pad_id": 0}, {"pre_norm": False}])
def test_writing_step_by_step_equals_reading_all_at_once(options):
    rng = np.random.default_rng(0)
    model = Transformer(9, 8, 12, heads=2, rng=rng, dtype=float, **options)
    xs = rng.integers(1, 9, (4, 7))
    encoded = model.encode(xs)
    answer = model.generate_batch(xs, 1, 6)
    written = np.insert(answer[:, :-1], 0, 1, axis=1)
    scores = model.decoder.forward(written, encoded)         # all six at once
    np.testing.assert_array_equal(scores.argmax(axis=2), answer)
    model.decoder.begin(encoded)
    for t in range(6):
        step = model.decoder.scores(written[:, t:t + 1])[:, 0]
        np.testing.assert_allclose(step, scores[:, t], atol=1e-12)


def test_dropout_is_off_while_writing_and_on_while_learning():
    rng = np.random.default_rng(0)
    model = Transformer(9, 8, 12, heads=2, dropout_ratio=0.5, rng=rng)
    xs, ts = rng.integers(0, 9, (4, 7)), rng.integers(0, 9, (4, 5))
    assert model.forward(xs, ts) != model.forward(xs, ts)
    assert model.forward(xs, ts, train_flg=False) == model.forward(xs, ts, train_flg=False)
    model.forward(xs, ts)
    np.testing.assert_array_equal(model.generate_batch(xs, 1, 6), model.generate_batch(xs, 1, 6))


def test_a_language_model_remembers_what_it_read():
    rng = np.random.default_rng(0)
    model = TransformerLM(9, 8, 12, heads=2, window=10, rng=rng, dtype=float)
    xs = rng.integers(0, 9, (2, 10))
    whole = model.predict(xs)
    model.reset_state()
    pieces = [model.predict(xs[:, :4])]
    state = model.get_state()
    pieces.append(model.predict(xs[:, 4:]))
    np.testing.assert_allclose(np.concatenate(pieces, axis=1), whole)
    model.set_state(state)
    np.testing.assert_array_equal(model.predict(xs[:, 4:]), pieces[1])
    model.predict(xs)                                        # the window is full
    np.testing.assert_allclose(model.predict(xs), whole)


def test_a_language_model_remembers_words_not_the_caller_s_array():
    model, words = TransformerLM(9, 8, 12, heads=2, window=10), np.array([[1, 2, 3]])
    model.predict(words)
    words[...] = 4
    model.predict(words)
    assert model.seen.tolist() == [[1, 2, 3, 4, 4, 4]]
    with pytest.raises(ValueError, match=r"a batch of 1, this batch has 2: call reset_state"):
        model.predict(np.zeros((2, 3), int))


def test_words_that_were_only_context_are_not_gone_back_through():
    model = TransformerLM(9, 8, 12, heads=2, window=10, rng=0)
    words = np.array([[1, 2, 3, 4]])
    model.forward(words, words, train_flg=False)
    model.backward()                                         # nothing stood before
    model.forward(words, words, train_flg=False)
    with pytest.raises(RuntimeError, match=r"the 4 words of context.*train_flg=True.*reset_state"):
        model.backward()
    for prepare in (model.reset_state, lambda: None):
        prepare()
        model.forward(words, words, train_flg=prepare != model.reset_state)
        model.backward()


def test_too_long_is_refused():
    model = TransformerLM(9, 8, 12, heads=2, window=10)
    with pytest.raises(InputError, match="11 words at once are more than the window, 10"):
        model.predict(np.zeros((1, 11), int))
    with pytest.raises(InputError, match=f"window must lie in 1..{LONGEST}"):
        TransformerLM(9, 8, 12, window=LONGEST + 1)
    with pytest.raises(InputError, match=f"600 is longer than the table of positions, {LONGEST}"):
        Transformer(9, 8, 12, heads=2).encode(np.zeros((1, 600), int))
