"""Let the better language model write (section 7.1.3), after ch06_lstm/train_better_rnnlm.py.

The options are those of generate_text.py.

    python ch07_seq2seq/generate_better_text.py --start 'the meaning of life is'

Takes 2 s.
"""

from ch07_seq2seq.generate_text import parse, write
from common.script import run


def main(argv=None):
    """Print a text."""
    start = "the meaning of life is"
    args = parse(argv, __doc__, start, "BetterRnnlm.npz", "ch06_lstm/train_better_rnnlm.py")
    write(args, start)


if __name__ == "__main__":
    run(main)
