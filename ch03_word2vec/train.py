"""Train CBOW or skip-gram on one sentence, one-hot, with a full softmax (sections 3.4 and 3.5).

CBOW's loss falls from log 7 = 1.95 to about 0.55 in 1,000 epochs and on towards 0.23: 'say' and
'and' stand around both 'goodbye' and 'i', and a mean cannot tell the order. Skip-gram's, a sum of
two, falls from 3.9 to 1.9. Then W_in, W_out and their sum are compared as word vectors (3.2.3).

    python ch03_word2vec/train.py
    python ch03_word2vec/train.py --model skipgram

Takes 1 s.
"""

import numpy as np

from ch03_word2vec.simple_cbow import SimpleCBOW
from ch03_word2vec.simple_skip_gram import SimpleSkipGram
from common.optimizer import Adam
from common.script import draw_losses, options, run
from common.trainer import Trainer
from common.util import convert_one_hot, create_contexts_target, preprocess
from common.util.similarity import neighbours

MODELS = {"cbow": SimpleCBOW, "skipgram": SimpleSkipGram}


def main(argv=None):
    """Train as the options ask; returns (model, trainer)."""
    parser = options(__doc__, figure=True, training=True, quick={"max_epoch": 20})
    parser.add_argument("--model", choices=MODELS, default="cbow")
    parser.add_settings({"max_epoch": 1000})
    args = parser.parse_args(argv)
    hidden_size, batch_size = 5, 3
    rng = np.random.default_rng(args.seed)

    corpus, word_to_id, id_to_word = preprocess("You say goodbye and I say hello.")
    vocab_size = len(word_to_id)
    contexts, target = create_contexts_target(corpus, window_size=1)              # (6, 2), (6,)
    target = convert_one_hot(target, vocab_size)                                  # (6, V)
    contexts = convert_one_hot(contexts, vocab_size)                              # (6, 2, V)
    print(f"data: one sentence, {len(corpus)} tokens, vocabulary {vocab_size}; seed {args.seed}")

    model = MODELS[args.model](vocab_size, hidden_size, rng=rng)
    trainer = Trainer(model, Adam(), rng=rng)
    trainer.fit(contexts, target, args.max_epoch, batch_size, eval_interval=10, run=args.run,
                verbose=False)
    print(f"loss: {trainer.loss_list[0]:.3f} at first, "
          f"{np.mean(trainer.loss_list[-10:]):.3f} at last")

    compare(model.word_vecs, model.out_layer.params[0].T, id_to_word)
    draw_losses(trainer, f"ch03_{args.model}_loss", args,
                title=f"{type(model).__name__} on the book's sentence of {len(corpus)} tokens")
    return model, trainer


def compare(W_in, W_out, id_to_word):
    """Print W_in (V, H), and each word's nearest by W_in, W_out (V, H) and their sum."""
    print("\nword      vector (row of W_in)")
    for i, word in id_to_word.items():
        print(f"{word:8}", " ".join(f"{x: .3f}" for x in W_in[i]))
    print("\nword      nearest by W_in   by W_out      by both")
    nearest = np.hstack([neighbours(vecs) for vecs in (W_in, W_out, W_in + W_out)])  # (V, 3)
    for i, word in id_to_word.items():
        print(f"{word:9}", " ".join(f"{id_to_word[j]:15}" for j in nearest[i].tolist()))


if __name__ == "__main__":
    run(main)
