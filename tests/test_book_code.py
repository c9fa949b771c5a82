"""Chapter code as a reader of the book types it: star imports, own models, updates by hand."""
# ruff: noqa: F403, F405 (the star imports are what is tested, `np` among what they bring)

import pytest

from common.base_model import BaseModel
from common.layers import *
from common.negative_sampling import NegativeSamplingLoss
from common.optimizer import SGD, Adam
from common.time_layers import *
from common.trainer import RnnlmTrainer, Trainer, remove_duplicate
from common.util import (
    clip_grads,
    create_contexts_target,
    eval_perplexity,
    eval_seq2seq,
    preprocess,
)
from dataset import sequence

rng = np.random.default_rng(0)
x = rng.uniform(-1, 1, (300, 2))
t = np.eye(2)[(np.hypot(*x.T) < 0.7).astype(int)]            # inside the circle or not, one-hot
corpus, word_to_id, id_to_word = preprocess("one two three two one four . " * 40)


def weights(*shape):
    return (rng.standard_normal(shape) / np.sqrt(shape[0])).astype("f")


def time_lstm(D, H, stateful):
    return TimeLSTM(weights(D, 4 * H), weights(H, 4 * H), np.zeros(4 * H, dtype="f"), stateful)


class SmallTwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size):
        W1, b1 = weights(input_size, hidden_size), np.zeros(hidden_size)
        W2, b2 = weights(hidden_size, output_size), np.zeros(output_size)
        self.layers = [Affine(W1, b1), Sigmoid(), Affine(W2, b2)]
        self.loss_layer = SoftmaxWithLoss()
        self.params, self.grads = [], []
        for layer in self.layers:
            self.params += layer.params
            self.grads += layer.grads

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def forward(self, x, t):
        return self.loss_layer.forward(self.predict(x), t)

    def backward(self, dout=1):
        dout = self.loss_layer.backward(dout)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout


def right(model):
    return np.mean(model.predict(x).argmax(axis=1) == t.argmax(axis=1))


def test_a_net_learns_by_updates_written_by_hand():
    model = SmallTwoLayerNet(2, 10, 2)
    for _ in range(500):
        model.forward(x, t)
        model.backward()
        for i in range(len(model.params)):
            model.params[i] -= 5.0 * model.grads[i]
    assert right(model) > 0.9


@pytest.mark.filterwarnings("ignore:.*non-interactive")      # where there is a display
def test_a_net_learns_by_the_trainer_which_draws():
    from matplotlib import pyplot
    pyplot.switch_backend("Agg")
    model, optimizer = SmallTwoLayerNet(2, 10, 2), SGD(lr=2.0)
    trainer = Trainer(model, optimizer)
    trainer.fit(x, t, 200, 30, eval_interval=10)
    assert right(model) > 0.9 and len(trainer.loss_list) == 200
    trainer.plot()
    line, = pyplot.gca().lines
    assert list(line.get_ydata()) == trainer.loss_list
    pyplot.close("all")


LAYERS = [                               # and the shape of the input; None: ids
    (MatMul(weights(3, 4)), (5, 3)),
    (Affine(weights(3, 4), weights(4)), (5, 3)),
    (Embedding(weights(6, 3)), None),
    (TimeEmbedding(weights(6, 3)), None),
    (TimeAffine(weights(3, 4), weights(4)), (2, 5, 3)),
    (TimeRNN(weights(3, 4), weights(4, 4), weights(4)), (2, 5, 3)),
    (TimeLSTM(weights(3, 16), weights(4, 16), weights(16)), (2, 5, 3)),
    (TimeGRU(weights(3, 12), weights(4, 12), weights(12)), (2, 5, 3)),
    (TimeBiLSTM(*(2 * [weights(3, 16), weights(4, 16), weights(16)])), (2, 5, 3)),
]


@pytest.mark.parametrize("layer, shape", LAYERS, ids=[type(layer).__name__ for layer, _ in LAYERS])
def test_gradients_that_were_gathered_once_are_those_of_the_last_backward(layer, shape):
    gathered, seen = [], []
    gathered += layer.grads
    for _ in range(2):
        x = rng.integers(0, 6, (2, 5)) if shape is None else rng.standard_normal(shape)
        out = layer.forward(x)
        layer.backward(rng.standard_normal(out.shape))
        seen.append([np.array(grad) for grad in layer.grads])
        for ours, grad in zip(gathered, layer.grads):
            assert ours is grad and np.any(ours)
    assert not any(np.allclose(*pair) for pair in zip(*seen))


