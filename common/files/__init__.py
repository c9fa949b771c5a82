"""Files read and written: arrays, word vectors, the book's pickles."""
