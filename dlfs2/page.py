"""A page for the browser in one file: it loads nothing, and no text from outside becomes markup."""

import html
import json
from pathlib import Path

PARTS = Path(__file__).with_name("pages")                    # style and script of each kind of page


def escaped(text):
    """Text as it may stand in a page, also inside an attribute."""
    return html.escape(str(text), quote=True)


def as_json(value):
    """JSON as it may stand inside <script>: whatever a string holds, it cannot end the script."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":                      # only strings can hold these
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def page(title, body, kind, data=None):
    """A whole document: `body` is markup; `data` is what pages/<kind>.js finds in `data`.

    Every page has pages/page.css and page.js, then <kind>.css and <kind>.js.
    """
    style = "".join(part(f"{name}.css") for name in ("page", kind))
    script = "".join(part(f"{name}.js") for name in ("page", kind))
    return (f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escaped(title)}</title>\n<style>\n{style}</style>\n</head>\n"
            f"<body>\n{body}\n<script>\nconst data = {as_json(data)};\n{script}</script>\n"
            "</body>\n</html>\n")


def part(name):
    """A file of pages/ as text."""
    return (PARTS / name).read_text(encoding="utf-8")
