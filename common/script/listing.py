"""All scripts in the order of the book: section, how long it takes, what it shows.

    python -m common.script
"""

import argparse
import ast
import re
import shutil
import textwrap
from pathlib import Path
from typing import NamedTuple

from common.script import run

ROOT = Path(__file__).resolve().parent.parent.parent
LAYOUT = "  {0:28}{1:15}{2:19}"                              # the columns before the text: script, section, time
TIMES = {                    # by default, on two cores: on the toy corpus or the script's own data; and on PTB
    "ch02_count_based/thesaurus.py": "2 s",
    "ch02_count_based/similarity.py": "1 s",
    "ch02_count_based/most_similar.py": "1 s",
    "ch02_count_based/ppmi.py": "1 s",
    "ch02_count_based/count_method_small.py": "1 s",
    "ch02_count_based/show_ptb.py": "1 s",
    "ch02_count_based/count_method_big.py": "2 s, PTB 5 s",
    "ch02_count_based/count_grid.py": "3 s",
    "ch03_word2vec/cbow_predict.py": "1 s",
    "ch03_word2vec/train.py": "1 s",
    "ch03_word2vec/train_glove.py": "3 s",
    "ch04_fast_word2vec/negative_sampling_study.py": "5 s",
    "ch04_fast_word2vec/train.py": "30 s, PTB 80 s",
    "ch04_fast_word2vec/eval.py": "1 s",
    "ch04_fast_word2vec/train_fast.py": "20 s, PTB 13 s",
    "ch04_fast_word2vec/new_words.py": "5 s",
    "ch04_fast_word2vec/text_classification.py": "10 s",
    "ch04_fast_word2vec/vector_grid.py": "2 min, PTB 7 min",
    "ch05_rnn/cbow_lm.py": "3 min",
    "ch05_rnn/truncated_bptt.py": "3 s",
    "ch05_rnn/train_custom_loop.py": "2 s",
    "ch05_rnn/train.py": "2 s",
    "ch06_lstm/rnn_gradient_graph.py": "2 s",
    "ch06_lstm/clip_grads.py": "1 s",
    "ch06_lstm/train_rnnlm.py": "3 min, PTB 2.5 min",
    "ch06_lstm/agreement.py": "8 s",
    "ch06_lstm/train_better_rnnlm.py": "2 min, PTB 3 h",
    "ch06_lstm/train_awd_rnnlm.py": "2 min, PTB 1.7 h",
    "ch06_lstm/compare_models.py": "19 min",
    "ch06_lstm/eval.py": "2 s",
    "ch07_seq2seq/generate_text.py": "2 s",
    "ch07_seq2seq/generate_better_text.py": "2 s",
    "ch07_seq2seq/show_addition_dataset.py": "1 s",
    "ch07_seq2seq/train_seq2seq.py": "1 min",
    "ch07_seq2seq/compare_addition.py": "11 min",
    "ch08_attention/length_study.py": "1.5 min",
    "ch08_attention/train.py": "40 s",
    "ch08_attention/visualize_attention.py": "1 s",
    "ch08_attention/compare_dates.py": "1 h",
    "ch08_attention/train_transformer.py": "2 min",
    "ch08_attention/train_transformer_lm.py": "3 min",
    "ch08_attention/transformer_figures.py": "1 s",
    "ch08_attention/train_ntm.py": "2 min",
}


class Script(NamedTuple):
    """A script, as the first line of its docstring has it."""

    path: str                                                # from the root: ch05_rnn/train.py
    sections: list                                           # ['3.4', '3.5']
    line: str                                                # what it shows

    def place(self):
        """What to sort by: the chapter, then the first of its sections; a script of another chapter's comes last."""
        chapter = self.path.split("/")[0]
        own = [section for section in self.sections if section[0] == chapter[3]]
        return chapter, [int(part) for part in own[0].split(".")] if own else [int(chapter[3]), 99], self.path


def all_scripts():
    """Every Script of the chapters, in the order of the book."""
    texts = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in ROOT.glob("ch*/*.py")}
    return sorted((read_script(path, text) for path, text in texts.items() if 'if __name__ == "__main__":' in text),
                  key=Script.place)


def read_script(path, text):
    """The Script in the text of a file."""
    first = ast.get_docstring(ast.parse(text)).splitlines()[0]
    return Script(path, re.findall(r"\b\d\.\d(?:\.\d)?\b", first), re.sub(r" \((?:after )?sections? [^)]*\)", "", first))


def chapter_title(folder):
    """'Chapter 2: word vectors by counting', as the package has it."""
    return ast.get_docstring(ast.parse((ROOT / folder / "__init__.py").read_text("utf-8"))).rstrip(".")


def main(argv=None):
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args(argv)
    width, folder = max(shutil.get_terminal_size((125, 24)).columns, 100), None
    print("Every script has --help, and --quick for a run of seconds. Times by default, on two cores; PTB: on that corpus.")
    for script in all_scripts():
        if folder != script.path.partition("/")[0]:
            folder = script.path.partition("/")[0]
            print(f"\n{chapter_title(folder)} ({folder}/)")
        start = LAYOUT.format(script.path.partition("/")[2], ", ".join(script.sections), TIMES.get(script.path, "-"))
        print(textwrap.fill(script.line, width, initial_indent=start, subsequent_indent=" " * len(start),
                            break_on_hyphens=False))


if __name__ == "__main__":
    run(main)
