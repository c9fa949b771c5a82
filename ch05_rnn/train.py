"""Train a recurrent language model with RnnlmTrainer, which has the loop (section 5.5.4).

    python ch05_rnn/train.py

Takes 2 s.
"""

from ch05_rnn.simple_rnnlm import SimpleRnnlm
from common.optimizer import SGD
from common.script import draw_losses, options, plain, run
from common.trainer import RnnlmTrainer
from dataset.corpus import announce, load_corpus, reading


def main(argv=None):
    """Train and draw; returns (model, trainer)."""
    parser = options(__doc__, corpus="auto", figure=True, training=True, quick={"max_epoch": 3})
    parser.add_settings({"max_epoch": 100})
    args = parser.parse_args(argv)
    batch_size, wordvec_size, hidden_size, time_size, lr = 10, 100, 100, 5, 0.1

    data = load_corpus(args.corpus, tokens=1000, **reading(args))
    announce(data, args)
    xs, ts = data.corpus[:-1], data.corpus[1:]
    model = SimpleRnnlm(len(data.word_to_id), wordvec_size, hidden_size, rng=args.seed)
    optimizer = SGD(lr)
    trainer = RnnlmTrainer(model, optimizer, rng=args.seed)
    trainer.fit(xs, ts, args.max_epoch, batch_size, time_size, eval_interval=10, run=args.run,
                verbose=False)
    print(f"perplexity: {trainer.ppl_list[0]:.1f} at first, {trainer.ppl_list[-1]:.2f} at last")

    draw_losses(trainer, "ch05_rnnlm_perplexity", args,
                title=f"{len(data.corpus):,} words of {plain(data.name)}, memorized")
    return model, trainer


if __name__ == "__main__":
    run(main)
