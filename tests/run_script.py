"""Scripts: run the way a user does, or by their main(); the commands of golden.txt."""

import importlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
READS = {                                # a script, and the one whose --quick run makes its model
    "ch04_fast_word2vec/eval.py": "ch04_fast_word2vec/train.py",
    "ch06_lstm/agreement.py": "ch06_lstm/train_rnnlm.py",
    "ch06_lstm/eval.py": "ch06_lstm/train_better_rnnlm.py",
    "ch07_seq2seq/generate_text.py": "ch06_lstm/train_rnnlm.py",
    "ch07_seq2seq/generate_better_text.py": "ch06_lstm/train_better_rnnlm.py",
    "ch08_attention/visualize_attention.py": "ch08_attention/train.py",
}


def run_script(path, *arguments, **options):
    """The finished process of `python path arguments`, in the current folder; output is text."""
    return subprocess.run([sys.executable, str(ROOT / path), *arguments], capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, timeout=300, **options)


def call_main(path, *arguments):
    """Call the main() of a script in this process."""
    module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    module.main(list(arguments))


def run_guarded(path):
    """Run a script in this process as its last two lines do: its words are in sys.argv."""
    module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    module.run(module.main)


def golden():
    """{command: its golden lines}, a command being 'ch05_rnn/train.py --quick'."""
    sections = (ROOT / "tests/golden.txt").read_text("utf-8").split("$ python ")[1:]
    return {command: lines for command, *lines in (text.strip().splitlines() for text in sections)}
