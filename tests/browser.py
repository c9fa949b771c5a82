"""Test every page in a real browser: python -m tests.browser [FILE.html ...]

Without files: the pages of `python -m docs`, dlfs2.look_inside and dlfs2.explore_vectors, made anew
in a temporary folder. Each page has a test
of itself behind #test (dlfs2/pages/page.js). They are opened one after the other in a frame of one
page, which gathers the verdicts; Chromium prints it. Where there is no Chromium, it says so.
"""

import argparse
import contextlib
import html
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from common.errors import InputError
from common.script import run
from dlfs2 import explore_vectors, look_inside
from dlfs2.page import as_json
from docs.__main__ import ROOT, write_site
from docs.generator.site import Site

BROWSERS = "chromium chromium-browser google-chrome google-chrome-stable".split()
FLAGS = ("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
         "--disable-background-networking --disable-component-update --dump-dom "
         "--virtual-time-budget=600000 --window-size=1400,900").split()
FRAMES = """<!DOCTYPE html><meta charset="utf-8">
<iframe width="1400" height="900"></iframe><pre></pre>
<script>
const pages = %s, verdicts = {}, frame = document.querySelector("iframe");
function next() {
  const left = pages.filter(page => !(page in verdicts));
  if (left.length) { frame.src = left[0] + "#test"; frame.name = left[0]; }
  else document.querySelector("pre").textContent = JSON.stringify(verdicts);
}
addEventListener("message", event => { verdicts[frame.name] = event.data; next(); });
next();
</script>"""


def verdicts(pages):
    """{page: "passed 2" or "failed: ..."} of files."""
    browser = next(filter(shutil.which, BROWSERS), None)
    if browser is None:
        raise InputError("no Chromium here: install it (Debian: apt-get install chromium)")
    with tempfile.TemporaryDirectory() as folder:
        frames = Path(folder) / "frames.html"
        frames.write_text(FRAMES % as_json([Path(page).resolve().as_uri() for page in pages]),
                          encoding="utf-8")
        shown = subprocess.run([browser, *FLAGS, f"--user-data-dir={folder}/profile",
                                frames.as_uri()], capture_output=True, text=True, timeout=600)
    found = re.search(r"<pre>(\{.*\})</pre>", shown.stdout)
    if not found:
        raise InputError(f"{browser} came to no end: {shown.stderr[-500:]}")
    return json.loads(html.unescape(found[1]))


def main(argv=None):
    parser = argparse.ArgumentParser(prog="tests.browser", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="FILE.html")
    args = parser.parse_args(argv or [])
    with contextlib.ExitStack() as stack:
        pages = args.files
        if not pages:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            write_site(Site(ROOT), folder)
            for model in ("cells", "seq2seq", "attention", "ntm"):
                look_inside.main([model, "--quick", "--out", str(folder / f"{model}.html")])
            explore_vectors.main(["--quick", "--analogy", "king", "man", "queen",
                                  "--out", str(folder / "words.html")])
            pages = sorted(folder.rglob("*.html"))
        found = verdicts(pages)
    failed = {page: verdict for page, verdict in found.items() if not verdict.startswith("passed")}
    for page, verdict in failed.items():
        print(f"{page}: {verdict}")
    print(f"{len(found)} pages in the browser, {len(failed)} failed")
    if failed or len(found) < len(pages):
        raise SystemExit(1)


if __name__ == "__main__":
    run(main)
