"""check_mine: what is right, what is wrong and why; and that nothing of a reader's is lost."""

import ast
import hashlib
import math
import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace

import pytest

from dlfs2 import check, reference
from dlfs2.catalogue import ENTRIES
from dlfs2.check_mine import main
from dlfs2.exercise import exercises, taken_out, text_of
from dlfs2.explain import Search
from dlfs2.hints import hint, hint_of
from dlfs2.judge import explained as judge_explained
from dlfs2.judge import find, judge
from dlfs2.mutants import mutants, parsed
from dlfs2.record import Record, Value, differing
from dlfs2.report import line
from tests.documents import READMES


def values_of(name, source):
    """What the definition of a text does, in the namespace of the plain reference."""
    entry = ENTRIES[name]
    space = dict(vars(sys.modules[entry.reference().__module__]))
    exec(source, space)
    return entry.run(space[name], Record()).values


def explained(name, source):
    """The words and changed lines by which a mistake in our plain form is explained."""
    mine, entry = values_of(name, source), ENTRIES[name]
    wrong = differing(mine, entry.run(entry.reference(), Record()).values, 1e-6)
    assert wrong
    found = Search(entry, mine, [method for _, method, _ in wrong], source).run()
    return [f"{mutant.words}: {mutant.changed}" for fit in found.fits for mutant in fit] \
        or [found.words]


# name, right text of our plain form, what stands there instead, what must be said
MISTAKES = [
    ("softmax", "x.max(axis=-1, keepdims=True)", "x.max()", "axis=-1 is missing"),
    ("cross_entropy_error", " / N", "", "not divided by N"),
    ("create_co_matrix", "idx - i", "idx - 1", "1 instead of i"),
    ("ppmi", "np.log2(", "np.log(", "log instead of log2"),
    ("cos_similarity", "x ** 2", "x * y", ""),
    ("clip_grads", "np.sqrt(total_norm)", "total_norm", "sqrt"),
    ("Affine", "np.sum(dout, axis=0)", "np.sum(dout, axis=1)", "axis=1 instead of axis=0"),
    ("Affine", "self.grads[1][...] = db", "self.grads[1] = db", "another object"),
    ("Sigmoid", "dout * self.out * (1 - self.out)", "dout * (1 - self.out)", "factor self.out is"),
    ("Softmax", "dx -= self.out * sumdx", "dx -= sumdx", "factor self.out is"),
    ("SoftmaxWithLoss", "dx /= N\n", "pass\n", "the line `dx /= N` is missing"),
    ("SigmoidWithLoss", "dx = dx * dout", "dx = dx", "factor dout is missing"),
    ("Embedding", "dW[...] = 0", "pass", "the line `dW[...] = 0` is missing"),
    ("EmbeddingDot", "= dout * h", "= dout * target_W", "target_W instead of h"),
    ("NegativeSamplingLoss", "dh += embed", "dh = embed", "= instead of +="),
    ("SimpleCBOW", "da = dh * 0.5", "da = dh", "factor 0.5 is missing"),
    ("SimpleCBOW", "forward(contexts[:, 1])", "forward(contexts[:, 0])", "contexts[:, 0]"),
    ("RNN", "np.dot(dt, Wh.T)", "np.dot(dt, Wh)", "Wh is not transposed"),
    ("RNN", "np.dot(h_prev.T, dt)", "np.dot(h_next.T, dt)", "h_next instead of h_prev"),
    ("TimeRNN", "grads[i] += grad", "grads[i] = grad", "= instead of +="),
    ("TimeRNN", "dhs[:, t, :] + dh)", "dhs[:, t, :])", "term dh is missing"),
    ("LSTM", "np.hstack((df, dg, di, do))", "np.hstack((df, di, dg, do))", "df, di, dg, do"),
    ("Attention", "dhs0 + dhs1", "dhs1", "term dhs0 is missing"),
    ("SGD", "-= self.lr", "+= self.lr", "+= instead of -="),
    ("AdaGrad", "np.sqrt(self.h[i])", "self.h[i]", "sqrt"),
    ("SGD", "params[i] -= self.lr * grads[i]", "p = params[i] - self.lr * grads[i]", "stays as"),
    ("preprocess", "text = text.lower()", "pass", "text.lower()` is missing"),
    ("clip_grads", "if rate < 1:", "if rate > 1:", "`rate > 1` instead of `rate < 1`"),
    ("most_similar", "if i == query_id:", "if False:", "`i == query_id` is ignored"),
    ("Sigmoid", "self.out * (1 - self.out)", "(1 - self.out ** 2)", "slope 1 - self.out ** 2"),
    ("LSTM", "f * c_prev + g * i", "i * c_prev + g * f", "i and f are exchanged"),
    ("SimpleCBOW", "self.in_layer1 = MatMul(W_in)", "self.in_layer1 = MatMul(W_in.copy())",
     "a copy of W_in"),
    ("CBOW", "for layer in self.in_layers:\n            layer.b",
     "for layer in self.in_layers[1:]:\n            layer.b", "leaves out the first"),
    ("TimeAttention", "layer = Attention()", "layer = self.one = getattr(self, 'one', Attention())",
     "one object"),
    ("AttentionWeight", "dh = np.sum(dhr, axis=1)", "dh = dhr[:, -1]", "only the last along"),
    ("MatMul", "W.T", "W", "W is not transposed"),            # raises unless D = H
    ("TimeAffine", "db = np.sum(dout, axis=0)", "db = np.sum(dout, axis=1)", "axis=1 instead of"),
    ("eval_perplexity", "(corpus_size - 1) // batch_size\n", "corpus_size // batch_size\n",
     "the term 1 is missing"),
    ("CBOW", "power=0.75", "power=0.6", "0.6 instead of 0.75"),
    ("NegativeSamplingLoss", "sample_size=5", "sample_size=3", "3 instead of 5"),
    ("preprocess", "np.array([word_to_id[word] for word in words])",
     "[word_to_id[word] for word in words]", "np.array() is missing"),
    ("most_similar", "count == top", "count > top", "`count > top` instead of"),
]

