"""Memory that a layer keeps from one training step to the next.

New memory costs time: the system hands it over page by page and empties each page first, at the first touch. A layer of a
recurrent network needs the same large arrays at every step, and asking for them anew took a tenth of the step.
"""

import sys

import numpy as np

UNHELD = 2                   # references that Python counts for an array that only a dictionary holds: it, and the question


class Scratch:
    """Named arrays, each allocated once for as long as its shape stays.

    own(name, shape, dtype)    for the layer itself: the same memory at each call, with what the last one left in it.
    lend(name, shape, dtype)   for what is returned: the memory that was lent before if nobody holds it any more, neither
                               the array nor a part of it, else new memory. An array that someone holds is never overwritten.
    """

    def __init__(self):
        self.arrays = {}

    def own(self, name, shape, dtype):
        if not self._fits(name, shape, dtype):
            self.arrays[name] = np.empty(shape, dtype)
        return self.arrays[name]

    def lend(self, name, shape, dtype):
        if not self._fits(name, shape, dtype) or sys.getrefcount(self.arrays[name]) > UNHELD:
            self.arrays[name] = np.empty(shape, dtype)
        return self.arrays[name]

    def _fits(self, name, shape, dtype):
        return name in self.arrays and self.arrays[name].shape == shape and self.arrays[name].dtype == dtype

    def clear(self):
        """Let go of all memory."""
        self.arrays.clear()
