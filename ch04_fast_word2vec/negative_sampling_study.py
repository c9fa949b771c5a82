"""What negative sampling is made of (sections 4.1 and 4.2), in three pictures.

positives   trained on right answers alone, the model learns to say yes to everything: the loss goes
            to 0 while all word vectors turn the same way (section 4.2.5)
power       what the exponent 0.75 does to the probabilities of frequent and rare words (4.2.6)
softmax     time of a training step as the vocabulary grows: a full softmax costs V, negative
            sampling does not (4.1, 4.2)

    python ch04_fast_word2vec/negative_sampling_study.py
    python ch04_fast_word2vec/negative_sampling_study.py --study softmax
"""

import numpy as np

from ch04_fast_word2vec.sampling_studies import STUDIES
from common.script import new_figure, options, run, save_figure
from dataset.corpus import announce, load_corpus


def main(argv=None):
    parser = options(__doc__, corpus=True, figure=True)
    parser.add_argument("--study", choices=["all", *STUDIES], default="all", help="(default all)")
    args = parser.parse_args(argv)
    data = load_corpus(args.corpus, tokens=20_000 if args.quick else 200_000)
    announce(data, args)
    rng = np.random.default_rng(args.seed)

    for name in STUDIES if args.study == "all" else [args.study]:
        print(f"\n{name}")
        figure = new_figure(args, width=6.5, height=4)
        STUDIES[name](figure.subplots(), data, rng, args.quick)
        save_figure(figure, f"ch04_{name}", args)


if __name__ == "__main__":
    run(main)
