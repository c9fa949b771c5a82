"""A look inside: the pass that is shown is the model's own, and the page holds what it is given."""

import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest

from ch06_lstm.rnnlm import CELLS, Rnnlm
from ch08_attention.models import MODELS
from ch08_attention.ntm import NTM
from ch08_attention.ntm.tasks import Copy
from common.errors import InputError
from dataset import sequence
from dlfs2.look_inside import main
from dlfs2.unrolled import Unrolled, evaluated, language_model, sequence_to_sequence
from dlfs2.unrolled_ntm import turing_machine
from tests.run_script import ROOT

IDS = np.array([[0, 1, 2, 3, 1, 4]])
CLOSE = {"rtol": 1e-9, "atol": 1e-12}


@pytest.fixture(autouse=True)
def few_questions(monkeypatch):
    for name in ("addition", "date"):
        make = sequence.SETS[name]
        monkeypatch.setitem(sequence.SETS, name, lambda seed, make=make: make(seed, 2000))


def panels_of(kind):
    """(the loss of a small model itself, that of its record, the panels, the model, a batch)."""
    if kind in CELLS:
        model = Rnnlm(5, 4, 6, cell=kind, sparse=False, rng=0, dtype=np.float64)
        model.lstm_layer.stateful = False
        counted = np.array([[0, 1, 0, 0, 0, 1]], bool)
        own = model.forward(IDS, np.where(counted, IDS, -1))
        loss, panel = language_model(model, IDS, IDS, counted, list("abcde"))
        return own, loss, [panel], model, (IDS, np.where(counted, IDS, -1))
    if kind == "ntm":
        model, task = NTM(4, 3, 6, 7, 5, rng=0, dtype=np.float64), Copy(3, 3, 3)
        x, t, mask = task.at(1, 1)
        own = model.forward(x, t, mask)
        loss, panel = turing_machine(model, x.astype(float), t, mask)
        return own, loss, [panel], model, (x, t, mask)
    model = MODELS[kind](5, 4, 6, pad_id=4, rng=0, dtype=np.float64)
    ids, ts = IDS[:, :4], np.array([[3, 0, 2, 4]])
    own = model.forward(ids, ts)
    loss, panels = sequence_to_sequence(model, ids, ts, "abcde")
    return own, loss, panels, model, (ids, ts)


KINDS = [*CELLS, "peeky", "attention", "ntm"]


@pytest.mark.parametrize("kind", KINDS)
def test_loss_and_gradients_are_those_of_the_model(kind):
    own, loss, panels, model, batch = panels_of(kind)
    assert loss == pytest.approx(own, rel=1e-12)
    shares = [float(names["share"].ravel()[0]) for names in panels[-1].columns]
    losses = [float(names["loss"][0, 0]) for names in panels[-1].columns]
    assert np.dot(losses, shares) / sum(shares) == pytest.approx(own, rel=1e-9)
    recorded = [grad.copy() for grad in model.grads]
    model.forward(*batch)
    model.backward()
    for name, one, other in zip(model.param_names, recorded, model.grads):
        if "lstm" not in name:                               # those follow below: a layer alone
            np.testing.assert_allclose(one, other, err_msg=name, **CLOSE)
            assert one.any(), name


@pytest.mark.parametrize("cell", CELLS)
def test_a_layer_unrolled_is_the_time_layer(cell):
    layer = Rnnlm(5, 4, 6, cell=cell, rng=0, dtype=np.float64).lstm_layer
    layer.stateful = False
    rng = np.random.default_rng(1)
    xs, dhs = rng.standard_normal((1, 5, 4)), rng.standard_normal((1, 5, 6))
    steps = Unrolled(layer)
    np.testing.assert_allclose(steps.forward(xs), layer.forward(xs), **CLOSE)
    dxs, dh = steps.backward(dhs)
    np.testing.assert_allclose(dxs, layer.backward(dhs), **CLOSE)
    np.testing.assert_allclose(dh, layer.dh, **CLOSE)
    for *of_steps, whole in zip(*(cell.grads for cell in steps.cells), layer.grads):
        np.testing.assert_allclose(sum(of_steps), whole, **CLOSE)


