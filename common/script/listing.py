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

ROOT = Path(__file__).resolve().parent.parent.parent
LAYOUT = "  {0:28}{1:15}{2:19}"                              # script, section, time; then the text


class Script(NamedTuple):
    """A script, as its docstring has it."""

    path: str                                                # from the root: ch05_rnn/train.py
    sections: list                                           # ['3.4', '3.5']
    line: str                                                # what it shows
    time: str                                                # '3 min; PTB 2.5 min', or '-'

    def place(self):
        """By chapter, then by its first section of that chapter; without one it comes last."""
        chapter = self.path.split("/")[0]
        own = [section for section in self.sections if section[0] == chapter[3]]
        first = [int(part) for part in own[0].split(".")] if own else [int(chapter[3]), 99]
        return chapter, first, self.path


def all_scripts():
    """Every Script of the chapters, in the order of the book."""
    texts = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
             for path in ROOT.glob("ch*/*.py")}
    return sorted((read_script(path, text) for path, text in texts.items()
                   if 'if __name__ == "__main__":' in text), key=Script.place)


def read_script(path, text):
    """The Script in the text of a file: its docstring's first line, and its last, 'Takes 2 s.'"""
    lines = ast.get_docstring(ast.parse(text)).splitlines()
    takes = re.fullmatch(r"Takes (.+)\.", lines[-1])
    return Script(path, re.findall(r"\b\d\.\d(?:\.\d)?\b", lines[0]),
                  re.sub(r" \((?:after )?sections? [^)]*\)", "", lines[0]),
                  takes[1] if takes else "-")


def chapter_title(folder):
    """'Chapter 2: word vectors by counting', as the package has it."""
    text = (ROOT / folder / "__init__.py").read_text("utf-8")
    return ast.get_docstring(ast.parse(text)).rstrip(".")


def main(argv=None):
    verbatim = argparse.RawDescriptionHelpFormatter
    argparse.ArgumentParser(description=__doc__, formatter_class=verbatim).parse_args(argv or [])
    width, chapter = max(shutil.get_terminal_size((125, 24)).columns, 100), None
    print("Every script has --help, and --quick for a run of seconds. Times by default, on two "
          "cores; PTB: on that corpus.")
    for script in all_scripts():
        folder, name = script.path.split("/")
        if folder != chapter:
            chapter = folder
            print(f"\n{chapter_title(folder)} ({folder}/)")
        start = LAYOUT.format(name, ", ".join(script.sections), script.time)
        print(textwrap.fill(script.line, width, initial_indent=start, break_on_hyphens=False,
                            subsequent_indent=" " * len(start)))
