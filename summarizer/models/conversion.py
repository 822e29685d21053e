"""Converted copies of checkpoints for CTranslate2, in the cache.

A copy is made once, in a process of its own, and comes into being by a rename: it is whole or it is not there.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from summarizer.errors import ModelError
from summarizer.models.checkpoint import read_json
from summarizer.models.convert import CONVERTER_VERSION, CONVERTIBLE, is_light
from summarizer.models.receipts import file_name

log = logging.getLogger(__name__)

_MANIFEST = "converted.json"


def run_module(module: str, arguments: Sequence[str]) -> None:
    """Runs one of this program's modules in a process of its own, without a network.

    Raises:
        ModelError: it fails; the last line it said.
    """
    package_root = str(Path(__file__).parents[2])
    paths = os.pathsep.join([package_root, *sys.path])
    environment = {**os.environ, "PYTHONPATH": paths, "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode != 0:
        raise ModelError((done.stderr.strip().splitlines() or [f"it ended with code {done.returncode}"])[-1])


def convertible(checkpoint: Path) -> bool:
    """True if CTranslate2 can run the checkpoint's architecture."""
    return read_json(checkpoint / "config.json").get("model_type") in CONVERTIBLE


class Conversions:
    """The converted copies in one folder."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when the first copy is."""
        self._folder = folder

    def get(self, model_id: str, checkpoint: Path, digest: str, quantization: str) -> Path:
        """Folder of the copy, made now if it is not there yet.

        `digest` is that of the checkpoint's files: another checkpoint under the same name has another copy.

        Raises:
            ModelError: the conversion fails, or the cache cannot be written.
        """
        from filelock import FileLock

        final = self._folder / self._name(model_id, checkpoint, digest, quantization)
        if _whole(final):
            return final
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # one process converts, others wait for its copy; a large model would not fit into the memory twice
            with FileLock(self._folder / f".{final.name}.lock"):
                if not _whole(final):
                    self._make(model_id, checkpoint, final, quantization)
        except OSError as error:
            raise ModelError(
                f"{self._folder}: the model cache cannot be written ({error.strerror or error}); "
                "set XDG_CACHE_HOME to a folder that can"
            ) from error
        return final

    def remove(self, model_id: str) -> None:
        """Deletes all copies of a model."""
        for path in self._folder.glob(f"{file_name(model_id)}@*"):
            shutil.rmtree(path, ignore_errors=True)

    def discard(self, copy: Path) -> None:
        """Deletes one damaged copy."""
        shutil.rmtree(copy, ignore_errors=True)

    @staticmethod
    def _name(model_id: str, checkpoint: Path, digest: str, quantization: str) -> str:
        # the light conversion reads the weights itself; all others are only as good as the transformers that read them
        reader = "light" if is_light(checkpoint) else f"t{version('transformers')}"
        runtime = f"c{CONVERTER_VERSION}-{version('ctranslate2')}-{reader}"
        return f"{file_name(model_id)}@{digest[:16]}-{quantization}-{runtime}"

    def _make(self, model_id: str, checkpoint: Path, final: Path, quantization: str) -> None:
        log.info("converting %s for this machine (once)", model_id)
        if final.exists():
            shutil.rmtree(final)
        workshop = Path(tempfile.mkdtemp(prefix=".converting-", dir=self._folder))
        try:
            output = workshop / "model"
            try:
                run_module("summarizer.models.convert", [str(checkpoint), str(output), quantization])
            except ModelError as error:
                raise ModelError(
                    f"{model_id}: conversion for ctranslate2 failed ({error}); try --engine transformers"
                ) from error
            sizes = {file.name: file.stat().st_size for file in output.iterdir()}
            (output / _MANIFEST).write_text(json.dumps(sizes), encoding="utf-8")
            for file in output.iterdir():
                with file.open("rb") as handle:
                    os.fsync(handle.fileno())
            output.rename(final)
        finally:
            shutil.rmtree(workshop, ignore_errors=True)


def _whole(folder: Path) -> bool:
    """True if every file of the copy is there with the size it was written with."""
    try:
        sizes = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError, AttributeError):
        return False
