"""The scripts of chapter 6: training, testing, asking; the best weights are those tested."""

import math
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure

from ch06_lstm import train_awd_rnnlm, train_better_rnnlm, train_rnnlm
from ch06_lstm.agreement import words_since
from ch06_lstm.awd_rnnlm import AwdRnnlm
from ch06_lstm.load import load_language_model
from ch06_lstm.rnnlm import Rnnlm
from ch06_lstm.sentences import log_probabilities, read_sentence
from ch06_lstm.training import validate
from common.base_model import vocabulary_hash
from common.errors import InputError
from common.files.arrays import load_arrays, save_arrays
from common.util import eval_perplexity
from common.util.perplexity import Score
from dataset import toy
from dataset.corpus import load_parts
from tests.run_script import call_main

TRAIN, BETTER, AWD, EVAL = (f"ch06_lstm/{name}.py" for name in (
    "train_rnnlm", "train_better_rnnlm", "train_awd_rnnlm", "eval"))


def line_of_test(capsys):
    return next(line for line in capsys.readouterr().out.splitlines() if "test perplexity" in line)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_train_writes_weights_and_eval_tests_them(cell, capsys):
    call_main(TRAIN, "--quick", "--cell", cell, "--weights", "w.npz")
    printed = capsys.readouterr().out
    for part in ("data: toy, 2,000 tokens to learn from", "| epoch 1 | perplexity",
                 "weights: w.npz", "test perplexity:", "lowest possible 15.66"):
        assert part in printed
    assert Path(f"quick/figures/ch06_rnnlm_{cell}_perplexity.png").exists()
    call_main(EVAL, "--quick", "--weights", "w.npz")
    assert line_of_test(capsys) in printed


@pytest.mark.parametrize("arguments", [
    [], ["--layers", "1", "--untied"], ["--dropout-kind", "time"],
    ["--dropout-kind", "variational", "--weight-decay", "1e-5", "--layers", "3"]])
def test_the_improvements_are_flags(arguments, capsys):
    call_main(BETTER, "--quick", *arguments)
    printed = capsys.readouterr().out
    for part in ("best weights: quick/BetterRnnlm.npz, epoch", "| validation", "lowest possible"):
        assert part in printed
    assert Path("quick/figures/ch06_better_rnnlm_perplexity.png").exists()
    call_main(EVAL, "--quick")
    assert line_of_test(capsys) in printed


def test_the_best_weights_are_tested_and_the_rate_falls_at_a_stall(monkeypatch, capsys):
    """Validation is made up: 9, 5, 7, 6. The weights of the second epoch must be kept."""
    made_up, kept = iter([9.0, 5.0, 7.0, 6.0]), []

    def validate(trainer, text):
        kept.append(trainer.model.params[0].copy())
        return trainer.validated(next(made_up))

    def evaluate(model, corpus):
        np.testing.assert_array_equal(model.params[0], kept[1])
        return 42.0

    rates, update = [], train_better_rnnlm.SGD.update

    def counted(self, params, grads):
        rates.append(self.lr)
        update(self, params, grads)

    monkeypatch.setattr(train_better_rnnlm, "validate", validate)
    monkeypatch.setattr(train_better_rnnlm, "eval_perplexity", evaluate)
    monkeypatch.setattr(train_better_rnnlm.SGD, "update", counted)
    monkeypatch.setitem(train_better_rnnlm.QUICK, "max_epoch", 4)
    call_main(BETTER, "--quick")
    assert list(dict.fromkeys(rates)) == [20.0, 5.0] and rates.count(5.0) == len(rates) / 4
    assert "epoch 2 (validation perplexity 5.00)" in capsys.readouterr().out
    np.testing.assert_array_equal(load_arrays("quick/BetterRnnlm.npz")["embed.W"], kept[1])


def piecewise(*losses):
    """A score() of so many pieces of 9 words, and of one of the single word that is left."""
    return lambda model, corpus: Score(float(np.mean(losses)), np.array([*losses, 50.0]),
                                       np.array([9] * len(losses) + [1]))


@pytest.mark.parametrize("losses, options, warned", [
    ((1.0, 1.0, 3.0), [], True), ((1.0, 1.0, 2.0), [], False), ((1.0, 3.0), [], False),
    ((1.0, 1.0, 3.0), ["--reset", "0.5"], False), ((math.nan,) * 3, [], False)])
