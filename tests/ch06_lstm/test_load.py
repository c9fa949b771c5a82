"""Models from weights alone: this library's files, and twins of the book's published pickles."""

import pickle

import numpy as np
import pytest

from ch06_lstm.awd_rnnlm import AwdRnnlm
from ch06_lstm.better_rnnlm import BetterRnnlm
from ch06_lstm.load import load_language_model
from ch06_lstm.rnnlm import Rnnlm
from common.errors import InputError
from tests.book_pickle import book_pickle

XS = np.random.default_rng(0).integers(0, 20, (2, 6))


@pytest.mark.parametrize("module", ["numpy.core", "numpy._core"])
@pytest.mark.parametrize("Model, D", [(Rnnlm, 6), (BetterRnnlm, 8)])
@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_the_books_pickles_load(tmp_path, Model, D, module, protocol):
    """The book's BetterRnnlm.params names the tied table twice, once transposed."""
    model, other = Model(20, D, 8, rng=0), Model(20, D, 8, rng=1)
    assert len(model.params) == (6 if isinstance(model, Rnnlm) else 9)
    (tmp_path / "w.pkl").write_bytes(book_pickle(model.params, protocol, module))
    other.load_params(tmp_path / "w.pkl")
    np.testing.assert_allclose(other.predict(XS), model.predict(XS), atol=2e-3)
    guessed = load_language_model(tmp_path / "w.pkl")
    assert type(guessed) is type(model)
    guessed.reset_state()
    other.reset_state()
    np.testing.assert_array_equal(guessed.predict(XS), other.predict(XS))
    if isinstance(model, BetterRnnlm):
        assert np.shares_memory(guessed.params[0], guessed.params[-2])


@pytest.mark.parametrize("model", [
    Rnnlm(20, 6, 8, rng=0), Rnnlm(20, 6, 8, cell="rnn", rng=0), Rnnlm(20, 6, 8, cell="gru", rng=0),
    *(BetterRnnlm(20, 8, 8, layers=layers, rng=0) for layers in (1, 2, 3)),
    BetterRnnlm(20, 6, 8, tied=False, rng=0), BetterRnnlm(20, 8, 8, dropout="variational", rng=0),
], ids=str)
def test_the_model_is_told_by_its_weights(tmp_path, model):
    model.save_params(tmp_path / "w.npz")
    loaded = load_language_model(tmp_path / "w.npz")
    assert type(loaded) is type(model) and loaded.param_names == model.param_names
    model.reset_state()
    np.testing.assert_array_equal(loaded.predict(XS), model.predict(XS))


@pytest.mark.parametrize("weights", [[], [np.zeros(3, "f")] * 6, [np.zeros((2, 3), "f")] * 2,
                                     [np.zeros((5, 7), "f")] * 9])
def test_other_lists_are_refused(tmp_path, weights):
    (tmp_path / "w.pkl").write_bytes(pickle.dumps(weights))
    with pytest.raises(InputError, match=r"w\.pkl"):
        load_language_model(tmp_path / "w.pkl")


@pytest.mark.parametrize("dropout, along_time, variational", [
    ("depth", False, False), ("time", True, False), ("variational", True, True)])
def test_dropout_acts_where_it_is_asked_for(dropout, along_time, variational):
    model = BetterRnnlm(20, 8, 8, rng=0, dropout=dropout)
    for lstm in model.lstm_layers:
        assert (lstm.recurrent_dropout is not None) == along_time
        assert not along_time or lstm.recurrent_dropout in model.drop_layers
    assert len(model.drop_layers) == (5 if along_time else 3)
    assert all(layer.variational == variational for layer in model.drop_layers)


@pytest.mark.parametrize("Model", [Rnnlm, BetterRnnlm])
def test_full_gradients_for_updates_by_hand(Model):
    model = Model(20, 8, 8, rng=0, sparse=False)
    model.forward(XS, XS)
    model.backward()
    assert all(isinstance(grad, np.ndarray) for grad in model.grads)
    before = model.embed.params[0].copy()
    model.embed.params[0] -= model.embed.grads[0]
    assert not np.array_equal(before, model.embed.params[0])


def test_weights_that_diverged_and_cells_that_are_none_are_told(tmp_path):
    model = Rnnlm(20, 6, 8, rng=0)
    model.params[2][0, 0] = np.nan
    model.save_params(tmp_path / "w.npz")
    with pytest.raises(InputError, match="no finite numbers"):
        load_language_model(tmp_path / "w.npz")
    with pytest.raises(InputError, match="rnn, lstm, gru, got 'LSTM'"):
        Rnnlm(20, 6, 8, cell="LSTM")


def test_tied_weights_need_equal_widths():
    with pytest.raises(InputError, match="6 and 8"):
        BetterRnnlm(20, 6, 8)
    with pytest.raises(InputError, match="depth, time, variational"):
        BetterRnnlm(20, 8, 8, dropout="width")


@pytest.mark.parametrize("hidden_size, layers", [(8, 2), (8, 3), (12, 2), (12, 3)])
def test_an_awd_rnnlm_is_read_as_what_it_is_without_dropout(tmp_path, hidden_size, layers):
    model = AwdRnnlm(20, 8, hidden_size, layers=layers, rng=0)
    model.save_params(tmp_path / "w.npz")
    loaded = load_language_model(tmp_path / "w.npz")
    assert type(loaded) is (BetterRnnlm if hidden_size == 8 else AwdRnnlm)
    np.testing.assert_allclose(loaded.predict(XS), model.predict(XS), atol=1e-6)
