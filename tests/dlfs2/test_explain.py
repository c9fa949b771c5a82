"""Mistakes in our plain forms: each is seen, and named; the search for it, and its hints."""

import math
import sys
import time
from types import SimpleNamespace

import pytest

from dlfs2.catalogue import ENTRIES, Entry
from dlfs2.explain import Search
from dlfs2.hints import hint, hint_of
from dlfs2.judge import explained as judge_explained
from dlfs2.mutants import mutants, parsed
from dlfs2.record import Record, Value, differing


def values_of(name, source):
    """What the definition of a text does, in the namespace of the plain reference."""
    entry = ENTRIES[name]
    space = dict(vars(sys.modules[entry.reference().__module__]))
    exec(source, space)
    return entry.run(space[name], Record()).values


def explained(name, source):
    """The words and changed lines by which a mistake in our plain form is explained."""
    mine, entry = values_of(name, source), ENTRIES[name]
    wrong = differing(mine, entry.run(entry.reference(), Record()).values, 1e-6)
    assert wrong
    found = Search(entry, mine, [method for _, method, _ in wrong], source).run()
    return [f"{mutant.words}: {mutant.changed}" for fit in found.fits for mutant in fit] \
        or [found.words]


# name, right text of our plain form, what stands there instead, what must be said
MISTAKES = [
    ("softmax", "x.max(axis=-1, keepdims=True)", "x.max()", "axis=-1 is missing"),
    ("cross_entropy_error", " / N", "", "not divided by N"),
    ("create_co_matrix", "idx - i", "idx - 1", "1 instead of i"),
    ("ppmi", "np.log2(", "np.log(", "log instead of log2"),
    ("cos_similarity", "x ** 2", "x * y", ""),
    ("clip_grads", "np.sqrt(total_norm)", "total_norm", "sqrt"),
    ("Affine", "np.sum(dout, axis=0)", "np.sum(dout, axis=1)", "axis=1 instead of axis=0"),
    ("Affine", "self.grads[1][...] = db", "self.grads[1] = db", "another object"),
    ("Sigmoid", "dout * self.out * (1 - self.out)", "dout * (1 - self.out)", "factor self.out is"),
    ("Softmax", "dx -= self.out * sumdx", "dx -= sumdx", "factor self.out is"),
    ("SoftmaxWithLoss", "dx /= N\n", "pass\n", "the line `dx /= N` is missing"),
    ("SigmoidWithLoss", "dx = dx * dout", "dx = dx", "factor dout is missing"),
    ("Embedding", "dW[...] = 0", "pass", "the line `dW[...] = 0` is missing"),
    ("EmbeddingDot", "= dout * h", "= dout * target_W", "target_W instead of h"),
    ("NegativeSamplingLoss", "dh += embed", "dh = embed", "= instead of +="),
    ("SimpleCBOW", "da = dh * 0.5", "da = dh", "factor 0.5 is missing"),
    ("SimpleCBOW", "forward(contexts[:, 1])", "forward(contexts[:, 0])", "contexts[:, 0]"),
    ("RNN", "np.dot(dt, Wh.T)", "np.dot(dt, Wh)", "Wh is not transposed"),
    ("RNN", "np.dot(h_prev.T, dt)", "np.dot(h_next.T, dt)", "h_next instead of h_prev"),
    ("TimeRNN", "grads[i] += grad", "grads[i] = grad", "= instead of +="),
    ("TimeRNN", "dhs[:, t, :] + dh)", "dhs[:, t, :])", "term dh is missing"),
    ("LSTM", "np.hstack((df, dg, di, do))", "np.hstack((df, di, dg, do))", "df, di, dg, do"),
    ("Attention", "dhs0 + dhs1", "dhs1", "term dhs0 is missing"),
    ("SGD", "-= self.lr", "+= self.lr", "+= instead of -="),
    ("AdaGrad", "np.sqrt(self.h[i])", "self.h[i]", "sqrt"),
    ("SGD", "params[i] -= self.lr * grads[i]", "p = params[i] - self.lr * grads[i]", "stays as"),
    ("preprocess", "text = text.lower()", "pass", "text.lower()` is missing"),
    ("clip_grads", "if rate < 1:", "if rate > 1:", "`rate > 1` instead of `rate < 1`"),
    ("most_similar", "if i == query_id:", "if False:", "`i == query_id` is ignored"),
    ("Sigmoid", "self.out * (1 - self.out)", "(1 - self.out ** 2)", "slope 1 - self.out ** 2"),
    ("LSTM", "f * c_prev + g * i", "i * c_prev + g * f", "i and f are exchanged"),
    ("SimpleCBOW", "self.in_layer1 = MatMul(W_in)", "self.in_layer1 = MatMul(W_in.copy())",
     "a copy of W_in"),
    ("CBOW", "for layer in self.in_layers:\n            layer.b",
     "for layer in self.in_layers[1:]:\n            layer.b", "leaves out the first"),
    ("TimeAttention", "layer = Attention()", "layer = self.one = getattr(self, 'one', Attention())",
     "one object"),
    ("AttentionWeight", "dh = np.sum(dhr, axis=1)", "dh = dhr[:, -1]", "only the last along"),
    ("MatMul", "W.T", "W", "W is not transposed"),            # raises unless D = H
    ("TimeAffine", "db = np.sum(dout, axis=0)", "db = np.sum(dout, axis=1)", "axis=1 instead of"),
    ("eval_perplexity", "(corpus_size - 1) // batch_size\n", "corpus_size // batch_size\n",
     "the term 1 is missing"),
    ("CBOW", "power=0.75", "power=0.6", "0.6 instead of 0.75"),
    ("NegativeSamplingLoss", "sample_size=5", "sample_size=3", "3 instead of 5"),
    ("preprocess", "np.array([word_to_id[word] for word in words])",
     "[word_to_id[word] for word in words]", "np.array() is missing"),
    ("most_similar", "count == top", "count > top", "`count > top` instead of"),
]