@pytest.mark.parametrize("script", [TRAIN, BETTER, AWD])
def test_a_piece_that_is_lost_is_told_once_a_run(script, losses, options, warned, monkeypatch,
                                                 capsys):
    monkeypatch.setattr("ch06_lstm.training.score", piecewise(*losses))
    monkeypatch.setattr("ch06_lstm.training.perplexity", lambda loss: 20.0)
    call_main(script, "--quick", "--max-epoch", "3", *options)
    printed = capsys.readouterr().out
    assert printed.count("warning: one of 3 pieces of the validation text") == warned
    assert printed.count("Train it with --reset 0.02\n") == warned
    assert printed.count("| validation 20.000 |") == 3


def test_validation_is_eval_perplexity():
    model, trainer, text = train_rnnlm.train(train_rnnlm.parse(["--quick", "--corpus", "toy"]))
    assert trainer.valid_list == [eval_perplexity(model, text.valid)]
    assert validate(trainer, text) is False and len(trainer.valid_list) == 2
    trainer.valid_list[:] = [1e9]
    assert validate(trainer, text) is True


def test_reset_reaches_the_trainer_and_stays_the_same():
    for script, name in ((train_rnnlm, "a"), (train_better_rnnlm, "b"), (train_awd_rnnlm, "c")):
        arguments = ["--quick", "--corpus", "toy", "--save", f"{name}.npz", "--reset"]
        _, trainer = script.main([*arguments, "0.25"])
        assert trainer.reset == 0.25
        with pytest.raises(InputError, match=r"its reset was 0\.25, now it is 0\.5"):
            script.main([*arguments, "0.5", "--resume"])


def test_only_the_weights_of_sgd_are_averaged():
    asked = ["--quick", "--corpus", "toy-ko", "--average", "1"]                   # where adam is
    with pytest.raises(InputError, match="the optimizer is adam: leave it out, or add --opt"):
        train_awd_rnnlm.main(asked)
    train_awd_rnnlm.main([*asked, "--optimizer", "sgd", "--lr", "20"])


def test_options_reach_the_model_and_the_optimizer(monkeypatch):
    seen = {}

    class Optimizer(train_better_rnnlm.SGD):
        def update(self, params, grads):
            seen.setdefault("lr", []).append(self.lr)
            seen["weight_decay"] = self.weight_decay
            super().update(params, grads)

    class Model(train_better_rnnlm.BetterRnnlm):
        def forward(self, *args, **options):
            seen["ratio"] = self.drop_layers[0].dropout_ratio
            return super().forward(*args, **options)

    monkeypatch.setattr(train_better_rnnlm, "SGD", Optimizer)
    monkeypatch.setattr(train_better_rnnlm, "BetterRnnlm", Model)
    call_main(BETTER, "--quick", "--dropout", "0.25", "--weight-decay", "1e-6", "--lr", "7",
              "--max-epoch", "1")
    assert seen["ratio"] == 0.25 and seen["weight_decay"] == 1e-6 and set(seen["lr"]) == {7.0}
    seen.clear()
    monkeypatch.setattr("ch06_lstm.train_rnnlm.Adam", Optimizer)
    call_main(TRAIN, "--quick", "--lr", "0.8", "--decay", "0.5", "--max-epoch", "3")
    assert list(dict.fromkeys(seen["lr"])) == [0.8, 0.4, 0.2]


def test_options_must_stay_the_same_when_a_run_is_resumed():
    call_main(BETTER, "--quick", "--save", "run.npz")
    with pytest.raises(InputError, match="its dropout_kind was depth, now it is time"):
        call_main(BETTER, "--quick", "--save", "run.npz", "--resume", "--dropout-kind", "time")
    for arguments, message in ((["--weights", "run.npz"], "both name"),
                               (["--figures", "/dev/null/x"], "cannot")):
        with pytest.raises(InputError, match=message):
            call_main(BETTER, "--quick", "--save", "run.npz", *arguments)
    Path("t.txt").write_text("a b c\n" * 2000)
    with pytest.raises(InputError, match=r"--corpus and --weights both name t\.txt"):
        call_main(TRAIN, "--corpus", "t.txt", "--weights", "t.txt")
    assert Path("t.txt").read_text().startswith("a b c")
    with pytest.raises(SystemExit):
        call_main(BETTER, "--dropout", "1")


