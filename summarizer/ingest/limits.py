"""Every limit of ingest in one place, each with its unit.

They keep a hostile or broken source from eating memory or time; none of them may shorten an article silently: what is
over a limit is refused with `SourceTooLarge`, `MalformedSource` or `FetchError`.
"""

from __future__ import annotations

from typing import Final

# --- any source
MAX_FILE_BYTES: Final = 20_000_000
"""Bytes of a file, of standard input, or of a fetched body after decompression."""
MAX_EXTRACTED_CHARACTERS: Final = 5_000_000
"""Characters that a compressed format (PDF, DOCX) may unfold into."""
MAX_LINES: Final = 500_000
"""Lines of plain text."""
MAX_BLOCKS: Final = 20_000
"""Paragraphs, headings, list items and the like; a book has fewer."""

# --- HTML
MAX_HTML_CHARACTERS: Final = 5_000_000
"""Characters of a page once scripts, styles and comments are out."""
MAX_HTML_TAGS: Final = 60_000
"""Start tags of a page; extraction visits every element several times."""
MAX_HTML_DEPTH: Final = 250
"""Elements inside each other; libxml2 drops everything below 255 without a word."""
MAX_TAG_CHARACTERS: Final = 2_048
"""Characters of one start tag; a longer one loses its attributes (libxml2 needs quadratic time for them)."""
CHARSET_PRESCAN_BYTES: Final = 4_096
"""Bytes at the start of a page in which a charset declaration is looked for."""

# --- Markdown
MAX_MARKDOWN_CHARACTERS: Final = 200_000
"""Characters of a Markdown file, about 30 000 words; hostile markup costs the parser a tenth of a millisecond each."""
MAX_MARKDOWN_NESTING: Final = 100
"""Quotations and lists inside each other; the parser passes over what is deeper."""
MAX_FRONT_MATTER_LINES: Final = 200

# --- DOCX
MAX_DOCX_UNPACKED_BYTES: Final = 100_000_000
"""Bytes of all members of the archive together, as unpacked."""
MAX_DOCX_XML_BYTES: Final = 30_000_000
"""Bytes of one XML member, as unpacked; its tree takes about ten times as much memory."""
MAX_DOCX_MEMBERS: Final = 5_000

# --- PDF
MAX_PDF_PAGES: Final = 500
MAX_PDF_OPERATIONS: Final = 5_000_000
"""Drawing operations of all pages together."""

# --- URLs
FETCH_SECONDS: Final = 30.0
"""From the first look-up to the last byte, all redirects included."""
CONNECT_SECONDS: Final = 10.0
MAX_REDIRECTS: Final = 5
MAX_URL_CHARACTERS: Final = 4_096
FETCH_CHUNK_BYTES: Final = 65_536

# --- language check
LANGUAGE_SAMPLE_CHARACTERS: Final = 100_000
"""Characters of the article that the language check looks at."""
LANGUAGE_MIN_WORDS: Final = 5
"""An article with fewer words is never refused for its language."""

# --- metadata
MAX_METADATA_CHARACTERS: Final = 500
"""Characters of a title, author or date that stands in metadata; a longer one is not a title and is passed over."""
