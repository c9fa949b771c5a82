"""Chapter 3: word vectors by prediction."""

from pathlib import Path
from runpy import run_path

run_path(str(Path(__file__).parents[1] / "common" / "script" / "start.py"))
