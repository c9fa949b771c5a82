"""README's lines for a notebook, run in one; where nbclient and ipykernel are installed."""

import re

import pytest

from tests.documents import ROOT


def test_the_lines_for_a_notebook_train_draw_and_go_on(tmp_path, monkeypatch):
    nbclient, nbformat, _ = map(pytest.importorskip, ("nbclient", "nbformat", "ipykernel"))
    monkeypatch.delenv("MPLBACKEND", raising=False)          # the kernel's own draws under the cell
    section = (ROOT / "README.md").read_text("utf-8").partition("## In a notebook\n")[2]
    blocks = re.findall("```python\n(.*?)```", section.partition("\n## ")[0], re.DOTALL)
    lines = [block.replace("%pip install -q -e .\n", "").replace("%run ch05", f"%run {ROOT}/ch05")
             for block in blocks]                            # the packages are installed
    lines += ["%run -m ch05_rnn.train -- --quick", "len(trainer.ppl_list)"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in lines])
    nbclient.NotebookClient(notebook, timeout=120,
                            resources={"metadata": {"path": str(tmp_path)}}).execute()
    *ran, _ = (cell.outputs for cell in notebook.cells)
    for outputs in ran:
        assert len(pictures(outputs)) == 1 and "perplexity: " in printed(outputs)
    assert len(ran) == 4 and pictures(ran[0]) != pictures(ran[1])                 # it went on
    assert (tmp_path / "run.npz").exists()


def printed(outputs):
    return "".join(output.text for output in outputs if output.output_type == "stream")


def pictures(outputs):
    return [output.data["image/png"] for output in outputs if "image/png" in output.get("data", {})]