# name, right text of our plain form, what stands there instead, what the first wrong value is
SEEN = [
    ("Trainer", "batch_x = x[iters * batch_size:(iters + 1) * batch_size]",
     "batch_x = x[:batch_size]", "an epoch has each example once"),
    ("Trainer", "idx = np.random.permutation(data_size)", "idx = np.arange(data_size)",
     "an epoch is in another order than the data"),
    ("Trainer", "t = t[idx]", "pass", "W after two steps"),
    ("Trainer", "remove_duplicate(model.params, model.grads)", "model.params, model.grads",
     "W after two steps"),
    ("RnnlmTrainer", "remove_duplicate(model.params, model.grads)", "model.params, model.grads",
     "weights after clipped steps"),
    ("eval_perplexity", "corpus[offset + t + 1]", "corpus[offset + t]", "ts of batch 1"),
    ("remove_duplicate", "params = params[:]", "pass",
     "length of the list params that was handed in"),
    ("RnnlmGen", "return self.lstm_layer.h, self.lstm_layer.c",
     "return self.lstm_layer.c, self.lstm_layer.h", "score after set_state()"),
    ("NegativeSamplingLoss", "UnigramSampler(corpus, power", "UnigramSampler(corpus, 1.0",
     "word_p of the sampler"),
    ("create_contexts_target", "np.array(contexts)", "contexts",
     "contexts is a list, not an array"),
    ("create_co_matrix", "np.int32", "np.uint8", "of many words"),
    ("ppmi", "S = np.sum(C, axis=0)", "S = np.sum(C, axis=0, dtype=np.int32)", "of large counts"),
    ("BetterRnnlm", "= train_flg", "= True", "two losses are equal in evaluation"),
]


def with_mistake(name, right, wrong):
    source = ENTRIES[name].source()
    assert source.count(right) >= 1
    before, _, after = source.rpartition(right)
    return before + wrong + after


@pytest.mark.parametrize("name, right, wrong, first", SEEN)
def test_a_mistake_is_seen(name, right, wrong, first):
    entry = ENTRIES[name]
    found = differing(values_of(name, with_mistake(name, right, wrong)),
                      entry.run(entry.reference(), Record()).values, 1e-6)
    assert found[0][2] == first


