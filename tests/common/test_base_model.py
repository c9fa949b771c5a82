"""Weights by name, on disk and back; the book's pickles; files of another model or of nothing."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from ch03_word2vec.simple_cbow import SimpleCBOW
from ch04_fast_word2vec.cbow import CBOW
from common.base_model import BaseModel, generators_of, vocabulary_hash
from common.errors import InputError
from common.files.arrays import load_arrays, save_arrays
from common.layers import Affine, MatMul
from tests.book_pickle import book_pickle


class Net(BaseModel):
    """Two layers in a list, one of them tied to a third."""

    def __init__(self, seed=0, sizes=(3, 4)):
        rng = np.random.default_rng(seed)
        D, H = sizes
        self.first = MatMul(rng.standard_normal((D, H)).astype("f"))
        self.rest = [Affine(self.first.params[0].T, rng.standard_normal(D).astype("f")), self.first]
        self.gather()


def test_params_have_names_and_every_layer_stands_once():
    net = Net()
    assert net.param_names == ["first.W", "rest.0.W", "rest.0.b"]
    assert list(net.named_params()) == ["first.W", "rest.0.b"]
    assert net.params[1].base is net.params[0]


def test_weights_go_to_disk_and_come_back_in_place(tmp_path):
    one, two = Net(0), Net(1)
    held = two.first.params[0]
    one.save_params(tmp_path / "w.npz")
    two.load_params(tmp_path / "w.npz")
    assert two.first.params[0] is held
    for a, b in zip(one.params, two.params):
        assert_array_equal(a, b)
    assert load_arrays(tmp_path / "w.npz")["first.W"].dtype == np.float32


def test_a_file_knows_its_vocabulary(tmp_path):
    one, path = Net(0), tmp_path / "w.npz"
    one.save_params(tmp_path / "old.npz")
    assert "vocabulary" not in load_arrays(tmp_path / "old.npz")
    one.vocabulary = vocabulary_hash({"you": 0, "say": 1})
    one.save_params(path)
    assert_array_equal(load_arrays(path)["first.W"], one.params[0])
    two = Net(1)
    two.load_params(path)                                    # it knows no words yet
    assert two.vocabulary == one.vocabulary == vocabulary_hash({"say": 1, "you": 0})
    two.load_params(tmp_path / "old.npz")
    two.set_params(one.params)
    assert two.vocabulary == one.vocabulary
    for words in ({"you": 1, "say": 0}, {"you": 0, "said": 1}, {"yo": 0, "usay": 1}):
        other = Net(1)
        other.vocabulary, before = vocabulary_hash(words), other.params[0].copy()
        with pytest.raises(InputError, match=r"w\.npz holds weights for other words"):
            other.load_params(path)
        assert_array_equal(other.params[0], before)
        other.load_params(tmp_path / "old.npz")              # which does not know


def test_the_default_file_is_named_after_the_class():
    one, two = Net(0), Net(1)
    with pytest.raises(InputError, match=r"Net\.npz nor Net\.pkl"):
        two.load_params()
    with open("Net.pkl", "wb") as file:
        pickle.dump([p.astype(np.float16) for p in one.params], file)
    two.load_params()
    assert_allclose(two.first.params[0], one.first.params[0], rtol=1e-3)
    one.save_params()
    two.load_params()                                        # the .npz comes first
    assert_array_equal(two.first.params[0], one.first.params[0])


@pytest.mark.parametrize("module", ["numpy.core", "numpy._core"])
@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_pickles_of_the_book_under_both_names_of_numpys_module(tmp_path, module, protocol):
    net = SimpleCBOW(5, 3, rng=0)
    (tmp_path / "w.pkl").write_bytes(book_pickle(net.params, protocol, module))
    other = SimpleCBOW(5, 3, rng=1)
    other.load_params(tmp_path / "w.pkl")
    for a, b in zip(net.params, other.params):
        assert_allclose(a, b, rtol=1e-3)
        assert b.dtype == np.float32


def test_weights_of_another_model_or_size_change_nothing(tmp_path):
    SimpleCBOW(5, 3, rng=0).save_params(tmp_path / "other.npz")
    Net(0, sizes=(3, 5)).save_params(tmp_path / "wide.npz")
    with open(tmp_path / "list.pkl", "wb") as file:
        pickle.dump([np.zeros((3, 4))], file)
    with open(tmp_path / "broadcast.pkl", "wb") as file:     # the book loads (1, 4) into (3, 4)
        pickle.dump([np.zeros((1, 4)), np.zeros(3)], file)
    net = Net()
    before = [p.copy() for p in net.params]
    for file, message in (("other.npz", "another model.*missing.*unknown"),
                          ("wide.npz", r"shape \(3, 5\)"), ("list.pkl", "holds 1 arrays"),
                          ("broadcast.pkl", r"shape \(1, 4\)")):
        with pytest.raises(InputError, match=message):
            net.load_params(tmp_path / file)
    assert all(np.array_equal(a, b) for a, b in zip(before, net.params))


@pytest.mark.parametrize("spoil", [
    lambda d: b"", lambda d: d[:100], lambda d: d[:-30], lambda d: b"PK" + d[:50],
    lambda d: d.replace(b"(3, 4)", b"(9, 4)"), lambda d: d.replace(b"<f4", b"|O8"),
    lambda d: d[:140] + bytes([d[140] ^ 255]) + d[141:], lambda d: b"text"])
def test_damaged_files_are_told(tmp_path, spoil):
    Net().save_params(tmp_path / "w.npz")
    data = (tmp_path / "w.npz").read_bytes()
    assert spoil(data) != data
    (tmp_path / "w.npz").write_bytes(spoil(data))
    with pytest.raises(InputError, match=r"w\.npz"):
        Net().load_params(tmp_path / "w.npz")


def test_arrays_of_objects_are_not_written(tmp_path):
    with pytest.raises(InputError, match="only numbers and text"):
        save_arrays(tmp_path / "a.npz", {"a": np.array([None])})
    assert not (tmp_path / "a.npz").exists()


def test_generators_are_found_once():
    rng = np.random.default_rng(0)
    model = CBOW(10, 3, 1, np.arange(10), rng=rng)
    assert generators_of(model) == [rng] == generators_of([model, rng])


@pytest.mark.parametrize("data", [b"\x80\x02]cnumpy\nndarray\n(J\x00\x00\x00\x40tRa.",
                                  b"\x80\x02cnumpy\ndtype\nN}X\x0c\0\0\0__defaults__Ns\x86b0].",
                                  b"\x80\x05\x96\x00\x00\x00\x80\x00\x00\x00\x00."])
def test_a_pickle_takes_no_memory_and_changes_no_function(tmp_path, data):
    (tmp_path / "w.pkl").write_bytes(data)
    with pytest.raises(InputError, match=r"w\.pkl"):
        Net().load_params(tmp_path / "w.pkl")


def test_byte_order_and_models_without_gather(tmp_path):
    net = Net()
    net.param_names = ()
    net.save_params(tmp_path / "n.npz")
    with open(tmp_path / "w.pkl", "wb") as file:
        pickle.dump([p.astype(">f4") for p in net.named_params().values()], file)
    other = Net(1)
    other.load_params(tmp_path / "w.pkl")
    assert_array_equal(other.params[0], net.params[0])
