"""The table of all steps: python -m benchmarks, which is python -m benchmarks.steps."""

from benchmarks.steps import main
from common.script import run

run(main)