def test_a_stopped_training_is_resumed_as_one(capsys):
    for script in (TRAIN, BETTER):
        name = f"{Path(script).stem}.npz"
        for arguments in (["--save", f"a_{name}", "--weights", "aw.npz", "--max-epoch", "3"],
                          ["--save", f"b_{name}", "--weights", "bw.npz", "--max-epoch", "2"],
                          ["--save", f"b_{name}", "--weights", "bw.npz", "--max-epoch", "3",
                           "--resume"]):
            constant = ["--decay", "1"] if script == TRAIN else []
            call_main(script, "--corpus", "toy", "--tokens", "2000", "--hidden-size", "8",
                      *constant, *arguments)
        for name, array in load_arrays("aw.npz").items():
            np.testing.assert_array_equal(array, load_arrays("bw.npz")[name])
        with pytest.raises(InputError, match="both name"):
            call_main(script, "--save", "w.npz", "--weights", "w.npz")
        with pytest.raises(InputError, match="no folder"):
            call_main(script, "--weights", "nowhere/w.npz")


def test_a_text_of_ones_own_is_divided(tmp_path, capsys):
    line = "the cat sat on the mat and the dog lay by the door\n"
    (tmp_path / "t.txt").write_text(line * 300)
    call_main(TRAIN, "--corpus", str(tmp_path / "t.txt"), "--hidden-size", "8", "--max-epoch", "1",
              "--batch-size", "4", "--time-size", "10")
    assert "3,360 tokens to learn from, 420 to validate, 420 to test" in capsys.readouterr().out
    (tmp_path / "t.txt").write_text(line * 200)
    with pytest.raises(InputError, match="2,800 words and line ends, too few"):
        call_main(TRAIN, "--corpus", str(tmp_path / "t.txt"))


def test_a_sentence_is_read_in_any_spelling():
    words, ids = read_sentence("\ufeffe\u0301te\u0301\u3000\u00c9t\u00e9\n", {"\u00e9t\u00e9": 7})
    assert words == ["\u00e9t\u00e9"] * 2 and ids.tolist() == [7, 7]


@pytest.mark.parametrize("text, ids", [("ab", [0, 1]), ("ab\n", [0, 1, 2]), ("a\r\nb", [0, 2, 1]),
                                       ("\n", [2]), ("\n\na", [2, 2, 0])])
def test_of_characters_every_end_of_a_line_is_read(text, ids):
    word_to_id = {"a": 0, "b": 1, "<eos>": 2}
    assert read_sentence(text, word_to_id, "char")[1].tolist() == ids
    with pytest.raises(InputError, match="the sentence is empty"):
        read_sentence("", word_to_id, "char")


def test_a_sentence_is_scored_word_by_word(capsys):
    call_main(TRAIN, "--quick")
    capsys.readouterr()
    call_main(EVAL, "--weights", "quick/Rnnlm.npz", "--score", "the King sells Zorblax")
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "'Zorblax' is not in the vocabulary and is read as <unk>"
    assert [line.split()[0] for line in printed[1:5]] == ["P(the", "P(king", "P(sells", "P(<unk>"]
    probabilities = [float(line.split("= ")[1]) for line in printed[1:5]]
    whole = float(printed[5].split("= ")[1].split()[0])
    assert whole == pytest.approx(math.prod(probabilities), rel=1e-2)
    model = load_language_model("quick/Rnnlm.npz")
    for p in model.params:
        p *= 20                                              # far from 1/599 for every word
    word_to_id = toy.load_data("test")[1]
    ids = np.array([word_to_id[word] for word in ("<eos>", "the", "king", "sells", "<unk>")])
    logs = log_probabilities(model, ids)
    for t in range(4):                                       # the loss of one word is -log P
        loss = model.forward(ids[None, t:t + 1], ids[None, t + 1:t + 2])
        assert logs[t] == pytest.approx(-loss, rel=1e-4)
    with pytest.raises(InputError, match="empty"):
        call_main(EVAL, "--weights", "quick/Rnnlm.npz", "--score", " ")


def test_weights_and_text_that_do_not_belong_together_are_told(tmp_path):
    with pytest.raises(InputError, match=r"cannot read BetterRnnlm\.npz"):
        call_main(EVAL)
    call_main(TRAIN, "--quick")
    (tmp_path / "t.txt").write_text("a b c\n" * 1000)
    with pytest.raises(InputError, match=r"599 distinct tokens.* has 4: take the text"):
        call_main(EVAL, "--weights", "quick/Rnnlm.npz", "--corpus", str(tmp_path / "t.txt"))
    model = load_language_model("quick/Rnnlm.npz")
    model.save_params("ok.npz")
    with pytest.raises(InputError, match="another model"):
        train_better_rnnlm.BetterRnnlm(599, 10, 10).load_params("ok.npz")


