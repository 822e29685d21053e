"""What a worker does with jobs, wherever it runs: reads articles, translates them together, gives back documents.

It writes nothing and knows no ledger. Documents hold no times and no absolute paths, so that the same article gives
the same bytes in any worker, beside any other articles, in any run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from summarizer import ingest
from summarizer.batch.interface import BatchOptions, Facts, Job, Result
from summarizer.errors import SourceError, SummarizerError
from summarizer.ingest.files import read_file
from summarizer.pipeline import Draft, Pipeline
from summarizer.render import RenderOptions, renderer
from summarizer.report import Report

TEXT_WIDTH = 80


class Worker:
    """A pipeline that does jobs; loads its models once, when the first job comes."""

    def __init__(self, batch: BatchOptions, *, threads: int = 0) -> None:
        """`threads` is the number of the engine's threads; 0 leaves the choice to it.

        Raises:
            ModelError, UsageError: nothing can be done with these options.
        """
        self._batch = batch
        self._pipeline = Pipeline(replace(batch.options, threads=threads))

    def close(self) -> None:
        """Frees the models."""
        self._pipeline.close()

    def do(self, jobs: Sequence[Job]) -> list[Result]:
        """One result a job, in order; a bad article is a failed result and harms no other."""
        results: dict[str, Result] = {}
        drafts: list[tuple[Job, Draft]] = []
        for job in jobs:
            try:
                drafts.append((job, self._read(job)))
            except SummarizerError as error:
                results[job.path] = _failed(job, error)
        for (job, _), report in zip(drafts, self._finish(drafts), strict=True):
            results[job.path] = report if isinstance(report, Result) else self._documents(job, report)
        return [results[job.path] for job in jobs]

    def _read(self, job: Job) -> Draft:
        try:
            data = read_file(str(job.source), max_bytes=ingest.MAX_FILE_BYTES)
            return self._pipeline.draft(ingest.read_bytes(data, name=job.path, force=self._batch.options.force))
        except SourceError as error:
            # the ledger and its readers know articles by their name in the folder
            raise type(error)(job.path, error.reason) from error

    def _finish(self, drafts: Sequence[tuple[Job, Draft]]) -> list[Report | Result]:
        if not drafts:
            return []
        try:
            return list(self._pipeline.finish([draft for _, draft in drafts]))
        except SummarizerError as error:
            if len(drafts) == 1:
                return [_failed(drafts[0][0], error)]
        # one of them brought the engine down: each alone then, so that only that one fails
        return [result for pair in drafts for result in self._finish([pair])]

    def _documents(self, job: Job, report: Report) -> Result:
        timeless = replace(report, timings={})
        options = RenderOptions(view=self._batch.view, width=TEXT_WIDTH)
        return Result(
            job,
            documents=tuple((path, renderer(form).render(timeless, options)) for form, path in job.outputs),
            facts=_facts(report),
        )


def _failed(job: Job, error: SummarizerError) -> Result:
    return Result(job, error=str(error), kind=type(error).__name__)


def _facts(report: Report) -> Facts:
    severities = Counter(finding.severity for finding in report.findings)
    sentences = report.translation.sentences
    first = report.summaries[0].sentences[:1]
    return Facts(
        sha256=report.article.sha256,
        title=report.article.title or "",
        translated_title=report.title or "",
        summary=first[0].text if first else "",
        language=report.translation.language,
        model=report.translation.model,
        licence=report.translation.licence,
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
