"""The texts and tasks of dlfs2-numpy: the Penn Treebank, an embedded toy text, or any file."""

from pathlib import Path
from runpy import run_path

run_path(str(Path(__file__).parents[1] / "common" / "script" / "start.py"))
