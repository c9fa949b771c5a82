"""Let a language model write (section 7.1.2). Train one first, with ch06_lstm/train_rnnlm.py.

    python ch07_seq2seq/generate_text.py
    python ch07_seq2seq/generate_text.py --start you --temperature 0.7 --sample-size 50
    python ch07_seq2seq/generate_text.py --start "the king" --greedy

Takes 2 s.
"""

import numpy as np

from ch06_lstm.load import check_vocabulary, load_language_model
from ch06_lstm.sentences import read_sentence
from ch07_seq2seq.rnnlm_gen import as_text, generate
from ch07_seq2seq.sampling import check
from common.script import fraction, non_negative, options, positive, run
from dataset.corpus import WORDS, load_parts, reading

SKIPPED = ("N", "<unk>", "$")                                # words that stand for others


def main(argv=None):
    """Print a text."""
    write(parse(argv, __doc__, "you", "Rnnlm.npz", "ch06_lstm/train_rnnlm.py"), "you")


def write(args, start):
    """Print a text. start: its beginning without --start, if these words are known."""
    check(args.temperature, args.top_k, args.top_p)
    model = load_language_model(args.weights)
    data = load_parts(args.corpus, tokens=1, **reading(args))
    check_vocabulary(model, data.word_to_id, args.weights, data.name)
    word_to_id, id_to_word = data.word_to_id, data.id_to_word
    eos_id = word_to_id["<eos>"]
    if args.start is None and any(part not in word_to_id for part in
                                  (start if data.level == "char" else start.split())):
        start_ids = [0]                                      # the first word learned
    else:
        text = start if args.start is None else args.start
        _, start_ids = read_sentence(text, word_to_id, data.level)
    skipped = () if args.keep_unknown else SKIPPED if data.level == "word" else ("<unk>",)
    print(f"data: {args.weights}, the {WORDS[data.level]} of {data.name}; seed {args.seed}")

    model.reset_state()
    model.predict(np.array([[eos_id]]))                      # the text begins a sentence
    ids = generate(model, start_ids, args.sample_size, stop_id=eos_id if args.stop else None,
                   rng=args.seed, greedy=args.greedy, temperature=args.temperature,
                   top_k=args.top_k, top_p=args.top_p,
                   skip_ids=[word_to_id[word] for word in skipped if word in word_to_id])
    print(as_text((id_to_word[i] for i in ids), data.level))


def parse(argv, doc, start, weights, made_by):
    parser = options(doc, corpus="auto", quick={"sample_size": 20})
    parser.add_argument("--weights", default=weights, role="trained", made_by=made_by,
                        help="the model")
    parser.add_argument("--start", metavar="TEXT",
                        help=f"how the text begins (default '{start}', or where that is unknown "
                             "the first word learned)")
    parser.add_argument("--sample-size", type=positive, default=100, metavar="N",
                        help="words, or characters, in all")
    parser.add_argument("--greedy", action="store_true", help="always the most likely word")
    parser.add_argument("--temperature", type=non_negative, default=1.0,
                        help="below 1 safer, above 1 wilder; 0: always the most likely word")
    parser.add_argument("--top-k", type=positive, metavar="K",
                        help="choose among the K most likely words")
    parser.add_argument("--top-p", type=fraction, metavar="P",
                        help="among the most likely that reach P together")
    parser.add_argument("--stop", action="store_true", help="end at the end of a sentence")
    parser.add_argument("--keep-unknown", action="store_true",
                        help=f"do not skip {', '.join(SKIPPED)}")
    return parser.parse_args(argv)


if __name__ == "__main__":
    run(main)
