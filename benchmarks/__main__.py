"""python -m benchmarks is python -m benchmarks.steps."""

from benchmarks.steps import main, run

if __name__ == "__main__":
    run(main)
