"""Language models that write (section 7.1)."""

from itertools import groupby

import numpy as np

from ch06_lstm.better_rnnlm import BetterRnnlm
from ch06_lstm.rnnlm import Rnnlm
from ch07_seq2seq.sampling import choose
from dataset.characters import join_characters

STOPS = tuple(".!?\u2026\u3002\uff01\uff1f\uff0e\uff61\u061f\u06d4\u0964\u0965\u0589\u203c")
CLOSING = " \"')]}`*\u2018\u2019\u201c\u201d\u00ab\u00bb\u300b\u300d\u300f\u3011\uff09\uff3d"


def generate(model, start_ids, sample_size=100, *, stop_id=None, rng=None, **how):
    """A text that begins with `start_ids`: a list of `sample_size` ids, the start included.

    The model reads the start and then each word it chooses, from its present state: call
    reset_state() to begin afresh. stop_id, <eos> say, ends the text early. how: greedy,
    temperature, top_k, top_p, skip_ids of choose().
    """
    rng = np.random.default_rng(rng)
    ids = [int(i) for i in start_ids]
    unread = list(ids)
    while len(ids) < sample_size:
        scores = model.predict(np.array([unread]))[0, -1]    # (1, T, V) -> (V,), of the next word
        unread = [choose(scores, rng, **how)]
        ids += unread
        if unread[0] == stop_id:
            break
    return ids


def as_text(words, level="word"):
    """The words, or the characters, as text, a line for each sentence.

    <eos> ends a line; of words with a full stop, unless the text has full stops of its own.
    """
    if level == "char":
        return join_characters(words)
    lines = []
    for ended, sentence in groupby(words, lambda word: word == "<eos>"):
        if not ended:
            lines.append(" ".join(sentence))
        elif lines and not lines[-1].rstrip(CLOSING).endswith(STOPS):
            lines[-1] += "."
    return "\n".join(lines)


class RnnlmGen(Rnnlm):
    """An Rnnlm that writes (section 7.1.2)."""

    def generate(self, start_id, skip_ids=None, sample_size=100, **options):
        """generate() from one word."""
        return generate(self, [start_id], sample_size, skip_ids=skip_ids, **options)

    def get_state(self):
        """(h, c) of the LSTM, as in the book."""
        return self.lstm_layer.get_state()

    def set_state(self, state):
        self.lstm_layer.set_state(*state)


class BetterRnnlmGen(BetterRnnlm):
    """A BetterRnnlm that writes (section 7.1.3); get_state() is a list of (h, c), one a layer."""

    generate = RnnlmGen.generate
