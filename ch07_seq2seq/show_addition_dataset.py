"""Show the addition task: questions and answers, as ids and as text (section 7.2.4).

    python ch07_seq2seq/show_addition_dataset.py

Takes 1 s.
"""

import ch07_seq2seq  # noqa: F401            it looks whose `common` follows
from common.script import options, run
from dataset import sequence


def main(argv=None):
    """Print some of the task."""
    args = options(__doc__).parse_args(argv)
    (x_train, t_train), (x_test, t_test) = sequence.load_data("addition.txt", seed=1984 + args.seed)
    char_to_id, id_to_char = sequence.get_vocab()
    print(f"data: addition, {len(x_train):,} questions to learn from, {len(x_test):,} to test, "
          f"{len(char_to_id)} characters; seed {args.seed}")
    print("questions", x_train.shape, "answers", t_train.shape)
    for x, t in zip(x_train[:3], t_train[:3]):
        question, answer = ("".join(id_to_char[int(c)] for c in ids) for ids in (x, t))
        print(x, t)
        print(f"'{question}' '{answer}'")


if __name__ == "__main__":
    run(main)
