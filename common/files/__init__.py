"""What the library reads and writes: arrays, word vectors, the book's pickles, and whole files."""
