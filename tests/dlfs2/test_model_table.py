"""The table of a model: its layers in order, shapes, weights counted once, nothing left behind."""

import itertools
import re

import numpy as np
import pytest
from matplotlib.figure import Figure

from ch06_lstm.better_rnnlm import BetterRnnlm
from ch08_attention.models import MODELS
from common.layers import Affine, Sigmoid, SoftmaxWithLoss
from dlfs2 import summary
from dlfs2.cases import ALL_DIFFER
from dlfs2.catalogue import ENTRIES
from dlfs2.model_figure import Column, draw, parts_of
from dlfs2.reference.rnn import RNN
from dlfs2.trace import extras, language_models, main

RNG = np.random.default_rng(0)


class Mine:
    """A model in the book's form, of layers in a list."""

    def __init__(self):
        W = RNG.standard_normal((4, 4))
        self.layers = [Affine(W, np.zeros(4)), Sigmoid(), Affine(W, np.zeros(4))]
        self.loss_layer = SoftmaxWithLoss()
        self.params = [p for layer in self.layers for p in layer.params]
        self.grads = [g for layer in self.layers for g in layer.grads]

    def forward(self, x, t):
        for layer in self.layers:
            x = layer.forward(x)
        return self.loss_layer.forward(x, t)

    def backward(self, dout=1):
        dout = self.loss_layer.backward(dout)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout


def test_a_model_of_ones_own(capsys):
    model = Mine()
    result = summary(model, RNG.standard_normal((3, 4)), np.array([0, 1, 2]))
    assert [(row.name, row.output, row.weights, row.shared) for row in result.rows] == [
        ("layers[0]", "(3, 4)", 20, False), ("layers[1]", "(3, 4)", 0, False),
        ("layers[2]", "(3, 4)", 4, True), ("loss_layer", "()", 0, False)]
    assert result.weights == 24 and result.memory == 192
    assert result.rows[0].length == pytest.approx(np.sqrt(sum(
        np.sum(g ** 2) for g in model.layers[0].grads)))
    assert 0 < result.rest < 1
    assert sum(row.share for row in result.rows) + result.rest == pytest.approx(1)
    text = capsys.readouterr().out
    assert text.startswith("Mine\nlayer ") and "4 + shared" in text
    own = [line.split() for line in text.splitlines() if line.startswith("own code")]
    assert own == [["own", "code", "Mine", f"{100 * result.rest:.0f}", "%"]]
    assert "24 weights, 0.2 KiB" in text
    assert "forward" not in vars(model.layers[0])            # the layers are as they were


def test_a_layer_stands_below_the_one_that_it_is_part_of():
    result = summary(MODELS["attention"](7, 3, 4, rng=0), RNG.integers(0, 7, (2, 5)),
                     RNG.integers(0, 7, (2, 4)))
    assert [(row.depth, row.name) for row in result.rows][:4] == [
        (0, "encoder"), (1, "embed"), (1, "lstm"), (0, "decoder")]
    assert sum(row.weights for row in result.rows) == result.weights


def rows(model, *inputs):
    return [(row.depth, row.name, row.kind) for row in summary(model, *inputs).rows]


def test_what_ran_before_the_layer_that_it_is_part_of_stands_below_it():
    made, inputs = extras(ALL_DIFFER)["transformer"]()       # its keys come first, of all blocks
    found = rows(made, *inputs)
    assert all(b[0] <= a[0] + 1 for a, b in itertools.pairwise(found))
    k = found.index((3, "layer", "CrossAttention"))
    assert [row[:2] for row in found[k + 1:k + 5]] == [(4, "key"), (4, "value"), (4, "query"),
                                                       (4, "out")]


def test_parts_of_what_does_not_run_itself_stand_where_they_run():
    made, inputs = extras(ALL_DIFFER)["gnmt"]()
    found = [row[1] for row in rows(made, *inputs)]
    assert found[found.index("decoder"):] == [
        "decoder", "embed", "lstm.layers[0]", "attention", "lstm.layers[1]", "lstm.layers[2]",
        "affine", "softmax"]


