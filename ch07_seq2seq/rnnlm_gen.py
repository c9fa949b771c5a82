"""Language models that write (section 7.1)."""

import numpy as np

from ch06_lstm.better_rnnlm import BetterRnnlm
from ch06_lstm.rnnlm import Rnnlm
from ch07_seq2seq.sampling import choose


def generate(model, start_ids, sample_size=100, *, stop_id=None, rng=None, **how):
    """Words that a language model writes on from `start_ids`: a list of ids, the start included, `sample_size` in all.

    The model reads the start and then its own words, one after the other, from the state it has (reset_state() to begin
    afresh). stop_id, <eos> say, ends the text early. how: greedy, temperature, top_k, top_p, skip_ids of choose().
    """
    rng = np.random.default_rng(rng)
    ids, unread = [int(i) for i in start_ids], [int(i) for i in start_ids]
    while len(ids) < sample_size:
        scores = model.predict(np.array([unread]))[0, -1]    # (1, T, V) -> (V,), of the word after the last
        unread = [choose(scores, rng, **how)]
        ids += unread
        if unread[0] == stop_id:
            break
    return ids


class RnnlmGen(Rnnlm):
    """An Rnnlm that writes (section 7.1.2)."""

    def generate(self, start_id, skip_ids=None, sample_size=100, **options):
        """`sample_size` ids, beginning with start_id, none of the others in skip_ids; options of generate()."""
        return generate(self, [start_id], sample_size, skip_ids=skip_ids, **options)

    def get_state(self):
        """(h, c) of the LSTM, as in the book."""
        return self.lstm_layer.get_state()

    def set_state(self, state):
        self.lstm_layer.set_state(*state)


class BetterRnnlmGen(BetterRnnlm):
    """A BetterRnnlm that writes (section 7.1.3). get_state() is a list of (h, c), one for each layer."""

    def generate(self, start_id, skip_ids=None, sample_size=100, **options):
        """As RnnlmGen.generate."""
        return generate(self, [start_id], sample_size, skip_ids=skip_ids, **options)
