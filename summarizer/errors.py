"""Every fault a user can meet, one class a kind, each with the exit code it means.

A message is one line: it names the file or model, what was expected, and what to do next. It may quote untrusted
text; whoever prints it sanitises it.
"""

from __future__ import annotations

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_PARTIAL = 3
EXIT_INTERRUPTED = 130


class SummarizerError(Exception):
    """Base of all faults this program raises on purpose."""

    exit_code = EXIT_FAILED


class UsageError(SummarizerError):
    """The command line or the options contradict themselves."""

    exit_code = EXIT_USAGE


class SourceError(SummarizerError):
    """A source cannot be read as an article. Base of the kinds below."""

    def __init__(self, source: str, message: str) -> None:
        """`source` as the user named it; `message` without the name in front."""
        super().__init__(f"{source}: {message}")
        self.source = source
        self.reason = message


class UnreadableSource(SourceError):
    """Missing, a directory, no permission, or an I/O fault."""


class UnsupportedSource(SourceError):
    """Binary, or a format that is not read."""


class MalformedSource(SourceError):
    """The right format, but broken, encrypted or without any text."""


class SourceTooLarge(SourceError):
    """Over the size limit."""


class WrongLanguage(SourceError):
    """Not Italian."""


class FetchError(SourceError):
    """A URL that cannot or must not be fetched."""


class ModelError(SummarizerError):
    """A model is missing, damaged, refused for its licence, or does not fit the task."""


class LanguageUnavailable(ModelError):
    """No installed model writes the requested language."""


class EngineError(SummarizerError):
    """The engine failed while decoding."""


class UnusableSummary(EngineError):
    """The model wrote nothing about an article that can be shown as its summary."""


class GlossaryError(UsageError):
    """A glossary file that cannot be used."""


class MemoryStoreError(SummarizerError):
    """The translation memory cannot be opened or written."""


class LedgerError(SummarizerError):
    """A batch's ledger cannot be opened, read or written."""


class BatchLocked(SummarizerError):
    """Another batch is at work on the same output folder."""


class OutputError(SummarizerError):
    """The result cannot be written where it was asked for."""
