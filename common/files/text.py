"""The text that a file's bytes hold: UTF-8, in one spelling; or what to do where they hold none."""

import re
import unicodedata

from common.errors import InputError

FORMATS = {                  # first bytes of files that are no plain text; most have ASCII alone
    b"%pdf-": "a PDF", b"%!ps": "PostScript", b"{\\rtf": "RTF", b"<?xml": "XML",
    b"<!doctype": "HTML", b"<html": "HTML", b"pk\3\4": "a ZIP, as .docx, .hwpx, .odt and .epub are",
    b"\xd0\xcf\x11\xe0": "a document of Word or Hangul (.doc, .hwp)",
    b"\x1f\x8b": "a gzip file (gunzip unpacks it)"}
MARKS = {b"\xff\xfe\0\0": "UTF-32", b"\0\0\xfe\xff": "UTF-32", b"\xff\xfe": "UTF-16",
         b"\xfe\xff": "UTF-16"}
JAPANESE, CHINESE = "のにをはたがでてとし", "的一是不了人我在有他"
FREQUENT = {"cp949": ("Korean", "이다는을가에고의한하"), "cp932": ("Japanese", JAPANESE),
            "euc-jp": ("Japanese", JAPANESE), "gb18030": ("Chinese", CHINESE),
            "big5": ("Chinese", CHINESE)}                    # some of its most frequent characters
WHITE = re.compile(r"[ \t\n\v\f\r]")                      # what separates words, as bytes.split()
INVISIBLE = {**dict.fromkeys(map(ord, "\u00ad\u200e\u200f\u2060\ufeff")), 0x200b: " "}


def decoded(data, path, kind="UTF-8 text"):
    """The text of a file's bytes, with or without a byte-order mark, in NFC.

    kind: what an InputError calls it. Other formats and encodings are told apart, and how to
    convert them.
    """
    start = data[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for mark, name in FORMATS.items():
        if start.startswith(mark):
            raise InputError(f"{path} is {name}, no {kind}: save its words as plain text, in "
                             "UTF-8, and take that.")
    for mark, name in MARKS.items():
        if data.startswith(mark):
            raise _other(path, kind, f"it is {name}", name)
    nul = data.find(0)
    if nul >= 0 and 10 * data.count(0) < len(data) and _is_utf8(data):
        raise InputError(f"{path} is no {kind}: it has a NUL character at offset {nul:,}. Take it "
                         "out (tr -d '\\0' < FILE > NEW), or take another file.")
    if nul >= 0:
        raise _other(path, kind, f"it has a NUL character at offset {nul:,}, as UTF-16 has and no "
                     "text in UTF-8", "UTF-16LE" if nul % 2 else "UTF-16BE")
    try:
        return nfc(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        byte = f"byte {data[error.start]:#04x} at offset {error.start:,} is not UTF-8"
        encoding = likely_encoding(data)
        guess = (f"seems to be {encoding} ({FREQUENT[encoding][0]})" if encoding in FREQUENT
                 else f"may be {encoding}")
        raise _other(path, kind, f"{byte}, it {guess}", encoding) from error


def _is_utf8(data):
    try:
        return bool(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _other(path, kind, fault, encoding):
    return InputError(f"{path} is no {kind}: {fault}. Take another file, or save this one as UTF-8 "
                      f"(iconv -f {encoding} -t UTF-8 FILE > NEW, or in an editor).")


def likely_encoding(data):
    """The encoding in which the first bytes have most of its language's frequent characters."""
    start = data[:10_000]
    counts = {encoding: sum(c in frequent for c in start.decode(encoding, "ignore"))
              for encoding, (_, frequent) in FREQUENT.items()}
    best = max(counts, key=counts.get)
    return best if 40 * counts[best] > sum(byte > 127 for byte in start) else "cp1252"


def nfc(text):
    """A text with its characters composed, so that a word has one spelling.

    macOS writes the letters of a Hangul syllable, and accents, as characters of their own (NFD).
    """
    return unicodedata.normalize("NFC", text)


def visible(text):
    """nfc() of a text without marks that nobody sees, so that a word has one spelling.

    Soft hyphens, marks of direction, a byte-order mark inside; a zero-width space becomes a space.
    """
    return nfc(text.translate(INVISIBLE))


def lines_of(text):
    r"""The lines of a text; \n, \r\n and \r end one, and none of the others of str.splitlines."""
    lines = re.split("\r\n|[\r\n]", text)
    return lines if lines[-1] else lines[:-1]


def name_of(word):
    """The word itself, or for a character that separates words one that can be seen.

    Of a character with combining marks, the marks stay.
    """
    if WHITE.match(word):
        return chr(ord("\N{SYMBOL FOR NULL}") + ord(word[0])) + word[1:]    # of the space U+2420
    return word
