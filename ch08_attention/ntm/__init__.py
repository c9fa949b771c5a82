"""The Neural Turing Machine of section 8.5.3: addressing, memory, heads, controller, the whole."""

from ch08_attention.ntm.baseline import DeepLSTM
from ch08_attention.ntm.ntm import CONTROLLERS, NTM, TimeNTM

__all__ = ["CONTROLLERS", "NTM", "DeepLSTM", "TimeNTM"]