# name, right text of our plain form, what stands there instead, what the first wrong value is
SEEN = [
    ("Trainer", "batch_x = x[iters * batch_size:(iters + 1) * batch_size]",
     "batch_x = x[:batch_size]", "an epoch has each example once"),
    ("Trainer", "idx = np.random.permutation(data_size)", "idx = np.arange(data_size)",
     "an epoch is in another order than the data"),
    ("Trainer", "t = t[idx]", "pass", "W after two steps"),
    ("Trainer", "remove_duplicate(model.params, model.grads)", "model.params, model.grads",
     "W after two steps"),
    ("RnnlmTrainer", "remove_duplicate(model.params, model.grads)", "model.params, model.grads",
     "weights after clipped steps"),
    ("eval_perplexity", "corpus[offset + t + 1]", "corpus[offset + t]", "ts of batch 1"),
    ("remove_duplicate", "params = params[:]", "pass",
     "length of the list params that was handed in"),
    ("RnnlmGen", "return self.lstm_layer.h, self.lstm_layer.c",
     "return self.lstm_layer.c, self.lstm_layer.h", "score after set_state()"),
    ("NegativeSamplingLoss", "UnigramSampler(corpus, power", "UnigramSampler(corpus, 1.0",
     "word_p of the sampler"),
    ("create_contexts_target", "np.array(contexts)", "contexts",
     "contexts is a list, not an array"),
    ("create_co_matrix", "np.int32", "np.uint8", "of many words"),
    ("ppmi", "S = np.sum(C, axis=0)", "S = np.sum(C, axis=0, dtype=np.int32)", "of large counts"),
    ("BetterRnnlm", "= train_flg", "= True", "two losses are equal in evaluation"),
]


def with_mistake(name, right, wrong):
    source = ENTRIES[name].source()
    assert source.count(right) >= 1
    before, _, after = source.rpartition(right)
    return before + wrong + after


