"""The command: what it says of a reader's folder or file, and that nothing of it is lost."""

import ast
import hashlib
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from dlfs2 import check, reference
from dlfs2.catalogue import ENTRIES
from dlfs2.check_mine import main
from dlfs2.exercise import exercises, taken_out, text_of
from dlfs2.judge import find, judge
from dlfs2.report import line
from tests.dlfs2.test_explain import with_mistake
from tests.documents import READMES


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


def test_the_transcript_of_the_documents_is_real(tmp_path, capsys):
    mine = tmp_path / "my_layers.py"
    source = ENTRIES["RNN"].source().replace("np.dot(dt, Wx.T)", "np.dot(dt, Wh.T)")
    mine.write_text(f"import numpy as np\n\n\n{source}")
    assert main([str(mine)]) == 1
    said = capsys.readouterr().out.splitlines()[:-1]
    for document in READMES:
        assert "\n".join(said) in document.read_text("utf-8"), document
