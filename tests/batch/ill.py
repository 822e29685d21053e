"""A worker for worker processes that does to itself what an article says."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from summarizer.batch.interface import BatchOptions, Facts, Job, Result
from summarizer.errors import ModelError


class IllWorker:
    """Reads the articles of a window, then "translates" them together; dies or hangs at a word in one of them."""

    def __init__(self, batch: BatchOptions, *, threads: int) -> None:
        pass

    def load(self) -> None:
        pass

    def close(self) -> None:
        pass

    def do(self, jobs: Sequence[Job], alive: Callable[[str], None]) -> list[Result]:
        texts = []
        for job in jobs:
            alive(job.path)
            text = job.source.read_text()
            if "muore leggendo" in text:
                os.kill(os.getpid(), signal.SIGKILL)
            if "muore una volta" in text and not (mark := Path(f"{job.source}.morto")).exists():
                mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            if "dorme leggendo" in text:
                time.sleep(3600)
            if "avverte" in text:
                logging.getLogger("summarizer.prova").warning("the disk is full")
            texts.append(text)
        alive("")
        if any("muore traducendo" in text for text in texts):
            os._exit(9)
        if any("dorme traducendo" in text for text in texts):
            time.sleep(3600)
        for text in texts:
            time.sleep(0.1 if "lento" in text else 0)
            alive("")
        return [Result(job, (("x", text),), Facts(sha256=job.sha256)) for job, text in zip(jobs, texts, strict=True)]


class NoModel(IllWorker):
    """Cannot be made ready."""

    def load(self) -> None:
        raise ModelError("opus-mt is not installed: `summarizer models pull opus-mt`")


class DiesAtOnce(IllWorker):
    """Dies before it is ready."""

    def load(self) -> None:
        os._exit(7)
