"""Fonts for words that matplotlib's own font cannot draw: Korean, Chinese, whatever a text has.

Labels of this library are ASCII; words are to be seen as words, not as boxes.
"""

import sys
import warnings
from contextlib import contextmanager


@contextmanager
def fonts_for(figure):
    """Within the block installed fonts stand in for characters that DejaVu Sans lacks.

    Characters that no font has are drawn as boxes, and named on stderr, once. Needs matplotlib 3.6
    to mix fonts.
    """
    from matplotlib.text import Text
    texts = figure.findobj(Text)
    families, missing = families_for({c for text in texts for c in text.get_text() if ord(c) > 127})
    if len(families) > 1:
        for text in texts:
            text.set_family(families)
    if missing:
        print(f"figure: no font here has {''.join(sorted(missing))[:20]} (drawn as boxes); one "
              "that has many scripts is Noto Sans CJK", file=sys.stderr)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")
        yield


def families_for(characters):
    """(names of fonts that together have the characters, DejaVu Sans first; what none has).

    The font that has most of what is missing is taken, until nothing is missing or nothing helps.
    """
    from matplotlib.font_manager import findfont, fontManager, get_font
    families = ["DejaVu Sans"]
    missing = {*map(ord, characters)} - get_font(findfont("DejaVu Sans")).get_charmap().keys()
    if not missing:
        return families, set()
    fonts = {font.name: font.fname for font in fontManager.ttflist
             if font.style == "normal" and font.weight in (400, "normal", "regular")
             and "Last Resort" not in font.name}
    has = {name: missing & get_font(path).get_charmap().keys()
           for name, path in sorted(fonts.items())}
    while any(found & missing for found in has.values()):
        best = max(has, key=lambda name: len(has[name] & missing))
        families.append(best)
        missing -= has[best]
    return families, set(map(chr, missing))