class SmallCBOW:
    """Two context words: W_in stands twice in params, as in chapters 3 and 4."""

    def __init__(self, vocab_size, hidden_size, corpus):
        W_in = weights(vocab_size, hidden_size)
        W_out = weights(vocab_size, hidden_size)
        self.in_layers = [Embedding(W_in), Embedding(W_in)]
        self.ns_loss = NegativeSamplingLoss(W_out, corpus, power=0.75, sample_size=2)
        self.params, self.grads = [], []
        for layer in [*self.in_layers, self.ns_loss]:
            self.params += layer.params
            self.grads += layer.grads
        self.word_vecs = W_in

    def forward(self, contexts, target):
        h = 0
        for i, layer in enumerate(self.in_layers):
            h += layer.forward(contexts[:, i])
        return self.ns_loss.forward(h * 0.5, target)

    def backward(self, dout=1):
        dout = self.ns_loss.backward(dout) * 0.5
        for layer in self.in_layers:
            layer.backward(dout)


def test_a_shared_table_is_updated_once_with_both_gradients():
    contexts, target = create_contexts_target(corpus, window_size=1)
    model = SmallCBOW(len(word_to_id), 5, corpus)
    loss = model.forward(contexts, target)
    model.backward()
    both = model.grads[0] + model.grads[1]
    for _ in range(2):                                       # a sum leaves its parts alone
        params, grads = remove_duplicate(model.params, model.grads)
        assert len(params) == 2 and params[0] is model.word_vecs
        np.testing.assert_array_equal(grads[0], both)
    trainer = Trainer(model, Adam())
    trainer.fit(contexts, target, 30, 20, eval_interval=None)
    assert model.forward(contexts, target) < 0.9 * loss


class SmallRnnlm(BaseModel):
    """Two LSTM layers with dropout, the last layer tied to the first; gather() is never called."""

    def __init__(self, vocab_size, hidden_size, dropout_ratio=0.1):
        V, H = vocab_size, hidden_size
        embed_W = weights(V, H)
        lstms = [time_lstm(H, H, stateful=True) for _ in range(2)]
        drops = [TimeDropout(dropout_ratio) for _ in range(3)]
        self.layers = [TimeEmbedding(embed_W), drops[0], lstms[0], drops[1], lstms[1], drops[2],
                       TimeAffine(embed_W.T, np.zeros(V, dtype="f"))]
        self.loss_layer = TimeSoftmaxWithLoss()
        self.lstm_layers = lstms
        self.drop_layers = drops
        self.params, self.grads = [], []
        for layer in self.layers:
            self.params += layer.params
            self.grads += layer.grads

    def predict(self, xs, train_flg=False):
        for layer in self.drop_layers:
            layer.train_flg = train_flg
        for layer in self.layers:
            xs = layer.forward(xs)
        return xs

    def forward(self, xs, ts, train_flg=True):
        return self.loss_layer.forward(self.predict(xs, train_flg), ts)

    def backward(self, dout=1):
        dout = self.loss_layer.backward(dout)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout

    def reset_state(self):
        for layer in self.lstm_layers:
            layer.reset_state()


def test_a_language_model_learns_and_is_kept():
    xs, ts = corpus[:-1], corpus[1:]
    model = SmallRnnlm(len(word_to_id), 12)
    trainer = RnnlmTrainer(model, SGD(2.0))
    trainer.fit(xs, ts, 20, 5, 10, 0.25, eval_interval=5)
    model.reset_state()
    ppl = eval_perplexity(model, corpus, 5, 10)
    assert ppl < 1.5 < trainer.ppl_list[0] and trainer.current_epoch == 20

    model.save_params()                                      # SmallRnnlm.npz, here
    model.save_params("mine.pkl")                            # under the book's ending
    for name in (None, "mine.pkl"):
        other = SmallRnnlm(len(word_to_id), 12)
        other.load_params(name)
        assert eval_perplexity(other, corpus, 5, 10) == ppl
        assert other.params[0] is other.layers[0].params[0]  # loaded into the layers' arrays


