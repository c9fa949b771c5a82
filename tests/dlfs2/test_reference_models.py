"""The plain reference's models and trainers against the library's, with equal weights."""

import numpy as np
import pytest

from ch03_word2vec import simple_cbow, simple_skip_gram
from ch04_fast_word2vec import cbow, skip_gram
from ch05_rnn import simple_rnnlm
from ch06_lstm import better_rnnlm
from ch06_lstm import rnnlm as ch06_rnnlm
from ch07_seq2seq import peeky_seq2seq, rnnlm_gen
from ch07_seq2seq import seq2seq as ch07_seq2seq
from ch08_attention import attention_seq2seq as ch08_attention
from ch08_attention.bidirectional_seq2seq import BidirectionalEncoder
from common import optimizer as common_optimizer
from common import trainer as common_trainer
from common import util as common_util
from dlfs2.reference import attention_seq2seq, optimizer, rnnlm, seq2seq, trainer, util, word2vec
from dlfs2.reference.two_layer_net import TwoLayerNet
from tests.dlfs2.test_reference import (
    GUARD,
    D,
    H,
    N,
    S,
    T,
    V,
    assert_equal,
    from_above,
    ids,
    negatives,
)


def one_hot(rng):
    return [np.eye(V)[ids(rng, N, 2)], np.eye(V)[ids(rng, N)]]


def words(rng):
    return [ids(rng, N, T), ids(rng, N, T)]


def question(rng):
    return [ids(rng, N, T), ids(rng, N, S + 1)]


MODELS = {                               # the modules, the sizes, the inputs
    "SimpleCBOW": (word2vec, simple_cbow, (V, H), one_hot),
    "SimpleSkipGram": (word2vec, simple_skip_gram, (V, H), one_hot),
    "SimpleRnnlm": (rnnlm, simple_rnnlm, (V, D, H), words),
    "Rnnlm": (rnnlm, ch06_rnnlm, (V, D, H), words),
    "BetterRnnlm": (rnnlm, better_rnnlm, (V, H, H, 0.0), words),
    "RnnlmGen": (rnnlm, rnnlm_gen, (V, D, H), words),
    "BetterRnnlmGen": (rnnlm, rnnlm_gen, (V, H, H, 0.0), words),
    "Encoder": (seq2seq, ch07_seq2seq, (V, D, H), lambda rng: [ids(rng, N, T)]),
    "Decoder": (seq2seq, ch07_seq2seq, (V, D, H),
                lambda rng: [ids(rng, N, S), rng.standard_normal((N, H))]),
    "PeekyDecoder": (seq2seq, peeky_seq2seq, (V, D, H),
                     lambda rng: [ids(rng, N, S), rng.standard_normal((N, H))]),
    "Seq2seq": (seq2seq, ch07_seq2seq, (V, D, H), question),
    "PeekySeq2seq": (seq2seq, peeky_seq2seq, (V, D, H), question),
    "AttentionEncoder": (attention_seq2seq, ch08_attention, (V, D, H),
                         lambda rng: [ids(rng, N, T)]),
    "AttentionDecoder": (attention_seq2seq, ch08_attention, (V, D, H),
                         lambda rng: [ids(rng, N, S), rng.standard_normal((N, T, H))]),
    "AttentionSeq2seq": (attention_seq2seq, ch08_attention, (V, D, H), question),
}
GENERATE = [name for name in MODELS if "Seq2seq" in name or "Decoder" in name]
WRITERS = ["RnnlmGen", "BetterRnnlmGen"]


def unique(model):
    """The model's weights, shared ones once, and their gradients, of a library's or a plain one."""
    own = util if type(model).__module__.startswith("dlfs2") else common_util
    return own.remove_duplicate(model.params, model.grads)


def with_equal_weights(plain, ours, rng):
    params, copies = unique(plain)[0], unique(ours)[0]
    for p, q in zip(params, copies, strict=True):
        p[...] = rng.standard_normal(p.shape) / 2
        q[...] = p
    return plain, ours


def model_pair(name, rng):
    plain, ours, sizes, _ = MODELS[name]
    return with_equal_weights(getattr(plain, name)(*sizes),
                              getattr(ours, name)(*sizes, rng=0, dtype=float), rng)


def assert_equal_steps(plain, ours, inputs, rng, guard=1e-9, **options):
    """forward, backward and gradients of both models."""
    out = plain.forward(*inputs)
    assert_equal(ours.forward(*inputs, **options), out, guard)
    dout = from_above(rng, out)
    dx, expected = plain.backward(*dout), ours.backward(*dout)
    if dx is not None:
        assert_equal(expected, dx)
    assert_equal(unique(ours)[1], unique(plain)[1])


