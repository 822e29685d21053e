"""Makes text from outside harmless: article text, model output, file names, error messages that quote them.

Everything that is read passes `sanitize` once on the way in, and everything that is shown passes it again on the way
out (the second pass is the one that protects a terminal if a room forgets the first).
"""

from __future__ import annotations

import re

# Whole escape sequences go with their payload, else the payload stays behind as visible litter:
# CSI (ESC [ … final byte, or C1 0x9B), string controls OSC/DCS/SOS/PM/APC up to ST or BEL, then two-byte escapes.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]{0,4096}(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)
# C0 but tab and newline, DEL, C1, soft hyphen, Arabic letter mark, zero-width space, directional marks, bidi
# embeddings, overrides and isolates, invisible operators, BOM, interlinear annotations, tag characters, noncharacters.
_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f"
)
_INVISIBLE = re.compile(f"[{_HIDDEN}]")
# Besides what hides, line ends and lone surrogates: every character that is taken out or replaced, or begins a sequence
# that is.
_HARMFUL = re.compile(f"[{_HIDDEN}\u2028\u2029\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n|[\r\u0085\u2028\u2029\x0b\x0c]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def sanitize(text: str) -> str:
    """The text without anything that acts on a terminal or hides from a reader.

    Line ends become `\\n`; newline and tab are the only control characters left; lone surrogates become U+FFFD.
    Idempotent, never longer than its input.
    """
    if not _HARMFUL.search(text):
        # nearly all text: one look at it instead of four
        return text
    text = _LINE_ENDS.sub("\n", text)
    text = _ESCAPES.sub("", text)
    text = _INVISIBLE.sub("", text)
    return _SURROGATES.sub("\ufffd", text)


def one_line(text: str) -> str:
    """`sanitize`d and folded: white space of any kind becomes single spaces, none at the ends."""
    return " ".join(sanitize(text).split())