def test_a_language_model_learns_by_a_loop_written_by_hand():
    batch_size, time_size, lr, max_grad = 5, 10, 2.0, 0.25
    xs, ts = corpus[:-1], corpus[1:]
    model, jump, time_idx = SmallRnnlm(len(word_to_id), 12), len(xs) // batch_size, 0
    for _ in range(100):
        batch_x, batch_t = np.empty((2, batch_size, time_size), dtype="i")
        for step in range(time_size):
            for i in range(batch_size):
                batch_x[i, step] = xs[(i * jump + time_idx) % len(xs)]
                batch_t[i, step] = ts[(i * jump + time_idx) % len(xs)]
            time_idx += 1
        model.forward(batch_x, batch_t)
        model.backward()
        params, grads = remove_duplicate(model.params, model.grads)
        assert len(params) == len(model.params) - 1          # the tied one
        clip_grads(grads, max_grad)
        for i in range(len(params)):
            params[i] -= lr * grads[i]
    assert eval_perplexity(model, corpus, 5, 10) < 1.5


class SmallEncoder:
    def __init__(self, vocab_size, wordvec_size, hidden_size):
        V, D, H = vocab_size, wordvec_size, hidden_size
        self.embed = TimeEmbedding(weights(V, D))
        self.lstm = time_lstm(D, H, stateful=False)
        self.params = self.embed.params + self.lstm.params
        self.grads = self.embed.grads + self.lstm.grads
        self.hs = None

    def forward(self, xs):
        self.hs = self.lstm.forward(self.embed.forward(xs))
        return self.hs[:, -1, :]

    def backward(self, dh):
        dhs = np.zeros_like(self.hs)
        dhs[:, -1, :] = dh
        return self.embed.backward(self.lstm.backward(dhs))


class SmallDecoder:
    def __init__(self, vocab_size, wordvec_size, hidden_size):
        V, D, H = vocab_size, wordvec_size, hidden_size
        self.embed = TimeEmbedding(weights(V, D))
        self.lstm = time_lstm(D, H, stateful=True)
        self.affine = TimeAffine(weights(H, V), np.zeros(V, dtype="f"))
        self.params, self.grads = [], []
        for layer in (self.embed, self.lstm, self.affine):
            self.params += layer.params
            self.grads += layer.grads

    def forward(self, xs, h):
        self.lstm.set_state(h)
        return self.affine.forward(self.lstm.forward(self.embed.forward(xs)))

    def backward(self, dscore):
        self.embed.backward(self.lstm.backward(self.affine.backward(dscore)))
        return self.lstm.dh

    def generate(self, h, start_id, sample_size):
        sampled, sample_id = [], start_id
        self.lstm.set_state(h)
        for _ in range(sample_size):
            x = np.array(sample_id).reshape((1, 1))
            score = self.affine.forward(self.lstm.forward(self.embed.forward(x)))
            sample_id = np.argmax(score.flatten())
            sampled.append(int(sample_id))
        return sampled


class SmallSeq2seq(BaseModel):
    def __init__(self, vocab_size, wordvec_size, hidden_size):
        self.encoder = SmallEncoder(vocab_size, wordvec_size, hidden_size)
        self.decoder = SmallDecoder(vocab_size, wordvec_size, hidden_size)
        self.softmax = TimeSoftmaxWithLoss()
        self.params = self.encoder.params + self.decoder.params
        self.grads = self.encoder.grads + self.decoder.grads

    def forward(self, xs, ts):
        decoder_xs, decoder_ts = ts[:, :-1], ts[:, 1:]
        score = self.decoder.forward(decoder_xs, self.encoder.forward(xs))
        return self.softmax.forward(score, decoder_ts)

    def backward(self, dout=1):
        return self.encoder.backward(self.decoder.backward(self.softmax.backward(dout)))

    def generate(self, xs, start_id, sample_size):
        return self.decoder.generate(self.encoder.forward(xs), start_id, sample_size)


def test_sequence_to_sequence_learns_sums_and_is_asked(capsys):
    (x_train, t_train), (_, _) = sequence.load_data("addition.txt", seed=1984)
    char_to_id, id_to_char = sequence.get_vocab()
    x_train, t_train = x_train[:30, ::-1], t_train[:30]
    model = SmallSeq2seq(len(char_to_id), 16, 32)
    trainer = Trainer(model, Adam(0.01))
    for _ in range(4):
        trainer.fit(x_train, t_train, max_epoch=30, batch_size=10, max_grad=5.0)
    capsys.readouterr()
    correct_num = 0
    for i in range(len(x_train)):
        question, correct = x_train[[i]], t_train[[i]]
        correct_num += eval_seq2seq(model, question, correct, id_to_char, i < 10, True)
    assert correct_num > 25 and capsys.readouterr().out.count("Q ") == 10
    assert trainer.current_epoch == 120
