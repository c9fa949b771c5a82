"""Where PTB is looked for and what is made of it, with small files in its form."""

import hashlib

import numpy as np
import pytest

from common.errors import InputError
from dataset import ptb
from dataset.download import cache_folder

FILES = {"ptb.train.txt": " a b <unk> \n b N c \n", "ptb.valid.txt": " c a \n",
         "ptb.test.txt": " N \n"}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_ids_are_in_order_of_first_appearance_in_train(folder, monkeypatch):
    monkeypatch.setenv("DLFS2_DATA", str(folder))
    corpus, word_to_id, id_to_word = ptb.load_data("train")
    assert list(word_to_id) == ["a", "b", "<unk>", "<eos>", "N", "c"]
    np.testing.assert_array_equal(corpus, [0, 1, 2, 3, 1, 4, 5, 3])
    assert id_to_word[3] == "<eos>"
    np.testing.assert_array_equal(ptb.load_data("valid")[0], [5, 0, 3])
    np.testing.assert_array_equal(ptb.load_data("val")[0], [5, 0, 3])
    np.testing.assert_array_equal(ptb.load_data("test")[0], [4, 3])
    assert ptb.load_data("test")[1] == word_to_id
    assert ptb.load_vocab() == (word_to_id, id_to_word)
    assert ptb.at_hand()


def test_the_cache_is_read_where_its_checksum_is_right(folder, monkeypatch):
    monkeypatch.setattr(ptb, "SHA256", {name: hashlib.sha256(text.encode()).hexdigest()
                                        for name, text in FILES.items()})
    monkeypatch.setattr(ptb, "MIRRORS", ())
    cache_folder().mkdir(parents=True)
    for name, text in FILES.items():
        assert not ptb.at_hand()
        (cache_folder() / name).write_text(text)
    assert ptb.at_hand()
    assert len(ptb.load_data()[0]) == 8
    (cache_folder() / "ptb.test.txt").write_text("cut")
    assert not ptb.at_hand()


def test_without_network_the_message_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(ptb, "MIRRORS", ("http://127.0.0.1:9/a", "http://127.0.0.1:9/b"))
    monkeypatch.setenv("DLFS2_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(InputError) as error:
        ptb.load_data()
    for part in ("127.0.0.1:9/a/ptb.train.txt", "DLFS2_DATA", "nowhere, which has no ptb.train.txt",
                 str(cache_folder()), "--corpus toy"):
        assert part in str(error.value)


def test_a_part_that_does_not_exist_is_told():
    with pytest.raises(InputError, match="train, valid, val, test"):
        ptb.load_data("dev")


def test_files_that_do_not_belong_together_are_told(folder, monkeypatch):
    monkeypatch.setenv("DLFS2_DATA", str(folder))
    (folder / "ptb.test.txt").write_text("zebra\n")
    with pytest.raises(InputError, match="zebra"):
        ptb.load_data("test")
