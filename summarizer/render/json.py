"""The report as JSON, schema 1 (`summarizer/schema/report-1.json`): always everything, whatever the view.

It must never lose text: what a terminal would act on is written as a JSON escape, not taken out.
"""

from __future__ import annotations

import json
import re

from summarizer.render.interface import Renderer, RenderOptions
from summarizer.report import Report, to_dict

# JSON itself escapes only C0. DEL, C1, the invisible and directional characters and the two Unicode line ends would
# reach a terminal that shows the file, and the line ends would also break JSON Lines for readers that split on them.
_ACTIVE = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
# A file name that is not UTF-8 arrives with lone surrogates. I-JSON (RFC 7493, 2.1) forbids them, and many parsers
# refuse the whole document for one.
_SURROGATES = re.compile("[\ud800-\udfff]")


def _escape(match: re.Match[str]) -> str:
    return json.dumps(match.group())[1:-1]


def dumps(report: Report, *, indent: int | None = 2) -> str:
    """The report as one JSON object without a final newline; `indent=None` puts it on one line, for JSON Lines.

    Text survives a round trip unchanged, but for lone surrogates, which become U+FFFD.
    Raises `ValueError` for a number JSON cannot hold (NaN, infinity).
    """
    separators = (",", ":") if indent is None else (",", ": ")
    document = json.dumps(to_dict(report), ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)
    return _ACTIVE.sub(_escape, _SURROGATES.sub("\ufffd", document))


class JsonRenderer(Renderer):
    """Indented JSON for people and programs."""

    name = "json"
    suffix = ".json"

    def render(self, report: Report, options: RenderOptions) -> str:
        """The whole report; the options change nothing, so that one article always gives one document."""
        return dumps(report) + "\n"
