"""Fonts for words that matplotlib's own font cannot draw: Korean, Chinese, whatever a text has.

Labels of this library are ASCII; words are to be seen as words, not as boxes.
"""

import warnings
from contextlib import contextmanager
from pathlib import Path

from common.runs.progress import tell


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
        tell(f"figure: no font here has {''.join(sorted(missing))[:20]} (drawn as boxes); one "
             "that has many scripts is Noto Sans CJK. Where such a font is installed already, "
             f"delete {font_list()}, matplotlib's list of fonts, which is older")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")
        yield


def families_for(characters):
    """(names of fonts that together have the characters, DejaVu Sans first; what none has).

    The font that has most of what is missing is taken, until nothing is missing or nothing helps.
    """
    from matplotlib.font_manager import findfont, fontManager
    families = ["DejaVu Sans"]
    missing = {*map(ord, characters)} - _characters_of(findfont("DejaVu Sans"))
    if not missing:
        return families, set()
    fonts = {font.name: font.fname for font in fontManager.ttflist
             if font.style == "normal" and font.weight in (400, "normal", "regular")
             and "Last Resort" not in font.name}
    has = {name: missing & _characters_of(path)
           for name, path in sorted(fonts.items())}
    while any(found & missing for found in has.values()):
        best = max(has, key=lambda name: len(has[name] & missing))
        families.append(best)
        missing -= has[best]
    return families, set(map(chr, missing))


def _characters_of(path):
    """The characters that a font file has; of one that is gone, or broken, none."""
    from matplotlib.font_manager import get_font
    try:
        return get_font(path).get_charmap().keys()
    except (OSError, RuntimeError):                          # the list is older than what is there
        return set()


def font_list():
    """The file in which matplotlib keeps what fonts it found; without it, it looks anew."""
    from matplotlib import get_cachedir
    from matplotlib.font_manager import FontManager
    return Path(get_cachedir(), f"fontlist-v{FontManager.__version__}.json")
