"""A language model with a fixed window, and what it lacks (section 5.1.3).

CBOW as a language model: guess a word from the w words to its left, whose vectors are

sum             added: the order of the words is lost
concatenated    side by side (Bengio et al. 2003): the order stays, but the weights grow with w

Both see w words and never more. A recurrent network has weights for one word and no limit. On the
toy corpus: test perplexity and weights of the hidden layer against the window, beside a simple RNN.

    python ch05_rnn/cbow_lm.py

Takes 2.5 min.
"""

import numpy as np

from ch05_rnn.simple_rnnlm import SimpleRnnlm
from common.base_model import BaseModel
from common.errors import InputError
from common.initializers import normal, scaled_normal
from common.layers import Affine, Embedding, SoftmaxWithLoss
from common.optimizer import Adam
from common.script import new_figure, options, plain, run, save_figure
from common.shapes import id_array
from common.trainer import RnnlmTrainer, Trainer
from common.util import eval_perplexity
from common.util.perplexity import perplexity
from dataset.corpus import announce, load_parts, reading

WINDOWS = (1, 2, 3, 5, 8, 12)


class LeftWindowLM(BaseModel):
    """Guess a word from the w words before it.

        x = sum_j W_in[context_j]   or   x = [W_in[context_1] ... W_in[context_w]]
        h = tanh(x W_h + b_h)      score = h W_out + b_out      L = softmax with loss

    combine: 'sum', W_h (D, H), or 'concatenated', W_h (w D, H). forward(contexts (N, w), target
    (N,)) returns the loss.
    """

    def __init__(self, vocab_size, wordvec_size, hidden_size, window_size, *, combine="sum",
                 rng=None, dtype=np.float32):
        V, D, H, rng = vocab_size, wordvec_size, hidden_size, np.random.default_rng(rng)
        rows = D if combine == "sum" else window_size * D
        self.combine, self.window_size = combine, window_size
        self.embed = Embedding(normal(rng, V, D, dtype=dtype))
        self.hidden = Affine(scaled_normal(rng, rows, H, dtype=dtype), np.zeros(H, dtype))
        self.affine = Affine(scaled_normal(rng, H, V, dtype=dtype), np.zeros(V, dtype))
        self.loss_layer = SoftmaxWithLoss()
        self.h = None
        self.gather()

    def forward(self, contexts, target):
        contexts = id_array(self, "contexts", contexts, "N", self.window_size)
        vecs = self.embed.forward(contexts)                  # (N, w, D)
        # (N, D) or (N, w D)
        x = vecs.sum(axis=1) if self.combine == "sum" else vecs.reshape(len(vecs), -1)
        self.h = np.tanh(self.hidden.forward(x))             # (N, H)
        return self.loss_layer.forward(self.affine.forward(self.h), target)

    def backward(self, dout=1):
        dh = self.affine.backward(self.loss_layer.backward(dout))
        dx = self.hidden.backward(dh * (1 - self.h ** 2))
        N, w = self.embed.idx.shape
        same = self.combine == "sum"
        self.embed.backward(np.repeat(dx[:, None], w, axis=1) if same else dx.reshape(N, w, -1))


def left_contexts(corpus, window_size):
    """contexts (N, w), the w words before each word, and target (N,)."""
    windows = np.lib.stride_tricks.sliding_window_view(corpus, window_size + 1)
    return windows[:, :-1], windows[:, -1]


def main(argv=None):
    """Train all; returns (the simple RNN, {(window, combination): perplexity})."""
    parser = options(__doc__, corpus="auto", figure=True, quick={"tokens": 5_000, "max_epoch": 1})
    parser.add_settings({"tokens": 500_000, "max_epoch": 3})
    args = parser.parse_args(argv)
    data = load_parts(args.corpus, tokens=args.tokens, **reading(args))
    announce(data, args)
    if len(data.train) < 1000:
        raise InputError(f"{len(data.train)} words are too few to learn from: take 1,000 or more")
    windows, size = (WINDOWS[:2], 10) if args.quick else (WINDOWS, 100)
    V = len(data.word_to_id)

    print("window   combined       perplexity   weights of the hidden layer")
    ppl, weights = {}, {}

    def note(window, combine, reached, *matrices):
        ppl[window, combine], weights[window, combine] = reached, sum(W.size for W in matrices)
        print(f"{window:>6}   {combine:12} {reached:12.2f} {weights[window, combine]:16,}",
              flush=True)

    for combine in ("sum", "concatenated"):
        for w in windows:
            model = LeftWindowLM(V, size, size, w, combine=combine, rng=args.seed)
            fit(Trainer(model, Adam(0.002), rng=args.seed), *left_contexts(data.train, w),
                args.max_epoch, 100)
            note(w, combine, window_perplexity(model, data.test, w), model.hidden.params[0])
    model = SimpleRnnlm(V, size, size, rng=args.seed)
    fit(RnnlmTrainer(model, Adam(0.002), rng=args.seed), data.train[:-1], data.train[1:],
        args.max_epoch, 10, 20, 1.0)
    note("any", "simple RNN", eval_perplexity(model, data.test), *model.rnn_layer.params[:2])
    if data.lowest_perplexity:
        print(f"lowest possible perplexity {data.lowest_perplexity:.2f}")
    draw(args, windows, ppl, weights, data)
    return model, ppl


def fit(trainer, *arguments):
    """Train with smaller steps in each epoch."""
    lr = trainer.optimizer.lr
    for epoch in trainer.epochs(*arguments, verbose=False):
        trainer.optimizer.lr = lr * 0.4 ** epoch


def window_perplexity(model, corpus, window_size):
    """Of a LeftWindowLM, on every word of a corpus that has w words before it."""
    contexts, target = left_contexts(corpus, window_size)
    total = 0.0
    for i in range(0, len(target), 1000):
        part = target[i:i + 1000]
        total += model.forward(contexts[i:i + 1000], part) * len(part)
    return perplexity(total / len(target))


def draw(args, windows, ppl, weights, data):
    figure = new_figure(args, width=10, height=4)
    left, right = figure.subplots(1, 2)
    for axes, values, label in ((left, ppl, f"perplexity, {plain(data.name)} test"),
                                (right, weights, "weights of the hidden layer")):
        for combine, marker in (("sum", "o"), ("concatenated", "s")):
            axes.plot(windows, [values[w, combine] for w in windows], marker=marker,
                      label=f"window, {combine}")
        axes.axhline(values["any", "simple RNN"], color="black", linestyle="--", label="simple RNN")
        axes.set(xlabel="window [words]", ylabel=label)
    if data.lowest_perplexity:
        left.axhline(data.lowest_perplexity, color="gray", linewidth=1, label="lowest possible")
    left.legend(fontsize=8)
    save_figure(figure, "ch05_cbow_lm", args)


if __name__ == "__main__":
    run(main)
