"""check_mine finds nothing wrong with right code that is written otherwise than our plain form."""

import sys
import warnings

import numpy as np
import pytest

from ch07_seq2seq import rnnlm_gen
from common.functions import softmax
from dlfs2.cases import SIZES
from dlfs2.catalogue import CASES, ENTRIES
from dlfs2.judge import Definition, verdict_on
from dlfs2.record import Record

# name, ((text of our plain form, what stands there instead), ...)
VARIANTS = [
    ("cross_entropy_error", (("1e-7", "1e-6"),)),
    ("RMSprop", (("np.sqrt(self.h[i]) + 1e-7", "np.sqrt(self.h[i] + 1e-8)"),)),
    ("SGD", (("self, lr", "self, *, lr"),)),
    ("most_similar", (("{similarity[i]}", "{similarity[i]:.2f}"),)),
    ("most_similar", (("    count = 0", "    lines = []\n    count = 0"),
                      ("print(f\" {id_to_word[i]}: {similarity[i]}\")",
                       "lines.append((id_to_word[i], similarity[i]))"),
                      ("print(f\"\\n[query] {query}\")", "pass"),
                      ("count += 1", "count += 1\n    return lines"))),
    ("preprocess", (("word_to_id, id_to_word\n", "word_to_id, list(word_to_id)\n"),)),
    ("UnigramSampler", (("self.word_p", "self.share"),)),
    ("NegativeSamplingLoss", (("self.sampler =", "self.parts = {}\n        self.parts['words'] ="),
                              ("self.sampler.", "self.parts['words']."))),
    ("Softmax", (("self.params = []\n", "pass\n"), ("self.grads = []\n", "pass\n"))),
    ("Dropout", (("train_flg", "train"),)),
    ("TimeLSTM", (("b, stateful", "b, *, stateful"),)),
    ("TimeRNN", (("stateful=False", "keep=False"), ("stateful = stateful", "stateful = keep"))),
    ("TimeAttention", (("return out\n", "self.attention_weights = np.stack(self.attention_weights, "
                        "axis=1)\n        return out\n"),)),
    ("CBOW", (("[*self.in_layers, self.ns_loss]", "[self.ns_loss, *self.in_layers]"),)),
    ("SkipGram", (("[self.in_layer, *self.loss_layers]", "[*self.loss_layers, self.in_layer]"),)),
    ("Seq2seq", (("self.encoder.params + self.decoder.params",
                  "self.decoder.params + self.encoder.params"),
                 ("self.encoder.grads + self.decoder.grads",
                  "self.decoder.grads + self.encoder.grads"))),
    ("BetterRnnlm", (("for layer in self.layers:\n            self.params",
                      "for layer in self.layers[::-1]:\n            self.params"),)),
    ("BetterRnnlm", (("xs, ts, train_flg", "xs, ts, *, train_flg"),)),
    ("Decoder", (("sampled.append(sample_id)", "sampled.append(np.array([sample_id]))"),)),
    ("Rnnlm", (("/ np.sqrt(D)", "* np.sqrt(2 / D)"),)),
    ("RnnlmGen", (("    def generate", "    def __init__(self, V, D, H, temperature=1):\n"
                   "        super().__init__(V, D, H)\n\n    def generate"),)),
    ("Trainer", (("model.backward()", "model.backward(1)"),)),
]


def verdict(name, source, file="mine.py", more=None):
    """The verdict on a text, run in this process among the names of the plain reference."""
    entry = ENTRIES[name]
    space = {**vars(sys.modules[entry.reference().__module__]), **(more or {})}
    space.pop("int", None)
    exec(source, space)
    record = entry.run(space[name], Record())
    definition = Definition(file, 1, name, entry)
    messages = {key: str(error) for key, error in record.errors.items()}
    return verdict_on(definition, {"error": None, "values": record.values, "messages": messages})


@pytest.fixture(autouse=True)
def no_search(monkeypatch):
    """Why something is wrong is not asked here."""
    monkeypatch.setattr(Definition, "source", lambda self: "pass")
    monkeypatch.setattr("dlfs2.judge.Search", NoSearch)


class NoSearch:
    """A search that finds nothing at once."""

    def __init__(self, *_):
        self.fits, self.words = [], ""

    def run(self):
        return self


@pytest.mark.parametrize("name, changes", VARIANTS)
def test_right_code_in_another_style_is_right(name, changes):
    source = ENTRIES[name].source()
    for before, after in changes:
        assert before in source
        source = source.replace(before, after)
    assert list(verdict(name, source).wrong) == []


def test_another_order_of_layers_hides_no_mistake():
    source = ENTRIES["CBOW"].source()
    for before, after in (("[*self.in_layers, self.ns_loss]", "[self.ns_loss, *self.in_layers]"),
                          ("dout *= 1 / len(self.in_layers)", "pass")):
        assert before in source
        source = source.replace(before, after)
    assert verdict("CBOW", source).wrong


def test_an_optimizer_that_only_replaces_the_entry_of_the_list_is_wrong():
    source = ENTRIES["SGD"].source()
    start = source.index("        for ")
    found = verdict("SGD", source[:start] + "        for i, grad in enumerate(grads):\n"
                    "            params[i] = params[i] - self.lr * grad\n")
    assert found.wrong and "the layers keep theirs" in found.explanation.words


def test_what_numpy_took_when_the_book_was_written_is_right_with_a_remark():
    source = ENTRIES["RnnlmGen"].source()
    before = "int(np.random.choice(len(p), p=p))"
    assert before in source
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of NumPy before 2.4
        found = verdict("RnnlmGen", source.replace(
            before, "int(np.random.choice(len(p), size=1, p=p))"))
    assert found.ok
    assert np.lib.NumpyVersion(np.__version__) < "2.4.0" or "int(x.item())" in found.remarks[0]
    try:
        found = verdict("RnnlmGen", source.replace("[[x]]", "[[x]], dtype=np.int"))
    finally:
        vars(np).pop("int", None)                            # which it was given
    assert found.ok and "np.int any more" in found.remarks[0]


def test_inverted_dropout_is_right_with_a_remark():
    source = ENTRIES["Dropout"].source()
    for before, after in (("> self.dropout_ratio\n", "> self.dropout_ratio\n"
                           "            self.mask = self.mask / (1 - self.dropout_ratio)\n"),
                          ("x * (1 - self.dropout_ratio)", "x")):
        assert before in source
        source = source.replace(before, after)
    assert "scaled while it trains" in verdict("Dropout", source).remarks[0]


@pytest.mark.parametrize("name", ["RnnlmGen", "BetterRnnlmGen"])
def test_what_is_generated_does_not_hang_on_chance(name, monkeypatch):
    likeliest = []

    def choose(scores, rng, skip_ids=None):
        if not skip_ids:
            likeliest.append(softmax(scores.astype(float)).max())
        return int(scores.argmax())

    monkeypatch.setattr(rnnlm_gen, "choose", choose)
    for sizes in SIZES:
        Record().run(CASES[name], getattr(rnnlm_gen, name), sizes.label, sizes)
    assert len(likeliest) > 20 and min(likeliest) > 1 - 1e-9


FORWARD = """
class Affine:
    def __init__(self, W, b):
        self.params = [W, b]

    def forward(self, x):
        return np.dot(x, self.params[0]) + self.params[1]
"""


def test_forward_net_of_chapter_1_needs_no_backward():
    assert "section 1.2" in verdict("Affine", FORWARD, "ch01/forward_net.py").remarks[0]
    assert verdict("Affine", FORWARD).wrong
    assert verdict("Affine", FORWARD.replace("+ self", "- self"), "ch01/forward_net.py").wrong
