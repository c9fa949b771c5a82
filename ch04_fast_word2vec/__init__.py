"""Chapter 4: word2vec at speed."""

from pathlib import Path
from runpy import run_path

run_path(str(Path(__file__).parents[1] / "common" / "script" / "start.py"))
