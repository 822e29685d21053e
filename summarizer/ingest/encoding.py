"""Bytes to text: byte order marks, declared charsets, UTF-8, UTF-16 and the old 8-bit encodings of Italian text.

It never raises and never loses a letter that the encoding states; what no encoding explains becomes U+FFFD.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # the UTF-32 mark begins with the UTF-16 one
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN: Final = frozenset({"ascii", "iso8859-1", "cp1252"})
# Only these are taken from a declaration: Python also knows codecs that are no charsets (unicode_escape, idna).
_DECLARABLE: Final = _WESTERN | {
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "iso8859-15",
    "mac-roman",
    "cp437",
    "cp850",
    "cp858",
    *(f"iso8859-{n}" for n in (2, 3, 4, 5, 7, 9, 10, 13, 14, 16)),
    *(f"cp125{n}" for n in (0, 1, 3, 4, 5, 6, 7, 8)),
}
_SAMPLE_BYTES: Final = 200_000

# In Italian an accented vowel nearly always ends the word; a typographic quotation mark never stands inside one.
_ITALIAN: Final = re.compile(
    r"(?<![A-Z])[àèéìòù](?!\w)|[ÀÈÉÌÒÙ](?![a-z])|(?<![\w])[“«‘](?=\w)|(?<=[\w.!?…,])[”»](?!\w)|(?<=\w)’(?=\w)"
)
_FOREIGN: Final = re.compile(r"[^\x00-\x7fàèéìòùÀÈÉÌÒÙ“”‘’«»–—…€°ªº]")

# Letters that HTML (WHATWG "windows-1252") and most editors mean when they write C1 controls.
_C1_MEANT: Final = {
    code: bytes((code,)).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D, 0x85)
}
_C1_QUOTES: Final = re.compile("[\x91-\x97]")
_UNPAIRED_UTF8: Final = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_UTF8_SEQUENCE: Final = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|\xe2[\x80-\xbf]{2}")


def canonical(charset: str | None) -> str | None:
    """Python's name of a declared charset, or None if it is none that articles come in."""
    if charset is None:
        return None
    try:
        name = codecs.lookup(charset.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    if name not in _DECLARABLE:
        return None
    # as browsers do: who declares Latin-1 or ASCII writes windows-1252
    return "cp1252" if name in _WESTERN else name


def decode(data: bytes, *, charset: str | None = None) -> str:
    """The text in `data`.

    In this order: a byte order mark; the declared `charset` if the bytes agree with it; UTF-16 by its zero bytes;
    UTF-8; the 8-bit encoding (windows-1252, Mac Roman, code page 850) in which the text reads most like Italian.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    declared = canonical(charset)
    if declared is not None:
        try:
            text = data.decode(declared)
        except UnicodeDecodeError:
            pass
        else:
            if declared != "cp1252" or not _is_multibyte_utf8(data):
                return repair_c1(text)
    guessed = _utf16_without_mark(data)
    if guessed is not None:
        return data.decode(guessed, "replace")
    # Two bytes of UTF-8 are cut off or broken far more often than an 8-bit text happens to hold UTF-8 sequences.
    data = _UNPAIRED_UTF8.sub("\ufffd".encode(), data)
    try:
        return repair_c1(data.decode("utf-8"))
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        if len(_UTF8_SEQUENCE.findall(data)) > text.count("\ufffd"):
            return repair_c1(text)
    return data.decode(_eight_bit(data), "replace")


def repair_c1(text: str) -> str:
    """The text with typographic marks where an earlier conversion left C1 control characters in their place."""
    if not _C1_QUOTES.search(text):
        return text
    return text.translate({**_C1_MEANT, 0x85: "…"})


def _is_multibyte_utf8(data: bytes) -> bool:
    if data.isascii():
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_mark(data: bytes) -> str | None:
    sample = data[:_SAMPLE_BYTES]
    if len(sample) < 8:
        return None
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _eight_bit(data: bytes) -> str:
    sample = data[:_SAMPLE_BYTES]

    def likeness(encoding: str) -> int:
        text = sample.decode(encoding, "replace")
        return 2 * len(_ITALIAN.findall(text)) - len(_FOREIGN.findall(text))

    # max keeps the first of equals, so windows-1252 wins where nothing speaks against it
    return max(("cp1252", "mac-roman", "cp850"), key=likeness)
