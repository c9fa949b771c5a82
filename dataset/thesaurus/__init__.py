"""Thesauri (section 2.2): the distance of meanings, WordNet, and a small one that is built in."""

from dataset.thesaurus.thesaurus import Synset, Thesaurus

__all__ = ["Synset", "Thesaurus"]
