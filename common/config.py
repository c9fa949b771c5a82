"""The book's switch for a GPU, off: `config.GPU = True` is refused in that line."""

import sys
from types import ModuleType

from common.errors import InputError

GPU = False


class _Config(ModuleType):
    """This module, of which GPU cannot be set to True."""

    def __setattr__(self, name, value):
        if name == "GPU" and value:
            raise InputError("there is no GPU in this library, which computes with NumPy: leave "
                             "out config.GPU = True, and the same script runs on the CPU")
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Config
