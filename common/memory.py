"""Freed memory stays in the process.

A training step asks for the same large arrays as the step before. Linux's C library (glibc) returns
large freed blocks to the system, which zeroes each page when it is next touched: up to a
tenth of a step. How large is "large" follows the largest block that was freed, up to 32 MiB.
"""

import numpy as np


def keep_freed_memory():
    """Free one block of 31 MiB that was never touched: smaller ones are kept from then on."""
    np.empty(31 * 2 ** 20, np.uint8)
