"""From a source (file, address, standard input) to an Article: one reader a format, all of them behind two functions.

Importing this package loads none of the format libraries, and no source makes it print, exit or read the environment.
"""

from __future__ import annotations

from summarizer.ingest.limits import MAX_FILE_BYTES
from summarizer.ingest.reading import read, read_bytes
from summarizer.ingest.sniffing import FORMAT_OF_SUFFIX

__all__ = ["FORMAT_OF_SUFFIX", "MAX_FILE_BYTES", "read", "read_bytes"]
