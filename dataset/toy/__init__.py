"""The toy corpus: English-like text from a grammar, of which every answer is known."""

from dataset.toy.text import generate, load_data, load_text, lowest_perplexity, sentences
from dataset.toy.words import CLASS_OF, CLASSES, TOPICS, analogies, word_pairs

__all__ = ["CLASSES", "CLASS_OF", "TOPICS", "analogies", "generate", "load_data", "load_text",
           "lowest_perplexity", "sentences", "word_pairs"]
