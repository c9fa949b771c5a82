"""A language model with a fixed window, and what it lacks (section 5.1.3).

CBOW can be bent into a language model: guess a word from the w words to its left. Two ways to put those words together:

sum             their vectors are added; the order of the words is lost
concatenated    their vectors stand side by side (Bengio et al. 2003); the order stays, but the weights grow with w

Both see w words and never more. A recurrent network has weights for one word and no limit. On the toy corpus: the
test perplexity and the number of weights of the hidden layer as the window grows, beside a simple RNN and an LSTM.

    python ch05_rnn/cbow_lm.py
"""

import numpy as np

from ch05_rnn.simple_rnnlm import SimpleRnnlm
from ch06_lstm.rnnlm import Rnnlm
from common.base_model import BaseModel
from common.errors import InputError
from common.initializers import normal, scaled_normal
from common.layers import Affine, Embedding, SoftmaxWithLoss
from common.optimizer import Adam
from common.script import new_figure, options, plain, positive, run, save_figure
from common.trainer import RnnlmTrainer, Trainer
from common.util import eval_perplexity
from common.util.perplexity import perplexity
from dataset.corpus import announce, load_parts

WINDOWS = (1, 2, 3, 5, 8, 12)


class LeftWindowLM(BaseModel):
    """Guess a word from the w words before it.

        x = sum_j W_in[context_j]   or   x = [W_in[context_1] ... W_in[context_w]]
        h = tanh(x W_h + b_h)             score = h W_out + b_out             L = softmax with loss

    combine: 'sum', W_h (D, H), or 'concatenated', W_h (w D, H). forward(contexts (N, w), target (N,)) returns the loss.
    """

    def __init__(self, vocab_size, wordvec_size, hidden_size, window_size, *, combine="sum", rng=None, dtype=np.float32):
        V, D, H, rng = vocab_size, wordvec_size, hidden_size, np.random.default_rng(rng)
        rows = D if combine == "sum" else window_size * D
        self.combine = combine
        self.embed = Embedding(normal(rng, V, D, dtype=dtype))
        self.hidden = Affine(scaled_normal(rng, rows, H, dtype=dtype), np.zeros(H, dtype))
        self.affine = Affine(scaled_normal(rng, H, V, dtype=dtype), np.zeros(V, dtype))
        self.loss_layer = SoftmaxWithLoss()
        self.h = None
        self.gather()

    def forward(self, contexts, target):
        vecs = self.embed.forward(contexts)                  # (N, w, D)
        x = vecs.sum(axis=1) if self.combine == "sum" else vecs.reshape(len(vecs), -1)    # (N, D) or (N, w D)
        self.h = np.tanh(self.hidden.forward(x))             # (N, H)
        return self.loss_layer.forward(self.affine.forward(self.h), target)

    def backward(self, dout=1):
        dh = self.affine.backward(self.loss_layer.backward(dout))
        dx = self.hidden.backward(dh * (1 - self.h ** 2))
        N, w = self.embed.idx.shape
        dvecs = np.repeat(dx[:, None], w, axis=1) if self.combine == "sum" else dx.reshape(N, w, -1)
        self.embed.backward(dvecs)


def left_contexts(corpus, window_size):
    """contexts (N, w), the w words before each word, and target (N,)."""
    windows = np.lib.stride_tricks.sliding_window_view(corpus, window_size + 1)
    return windows[:, :-1], windows[:, -1]


def main(argv=None):
    parser = options(__doc__, corpus=True, figure=True, quick={"tokens": 5_000, "max_epoch": 1})
    parser.add_argument("--tokens", type=positive, default=500_000, help="how many tokens to learn from (default 500,000)")
    parser.add_argument("--max-epoch", type=positive, default=3, help="passes over them (default 3)")
    args = parser.parse_args(argv)
    data = load_parts(args.corpus, tokens=args.tokens)
    announce(data, args)
    if len(data.train) < 1000:
        raise InputError(f"{len(data.train)} words are too few to learn from: take 1,000 or more")
    windows, size = (WINDOWS[:2], 10) if args.quick else (WINDOWS, 100)
    V = len(data.word_to_id)

    print("window   combined       perplexity   weights of the hidden layer")
    ppl, weights = {}, {}
    for combine in ("sum", "concatenated"):
        for w in windows:
            model = LeftWindowLM(V, size, size, w, combine=combine, rng=args.seed)
            fit(Trainer(model, Adam(0.002), rng=args.seed), *left_contexts(data.train, w), args.max_epoch, 100)
            ppl[combine, w] = window_perplexity(model, data.test, w)
            weights[combine, w] = model.hidden.params[0].size
            print(f"{w:6}   {combine:12} {ppl[combine, w]:12.2f} {weights[combine, w]:16,}", flush=True)
    for name, Model, lr in (("simple RNN", SimpleRnnlm, 0.002), ("LSTM", Rnnlm, 0.005)):
        model = Model(V, size, size, rng=args.seed)
        fit(RnnlmTrainer(model, Adam(lr), rng=args.seed), data.train[:-1], data.train[1:], args.max_epoch, 10, 20, 1.0)
        ppl[name] = eval_perplexity(model, data.test)
        weights[name] = sum(p.size for p in model.layers[1].params[:2])
        print(f"   any   {name:12} {ppl[name]:12.2f} {weights[name]:16,}", flush=True)
    if data.lowest_perplexity:
        print(f"lowest possible perplexity {data.lowest_perplexity:.2f}")
    draw(args, windows, ppl, weights, data)


def fit(trainer, *arguments):
    """Train with smaller steps in each epoch."""
    lr = trainer.optimizer.lr
    for epoch in trainer.epochs(*arguments, verbose=False):
        trainer.optimizer.lr = lr * 0.4 ** epoch


def window_perplexity(model, corpus, window_size):
    """Of a LeftWindowLM on every word of a corpus that has w words before it."""
    contexts, target = left_contexts(corpus, window_size)
    losses = [(model.forward(contexts[i:i + 1000], target[i:i + 1000]), len(target[i:i + 1000]))
              for i in range(0, len(target), 1000)]
    return perplexity(sum(loss * n for loss, n in losses) / len(target))


def draw(args, windows, ppl, weights, data):
    figure = new_figure(args, width=10, height=4)
    left, right = figure.subplots(1, 2)
    for axes, values, label in ((left, ppl, f"perplexity, {plain(data.name)} test"),
                                (right, weights, "weights of the hidden layer")):
        for combine, marker in (("sum", "o"), ("concatenated", "s")):
            axes.plot(windows, [values[combine, w] for w in windows], marker=marker, label=f"window, {combine}")
        for name, style in (("simple RNN", "--"), ("LSTM", ":")):
            axes.axhline(values[name], color="black", linestyle=style, label=name)
        axes.set(xlabel="window [words]", ylabel=label)
    if data.lowest_perplexity:
        left.axhline(data.lowest_perplexity, color="gray", linewidth=1, label="lowest possible")
    left.legend(fontsize=8)
    save_figure(figure, "ch05_cbow_lm", args)


if __name__ == "__main__":
    run(main)