@pytest.mark.parametrize("name, right, wrong, said", MISTAKES)
def test_a_mistake_is_named(name, right, wrong, said):
    assert any(said in words for words in explained(name, with_mistake(name, right, wrong)))


def test_gates_in_another_order_are_told():
    source = ENTRIES["LSTM"].source()
    for a, b in (("f = sigmoid(A[:, :H])", "i = sigmoid(A[:, :H])"),
                 ("i = sigmoid(A[:, 2 * H:3 * H])", "f = sigmoid(A[:, 2 * H:3 * H])"),
                 ("(df, dg, di, do)", "(di, dg, df, do)")):
        assert a in source
        source = source.replace(a, b)
    assert explained("LSTM", source) == ["The gates are packed i, g, f, o; the book packs "
                                         "f, g, i, o."]


def test_three_mistakes_at_once_are_named():
    source = ENTRIES["Affine"].source()
    for a, b in (("+ b ", " "), ("(dout, W.T)", "(dout, W.T) * 2"),
                 ("np.dot(self.x.T, dout)", "-np.dot(self.x.T, dout)")):
        source = source.replace(a, b)
    found = explained("Affine", source)
    assert len(found) == 3 and "term b is missing" in found[0]


def test_two_mistakes_that_fit_only_together_are_named():
    source = ENTRIES["SigmoidWithLoss"].source()
    source = source.replace("self.y - self.t", "self.t - self.y").replace("dx = dx / N", "pass")
    found = " ".join(explained("SigmoidWithLoss", source))
    assert "sign" in found and "`dx = dx / N` is missing" in found


def test_a_constant_multiple_is_told_by_name():
    entry = ENTRIES["SoftmaxWithLoss"]
    mine = values_of("SoftmaxWithLoss", entry.source().replace("dx /= N", "dx *= 1"))
    right = entry.run(entry.reference(), Record()).values
    wrong = {key: (mine[key], right[key]) for key in differing(mine, right, 1e-6)}
    assert hint_of(next(iter(wrong)), wrong, mine) == "it is N times the right one"


@pytest.mark.parametrize("mine, right, said", [
    ([1, 2, -1], [1, 2, 0], "-1 where 0 is right, at [2]"),   # not once the right one
    ([43, 43], [299, 299], "its numbers do not fit into 8 bits: take a wider dtype"),
    ([-4, 2], [-2, 1], "it is 2 times the right one")])
def test_a_wrong_value_is_told(mine, right, said):
    assert hint(("", "", ""), Value(mine), Value(right)) == said


def test_a_pause_of_the_machine_hides_no_change(monkeypatch):
    pauses, inner = [0.2], Entry.run

    def run(self, thing, record):
        end = time.process_time() + (pauses.pop() if pauses else 0)
        while time.process_time() < end:
            pass
        return inner(self, thing, record)

    entry = ENTRIES["softmax"]
    search = Search(entry, entry.run(entry.reference(), Record()).values)
    search.longest = 0.1
    monkeypatch.setattr(Entry, "run", run)
    assert search.progress(entry.reference()) == math.inf


def test_every_search_can_reach_all_values():
    for entry in ENTRIES.values():
        values = entry.run(entry.reference(), Record()).values
        for form in entry.forms():
            assert Search(entry, values).progress(form.reference()) == math.inf, entry.name


def test_an_attribute_under_another_name_is_told():
    source = ENTRIES["TimeDropout"].source().replace("train_flg", "train_fig")
    assert "train_flg has another name" in explained("TimeDropout", source)[0]


def test_what_reads_like_a_slope_is_none():
    text = "def f(a, b):\n    y = a * -(1 - a ** 2) * (1 - -b ** 2) * (1 - a - b ** 2)\n"
    assert len(list(mutants(parsed(text)))) > 50


def test_a_search_that_fails_costs_no_other_verdict(monkeypatch):
    monkeypatch.setattr("dlfs2.judge.Search", lambda *given: 1 / 0)
    given = SimpleNamespace(entry=None, source=str)
    assert "ZeroDivisionError" in judge_explained(given, {}, []).words
