"""The default settings of the training scripts, against the book's.

Each script runs until the first call of a trainer's `fit` or `epochs`. The settings are read there:
from its arguments, from the optimizer, and sizes from the shapes of the weights. The toy corpus has
settings of its own; the text here is a short one, for which the book's hold as for PTB. A value
that differs on purpose (docs/differences.md) stands as Differs(here, book). train_glove,
train_fast, train_awd_rnnlm, train_ntm and the Transformer's scripts follow papers, not the book.
"""

import inspect
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from common.trainer import RnnlmTrainer, Trainer
from tests.run_script import call_main

TEXT = "own.txt"
ARGUMENTS = ("batch_size", "time_size", "max_epoch", "max_grad")                  # of fit


class Differs(NamedTuple):
    """A setting that is not the book's."""

    here: object
    book: object


SIMPLE = {"hidden_size": 5, "window_size": 1, "batch_size": 3, "max_epoch": 1000,
          "max_grad": None, "optimizer": "Adam", "lr": 0.001}                     # section 3.4
WORD2VEC = {"hidden_size": 100, "window_size": 5, "batch_size": 100, "max_epoch": 10,
            "max_grad": None, "optimizer": "Adam", "lr": 0.001}                   # section 4.3.2
SIMPLE_RNNLM = {"wordvec_size": 100, "hidden_size": 100, "batch_size": 10, "time_size": 5,
                "max_epoch": 100, "max_grad": None, "optimizer": "SGD", "lr": 0.1}  # section 5.5.4
RNNLM = {"wordvec_size": 100, "hidden_size": 100, "batch_size": 20, "time_size": 35,
         "max_epoch": 4, "max_grad": 0.25, "optimizer": "SGD", "lr": 20.0}        # section 6.4
BETTER = {**RNNLM, "wordvec_size": 650, "hidden_size": 650, "max_epoch": 40, "layers": 2,
          "dropout": 0.5, "tied": True}                                           # section 6.5.4
ADDITION = {"wordvec_size": 16, "hidden_size": 128, "batch_size": 128, "max_epoch": 25,
            "max_grad": 5.0, "optimizer": "Adam", "lr": 0.001}                    # section 7.3.4
DATES = {"wordvec_size": 16, "hidden_size": 256, "batch_size": 128, "max_epoch": Differs(2, 10),
         "max_grad": Differs(1.0, 5.0), "optimizer": "Adam", "lr": Differs(0.005, 0.001),
         "last_lr": Differs(0.0, 0.001), "beta2": Differs(0.98, 0.999),
         "forget_bias": Differs(1.0, 0.0)}                                        # section 8.3.2
SETTINGS = [
    ("ch03_word2vec/train.py", [], SIMPLE),
    ("ch03_word2vec/train.py", ["--model", "skipgram"], SIMPLE),
    ("ch04_fast_word2vec/train.py", ["--corpus", TEXT], WORD2VEC),
    ("ch04_fast_word2vec/train.py", ["--corpus", TEXT, "--model", "skipgram"], WORD2VEC),
    ("ch05_rnn/train.py", ["--corpus", TEXT], SIMPLE_RNNLM),
    ("ch06_lstm/train_rnnlm.py", ["--corpus", TEXT], RNNLM),
    ("ch06_lstm/train_rnnlm.py", ["--corpus", TEXT, "--cell", "gru"], RNNLM),
    ("ch06_lstm/train_rnnlm.py", ["--corpus", TEXT, "--cell", "rnn"],
     {**RNNLM, "lr": Differs(5.0, 20.0)}),
    ("ch06_lstm/train_better_rnnlm.py", ["--corpus", TEXT], BETTER),
    ("ch07_seq2seq/train_seq2seq.py", [], ADDITION),
    ("ch07_seq2seq/train_seq2seq.py", ["--model", "peeky", "--reverse"], ADDITION),
    ("ch07_seq2seq/compare_addition.py", [],
     {**ADDITION, "lr": Differs(0.002, 0.001), "last_lr": Differs(0.0, 0.001)}),
    ("ch08_attention/train.py", [], DATES),
]


@pytest.fixture(autouse=True)
def own_text():
    """A text of one's own, long enough for three parts and batches of 20 x 35."""
    Path(TEXT).write_text("the cat sat on the mat and the dog lay by the door\n" * 300)


