"""Layers over whole sequences, all time steps of a batch at once (chapters 5 and 6).

recurrent.py is the base of the recurrent ones. `from common.time_layers import *` gives all, as in
the book, and `np`, which the book's models count on.
"""

import numpy as np

from common.time_layers.gru import GRU, TimeGRU
from common.time_layers.loss import TimeSigmoidWithLoss, TimeSoftmaxWithLoss
from common.time_layers.lstm import LSTM, TimeBiLSTM, TimeLSTM
from common.time_layers.regularization import ActivationPenalty, EmbeddingDropout, WeightDrop
from common.time_layers.rnn import RNN, TimeRNN
from common.time_layers.words import TimeAffine, TimeDropout, TimeEmbedding

__all__ = ["GRU", "LSTM", "RNN", "ActivationPenalty", "EmbeddingDropout", "TimeAffine",
           "TimeBiLSTM", "TimeDropout", "TimeEmbedding", "TimeGRU", "TimeLSTM", "TimeRNN",
           "TimeSigmoidWithLoss", "TimeSoftmaxWithLoss", "WeightDrop", "np"]