def test_agreement_is_measured(capsys):
    call_main(TRAIN, "--quick")
    call_main("ch06_lstm/agreement.py", "--quick", "--weights", "quick/Rnnlm.npz")
    printed = capsys.readouterr().out
    assert "words that agree" in printed and printed.count("quick/Rnnlm.npz  ") == 1
    assert Path("quick/figures/ch06_agreement.png").exists()
    assert Path("quick/figures/ch06_agreement.csv").read_text().startswith("model,0-1,2-3")
    since = words_since(["a", "b", "<eos>", "c", "<eos>", "d"])
    np.testing.assert_array_equal(since, [0, 1, 2, 0, 1, 0])
    model, corpus = load_language_model("quick/Rnnlm.npz"), toy.load_data("test")[0][:31]
    logs = log_probabilities(model, corpus, chunk=7)
    model.reset_state()
    loss = model.forward(corpus[None, :-1], corpus[None, 1:])
    assert len(logs) == 30 and -logs.mean() == pytest.approx(loss, rel=1e-5)


@pytest.mark.parametrize("name, part", [
    ("rnn_gradient_graph", "all singular values 1.5          6.38e+08"),
    ("clip_grads", "5.000 after")])
def test_the_demonstrations(name, part, capsys):
    call_main(f"ch06_lstm/{name}.py")
    assert part in capsys.readouterr().out
    assert Path(f"figures/ch06_{name}.png").exists() == (name == "rnn_gradient_graph")


def test_figures_say_of_which_text_they_are_and_why_a_plain_lstm_forgets(monkeypatch, capsys):
    drawn = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *args, **options: drawn.append(figure))
    for name in ("train_rnnlm", "compare_models"):
        call_main(f"ch06_lstm/{name}.py", "--quick", "--corpus", "toy")
    titles = [figure.axes[0].get_title() for figure in drawn]
    assert titles == ["Rnnlm on toy", "Three cells, on toy"]
    capsys.readouterr()
    call_main("ch06_lstm/rnn_gradient_graph.py", "--quick")
    assert re.search("\n  LSTM .*gates half open: c halved\n", capsys.readouterr().out)
    texts = [text for axes in drawn[-1].axes for text in axes.get_legend().get_texts()]
    assert "LSTM (gates half open: c halved)" in [text.get_text() for text in texts]
    assert min(text.get_fontsize() for text in texts) >= 10


def test_eval_perplexity_of_loaded_weights_equals_that_of_the_trained(capsys):
    call_main(TRAIN, "--quick")
    test = toy.load_data("test")[0]
    reached = float(capsys.readouterr().out.split("test perplexity: ")[1].split()[0])
    loaded = eval_perplexity(load_language_model("quick/Rnnlm.npz"), test[:1000])
    assert loaded == pytest.approx(reached, abs=0.005)


@pytest.mark.parametrize("options, scored", [([], 999), (["--book-windows"], 700)])
def test_eval_says_how_many_words_were_scored(options, scored, capsys):
    model, data = Rnnlm(599, 4, 4, rng=0), load_parts("toy", tokens=1)
    model.params[-1][:] = np.linspace(-9, 9, 599)            # the words cost more or less
    model.save_params("w.npz")
    call_main("ch06_lstm/eval.py", "--quick", "--corpus", "toy", "--weights", "w.npz", *options)
    printed = capsys.readouterr().out
    assert f"words scored: {scored:,} of 999" in printed
    ppl = eval_perplexity(model, data.test[:1000], book_windows=bool(options))
    assert f"test perplexity: {ppl:.2f}" in printed


@pytest.mark.parametrize("script", [TRAIN, BETTER, AWD])
def test_weights_refuse_a_text_of_as_many_other_words(script, tmp_path, capsys):
    own, other = tmp_path / "own.txt", tmp_path / "other.txt"
    own.write_text("ga na da ra ma ba sa\n" * 600)
    other.write_text("na ga da ra ma ba sa\n" * 600)
    call_main(script, "--quick", "--corpus", str(own), "--weights", "w.npz")
    for reader in ("ch06_lstm/eval.py", "ch07_seq2seq/generate_text.py",
                   "ch07_seq2seq/generate_better_text.py"):
        call_main(reader, "--quick", "--corpus", str(own), "--weights", "w.npz")
        with pytest.raises(InputError, match=r"w\.npz was trained on another text than .*other"):
            call_main(reader, "--quick", "--corpus", str(other), "--weights", "w.npz")
    weights = load_arrays("w.npz")
    del weights["vocabulary"]
    save_arrays("old.npz", weights)                          # it does not know its words
    call_main("ch06_lstm/eval.py", "--quick", "--corpus", str(other), "--weights", "old.npz")


