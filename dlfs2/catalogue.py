"""Every name of the book that is judged: where it stands in the book, and how deep it is.

The order is that of blame: functions, cells and layers, what is made of them, models, trainers. A
thing is judged with our own parts in place of those below it that were found wrong.
"""

import importlib
import inspect
from difflib import get_close_matches
from typing import NamedTuple

from dlfs2.cases import SIZES, functions, layers, models, time_layers, training

CASES = {**functions.CASES, **layers.CASES, **time_layers.CASES, **models.CASES, **training.CASES}

# {module of dlfs2.reference: {name: section}}, a line for each depth
DEPTHS = (
    {"functions": {"sigmoid": "1.2.1", "relu": "1.3", "softmax": "1.3.1",
                   "cross_entropy_error": "1.3.1"},
     "text": {"preprocess": "2.3.1", "create_co_matrix": "2.3.4", "cos_similarity": "2.3.5",
              "ppmi": "2.4.1", "create_contexts_target": "3.3.1", "convert_one_hot": "3.3.2",
              "normalize": "4.3.3"},
     "util": {"clip_grads": "6.1.4", "remove_duplicate": "3.4", "eval_perplexity": "6.4",
              "eval_seq2seq": "7.3.4"},
     "optimizer": {"SGD": "1.3.6", "Momentum": "1.3.6", "Nesterov": "1.3.6", "AdaGrad": "1.3.6",
                   "RMSprop": "1.3.6", "Adam": "1.3.6"}},
    {"text": {"most_similar": "2.3.6", "analogy": "4.3.3"},
     "layers": {"MatMul": "1.3.4", "Affine": "1.3.5", "Sigmoid": "1.3.5", "Softmax": "8.1.4",
                "SoftmaxWithLoss": "1.3.5", "SigmoidWithLoss": "4.2.3", "Dropout": "1.3.5",
                "Embedding": "4.1"},
     "negative_sampling": {"UnigramSampler": "4.2.6"},
     "rnn": {"RNN": "5.3.1"}, "lstm": {"LSTM": "6.3"}, "gru": {"GRU": "C"},
     "attention": {"WeightSum": "8.1.3"}},
    {"negative_sampling": {"EmbeddingDot": "4.2.4"},
     "rnn": {"TimeRNN": "5.3.2"}, "lstm": {"TimeLSTM": "6.3.1"}, "gru": {"TimeGRU": "C"},
     "time_layers": {"TimeEmbedding": "5.4.2", "TimeAffine": "5.4.2",
                     "TimeSoftmaxWithLoss": "5.4.2", "TimeDropout": "6.5.2",
                     "TimeSigmoidWithLoss": "5.4.2"},
     "attention": {"AttentionWeight": "8.1.4"}},
    {"negative_sampling": {"NegativeSamplingLoss": "4.2.7"}, "lstm": {"TimeBiLSTM": "8.4.1"},
     "attention": {"Attention": "8.1.5"}},
    {"attention": {"TimeAttention": "8.1.5"}},
    {"two_layer_net": {"TwoLayerNet": "1.4.2"},
     "word2vec": {"SimpleCBOW": "3.4", "SimpleSkipGram": "3.5.2", "CBOW": "4.3.1",
                  "SkipGram": "4.3"},
     "rnnlm": {"SimpleRnnlm": "5.5.1", "Rnnlm": "6.4", "BetterRnnlm": "6.5.4"},
     "seq2seq": {"Encoder": "7.3.1", "Decoder": "7.3.2", "PeekyDecoder": "7.4.2"},
     "attention_seq2seq": {"AttentionEncoder": "8.2.1", "AttentionDecoder": "8.2.2"}},
    {"rnnlm": {"RnnlmGen": "7.1.2", "BetterRnnlmGen": "7.1.3"}, "seq2seq": {"Seq2seq": "7.3.3"},
     "trainer": {"Trainer": "1.4.4", "RnnlmTrainer": "5.5.4"}},
    {"seq2seq": {"PeekySeq2seq": "7.4.2"}, "attention_seq2seq": {"AttentionSeq2seq": "8.2.3"}},
)


class Entry(NamedTuple):
    """A name of the book, its section, the module of the reference that has it, and its depth."""

    name: str
    section: str
    module: str
    depth: int

    def reference(self):
        """Our plain form of it."""
        return getattr(importlib.import_module(self.module), self.name)

    def forms(self):
        """It and the other ways to write it."""
        other = "dlfs2.reference.other_forms"
        there = hasattr(importlib.import_module(other), self.name) and self.name != "sigmoid"
        return [self, self._replace(module=other)] if there else [self]

    def source(self):
        """The source text of our plain form."""
        return inspect.getsource(self.reference())

    def run(self, thing, record, all_sizes=SIZES):
        """All cases of this name on `thing`, with all sizes."""
        for sizes in all_sizes:
            record.run(CASES[self.name], thing, sizes.label, sizes)
        return record


ENTRIES = {name: Entry(name, section, f"dlfs2.reference.{module}", depth)
           for depth, modules in enumerate(DEPTHS)
           for module, names in modules.items() for name, section in names.items()}


class Unknown(Exception):
    """A name that was typed is not known; the message says which may be meant."""


def known_as(name, known, otherwise):
    """The one of the names `known` that is meant, in whatever case where that is clear.

    Unknown names those spelt nearly so; where there are none it ends with `otherwise`.
    """
    if name in known:
        return name
    lower = {}
    for other in known:
        lower.setdefault(other.lower(), []).append(other)
    near = get_close_matches(name.lower(), lower)
    meant = lower.get(name.lower()) or [other for match in near for other in lower[match]]
    if len(meant) == 1 and name.lower() in lower:
        return meant[0]
    ending = f"did you mean {' or '.join(meant)}?" if meant else otherwise
    raise Unknown(f"{name} is not known; {ending}")