@pytest.mark.parametrize("name, right, wrong, first", SEEN)
def test_a_mistake_is_seen(name, right, wrong, first):
    entry = ENTRIES[name]
    found = differing(values_of(name, with_mistake(name, right, wrong)),
                      entry.run(entry.reference(), Record()).values, 1e-6)
    assert found[0][2] == first


@pytest.mark.parametrize("name, right, wrong, said", MISTAKES)
def test_a_mistake_is_named(name, right, wrong, said):
    assert any(said in words for words in explained(name, with_mistake(name, right, wrong)))


def test_gates_in_another_order_are_told():
    source = ENTRIES["LSTM"].source()
    for a, b in (("f = sigmoid(A[:, :H])", "i = sigmoid(A[:, :H])"),
                 ("i = sigmoid(A[:, 2 * H:3 * H])", "f = sigmoid(A[:, 2 * H:3 * H])"),
                 ("(df, dg, di, do)", "(di, dg, df, do)")):
        assert a in source
        source = source.replace(a, b)
    assert explained("LSTM", source) == ["The gates are packed i, g, f, o; the book packs "
                                         "f, g, i, o."]


def test_three_mistakes_at_once_are_named():
    source = ENTRIES["Affine"].source()
    for a, b in (("+ b ", " "), ("(dout, W.T)", "(dout, W.T) * 2"),
                 ("np.dot(self.x.T, dout)", "-np.dot(self.x.T, dout)")):
        source = source.replace(a, b)
    found = explained("Affine", source)
    assert len(found) == 3 and "term b is missing" in found[0]


def test_two_mistakes_that_fit_only_together_are_named():
    source = ENTRIES["SigmoidWithLoss"].source()
    source = source.replace("self.y - self.t", "self.t - self.y").replace("dx = dx / N", "pass")
    found = " ".join(explained("SigmoidWithLoss", source))
    assert "sign" in found and "`dx = dx / N` is missing" in found


def test_a_constant_multiple_is_told_by_name():
    entry = ENTRIES["SoftmaxWithLoss"]
    mine = values_of("SoftmaxWithLoss", entry.source().replace("dx /= N", "dx *= 1"))
    right = entry.run(entry.reference(), Record()).values
    wrong = {key: (mine[key], right[key]) for key in differing(mine, right, 1e-6)}
    assert hint_of(next(iter(wrong)), wrong, mine) == "it is N times the right one"


@pytest.mark.parametrize("mine, right, said", [
    ([1, 2, -1], [1, 2, 0], "-1 where 0 is right, at [2]"),   # not once the right one
    ([43, 43], [299, 299], "its numbers do not fit into 8 bits: take a wider dtype"),
    ([-4, 2], [-2, 1], "it is 2 times the right one")])
def test_a_wrong_value_is_told(mine, right, said):
    assert hint(("", "", ""), Value(mine), Value(right)) == said


def test_every_search_can_reach_all_values():
    for entry in ENTRIES.values():
        values = entry.run(entry.reference(), Record()).values
        for form in entry.forms():
            assert Search(entry, values).progress(form.reference()) == math.inf, entry.name


def test_every_exercise_is_solved_by_its_answer_and_judged_wrong_without():
    for name, (entry, method) in exercises().items():
        text, (_, answer) = text_of(name), taken_out(entry, method)
        hole = next(row for row in text.split("\n") if "raise NotImplementedError" in row)
        assert answer.strip()
        solved = text.replace(hole, answer)
        assert ast.dump(ast.parse(solved).body[-1]) == ast.dump(ast.parse(entry.source()).body[0])


