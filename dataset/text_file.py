"""Any UTF-8 text file as a corpus: words separated by white space, <eos> at the end of a line."""

from common.errors import InputError
from common.files.text import lines_of, visible
from common.files.writing import read_text
from common.util.text import number_words


def read_words(path):
    """The words of a text file, with '<eos>' at the end of each line; InputError without words."""
    words = split_lines(read_text(path))
    if words.count("<eos>") == len(words):
        raise InputError(f"{path} has no words: a corpus needs at least one.")
    return words


def split_lines(text):
    """Words and <eos> marks of a text; a last line without a line end gets its <eos> too."""
    return [word for line in lines_of(visible(text)) for word in (*line.split(), "<eos>")]


def load_data(path):
    """(corpus, word_to_id, id_to_word) of a text file, ids in order of first appearance."""
    return number_words(read_words(path))
