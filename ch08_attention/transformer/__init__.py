"""The Transformer of section 8.5.2: blocks, model, and its decoder alone as a language model."""

from ch08_attention.transformer.language_model import TransformerLM
from ch08_attention.transformer.model import Transformer

__all__ = ["Transformer", "TransformerLM"]