@pytest.mark.parametrize("name", MODELS)
def test_a_model_equals_the_librarys(name):
    rng = np.random.default_rng(0)
    plain, ours = model_pair(name, rng)
    guard = GUARD if name.startswith("Simple") else 1e-9
    for _ in range(2):                                       # the state goes on, gradients do not
        assert_equal_steps(plain, ours, MODELS[name][3](rng), rng, guard)
    for model in (plain, ours):
        if hasattr(plain, "reset_state"):
            model.reset_state()
    assert_equal_steps(plain, ours, MODELS[name][3](rng), rng, guard)


def test_a_bidirectional_encoder_equals_the_librarys():
    rng = np.random.default_rng(0)
    pair = with_equal_weights(attention_seq2seq.AttentionBiEncoder(V, D, H),
                              BidirectionalEncoder(V, D, 2 * H, dtype=float), rng)
    assert_equal_steps(*pair, [ids(rng, N, T)], rng)


@pytest.mark.parametrize("name, module", [("CBOW", cbow), ("SkipGram", skip_gram)])
def test_word2vec_with_negative_sampling_equals_the_librarys(name, module):
    rng = np.random.default_rng(0)
    corpus, window_size = rng.permutation(V), 2
    plain = getattr(word2vec, name)(V, H, window_size, corpus)
    ours = getattr(module, name)(V, H, window_size, corpus, rng=0, dtype=float)
    with_equal_weights(plain, ours, rng)
    contexts, target = ids(rng, N, 2 * window_size), ids(rng, N)
    if name == "CBOW":
        drawn = negatives(rng, N)
        plain.ns_loss.sampler.get_negative_sample = lambda target: drawn
    else:
        drawn = negatives(rng, N, 2 * window_size)
        for i, layer in enumerate(plain.loss_layers):
            layer.sampler.get_negative_sample = lambda target, i=i: drawn[:, i]
    assert_equal_steps(plain, ours, [contexts, target], rng, GUARD, negative=drawn.reshape(-1, 5))
    assert plain.word_vecs is plain.params[0]


@pytest.mark.parametrize("name", GENERATE)
def test_answers_equal_the_librarys(name):
    rng = np.random.default_rng(0)
    plain, ours = model_pair(name, rng)
    for model in (plain, ours):
        for p in model.params:
            p *= 1.5 if p.ndim == 2 else 0                   # else it repeats one character
    seen = set()
    for _ in range(6):
        given = MODELS[name][3](rng)
        given = given[1][:1] if "Decoder" in name else given[0][:1]
        answer = plain.generate(given, 1, 12)
        assert answer == ours.generate(given, 1, 12)
        seen |= set(answer)
    assert len(seen) > 1


@pytest.mark.parametrize("name", WRITERS)
def test_a_text_is_drawn_by_the_scores(monkeypatch, name):
    rng = np.random.default_rng(0)
    plain, ours = model_pair(name, rng)
    ids_drawn = plain.generate(2, skip_ids=[0, 5], sample_size=40)
    assert len(ids_drawn) == 40 and ids_drawn[0] == 2 and not {0, 5} & set(ids_drawn)
    plain.reset_state()
    monkeypatch.setattr(np.random, "choice", lambda size, p: p.argmax())
    assert plain.generate(2, sample_size=12) == ours.generate(2, sample_size=12, greedy=True)
    assert_equal(ours.get_state(), plain.get_state())
    state = plain.get_state()
    scores = plain.predict(np.array([[3]]))
    plain.set_state(state)
    np.testing.assert_array_equal(plain.predict(np.array([[3]])), scores)


def test_dropout_of_a_model_is_on_in_training_only():
    model = rnnlm.BetterRnnlm(V, H, H, 0.5)
    xs, ts = words(np.random.default_rng(0))
    for p in model.params:
        p += 1
    seen = []
    for train_flg in (True, True, False, False):
        model.reset_state()
        seen.append(model.forward(xs, ts, train_flg))
    assert seen[0] != seen[1] and seen[2] == seen[3]
    model.reset_state()
    np.testing.assert_array_equal(model.predict(xs).shape, (N, T, V))
    assert not any(layer.train_flg for layer in model.drop_layers)


@pytest.mark.parametrize("name", ["Rnnlm", "BetterRnnlm"])
def test_perplexity_equals_the_librarys(name):
    plain, ours = model_pair(name, np.random.default_rng(0))
    for layer in getattr(plain, "drop_layers", []):
        layer.dropout_ratio = 0.5                            # which must not be used
    corpus = np.random.default_rng(1).integers(0, V, 101)
    plain.forward(*words(np.random.default_rng(2)))          # a state to be forgotten
    expected = common_util.eval_perplexity(ours, corpus, 4, 7, book_windows=True)
    assert util.eval_perplexity(plain, corpus, 4, 7) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("options", [{}, {"verbose": True}, {"verbose": True, "is_reverse": True}])