READER = {
    "common/__init__.py": "",
    "common/np.py": "import numpy as np\nGPU = False\n",
    "common/functions.py": """
        from common.np import *

        def sigmoid(x):
            return 1 / (1 + np.exp(-x))
        """,
    "common/layers.py": """
        from common.np import *
        from common.functions import sigmoid

        class MatMul:
            def __init__(self, W):
                self.params = [W]
                self.grads = [np.zeros_like(W, dtype='f')]
                self.x = None

            def forward(self, x):
                W, = self.params
                self.x = x
                return np.dot(x, W)

            def backward(self, dout):
                W, = self.params
                dx = np.dot(dout, W.T)
                dW = np.dot(self.x.T, dout)
                self.grads[0] = dW
                return dx
        """,
    "ch04/embedding_dot.py": """
        import sys
        sys.path.append('..')
        from common.layers import *

        class EmbeddingDot:
            pass

        class Sigmoid:
            def __init__(self):
                self.params, self.grads = [], []

            def forward(self, x):
                self.out = sigmoid(x)
                return self.out

            def backward(self, dout):
                return dout * self.out * (1 - self.out)

        class Sigmoid:
            def forward(self, x):
                self.out = sigmoid(x)
                return self.out
        """,
    "ch06/train.py": """
        import os, subprocess, pickle
        from ch06.missing import nothing

        def relu(x):
            return np.maximum(x, 0)
        """,
    "ch06/train_custom_loop.py": """
        import os, pickle, subprocess
        import numpy as np

        with open('weights.pkl', 'wb') as f:
            pickle.dump([], f)
        saved = open('weights.pkl', 'wb').write(b'lost')
        os.remove('weights.pkl')
        subprocess.run(['touch', 'started'])
        for epoch in range(10 ** 9):
            pass

        def relu(x):
            return np.maximum(x, 0)
        """,
    "ch06/weights.pkl": "weeks of work",
    "ch07/torn.py": "def softmax(x:\n",
    "ch07/forever.py": """
        def softmax(x):
            while True:
                pass
        """,
    "ch07/vandal.py": """
        import numpy as np
        def clip_grads(grads, max_norm):
            with open('weights.pkl', 'w') as file:
                file.write('x')
        """,
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    root = tmp_path / "deep-learning"
    for name, text in READER.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(textwrap.dedent(text))
    monkeypatch.chdir(root)
    return root


def fingerprint(root):
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(root.rglob("*")) if path.is_file()}


def test_a_readers_folder_is_judged_and_left_as_it_was(folder, monkeypatch):
    monkeypatch.setattr("dlfs2.judge.SECONDS", 3)
    before = fingerprint(folder)
    found, complaints = find(folder)
    said = {}
    for verdict in judge(found, folder):
        d = verdict.definition
        said[Path(d.file).name, d.name, d.line] = line(verdict, folder)
    assert fingerprint(folder) == before
    assert len(complaints) == 1 and "torn.py:1" in complaints[0]
    (folder / "torn.py").write_text("def mine(\n")           # no name of the book's
    assert len(find(folder)[1]) == 1 and "cannot be read" in find(folder / "torn.py")[1][0]
    texts = {f"{file} {name}": text for (file, name, _), text in said.items()}
    assert texts["functions.py sigmoid"].endswith("right")
    assert "another object is put there" in texts["layers.py MatMul"]
    assert "self.grads[0] = dW" in texts["layers.py MatMul"]
    assert "No module named 'ch06.missing'" in texts["train.py relu"]
    assert texts["train_custom_loop.py relu"].endswith("right")
    assert "took more than 3 s in call (case: all sizes differ)" in texts["forever.py softmax"]
    assert "it would write 'weights.pkl', which is refused" in texts["vandal.py clip_grads"]
    twice = [text for (_, name, _), text in sorted(said.items()) if name == "Sigmoid"]
    assert twice[0].endswith("right") and "no attribute 'backward'" in twice[1]


def test_the_command_runs_from_a_folder_with_a_common_of_its_own(folder):
    (folder / "common" / "layers.py").write_text("raise SystemExit('not mine')")
    (folder / "ch07" / "torn.py").unlink()
    for arguments, status, said in ((["-m", "dlfs2.check_mine", ".", "sigmoid"], 0, "1 of 1 right"),
                                    (["-m", "dlfs2.exercise", "RNN.backward"], 0, "class RNN")):
        done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True,
                              check=False, cwd=folder)
        assert (done.returncode, said in done.stdout) == (status, True), done.stderr