def test_agreement_refuses_a_model_of_other_words():
    model = Rnnlm(599, 4, 4, rng=0)
    model.save_params("w.npz")
    call_main("ch06_lstm/agreement.py", "--quick", "--weights", "w.npz")
    words = toy.load_data(tokens=1)[1]
    for vocabulary in (words, dict(zip(words, reversed(words.values())))):
        model.vocabulary = vocabulary_hash(vocabulary)
        model.save_params("w.npz")
        if vocabulary is words:
            call_main("ch06_lstm/agreement.py", "--quick", "--weights", "w.npz")
    with pytest.raises(InputError, match=r"w\.npz was trained on another text than toy"):
        call_main("ch06_lstm/agreement.py", "--quick", "--weights", "w.npz")


@pytest.mark.parametrize("study, variant", [
    ("cells", "GRU"), ("improvements", "shared weights"), ("awd", "without penalties")])
def test_models_are_compared(study, variant, capsys):
    call_main("ch06_lstm/compare_models.py", "--quick", "--corpus", "toy", "--study", study,
              "--save-runs", "a.csv")
    assert f"\n{variant} " in capsys.readouterr().out
    assert f"\n{variant},0,test," in Path("a.csv").read_text()
    assert Path(f"quick/figures/ch06_{study}.csv").exists()
    assert not list(Path().glob("*.npz"))


LINEAR = [20, 20, 20, 20, 15, 10, 5, 0]


@pytest.mark.parametrize("script, arguments, expected", [
    (BETTER, ["--decay", "0.5"], [20, 20, 20, 20, 10, 10, 5, 5]), (BETTER, [], LINEAR),
    (AWD, [], LINEAR)])
def test_the_learning_rate_is_flat_and_then_falls(script, arguments, expected, monkeypatch):
    rates = []

    def update(self, params, grads):
        self.iter += 1
        rates.append(self.rate)

    monkeypatch.setattr("common.optimizer.SGD.update", update)
    call_main(script, "--quick", "--corpus", "toy", "--max-epoch", "4", "--flat", "2", *arguments)
    assert rates == expected                                 # two steps an epoch


def test_averaged_weights_are_the_ones_that_are_tested_and_kept(capsys):
    call_main(AWD, "--quick", "--corpus", "toy", "--average", "1", "--save", "run.npz")
    printed = re.search(r"epoch 2 \(validation perplexity ([\d.]+)", capsys.readouterr().out)[1]
    run, kept = load_arrays("run.npz"), load_arrays("quick/AwdRnnlm.npz")
    model = AwdRnnlm(599, 10, 12, layers=2)
    for i, name in enumerate(model.named_params()):
        np.testing.assert_array_equal(kept[name], run[f"optimizer {i} 0"])
        assert not np.array_equal(kept[name], run[f"weight {name}"])
    model.load_params("quick/AwdRnnlm.npz")
    assert f"{eval_perplexity(model, load_parts('toy', tokens=2000).valid[:1000]):.2f}" == printed


def test_an_averaging_run_is_resumed_as_one(monkeypatch):
    monkeypatch.setattr("common.trainer.time", SimpleNamespace(monotonic=lambda: 0.0))
    arguments = ("--quick", "--corpus", "toy", "--average", "1", "--save")
    call_main(AWD, *arguments, "a.npz", "--max-epoch", "3")
    call_main(AWD, *arguments, "b.npz")
    call_main(AWD, *arguments, "b.npz", "--max-epoch", "3", "--resume")
    for name, array in load_arrays("a.npz").items():
        np.testing.assert_array_equal(array, load_arrays("b.npz")[name])


def test_the_layers_of_the_further_model():
    names = [type(layer).__name__ for layer in AwdRnnlm(7, 4, 5, layers=2, rng=0).layers]
    assert names == ["EmbeddingDropout", "TimeDropout", "WeightDrop", "TimeDropout", "WeightDrop",
                     "ActivationPenalty", "TimeDropout", "ActivationPenalty", "TimeAffine"]
