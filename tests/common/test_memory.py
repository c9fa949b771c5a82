"""Large arrays that are freed and asked for anew cost no new pages."""

import platform
import subprocess
import sys

import pytest

STEPS = """
import resource
import numpy as np
{first}
def step():
    [np.ones(2 ** 17) for _ in range(16)]                    # 16 arrays of 1 MiB, 4096 pages
for _ in range(3):
    step()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
step()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="of glibc alone")
def test_freed_memory_is_used_again():
    script = STEPS.format(first="import common.layers")
    command = [sys.executable, "-c", script]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(found.stdout) < 20
