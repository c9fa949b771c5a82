"""Bytes that are no UTF-8 text are told apart; one spelling of a word; the ends of lines."""

import pytest

from common.errors import InputError
from common.files.text import decoded, lines_of, name_of, nfc, visible

KOREAN = "나는 사과를 먹는다\n고양이가 잔다\n"
JAPANESE = "猫が魚を食べた。カタカナのテスト\n"


@pytest.mark.parametrize("data, message", [
    (KOREAN.encode("utf-16"), r"is UTF-16\. .*iconv -f UTF-16 -t UTF-8"),
    (KOREAN.encode("utf-32"), r"is UTF-32\. .*iconv -f UTF-32 "),
    ("a b\n".encode("utf-16-le"), "NUL character at offset 1, .*iconv -f UTF-16LE "),
    (KOREAN.encode("utf-16-be"), "NUL character at offset 4, .*iconv -f UTF-16BE "),
    (b"a b\0c", "NUL character at offset 3"),
    (b"a long line \0 of text", r"offset 12\. Take it out \(tr -d"),
    (KOREAN.encode("cp949"), r"0xb3 at offset 0 is not UTF-8, .*cp949 .*iconv -f cp949 "),
    (JAPANESE.encode("cp932"), r"it seems to be cp932 \(Japanese\)\. .*iconv -f cp932 "),
    (JAPANESE.encode("euc-jp"), r"it seems to be euc-jp \(Japanese\)\. .*iconv -f euc-jp "),
    ("他说他不在这里。".encode("gbk"), r"gb18030 \(Chinese\)\. .*iconv -f gb18030 "),
    ("他說他不在這裡。".encode("big5"), r"big5 \(Chinese\)\. .*iconv -f big5 "),
    ("it\u2019s naïve".encode("cp1252"), "0x92 at offset 2 is not UTF-8, .*iconv -f cp1252 "),
    ("été à Noël".encode("cp1252"), "iconv -f cp1252 "),
    (("é " * 80).encode("cp1252") + "の".encode("cp932"), "it may be cp1252"),
])
def test_other_encodings_are_told_with_what_to_do(data, message):
    with pytest.raises(InputError, match=f"t.txt is no UTF-8 text: .*{message}"):
        decoded(data, "t.txt")


@pytest.mark.parametrize("data, name", [
    (b"%PDF-1.4\n1 0 obj", "a PDF"), (b"%!PS-Adobe-3", "PostScript"), (b"{\\rtf1\\ansi", "RTF"),
    (b"\xef\xbb\xbf\r\n<!DOCTYPE html><p>", "HTML"), (b"<html lang='ko'>", "HTML"),
    (b"<?xml version='1.0'?>", "XML"), (b"PK\3\4\x14\0", "a ZIP"), (b"\x1f\x8b\x08", "a gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1", "a document of Word or Hangul"),
])
def test_formats_that_are_no_plain_text_are_told_by_name(data, name):
    with pytest.raises(InputError, match=f"t is {name}.*, no file of X: .*plain text"):
        decoded(data, "t", "file of X")


def test_text_with_and_without_a_mark_is_composed():
    decomposed = b"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab e\xcc\x81\r\n"
    assert decoded(b"\xef\xbb\xbf" + decomposed, "t") == "한 é\r\n" == decoded(decomposed, "t")
    assert decoded(b"a < b, 100 % PDF", "t") == "a < b, 100 % PDF"


def test_a_word_has_one_spelling():
    assert nfc("\u1112\u1161\u11ab\u1100\u1173\u11af e\u0301") == "\ud55c\uae00 \u00e9"
    assert visible("\ufeffnai\u0308\u00adve\u200bto") == "na\u00efve to"
    assert visible("nai\u00ad\u0308ve") == "na\u00efve"      # composed without the mark between
    assert visible("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645")[2] == "\u200c"  # it is read


def test_only_the_three_ends_of_lines_part_lines():
    inner = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"
    assert lines_of(f"a\nb\r\nc\r{inner}\n\nd") == ["a", "b", "c", inner, "", "d"]
    assert lines_of("a\r\n") == ["a"] and lines_of("") == []


@pytest.mark.parametrize("word, name", [
    ("a", "a"), (" ", "\u2420"), ("\t", "\u2409"), (" \u0301", "\u2420\u0301"), ("a b", "a b")])
def test_a_character_that_separates_words_has_a_name_that_is_seen(word, name):
    assert name_of(word) == name
