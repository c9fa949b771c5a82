"""The commands, links and tables of the documents, taken out of the Markdown."""

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).parent.parent
READMES = [ROOT / "README.md", ROOT / "README.ko.md", ROOT / "README.ja.md"]
DOCUMENTS = [*READMES, *sorted([*ROOT.glob("ch*/README.md"), *ROOT.glob("docs/*.md")])]
SCRIPTS = {path.name: path for path in ROOT.glob("ch*/*.py")
           if 'if __name__ == "__main__":' in path.read_text("utf-8")}


def name_of(document):
    return document.relative_to(ROOT).as_posix()


def commands(document):
    """The arguments of every command in a document, ['ch05_rnn/train.py', '--seed', '1'], in order.

    A command is a line of a block of code, or code within a line, that runs a script or a module.
    A script's name alone is looked for beside the document, then in all chapters.
    """
    text = document.read_text("utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
    lines = [part for block in blocks for line in block.replace("\\\n", " ").splitlines()
             for part in line.split(" && ")]
    found = (_command(line.strip().replace(r"\|", "|"), document) for line in [*lines, *spans])
    return [tuple(command) for command in found if command]


def _command(line, document):
    """The arguments of a script or module, None for any other code."""
    if not re.match(r"(python\s|\w[\w/]*\.py(\s|$))", line):
        return None
    words = shlex.split(line)
    if words[0] == "python":
        words = words[1:]
        if words[0] == "-m":
            ours = words[1].split(".")[0] in ("common", "benchmarks", "tests", "dataset")
            return words[1:] if ours else None
    if words[0].endswith(".py") and "/" not in words[0]:
        beside = document.parent / words[0]
        path = beside if beside.exists() else SCRIPTS.get(words[0])
        if path is None or path.name not in SCRIPTS:         # a file that is read, not run
            return None
        words[0] = path.relative_to(ROOT).as_posix()
    return words if words[0].startswith("ch") else None


def links(document):
    """The files that a document links to or shows, as paths."""
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text("utf-8"))
    return [(document.parent / target).resolve() for target in targets if "://" not in target]


def tables(document):
    """The rows of all tables, each row its cells."""
    rows = re.findall(r"^\|(.+)\|$", document.read_text("utf-8"), re.M)
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)] for row in rows]


def facts(text):
    """Code, targets of links, numbers: the same in every language."""
    code, targets = re.findall(r"`[^`]+`", text), re.findall(r"\]\(([^)]+)\)", text)
    rest = re.sub(r"`[^`]+`|\]\([^)]+\)", " ", text)
    return code, targets, re.findall(r"\d+(?:[.,]\d+)*", rest)
