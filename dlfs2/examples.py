"""Our own layers and models, with inputs of given sizes, for traces and summaries."""

import importlib

import numpy as np

from dlfs2.cases import ids, numbers

MODULES = ("common.functions common.util common.layers common.negative_sampling common.time_layers "
           "common.attention common.optimizer common.trainer common.transformer_layers "
           "ch03_word2vec.simple_cbow ch03_word2vec.simple_skip_gram ch04_fast_word2vec.cbow "
           "ch04_fast_word2vec.skip_gram ch05_rnn.simple_rnnlm ch06_lstm.rnnlm "
           "ch06_lstm.better_rnnlm ch07_seq2seq.rnnlm_gen ch07_seq2seq.seq2seq "
           "ch07_seq2seq.peeky_seq2seq ch08_attention.attention_seq2seq ch08_attention.models "
           "ch08_attention.transformer ch08_attention.ntm").split()


def found(name):
    """The library's class or function of a name, or None."""
    for module in map(importlib.import_module, MODULES):
        if hasattr(module, name):
            return getattr(module, name)
    return None


def extras(s):
    """{name: (object, inputs)} of what the catalogue has not: our own layers and models."""
    from ch08_attention.models import MODELS
    from ch08_attention.ntm import NTM
    from ch08_attention.transformer import TransformerLM
    from common.initializers import scaled_normal
    from common.transformer_layers import FeedForward, LayerNorm, MultiHeadAttention

    rng = np.random.default_rng(0)
    W = [scaled_normal(rng, s.D, s.D, np.float64) for _ in range(4)]
    x, xs, ts = numbers(1, s.N, s.T, s.D), ids(1, s.V, s.N, s.T), ids(2, s.V, s.N, s.S)
    models = {name: lambda name=name: (
        MODELS[name](s.V, s.D, 2 * s.H, rng=0, **({"heads": 2} if name == "transformer" else {})),
        (xs, ts)) for name in MODELS}                        # 2 H: of two directions, each H
    return {**models,
            "MultiHeadAttention": lambda: (MultiHeadAttention(*W, heads=2),
                                           (numbers(2, s.N, s.S, s.D), x)),
            "LayerNorm": lambda: (LayerNorm(np.ones(s.D), np.zeros(s.D)), (x,)),
            "FeedForward": lambda: (FeedForward(numbers(1, s.D, s.H), np.zeros(s.H),
                                                numbers(2, s.H, s.D), np.zeros(s.D)), (x,)),
            "transformer-lm": lambda: (TransformerLM(s.V, s.D, s.H, heads=2, window=s.T, rng=0),
                                       (xs, xs)),
            "ntm": lambda: (NTM(s.D, s.V, s.H, 6, 3, rng=0), (x, ids(3, 2, s.N, s.T, s.V)))}


def language_models(s):
    """{name: (object, inputs)} of the book's models, for their summaries."""
    xs, ts = ids(1, s.V, s.N, s.T), ids(2, s.V, s.N, s.T)
    corpus, one_hot = np.arange(s.V), np.eye(s.V, dtype=int)
    contexts, target = ids(3, s.V, s.N, 2), ids(4, s.V, s.N)
    return {
        "SimpleCBOW": lambda: (found("SimpleCBOW")(s.V, s.H), (one_hot[contexts], one_hot[target])),
        "SimpleSkipGram": lambda: (found("SimpleSkipGram")(s.V, s.H),
                                   (one_hot[contexts], one_hot[target])),
        "CBOW": lambda: (found("CBOW")(s.V, s.H, 1, corpus), (contexts, target)),
        "SkipGram": lambda: (found("SkipGram")(s.V, s.H, 1, corpus), (contexts, target)),
        **{name: lambda name=name: (found(name)(s.V, s.D, s.H), (xs, ts))
           for name in ("SimpleRnnlm", "Rnnlm")},
        "BetterRnnlm": lambda: (found("BetterRnnlm")(s.V, s.H, s.H), (xs, ts)),
        **{name: lambda name=name: (found(name)(s.V, s.D, s.H),
                                    (ids(1, s.V, s.N, s.T), ids(2, s.V, s.N, s.S)))
           for name in ("Seq2seq", "PeekySeq2seq", "AttentionSeq2seq")}}
