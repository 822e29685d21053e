"""What a worker does with jobs, wherever it runs: reads articles, translates them together, gives back documents.

It writes nothing and knows no ledger. Documents hold no times and no absolute paths, so that the same article gives
the same bytes in any worker, beside any other articles, in any run.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from summarizer import ingest
from summarizer.batch.interface import BatchOptions, Facts, Job, Result
from summarizer.errors import SourceError, SummarizerError
from summarizer.ingest.files import read_file
from summarizer.pipeline import Draft, Pipeline
from summarizer.render import RenderOptions, renderer
from summarizer.report import Report, Summary, Translation
from summarizer.untrusted import one_line

TEXT_WIDTH = 80

Alive = Callable[[str], None]
"""Called at least once an article and once a batch of sentences, with the path of the article at hand or ""."""


def _silent(path: str) -> None:
    """Tells nobody."""


class Worker:
    """A pipeline that does jobs."""

    def __init__(self, batch: BatchOptions, *, threads: int = 0) -> None:
        """`threads` is the number of the engine's threads; 0 leaves the choice to it.

        Raises:
            ModelError, EngineError, UsageError: nothing can be done with these options.
        """
        self._batch = batch
        self._pipeline = Pipeline(replace(batch.options, threads=threads))

    def load(self) -> None:
        """Loads the models now and not with the first article; raises as the constructor does."""
        self._pipeline.load()

    def close(self) -> None:
        """Frees the models."""
        self._pipeline.close()

    def do(self, jobs: Sequence[Job], alive: Alive = _silent) -> list[Result]:
        """One result a job, in order; a bad article is a failed result and harms no other."""
        results: dict[str, Result] = {}
        drafts: list[tuple[Job, Draft]] = []
        for job in jobs:
            alive(job.path)
            read = self._read(job)
            if isinstance(read, Result):
                results[job.path] = read
            else:
                drafts.append((job, read))
        alive("")
        for (job, _), report in zip(drafts, self._finish(drafts, alive), strict=True):
            alive(job.path)
            results[job.path] = report if isinstance(report, Result) else self._documents(job, report)
        return [results[job.path] for job in jobs]

    def _read(self, job: Job) -> Draft | Result:
        sha256 = ""
        try:
            data = read_file(str(job.source), max_bytes=ingest.MAX_FILE_BYTES)
            sha256 = hashlib.sha256(data).hexdigest()
            return self._pipeline.draft(ingest.read_bytes(data, name=job.path, force=self._batch.options.force))
        except SourceError as error:
            # the ledger and its readers know articles by their name in the folder
            return Result(job, error=f"{job.path}: {error.reason}", kind=type(error).__name__, sha256=sha256)
        except Exception as error:  # noqa: BLE001 - whatever a parser does, it must cost one article and no more
            return _failed(job, error, sha256)

    def _finish(self, drafts: Sequence[tuple[Job, Draft]], alive: Alive) -> list[Report | Result]:
        if not drafts:
            return []
        try:
            return list(self._pipeline.finish([draft for _, draft in drafts], lambda done: alive("")))
        except Exception as error:  # noqa: BLE001 - as above
            if len(drafts) == 1:
                job, draft = drafts[0]
                return [_failed(job, error, draft.article.sha256)]
        # one of them brought the engine down: each alone then, so that only that one fails
        return [result for pair in drafts for result in self._finish([pair], alive)]

    def _documents(self, job: Job, report: Report) -> Result:
        try:
            timeless = replace(report, timings={})
            options = RenderOptions(view=self._batch.view, width=TEXT_WIDTH)
            return Result(
                job,
                documents=tuple((path, renderer(form).render(timeless, options)) for form, path in job.outputs),
                facts=_facts(report),
            )
        except Exception as error:  # noqa: BLE001 - as above
            return _failed(job, error, report.article.sha256)


def _failed(job: Job, error: Exception, sha256: str) -> Result:
    if isinstance(error, SummarizerError):
        reason = str(error)
    else:
        reason = f"internal error: {type(error).__name__}: {error}; please report it"
    return Result(job, error=one_line(f"{job.path}: {reason}"), kind=type(error).__name__, sha256=sha256)


def _facts(report: Report) -> Facts:
    severities = Counter(finding.severity for finding in report.findings)
    sentences = report.translation.sentences
    first = report.summaries[0].sentences[:1]
    parts: list[Translation | Summary] = [report.translation, *report.summaries]
    return Facts(
        sha256=report.article.sha256,
        title=report.article.title or "",
        translated_title=report.title or "",
        summary=first[0].text if first else "",
        language=report.translation.language,
        model=_each(" + ", (part.model for part in parts)),
        licence=_each(" + ", (part.licence for part in parts)),
        attribution=_each("; ", (part.attribution for part in parts)),
        engine=report.translation.engine,
        signature=report.signature,
        sentences=len(sentences),
        words=sum(len(s.sentence.text.split()) for s in sentences),
        errors=severities["error"],
        warnings=severities["warning"],
        notes=severities["note"],
        kinds=tuple(sorted(Counter(finding.kind for finding in report.findings).items())),
        timings=tuple(report.timings.items()),
    )


def _each(separator: str, parts: Iterable[str | None]) -> str:
    """Every model, licence or attribution that is named, once; a report joins those of one way by `separator`."""
    names = dict.fromkeys(name for part in parts if part for name in part.split(separator))
    return separator.join(name for name in names if name != "none" or len(names) == 1)
