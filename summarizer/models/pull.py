"""Pulls a model: licence, description, weights, safetensors, checksums, and the receipt as the very last thing.

Whatever goes wrong before the receipt is written, the model counts as not installed and the next pull goes on from what
is there. Never runs code of a repository.
"""

from __future__ import annotations

import datetime
import logging
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summarizer.errors import ModelError
from summarizer.models import checkpoint
from summarizer.models.catalog import UNPINNED, USER_CATALOG, ModelCard, missing
from summarizer.models.conversion import run_module
from summarizer.models.digests import sha256
from summarizer.models.download import disk_faults
from summarizer.models.hub import Hub, Progress, Repository
from summarizer.models.licences import check_licence, licence_fields
from summarizer.models.receipts import FileRecord, Receipt, Receipts, file_name

log = logging.getLogger(__name__)

CONVERTED_WEIGHTS = "safetensors"
"""Folder in our cache for weights that were pickled."""


@dataclass(frozen=True, slots=True)
class Puller:
    """Brings models of the hub onto this machine."""

    cache: Path
    """Our own cache, for locks and converted weights."""
    receipts: Receipts
    known: Mapping[str, ModelCard]
    stated: Mapping[str, dict[str, Any]]
    """Fields that the user's models.toml states of models, by id."""
    hub: Hub

    def pull(
        self, model_id: str, *, revision: str | None, allow_noncommercial: bool, progress: Progress | None = None
    ) -> Receipt:
        """Fetches a model, or what is missing of it, and writes its receipt.

        Raises:
            ModelError: it is refused, incomplete, damaged on the way, or cannot be stored; nothing half-made is used.
        """
        card = self.known.get(model_id)
        if card is not None:
            check_licence(model_id, card.licence, card.commercial, allowed=allow_noncommercial)
        from filelock import FileLock, Timeout

        locks = self.cache / "locks"
        with disk_faults(locks / "lock"):
            locks.mkdir(parents=True, exist_ok=True)
        lock = FileLock(locks / f"{file_name(model_id)}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            log.warning("another process is pulling %s; waiting for it", model_id)
            lock.acquire()
        try:
            wanted = revision or (card.revision if card else None) or UNPINNED
            return self._pull(model_id, card, self.hub.repository(model_id, wanted), allow_noncommercial, progress)
        finally:
            lock.release()

    def _pull(
        self, model_id: str, card: ModelCard | None, repository: Repository, allowed: bool, progress: Progress | None
    ) -> Receipt:
        described = checkpoint.descriptions(repository.files)
        if "config.json" not in described:
            raise ModelError(f"{model_id}: the repository has no config.json: not a transformers checkpoint")
        try:
            kind, files = checkpoint.weights(repository.files)
        except ModelError as error:
            raise ModelError(f"{model_id}: {error}") from None
        snapshot = self.hub.fetch(repository, described)
        checkpoint.refuse_remote_code(snapshot, model_id)
        fields = checkpoint.describe(snapshot, model_id)
        if card is None:
            fields = self._recognised(fields, repository)
            stated = {**fields, **self.stated.get(model_id, {})}
            check_licence(model_id, stated["licence"], stated["commercial"], allowed=allowed)
        size = sum(repository.files[name].size for name in files)
        if kind == checkpoint.PICKLE:
            self.hub.require_space(size, self.cache)
        names = [*described, *files]
        self.hub.fetch(repository, names, progress)
        self._check_index(snapshot, repository, files)
        checksums = {name: sum_ for name in names if (sum_ := repository.files[name].sha256)}
        if kind == checkpoint.PICKLE:
            snapshot = self._as_safetensors(model_id, repository.commit, snapshot, described, files)
            names, checksums = [*described, checkpoint.SAFETENSORS], {}
        receipt = Receipt(
            id=model_id,
            commit=repository.commit,
            folder=snapshot,
            files={
                name: FileRecord((snapshot / name).stat().st_size, checksums.get(name) or sha256(snapshot / name))
                for name in sorted(names)
            },
            licence=card.licence if card else fields["licence"],
            accepted=allowed,
            date=datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            converted=kind == checkpoint.PICKLE,
            card=None if card else fields,
        )
        self.receipts.write(receipt)
        return receipt

    def _recognised(self, fields: dict[str, Any], repository: Repository) -> dict[str, Any]:
        """The fields of a model that is not in the catalogue; asks for those that nothing gives away."""
        found = {**fields, **licence_fields(repository.licence)}
        if (task := checkpoint.task_of(repository.pipeline, fields["family"])) is not None:
            found.setdefault("task", task)
        if found.get("task") == "summarization" and len(repository.languages) == 1:
            found.setdefault("sources", repository.languages)
            found.setdefault("targets", repository.languages)
        found = {"licence": "", "commercial": False, **found}
        if lacking := missing({**found, **self.stated.get(repository.id, {})}):
            example = " ".join(f"{name} = {_EXAMPLES[name]}" for name in lacking)
            raise ModelError(
                f"{repository.id}: its files do not say its {' and '.join(lacking)}; state them in {USER_CATALOG}: "
                f'[[model]] id = "{repository.id}" {example}'
            )
        return found

    @staticmethod
    def _check_index(snapshot: Path, repository: Repository, files: list[str]) -> None:
        """Makes sure that every part that an index of sharded weights names has been fetched."""
        if not files[0].endswith(".index.json"):
            return
        shards = checkpoint.read_json(snapshot / files[0]).get("weight_map", {})
        if lacking := sorted({str(name) for name in shards.values()} - set(files)):
            raise ModelError(f"{repository.id}: the repository lacks {lacking[0]}, a part of its weights")

    def _as_safetensors(
        self, model_id: str, commit: str, snapshot: Path, described: list[str], files: list[str]
    ) -> Path:
        """A folder in our cache with the weights as safetensors and the descriptions beside them."""
        home = self.cache / CONVERTED_WEIGHTS
        final = home / f"{file_name(model_id)}@{commit}"
        earlier = self.receipts.get(model_id)
        if earlier is not None and earlier.folder == final and not earlier.damage(thorough=True):
            return final
        # what a pull that was cut off has left, or what somebody has changed since, is not the publisher's
        shutil.rmtree(final, ignore_errors=True)
        log.warning("%s has pickled weights only: converting them to safetensors, once", model_id)
        with disk_faults(final):
            home.mkdir(parents=True, exist_ok=True)
            workshop = Path(tempfile.mkdtemp(prefix=".converting-", dir=home))
        try:
            pickled = [str(snapshot / name) for name in files if not name.endswith(".json")]
            try:
                run_module("summarizer.models.pickles", [str(workshop / checkpoint.SAFETENSORS), *pickled])
            except ModelError as error:
                raise ModelError(f"{model_id}: its pickled weights are refused or cannot be read ({error})") from error
            with disk_faults(final):
                for name in described:
                    (workshop / name).parent.mkdir(exist_ok=True)
                    shutil.copyfile(snapshot / name, workshop / name)
                workshop.chmod(0o755)
                for file in (path for path in workshop.rglob("*") if path.is_file()):
                    with file.open("rb") as handle:
                        os.fsync(handle.fileno())
                workshop.rename(final)
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
        return final


_EXAMPLES = {"task": '"translation"', "sources": '["it"]', "targets": '["en"]'}