def test_what_the_command_says(tmp_path):
    """Of what comes back, of lists that a model gathers; and nothing that its own search prints."""
    mistakes = [("RNN", "return dx, dh_prev", "return dx"),
                ("Affine", "        return out\n", "\n"),
                ("softmax", "return", "yield"), ("ppmi", "log2", "log"), ("MatMul", "W.T", "W"),
                ("TimeAffine", "self.x = x\n", "self.x = helped(5)\n"),
                ("TimeDropout", "self.params = []\n        self.grads = []", "pass")]
    (tmp_path / "mine.py").write_text("\n\n".join([
        "import numpy as np", "def helped(x):\n    return x[0]",
        *(with_mistake(*mistake) for mistake in mistakes)]))
    (tmp_path / "alone.py").write_text("from .other import SGD\ndef relu(x):\n    pass\n")
    done = subprocess.run([sys.executable, "-m", "dlfs2.check_mine", str(tmp_path)],
                          capture_output=True, text=True, check=False)
    assert not done.stderr and "row 1 of" not in done.stdout
    for said in ("backward returns 1 value, right are 2: dx, dh_prev (section 5.3.1)",
                 "forward returns nothing: is `return` missing? (section 1.3.5)",
                 "call returns a generator: does `yield` stand where `return` belongs?",
                 "backward (case: all sizes differ, first call) raises ValueError",
                 "log instead of log2", "TimeDropout: right (it has no lists `params` and `grads`",
                 "(mine.py:4, called from mine.py:", "judge the whole folder that the file"):
        assert said in done.stdout, done.stdout
    assert "right: backward" not in done.stdout.split("TimeAffine:")[1]   # which never ran


def test_another_name_is_judged_as_the_books(tmp_path, capsys):
    mine = tmp_path / "mine.py"
    mine.write_text("import numpy as np\ndef my_relu(x):\n    return np.maximum(x, 0)\n")
    assert main([str(mine), "--as", "relu=my_relu"]) == 0
    assert "my_relu as relu: right\n1 of 1 right" in capsys.readouterr().out
    assert main([str(mine)]) == 1
    for wrong in ([str(mine), "--as", "rleu=my_relu"], [str(mine), "nothing"], ["nowhere.py"]):
        with pytest.raises(SystemExit):
            main(wrong)


def test_check_in_ones_own_tests():
    check(reference.layers.MatMul)
    check(reference.layers.MatMul, "MatMul")
    with pytest.raises(AssertionError, match="MatMul is not the book's Affine"):
        check(reference.layers.MatMul, "Affine")
    space = {"__name__": "__main__"}
    exec("class LSTM: pass", space)
    with pytest.raises(ValueError, match="%%writefile"):
        check(space["LSTM"])


def test_an_attribute_under_another_name_is_told():
    source = ENTRIES["TimeDropout"].source().replace("train_flg", "train_fig")
    assert "train_flg has another name" in explained("TimeDropout", source)[0]


def test_the_transcript_of_the_documents_is_real(tmp_path, capsys):
    mine = tmp_path / "my_layers.py"
    source = ENTRIES["RNN"].source().replace("np.dot(dt, Wx.T)", "np.dot(dt, Wh.T)")
    mine.write_text(f"import numpy as np\n\n\n{source}")
    assert main([str(mine)]) == 1
    said = capsys.readouterr().out.splitlines()[:-1]
    for document in READMES:
        assert "\n".join(said) in document.read_text("utf-8"), document


def test_what_reads_like_a_slope_is_none():
    text = "def f(a, b):\n    y = a * -(1 - a ** 2) * (1 - -b ** 2) * (1 - a - b ** 2)\n"
    assert len(list(mutants(parsed(text)))) > 50


def test_a_search_that_fails_costs_no_other_verdict(monkeypatch):
    monkeypatch.setattr("dlfs2.judge.Search", lambda *given: 1 / 0)
    given = SimpleNamespace(entry=None, source=str)
    assert "ZeroDivisionError" in judge_explained(given, {}, []).words
