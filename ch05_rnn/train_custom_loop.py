"""Train a recurrent language model with the loop written out by hand (section 5.5.3).

The text is cut into ten pieces, read side by side; after each five words the model takes one step,
while the hidden state runs on. It memorizes the first 1,000 words of the corpus: the perplexity
falls from the size of the vocabulary to 5.5 on PTB.

    python ch05_rnn/train_custom_loop.py

Takes 2 s.
"""

import numpy as np

from ch05_rnn.simple_rnnlm import SimpleRnnlm
from common.errors import InputError
from common.optimizer import SGD
from common.script import new_figure, options, plain, run, save_figure
from dataset.corpus import announce, load_corpus, reading


def main(argv=None):
    """Train and draw; returns (model, the perplexities of the epochs)."""
    parser = options(__doc__, corpus="auto", figure=True, quick={"max_epoch": 3})
    parser.add_settings({"max_epoch": 100})
    args = parser.parse_args(argv)
    batch_size, wordvec_size, hidden_size, time_size, lr = 10, 100, 100, 5, 0.1

    data = load_corpus(args.corpus, tokens=1000, **reading(args))
    announce(data, args)
    corpus = data.corpus
    xs, ts = corpus[:-1], corpus[1:]                         # each word, and the one to be guessed
    data_size = len(xs)

    model = SimpleRnnlm(int(max(corpus)) + 1, wordvec_size, hidden_size, rng=args.seed)
    optimizer = SGD(lr)

    max_iters = data_size // (batch_size * time_size)
    if not max_iters:
        raise InputError(f"a text of {len(corpus)} words is too short: "
                         f"{batch_size * time_size + 1} are needed")
    offsets = [n * (data_size // batch_size) for n in range(batch_size)]          # where rows begin
    time_idx, ppl_list = 0, []
    batch_x = np.empty((batch_size, time_size), int)
    batch_t = np.empty((batch_size, time_size), int)

    for epoch in range(args.max_epoch):
        total_loss = 0.0
        for _ in range(max_iters):
            for t in range(time_size):
                for n, offset in enumerate(offsets):
                    batch_x[n, t] = xs[(offset + time_idx) % data_size]
                    batch_t[n, t] = ts[(offset + time_idx) % data_size]
                time_idx += 1

            total_loss += model.forward(batch_x, batch_t)
            model.backward()
            optimizer.update(model.params, model.grads)
        ppl_list.append(float(np.exp(total_loss / max_iters)))
        if epoch % 10 == 0 or epoch == args.max_epoch - 1:
            print(f"| epoch {epoch + 1} | perplexity {ppl_list[-1]:.2f}")

    figure = new_figure(args)
    axes = figure.subplots()
    axes.plot(range(1, len(ppl_list) + 1), ppl_list, label="train")
    axes.set(xlabel="epoch", ylabel="perplexity",
             title=f"{len(corpus):,} words of {plain(data.name)}, memorized")
    save_figure(figure, "ch05_custom_loop_perplexity", args, curves=True)
    return model, ppl_list


if __name__ == "__main__":
    run(main)