def test_layers_that_a_forward_makes_are_one_row(capsys):
    plain = ENTRIES["SimpleRnnlm"].reference()(7, 4, 5)      # of the book's own form
    xs = RNG.integers(0, 7, (2, 6))
    method = RNN.forward
    first = rows(plain, xs, xs)
    assert first == rows(plain, xs, xs) == [                 # the second finds those of the first
        (0, "layers[0]", "TimeEmbedding"), (1, "layers[0..5]", "Embedding"),
        (0, "rnn_layer", "TimeRNN"), (1, "layers[0..5]", "RNN"), (0, "layers[2]", "TimeAffine"),
        (0, "loss_layer", "TimeSoftmaxWithLoss")]
    result = summary(plain, xs, xs)
    outer, inner = result.rows[2:4]
    assert (outer.weights, outer.shared, inner.weights, inner.shared) == (50, False, 0, True)
    assert 0 < inner.share < outer.share and outer.length > 0
    assert sum(row.share for row in result.rows if not row.depth) + result.rest == pytest.approx(1)
    assert re.search(r"\n  layers\[0\.\.5\] +RNN x 6 +\(2, 5\) +shared +\d+ %\n",
                     capsys.readouterr().out)
    assert RNN.forward is method and "forward" not in vars(plain.rnn_layer)
    figure = Figure()
    draw(result, figure)
    assert [text.get_text() for text in figure.axes[0].texts].count("RNN") == 4


def test_parts_of_what_a_forward_makes(capsys):
    layer = ENTRIES["TimeAttention"].reference()()
    assert rows(layer, RNG.standard_normal((2, 3, 4)), RNG.standard_normal((2, 5, 4))) == [
        (0, "layers[0..4]", "Attention"), (1, "attention_weight_layer", "AttentionWeight"),
        (2, "softmax", "Softmax"), (1, "weight_sum_layer", "WeightSum")]
    assert "  weight_sum_layer        WeightSum x 5" in capsys.readouterr().out


class Longer(Affine):
    """A layer whose forward is mostly that of the class it inherits from."""

    def forward(self, x):
        return super().forward(x)


class Making(Mine):
    """A model whose forward makes its layers."""

    def forward(self, x, t):
        W = np.ones((4, 4))
        self.layers = [Affine(W, np.zeros(4)), Longer(W, np.zeros(4))]
        return super().forward(x, t)


def test_the_time_of_an_inherited_forward_is_counted_once():
    result = summary(Making(), np.ones((2000, 4)), np.zeros(2000, int))
    assert [row.kind for row in result.rows] == ["Affine", "Longer", "SoftmaxWithLoss"]
    assert sum(row.share for row in result.rows) + result.rest == pytest.approx(1)


def test_a_layer_without_parts_is_its_own_row():
    made, inputs = extras(ALL_DIFFER)["LayerNorm"]()
    assert rows(made, *inputs) == [(0, "", "LayerNorm")]


def test_what_fails_leaves_the_layers_as_they_were():
    model = BetterRnnlm(7, 4, 4, rng=0)
    with pytest.raises(ValueError, match=r"idx in 0\.\.6"):
        summary(model, np.full((2, 3), 9), np.zeros((2, 3), int))
    assert "forward" not in vars(model.embed)


def test_the_command(capsys):
    assert main(["ntm", "--summary"]) == 0
    assert capsys.readouterr().out.startswith("NTM\nlayer")
    with pytest.raises(SystemExit):
        main(["LSTM", "--summary"])


@pytest.mark.parametrize("what", [BetterRnnlm, 5])
def test_what_is_no_model_is_told(what):
    with pytest.raises(TypeError, match="summary wants a model"):
        summary(what, np.zeros((2, 3), int))


def drawn(name):
    """The axes with the figure of a model of ours."""
    made, inputs = {**extras(ALL_DIFFER), **language_models(ALL_DIFFER)}[name]()
    figure = Figure()
    draw(summary(made, *inputs), figure)
    return figure.axes[0]


