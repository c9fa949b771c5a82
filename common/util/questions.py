"""The book's questions to word vectors: neighbours and analogies (sections 2.4.5 and 4.3.3)."""

from common.util.similarity import analogy, folded, most_similar

QUERIES = ("you", "year", "car", "toyota")
ANALOGIES = (("king", "man", "queen"), ("take", "took", "go"), ("car", "cars", "child"),
             ("good", "better", "bad"))


def queries(word_to_id):
    """The book's words that the vocabulary has, or its first words where it has none of them."""
    known = folded(word_to_id)
    return [word for word in QUERIES if word in known] or list(word_to_id)[:len(QUERIES)]


def show(word_vecs, word_to_id, id_to_word, cosine=False, top=5):
    """Print the neighbours of the queries(), and answers to the book's analogies."""
    for query in queries(word_to_id):
        most_similar(query, word_to_id, id_to_word, word_vecs, top)
    known = folded(word_to_id)
    for words in ANALOGIES:
        if all(word in known for word in words):
            analogy(*words, word_to_id, id_to_word, word_vecs, top, cosine=cosine)