def test_questions_are_judged_as_by_the_library(capsys, options):
    plain, ours = model_pair("Seq2seq", np.random.default_rng(0))
    rng, letters, judged = np.random.default_rng(1), dict(enumerate("abcdefghi")), []
    for right in (True, False):
        xs = ids(rng, 1, T)
        correct = np.array([[1, *plain.generate(xs, 1, 4)]])
        correct[0, -1] += 0 if right else 1
        for model, own in ((plain, util), (ours, common_util)):
            judged.append(own.eval_seq2seq(model, xs, correct, {**letters, V: "z"}, **options))
            judged.append(capsys.readouterr().out)
    assert judged[:2] == judged[2:4] and judged[4:6] == judged[6:]
    assert judged[0] == 1 and judged[4] == 0 and bool(judged[1]) == bool(options)


@pytest.mark.parametrize("max_grad", [None, 0.05])
def test_a_trainer_equals_the_librarys(capsys, max_grad):
    rng = np.random.default_rng(0)
    plain, ours = model_pair("SimpleCBOW", rng)
    data = one_hot(rng)
    one = trainer.Trainer(plain, optimizer.Adam(0.1))
    other = common_trainer.Trainer(ours, common_optimizer.Adam(0.1))
    one.fit(*data, max_epoch=3, batch_size=N, max_grad=max_grad)
    other.fit(*data, max_epoch=3, batch_size=N, max_grad=max_grad, verbose=False)
    assert_equal(unique(ours)[0], unique(plain)[0], GUARD)
    assert_equal(other.loss_list, one.loss_list, GUARD)
    assert one.current_epoch == 3 and capsys.readouterr().out.count("loss") == 3


def test_batches_are_cut_from_shuffled_pairs():
    seen = []

    class Model:
        params, grads = [np.zeros(1)], [np.zeros(1)]

        def forward(self, x, t):
            seen.append((x, t))
            return 1.0

        def backward(self):
            pass

    x = np.arange(10)
    trainer.Trainer(Model(), optimizer.SGD()).fit(x, x + 100, 2, 4)
    assert [len(batch) for batch, _ in seen] == [4] * 4
    assert all((t == batch + 100).all() for batch, t in seen)
    epochs = [np.concatenate([batch for batch, _ in seen[i:i + 2]]) for i in (0, 2)]
    assert all(len(set(epoch.tolist())) == 8 for epoch in epochs) and (epochs[0] != epochs[1]).any()


@pytest.mark.parametrize("max_grad", [None, 0.05])
def test_a_language_models_trainer_equals_the_librarys(max_grad):
    rng = np.random.default_rng(0)
    plain, ours = model_pair("Rnnlm", rng)
    corpus = rng.integers(0, V, 60)
    one = trainer.RnnlmTrainer(plain, optimizer.SGD(0.5))
    other = common_trainer.RnnlmTrainer(ours, common_optimizer.SGD(0.5))
    options = {"max_epoch": 2, "batch_size": 2, "time_size": 7, "max_grad": max_grad,
               "eval_interval": 3}
    one.fit(corpus[:-1], corpus[1:], **options)
    other.fit(corpus[:-1], corpus[1:], verbose=False, **options)
    assert_equal(unique(ours)[0], unique(plain)[0])
    assert_equal(other.ppl_list, one.ppl_list)
    for _ in range(5):                                       # past the end of the text
        assert_equal(other.get_batch(corpus[:-1], corpus[1:], 2, 7),
                     one.get_batch(corpus[:-1], corpus[1:], 2, 7))


MANY = np.arange(40 * V)                 # words, each once: enough numbers to tell a spread
START = {**{name: (getattr(plain, name), getattr(ours, name),
                   tuple(40 * size if size >= 1 else size for size in sizes))
            for name, (plain, ours, sizes, _) in MODELS.items()},
         "CBOW": (word2vec.CBOW, cbow.CBOW, (40 * V, 40 * H, 2, MANY)),
         "SkipGram": (word2vec.SkipGram, skip_gram.SkipGram, (40 * V, 40 * H, 2, MANY))}


def assert_same_spread(plain, ours):
    for p, q in zip(plain, ours, strict=True):
        assert p.shape == q.shape
        assert p.std() == pytest.approx(q.std(), rel=7 / p.size ** 0.5)
        assert abs(p.mean()) <= 5 * p.std() / p.size ** 0.5


@pytest.mark.parametrize("name", START)
def test_weights_start_as_the_librarys(name):
    Plain, Ours, sizes = START[name]
    models = Plain(*sizes), Ours(*sizes, rng=0, dtype=float)
    assert_same_spread(*(unique(model)[0] for model in models))


def test_weights_of_models_of_other_sizes_start_as_the_librarys():
    sizes = 40 * V, 40 * D, 40 * H
    encoder = BidirectionalEncoder(*sizes[:2], 2 * sizes[2], dtype=float)
    assert_same_spread(attention_seq2seq.AttentionBiEncoder(*sizes).params, encoder.params)
    for p in TwoLayerNet(40 * D, 40 * H, 40 * V).params:
        assert p.std() == pytest.approx(0.01 if p.ndim == 2 else 0, rel=0.05)
