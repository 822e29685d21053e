"""One file over HTTP through huggingface_hub: what was cut goes on from there, passing faults are waited out."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from summarizer.errors import ModelError

T = TypeVar("T")
Pause = Callable[[float], None]

# Attempts without a byte gained before a download is given up, and the first pause, in seconds, doubled each time.
ATTEMPTS = 6
PAUSE = 0.5
# Seconds without data after which a connection counts as dead.
TIMEOUT = 30.0


def persist(what: str, call: Callable[[], T], pause: Pause) -> T:
    """The call's result, tried again while the fault may pass; `what` is asked for, for messages.

    Raises:
        ModelError: the fault did not pass; says what it was.
    """
    attempt = 0
    while True:
        try:
            return call()
        except network_errors() as error:
            attempt += 1
            if attempt == ATTEMPTS or not _may_pass(error):
                raise _fault(what, error) from error
            pause(PAUSE * 2**attempt)


def receive(what: str, url: str, partial: Path, size: int, report: Callable[[int], None], pause: Pause) -> None:
    """Appends to the file `partial` until it has `size` bytes, and syncs it.

    Args:
        what: the model and the file, for messages.
        url: where the file is; redirects are followed.
        partial: may hold the beginning already.
        size: bytes of the whole file.
        report: told the bytes that are there.
        pause: waits for some seconds.

    Raises:
        ModelError: the server cannot be reached or sends too little; what arrived is kept.
        OSError: the file cannot be written.
    """
    attempts = ATTEMPTS
    with partial.open("ab") as target:
        while (have := target.seek(0, os.SEEK_END)) != size:
            if have > size:
                target.truncate(0)
                continue
            reason = f"it sends no more than {have} of {size} bytes of {url.rsplit('/', 1)[-1]}"
            try:
                for whole, chunk in _stream(url, have):
                    if whole:
                        # a server that ignores ranges starts from the beginning
                        target.truncate(0)
                    target.write(chunk)
                    report(target.seek(0, os.SEEK_END))
            except network_errors() as error:
                if not _may_pass(error):
                    raise _fault(what, error) from error
                reason = _reason(error)
            attempts = ATTEMPTS if target.seek(0, os.SEEK_END) > have else attempts - 1
            if attempts == 0:
                raise _unreachable(what, reason)
            if target.tell() != size:
                pause(PAUSE * 2 ** (ATTEMPTS - attempts))
        target.flush()
        os.fsync(target.fileno())


def _stream(url: str, have: int) -> Iterator[tuple[bool, bytes]]:
    """Chunks from byte `have` on; the flag is set on the first where the server sends the whole file instead."""
    from huggingface_hub import utils

    http: Any = utils
    headers = {**http.build_hf_headers(), "Range": f"bytes={have}-", "Accept-Encoding": "identity"}
    with http.get_session().stream("GET", url, headers=headers, timeout=TIMEOUT) as response:
        http.hf_raise_for_status(response)
        whole = have > 0 and response.status_code != 206
        # as the chunks come: chunks of a size of our own would be lost with the connection when half full
        for chunk in response.iter_raw():
            yield whole, chunk
            whole = False


@contextmanager
def disk_faults(path: Path) -> Iterator[None]:
    """Faults of the disk in it become ModelErrors that say what to do; `path` is what was being written."""
    try:
        yield
    except OSError as error:
        if isinstance(error, network_errors()):
            raise
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ModelError(
                f"{path.parent}: the disk is full; make room and pull again, it goes on from where it stopped"
            ) from error
        raise ModelError(f"{path.parent}: cannot be written ({error.strerror or error})") from error


def network_errors() -> tuple[type[Exception], ...]:
    """What huggingface_hub and its HTTP library raise when a request fails."""
    from huggingface_hub import errors

    # httpx or httpx2, by the version of huggingface_hub
    http = next(base for base in errors.HfHubHTTPError.__mro__ if base.__name__ == "HTTPError")
    return (http, errors.HfHubHTTPError, errors.LocalEntryNotFoundError, errors.OfflineModeIsEnabled)


def _may_pass(error: BaseException) -> bool:
    """True if trying again may help: no answer at all, or one that speaks of a passing trouble."""
    from huggingface_hub import errors

    if isinstance(error, errors.OfflineModeIsEnabled):
        return False
    cause = error.__cause__ if isinstance(error, errors.LocalEntryNotFoundError) and error.__cause__ else error
    status = getattr(getattr(cause, "response", None), "status_code", None)
    return status is None or status in (408, 425, 429) or status >= 500


def _fault(what: str, error: Exception) -> ModelError:
    from huggingface_hub import errors

    cause = error.__cause__ if isinstance(error, errors.LocalEntryNotFoundError) and error.__cause__ else error
    if isinstance(cause, errors.GatedRepoError):
        return ModelError(f"{what}: its publisher lets only registered users in; log in with `hf auth login`")
    if isinstance(cause, errors.RevisionNotFoundError):
        return ModelError(f"{what}: the hub has no such revision of it; --revision main takes the newest")
    if isinstance(cause, errors.RepositoryNotFoundError):
        return ModelError(f"{what}: the hub has no such model, or it is private (`hf auth login`)")
    if isinstance(cause, errors.EntryNotFoundError):
        return ModelError(f"{what}: the hub lists the file and does not have it")
    return _unreachable(what, _reason(cause))


def _unreachable(what: str, reason: str) -> ModelError:
    return ModelError(f"{what}: the hub does not deliver it ({reason}); what was fetched is kept for the next pull")


def _reason(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
