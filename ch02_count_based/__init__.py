"""Chapter 2: word vectors by counting."""

from pathlib import Path
from runpy import run_path

run_path(str(Path(__file__).parents[1] / "common" / "script" / "start.py"))
