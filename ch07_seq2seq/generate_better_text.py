"""Let the better language model write (section 7.1.3). Train it first, with ch06_lstm/train_better_rnnlm.py.

    python ch07_seq2seq/generate_better_text.py --start 'the meaning of life is'

The options are those of generate_text.py.
"""

from ch07_seq2seq import generate_text
from common.script import run


def main(argv=None):
    generate_text.main(argv, __doc__, "BetterRnnlm.npz", "the meaning of life is")


if __name__ == "__main__":
    run(main)
