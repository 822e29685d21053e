"""Fetches files from the Hugging Face hub into its own cache, so that other tools share them.

Large files are fetched here and not by `hf_hub_download`, which starts from nothing after every interruption
(huggingface_hub 2) and takes a blob in its cache for whole (huggingface_hub#4768): a cut download goes on where it
stopped, even in another process, and nothing is put into the cache before its checksum is right.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from summarizer.errors import ModelError
from summarizer.models.digests import git_blob, sha256
from summarizer.models.download import Pause, disk_faults, persist, receive

Progress = Callable[[str, int, int], None]
"""Called with a file's name, the bytes of all files that are there, and the bytes of all files."""

# Disk left free beyond what is fetched.
_MARGIN = 64 << 20


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository as the hub lists it."""

    name: str
    size: int
    git_blob: str | None
    sha256: str | None
    """Set for files kept outside git (LFS): all large ones."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A model repository at one commit."""

    id: str
    revision: str
    """The branch, tag or commit that was asked for."""
    commit: str
    files: Mapping[str, RemoteFile]
    licence: str | None
    languages: tuple[str, ...]
    pipeline: str | None
    """The task its card names."""


class Hub:
    """The hub and the local cache that its tools share."""

    def __init__(self, *, pause: Pause = time.sleep) -> None:
        """Address, cache folder and token are those of huggingface_hub (HF_ENDPOINT, HF_HOME, HF_TOKEN)."""
        from huggingface_hub import constants

        self.cache = Path(constants.HF_HUB_CACHE)
        self.offline = bool(constants.HF_HUB_OFFLINE)
        self._pause = pause

    def repository(self, model_id: str, revision: str) -> Repository:
        """What the hub has under this id.

        Raises:
            ModelError: it has nothing, does not let us in, or cannot be reached.
        """
        from huggingface_hub import HfApi

        def ask() -> Any:
            return HfApi().model_info(model_id, revision=revision, files_metadata=True)

        info = persist(model_id, ask, self._pause)
        card = dict(info.card_data.to_dict()) if info.card_data else {}
        languages = card.get("language") or ()
        return Repository(
            id=model_id,
            revision=revision,
            commit=str(info.sha),
            files={
                s.rfilename: RemoteFile(s.rfilename, int(s.size or 0), s.blob_id, s.lfs.sha256 if s.lfs else None)
                for s in info.siblings or ()
            },
            licence=card.get("license") if isinstance(card.get("license"), str) else None,
            languages=(languages,) if isinstance(languages, str) else tuple(str(tag) for tag in languages),
            pipeline=info.pipeline_tag,
        )

    def fetch(self, repository: Repository, names: Sequence[str], progress: Progress | None = None) -> Path:
        """Brings files into the cache, whole and checked; returns the snapshot folder.

        Raises:
            ModelError: a file is not there, does not arrive, arrives damaged, or does not fit on the disk.
        """
        files = [self._listed(repository, name) for name in names]
        missing = [file for file in files if not self._present(repository, file)]
        self.require_space(sum(file.size for file in missing) - sum(self._partial_size(repository, f) for f in missing))
        total, done = sum(file.size for file in files), sum(f.size for f in files if f not in missing)
        for file in files:
            start = done

            def report(received: int, name: str = file.name, start: int = start) -> None:
                if progress is not None:
                    progress(name, start + received, total)

            self._fetch(repository, file, report)
            if file in missing:
                done += file.size
            report(done - start)
        return self._storage(repository) / "snapshots" / repository.commit

    def require_space(self, size: int, folder: Path | None = None) -> None:
        """Refuses what would fill the disk.

        Raises:
            ModelError: less than `size` bytes and some margin are free where `folder` (else the cache) is.
        """
        place = folder or self.cache
        while not place.exists():
            place = place.parent
        free = shutil.disk_usage(place).free
        if size + _MARGIN > free:
            raise ModelError(
                f"{place}: {size / 1e6:.0f} MB are needed and {free / 1e6:.0f} MB are free; "
                "make room, or set HF_HOME to a folder on another disk"
            )

    def forget(self, model_id: str, commit: str) -> int:
        """Deletes one revision from the cache, except for files that other revisions use; returns the bytes freed."""
        from huggingface_hub import scan_cache_dir

        if not self.cache.is_dir():
            return 0
        found = scan_cache_dir(self.cache)
        # a copy of a repository has its commits too, and the cache would delete whichever of them it meets first
        ours = replace(found, repos=frozenset(repo for repo in found.repos if repo.repo_id == model_id))
        if not any(revision.commit_hash == commit for repo in ours.repos for revision in repo.revisions):
            return 0
        strategy = ours.delete_revisions(commit)
        strategy.execute()
        return int(strategy.expected_freed_size)

    # -- one file -----------------------------------------------------------------------------------------------------

    def _listed(self, repository: Repository, name: str) -> RemoteFile:
        try:
            return repository.files[name]
        except KeyError:
            raise ModelError(f"{repository.id}: the repository has no {name} at {repository.commit[:12]}") from None

    def _storage(self, repository: Repository) -> Path:
        return self.cache / f"models--{repository.id.replace('/', '--')}"

    def _present(self, repository: Repository, file: RemoteFile) -> bool:
        return (self._storage(repository) / "snapshots" / repository.commit / file.name).exists()

    def _partial(self, repository: Repository, file: RemoteFile) -> Path:
        return self._storage(repository) / "blobs" / f"{file.sha256}.incomplete"

    def _partial_size(self, repository: Repository, file: RemoteFile) -> int:
        partial = self._partial(repository, file)
        return partial.stat().st_size if file.sha256 and partial.is_file() else 0

    def _fetch(self, repository: Repository, file: RemoteFile, report: Callable[[int], None]) -> Path:
        """One file, checked; a wrong one that was there before is fetched again, once."""
        for _ in range(2):
            if file.sha256 and not self._present(repository, file):
                self._download(repository, file, report)
            path = self._link(repository, file)
            if self._right(path, file):
                return path
            path.resolve().unlink()
            path.unlink(missing_ok=True)
        raise ModelError(
            f"{repository.id}: {file.name} arrives with a wrong checksum; the hub or something on the way is at fault: "
            f"try `summarizer models pull {repository.id}` later"
        )

    def _right(self, path: Path, file: RemoteFile) -> bool:
        if path.stat().st_size != file.size:
            return False
        if file.sha256:
            return sha256(path) == file.sha256
        return file.git_blob is None or git_blob(path) == file.git_blob

    def _link(self, repository: Repository, file: RemoteFile) -> Path:
        """The file's place in the snapshot; small files are fetched, large ones only entered."""
        from huggingface_hub import hf_hub_download

        def download() -> str:
            if file.name == "config.json" and not self._present(repository, file):
                # by the branch's name once, which tells other tools what the branch is
                hf_hub_download(repository.id, file.name, revision=repository.revision, tqdm_class=_silent())
            return str(hf_hub_download(repository.id, file.name, revision=repository.commit, tqdm_class=_silent()))

        with disk_faults(self._storage(repository)):
            return Path(persist(f"{repository.id}: {file.name}", download, self._pause))

    def _download(self, repository: Repository, file: RemoteFile, report: Callable[[int], None]) -> None:
        from huggingface_hub import hf_hub_url

        blob = self._storage(repository) / "blobs" / str(file.sha256)
        if blob.exists():
            return
        partial = self._partial(repository, file)
        what = f"{repository.id}: {file.name}"
        url = hf_hub_url(repository.id, file.name, revision=repository.commit)
        with disk_faults(partial):
            partial.parent.mkdir(parents=True, exist_ok=True)
            receive(what, url, partial, file.size, report, self._pause)
            if sha256(partial) != file.sha256:
                # the part from an earlier pull may be what is wrong: once more from the beginning
                partial.unlink()
                receive(what, url, partial, file.size, report, self._pause)
            partial.replace(blob)


def _silent() -> Any:
    from importlib import import_module

    bar: Any = import_module("tqdm").tqdm

    class Silent(bar):  # type: ignore[misc]
        """No bar: progress goes through the caller's function."""

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **{**options, "disable": True})

    return Silent