class Began(Exception):
    """Training began: the trainer, and what its `fit` was given, {name: value}."""


@pytest.fixture
def begin(monkeypatch):
    """A function of a script and its arguments: (trainer, what `fit` was given), the first time."""
    def stopped(method):
        def began(self, *args, **options):
            bound = inspect.signature(method).bind(self, *args, **options)
            bound.apply_defaults()
            raise Began(self, bound.arguments)
        return began

    for cls in (Trainer, RnnlmTrainer):
        for name in {"fit", "epochs"} & set(vars(cls)):
            monkeypatch.setattr(cls, name, stopped(vars(cls)[name]))

    def run(script, *arguments):
        with pytest.raises(Began) as began:
            call_main(script, *arguments)
        return began.value.args
    return run


def found(trainer, given):
    """All settings that can be read off a training that begins, {name: value}."""
    model, optimizer = trainer.model, trainer.optimizer
    weights = model.named_params()
    settings = {name: given.get(name) for name in ARGUMENTS}
    settings["optimizer"] = type(optimizer).__name__
    settings["beta2"] = getattr(optimizer, "beta2", None)
    settings["lr"] = optimizer.rate                          # before the first step
    if "x" in given:
        optimizer.iter = len(given["x"]) // given["batch_size"] * given["max_epoch"]
        settings["last_lr"] = optimizer.rate
    if hasattr(model, "word_vecs"):
        settings["hidden_size"] = model.word_vecs.shape[1]
        settings["window_size"] = given["x"].shape[1] // 2
        return settings
    layers = [W for name, W in weights.items() if name.endswith("Wh")]
    embed_W = next(W for name, W in weights.items() if name.endswith("embed.W"))
    settings["wordvec_size"] = embed_W.shape[1]
    settings["hidden_size"], settings["layers"] = len(layers[0]), len(layers)
    if hasattr(model, "drop_layers"):
        settings["dropout"], = {layer.dropout_ratio for layer in model.drop_layers}
        settings["tied"] = np.shares_memory(model.embed.params[0], model.affine.params[0])
    if hasattr(model, "encoder"):
        b_f = weights["encoder.lstm.b"][:settings["hidden_size"]]                 # f comes first
        settings["forget_bias"], = set(b_f.tolist())
    return settings


@pytest.mark.parametrize("script, arguments, expected", SETTINGS)
def test_the_defaults_are_the_books(script, arguments, expected, begin):
    settings = found(*begin(script, *arguments))
    for name, value in expected.items():
        if isinstance(value, Differs):
            assert value.here != value.book, f"{name} is the book's again: say so"
            value = value.here
        assert settings[name] == value, name


def test_the_loop_by_hand_has_the_settings_of_section_5_5_3(monkeypatch):
    """51 words are one batch of 10 x 5: as many steps as epochs."""
    Path("short.txt").write_text(" ".join(f"w{i % 7}" for i in range(51)))
    steps, shapes = [], set()

    def update(self, params, grads):
        steps.append((self.lr, *(p.shape for p in params)))

    def forward(self, xs, ts):
        shapes.add(xs.shape)
        return self.loss_layer.forward(self.predict(xs), ts)

    monkeypatch.setattr("common.optimizer.SGD.update", update)
    monkeypatch.setattr("ch05_rnn.simple_rnnlm.SimpleRnnlm.forward", forward)
    call_main("ch05_rnn/train_custom_loop.py", "--corpus", "short.txt")
    assert len(steps) == 100 and shapes == {(10, 5)}
    lr, embed_W, rnn_Wx, rnn_Wh = steps[0][:4]
    assert lr == 0.1 and embed_W[1:] == (100,) and rnn_Wx == rnn_Wh == (100, 100)


@pytest.mark.parametrize("arguments, decay", [(["--decay", "1"], 1), ([], 0.63)])
def test_the_learning_rate_of_rnnlm_falls_unless_told_not_to(arguments, decay, monkeypatch):
    """It differs from the book's, which keeps 20 (docs/differences.md)."""
    rates = []
    monkeypatch.setattr("common.optimizer.SGD.update", lambda self, *args: rates.append(self.rate))
    call_main("ch06_lstm/train_rnnlm.py", "--corpus", TEXT, "--hidden-size", "8", *arguments)
    steps = len(rates) // 4              # of an epoch
    assert rates[::steps] == pytest.approx([20 * decay ** epoch for epoch in range(4)])