@pytest.mark.parametrize("name, boxes, told", [
    ("SimpleCBOW", {"MatMul": 3, "Softmax\nLoss": 1}, "W (7, 5)"),       # two side by side
    ("SimpleSkipGram", {"MatMul": 2, "Softmax\nLoss": 2}, "W (5, 7)"),
    ("Rnnlm", {"Embedding": 3, "LSTM": 3, "Affine": 3}, "(2, 3, 5)"),
    ("BetterRnnlm", {"Dropout": 9, "LSTM": 6}, "W (5, 7), shared\nb (7,)"),
    ("AttentionSeq2seq", {"LSTM": 7, "Attention": 4, "all states, to each step": 1}, "decoder"),
    ("bidirectional", {"BiLSTM": 3, "LSTM": 4}, "decoder"),              # both directions at once
    ("deep", {"LSTM": 2 * 7}, "decoder"),
    ("transformer", {"x + Self\nAttention": 4, "x + Cross\nAttention": 8}, "102 weights"),
    ("transformer-lm", {"x + Self\nAttention": 2, "x + Feed\nForward": 6}, "b (7,)"),
    ("ntm", {"NTM": 3, "BitLoss": 3}, "controller_W (12, 20)")])
def test_a_model_is_drawn(name, boxes, told):
    axes = drawn(name)
    texts = [text.get_text() for text in axes.texts]
    assert {box: texts.count(box) for box in boxes} == boxes
    assert any(told in text for text in texts)
    assert len(axes.patches) > 3


@pytest.mark.parametrize("name, arrows", [
    ("SimpleCBOW", 2 + 1),                                   # two enter one, which gives one loss
    ("SimpleSkipGram", 1 + 2),
    ("Rnnlm", 3 * 3 + 2),                                    # three steps; the state, twice
    ("Seq2seq", 3 + 2 + 3 * 4 + 3 + 1),                      # the encoder's state to the decoder's
    ("PeekySeq2seq", 3 + 2 + 3 * 4 + 3 + 2),                 # and to the affine layer
    ("AttentionSeq2seq", 3 + 2 + 4 * 4 + 3 + 2 + 4),         # h past the attention, at four steps
    ("input-feeding", 3 + 2 + 3 * 4 + 3 + 1),                # which one layer gives together
    ("gnmt", 9 + 6 + 6 * 4 + 9 + 2 + 3 * 4),                 # h once, the context twice
    ("transformer", 5 * 3 + 9 * 4 + 2)])
def test_what_goes_up_comes_back_down(name, arrows):
    axes = drawn(name)
    shown = [text.arrow_patch for text in axes.texts if getattr(text, "arrow_patch", None)]
    red = [arrow for arrow in shown if arrow.get_edgecolor()[:3] != (0, 0, 0)]
    weights = sum(bool(text.get_text() and getattr(text, "arrow_patch", None))
                  for text in axes.texts)
    assert (len(red), len(shown) - weights) == (arrows, 2 * arrows)


def test_what_enters_beside_the_layer_below():
    made, inputs = extras(ALL_DIFFER)["gnmt"]()
    _, (_, rows) = parts_of(summary(made, *inputs).rows)
    levels = [[row] for row in rows]                         # LSTM, attention, two LSTMs
    assert [Column("", levels, 0, 4, 5).source(k) for k in range(7)] == [
        None, None, None, 1, 2, 2, None]                     # h, then the context, twice
    levels[1:] = [[rows[0]]]                                 # words, and then where they stand
    assert Column("", levels, 0, 4, 5).source(1) is None


def test_weights_stand_below_what_an_encoder_sends():
    labels = {text.get_text(): text for text in drawn("AttentionSeq2seq").texts}
    assert labels["Wx (4, 20)\nWh (5, 20)\nb (20,)"].get_verticalalignment() == "top"
    assert labels["W (10, 7)\nb (7,)"].get_verticalalignment() == "center"


def test_the_command_draws(tmp_path, capsys):
    main(["Rnnlm", "--figure", str(tmp_path / "model.png")])
    assert capsys.readouterr().out.startswith("Rnnlm\nlayer")
    assert (tmp_path / "model.png").read_bytes()[:4] == b"\x89PNG"
