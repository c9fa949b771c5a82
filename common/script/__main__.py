"""`python -m common.script`: all scripts in the order of the book."""

from common.script.exit import run
from common.script.listing import main

if __name__ == "__main__":
    run(main)
