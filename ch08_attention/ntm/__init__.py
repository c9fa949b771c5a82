"""The Neural Turing Machine of section 8.5.3, a part to a file: addressing, memory, heads, controller, the whole."""

from ch08_attention.ntm.ntm import NTM, TimeNTM

__all__ = ["NTM", "TimeNTM"]
