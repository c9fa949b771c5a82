"""A script that needs a trained model says which script makes it, and that one does."""

import re

import pytest

from common.errors import InputError
from common.script.listing import all_scripts
from tests.run_script import ROOT, call_main

READERS = [script.path for script in all_scripts()
           if 'role="trained"' in (ROOT / script.path).read_text("utf-8")]
GIVEN = {"ch08_attention/transformer_figures.py": ["--weights", "transformer.npz"]}


@pytest.mark.parametrize("script", READERS)
def test_without_its_model_a_script_names_the_one_that_makes_it(script, capsys):
    with pytest.raises(InputError, match="Made by: ") as error:
        call_main(script, *GIVEN.get(script, []))
    name, maker = re.match(r"cannot read (\S+): .* Made by: (\S+\.py)\.", str(error.value)).groups()
    with pytest.raises(SystemExit):
        call_main(maker, "--help")
    assert f"default {name}" in " ".join(capsys.readouterr().out.split())
