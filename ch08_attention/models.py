"""The sequence-to-sequence models by the names under which scripts know them."""

from ch07_seq2seq.peeky_seq2seq import PeekySeq2seq
from ch07_seq2seq.seq2seq import Seq2seq
from ch08_attention.attention_seq2seq import AttentionSeq2seq
from ch08_attention.bidirectional_seq2seq import BidirectionalSeq2seq
from ch08_attention.deep_seq2seq import DeepSeq2seq
from ch08_attention.gnmt import GNMT
from ch08_attention.input_feeding_seq2seq import InputFeedingSeq2seq
from ch08_attention.transformer import Transformer

MODELS = {"attention": AttentionSeq2seq, "plain": Seq2seq, "peeky": PeekySeq2seq,
          "bidirectional": BidirectionalSeq2seq, "input-feeding": InputFeedingSeq2seq,
          "deep": DeepSeq2seq, "gnmt": GNMT, "transformer": Transformer}
