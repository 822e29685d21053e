"""What a batch remembers between runs: ledger and journal, opened together, made whole, written in one order.

Journal first, then ledger, which keeps how far into the journal it has come. So a crash between the two, a ledger
that is lost and one that is damaged are the same case: what the journal holds beyond it is taken in when next opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from summarizer.batch import journal
from summarizer.batch.journal import Journal
from summarizer.batch.ledger import NAME as LEDGER
from summarizer.batch.ledger import DamagedLedger, Ledger, Row
from summarizer.durable import sync_folder
from summarizer.errors import OutputError


class State:
    """Ledger and journal in one private folder, for the one driver that holds its lock."""

    def __init__(self, private: Path, output: Path) -> None:
        """Opens or makes both, and mends what a crash or a fault of the disk did to them.

        Raises:
            LedgerError: the ledger cannot be opened or written.
            OutputError: the journal cannot be.
        """
        self.notices: list[str] = []
        """What a person should hear about it, one line each."""
        self._private = private
        path = private / LEDGER
        damage = ""
        try:
            self.ledger = Ledger(path)
        except DamagedLedger as error:
            damage = f"{error}; set aside as {_set_aside(path)}"
            self.ledger = Ledger(path)
        try:
            taken = self._catch_up(output)
            self._journal = Journal(self._path)
            sync_folder(private)
        except OSError as error:
            self.ledger.close()
            raise self._fault(error) from error
        except BaseException:
            self.ledger.close()
            raise
        if damage or (self.ledger.created and taken):
            lost = damage or f"{path}: the ledger was lost"
            self.notices.append(
                f"{lost} and rebuilt from the journal: {taken} articles are known and need not be done again"
            )

    @property
    def _path(self) -> Path:
        return self._private / journal.NAME

    def close(self) -> None:
        """Closes both; what was recorded is safe without it."""
        self._journal.__exit__(None, None, None)
        self.ledger.close()

    def record(self, rows: Sequence[Row]) -> None:
        """Writes rows; when it returns, they survive a power cut.

        Raises:
            LedgerError, OutputError: they cannot be written.
        """
        try:
            end = self._journal.append_all(rows)
        except OSError as error:
            raise self._fault(error) from error
        self.ledger.record_all(rows, journal_end=end)

    def restart(self) -> None:
        """Forgets with what each article was made, so that all are done anew; a crash in it leaves all as it was.

        Raises:
            LedgerError, OutputError: the files cannot be written.
        """
        try:
            self._journal.__exit__(None, None, None)
            journal.write(self._path, ())
            # until here a crash is a lost journal, and the ledger makes it anew
            self.ledger.forget_configurations()
            self._journal = Journal(self._path)
        except OSError as error:
            raise self._fault(error) from error

    def _catch_up(self, output: Path) -> int:
        """Takes in what the journal has beyond the ledger; writes a journal that was lost anew."""
        known = self.ledger.journal_end
        length = self._path.stat().st_size if self._path.exists() else 0
        if length < known:
            journal.write(self._path, self.ledger.rows())
            self.ledger.record_all((), journal_end=self._path.stat().st_size)
            self.notices.append(f"{self._path}: the journal was lost and written anew from the ledger")
            return 0
        return journal.rebuild(self.ledger, self._path, output, start=known) if length > known else 0

    def _fault(self, error: OSError) -> OutputError:
        return OutputError(
            f"{self._path}: cannot be written ({error.strerror or error}); what was done before is safe: "
            "make room and run the same command again"
        )


def _set_aside(path: Path) -> str:
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    # the write-ahead log goes along: it belongs to these pages and would spoil new ones
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(aside.with_name(aside.name + suffix))
    return aside.name