@pytest.mark.parametrize("kind", KINDS)
def test_every_formula_gives_what_the_layers_computed(kind):
    recorded = 0
    for panel in panels_of(kind)[2]:
        for node in panel.kinds:
            for formula in (*node.forward, *node.back):
                for names in panel.columns:
                    name, value = evaluated(formula, names)
                    if name in names:
                        np.testing.assert_allclose(value, names[name], err_msg=formula, **CLOSE)
                        recorded += 1
                    names.setdefault(name, value)
    assert recorded > 15


def test_the_machine_is_as_it_was_after_it_was_listened_to():
    from ch08_attention.ntm import addressing, ntm
    before = ntm.address_backward, dict(vars(ntm))
    _, _, _, model, _ = panels_of("ntm")
    assert ntm.address_backward is addressing.address_backward is before[0]
    assert "step_back" not in vars(model.ntm.controller)


def written(tmp_path, *words):
    """(the page, its data) of the command."""
    out = tmp_path / "page.html"
    main([*words, "--quick", "--out", str(out)])
    text = out.read_text("utf-8")
    return text, json.loads(re.search(r"const data = (.*);\n", text)[1])


@pytest.mark.parametrize("words, steps", [
    (("cells",), 16), (("gru", "--input", "a b a"), 3), (("seq2seq",), 4 + 3),
    (("seq2seq", "--input", "5+2"), 3 + 2), (("attention",), 12 + 10),
    (("ntm", "--input", "1010 0001"), 5)])
def test_a_page_has_every_step_and_results_by_numpy(tmp_path, words, steps):
    text, data = written(tmp_path, *words)
    assert len(text) < 1_000_000 and len(data["steps"]) == steps
    assert len(data["expected"]) > 3
    for p, k, line, t, unit, result in data["expected"]:
        panel = data["panels"][p]
        name = panel["kinds"][k]["lines"][line][0]
        steps_of = panel["arrays"][name]["v"]
        assert steps_of[min(t, len(steps_of) - 1)][unit] == pytest.approx(result, rel=1e-3,
                                                                         abs=1e-12)
    for panel in data["panels"]:
        for kind in panel["kinds"]:
            names = {part for _, line, _ in kind["lines"] for part in re.findall("{(.*?)}", line)}
            assert names <= {*panel["arrays"]}


def test_the_simple_network_forgets_and_the_gated_ones_keep(tmp_path):
    out = tmp_path / "cells.html"
    main(["cells", "--out", str(out)])
    data = json.loads(re.search(r"const data = (.*);\n", out.read_text("utf-8"))[1])
    kept = {panel["title"]: panel["arrays"]["dh_next"]["length"] for panel in data["panels"]}
    reached = {title: length[0] / length[-1] for title, length in kept.items()}
    assert reached["RNN"] < 2e-3 and reached["GRU"] > 0.02 and reached["LSTM"] > 0.01


NASTY = "</script><script>alert(1)</script> \" ' & ]]> <!-- </SCRIPT>"


def test_words_cannot_become_markup(tmp_path):
    text, data = written(tmp_path, "rnn", "--input", NASTY)
    assert text.count("<script>") == text.count("</script>") == 1 and "alert(1)<" not in text
    assert "<!--" not in text and "<b>" not in text
    assert data["panels"][0]["tops"] == NASTY.split()


@pytest.mark.parametrize("command", ["look_inside rnn", "explore_vectors"])
@pytest.mark.parametrize("out, status, said", [
    ("page.html", 0, "page: page.html"), ("none/page.html", 2, "error: cannot write none/page")])
def test_another_common_in_the_folder_is_not_taken(command, out, status, said, tmp_path):
    (tmp_path / "common.py").write_text("")
    done = subprocess.run([sys.executable, "-m", *f"dlfs2.{command} --quick --out {out}".split()],
                          cwd=tmp_path, capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == status and said in done.stdout + done.stderr
    assert len(done.stderr.splitlines()) == (status > 0)


def test_what_cannot_be_shown_is_told_in_a_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for words, said in ((["attention", "--input", "Sep € 1"], "'€' at position 5"),
                        (["seq2seq", "--input", "<b>"], "'<'"),
                        (["ntm", "--input", "10 01"], "words of 4 bits"),
                        (["ntm", "--input", "0102"], "words of 4 bits"),
                        (["lstm", "--input", "alone"], "two different words")):
        with pytest.raises(InputError) as error:
            main([*words, "--quick"])
        assert said in str(error.value) and "\n" not in str(error.value)
    assert not list(tmp_path.glob("*.html"))
