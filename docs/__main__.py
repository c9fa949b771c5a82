"""Write docs/site: the code as pages beside its formulas, the documents, and an index of each.

    python -m docs                                     # then open docs/site/index.html
    python -m tests.gradient_table --json gradients.json
    python -m docs --gradients gradients.json          # with the error of each checked gradient

Everything comes from the sources of this checkout. The pages open from the disk, without a server.
"""

import argparse
import json
import shutil
from pathlib import Path

from common.errors import InputError
from common.files.writing import read_text
from common.script import run
from docs.generator.site import Site

ROOT = Path(__file__).resolve().parents[1]
WRITTEN = "written.txt"                                      # the files of the build before


def write_site(site, folder):
    """Write all pages and what they show; files of an earlier build that are no more are removed.

    InputError if the folder has files, and this did not write them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()) and not (folder / WRITTEN).is_file():
        raise InputError(f"{folder} has files of something else: name a new folder")
    pages = dict(site.pages())
    written = [*pages, *sorted(site.files)]
    listed = folder / WRITTEN
    before = listed.read_text("utf-8").split("\n")[1:] if listed.exists() else []
    for name in set(before).difference(written):
        (folder / name).unlink(missing_ok=True)
    listed.write_text("\n".join(["written by python -m docs:", *written]), "utf-8")
    for name in written:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name in pages:
            path.write_text(pages[name], encoding="utf-8")
        else:
            shutil.copyfile(site.root / name, path)
    return written


def read_gradients(path):
    """{class: [gradients checked, largest relative error]} of tests.gradient_table --json."""
    text = read_text(path)
    try:
        found = json.loads(text)
        return {str(name): (int(count), float(error)) for name, (count, error) in found.items()}
    except (ValueError, TypeError, AttributeError):
        raise InputError(f"{path} is not what python -m tests.gradient_table --json writes") \
            from None


def main(argv=None):
    parser = argparse.ArgumentParser(prog="docs", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default=str(ROOT / "docs" / "site"), metavar="FOLDER",
                        help="the folder to write (default docs/site)")
    parser.add_argument("--gradients", metavar="FILE",
                        help="what tests.gradient_table --json wrote")
    args = parser.parse_args(argv or [])
    site = Site(ROOT, read_gradients(args.gradients) if args.gradients else None)
    written = write_site(site, Path(args.out))
    print(f"{len(written)} files; open {Path(args.out, 'index.html')}")


if __name__ == "__main__":
    run(main)
