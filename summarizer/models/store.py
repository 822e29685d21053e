"""Where models lie on disk: the shipped one, pulled ones, and their converted copies in the user's cache.

A converted copy is made once, in a process of its own, and comes into being by a rename: it is whole or it is not there.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from summarizer.engines.interface import Engine
from summarizer.errors import EngineError, ModelError
from summarizer.models import catalog
from summarizer.models.catalog import EMBEDDED, ModelCard

log = logging.getLogger(__name__)

_MANIFEST = "converted.json"


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model whose files are on this machine."""

    card: ModelCard
    path: Path
    """Folder of the Hugging Face checkpoint."""
    revision: str
    """Commit of a hub model, or a digest of the files."""

    @property
    def identity(self) -> str:
        """Id and revision in one text, for the memory key and the signature."""
        return f"{self.card.id}@{self.revision[:12]}"


class ModelStore:
    """The models at hand."""

    def __init__(self, cache: Path) -> None:
        """`cache` is the program's cache folder; it is made when first needed."""
        self._cache = cache

    def installed(self) -> list[InstalledModel]:
        """Every model that can be used now, the shipped one first."""
        return [self._embedded()]

    def find(self, model_id: str) -> InstalledModel:
        """The installed model with this id.

        Raises:
            ModelError: not known, or not installed; names the command that installs it.
        """
        if model_id == EMBEDDED:
            return self._embedded()
        card = catalog.card(model_id)
        raise ModelError(f"{card.id} is not installed: `summarizer models pull {card.id}` fetches it")

    def _embedded(self) -> InstalledModel:
        folder = Path(__file__).parent / EMBEDDED
        return InstalledModel(catalog.card(EMBEDDED), folder, self._digest(folder))

    def _digest(self, folder: Path) -> str:
        try:
            weights = folder / "model.safetensors"
            digest = hashlib.blake2b(digest_size=16)
            for name in ("config.json", "vocab.json", "source.spm", "target.spm"):
                digest.update((folder / name).read_bytes())
            with weights.open("rb") as file:
                while chunk := file.read(1 << 20):
                    digest.update(chunk)
        except OSError as error:
            raise ModelError(
                f"{folder}: the model's files are incomplete ({error.strerror}); reinstall the package"
            ) from error
        return digest.hexdigest()

    def engine(self, model: InstalledModel, *, engine: str = "auto", device: str = "auto", threads: int = 0) -> Engine:
        """The model, loaded: "auto" takes ctranslate2 on CPU, and the GPU only where it is asked for.

        Raises:
            EngineError: it cannot be loaded.
            ModelError: it cannot be converted.
        """
        device = "cpu" if device == "auto" else device
        limit = model.card.max_source_tokens
        if engine == "transformers":
            from summarizer.engines.transformers import TransformersEngine

            return TransformersEngine(model.path, device=device, max_source_tokens=limit)
        from summarizer.engines.ctranslate2 import CTranslate2Engine

        quantization = "int8" if device == "cpu" else "int8_float16"
        converted = self.converted(model, quantization)
        try:
            return CTranslate2Engine(converted, model.path, device=device, max_source_tokens=limit, threads=threads)
        except EngineError:
            # a copy that was damaged after it was made: its checkpoint is the original, so make it anew, once
            log.warning("the converted copy of %s is damaged; converting again", model.card.id)
            shutil.rmtree(converted)
            return CTranslate2Engine(
                self.converted(model, quantization),
                model.path,
                device=device,
                max_source_tokens=limit,
                threads=threads,
            )

    def converted(self, model: InstalledModel, quantization: str) -> Path:
        """Folder of the CTranslate2 copy, converted now if it is not there yet.

        Raises:
            ModelError: the conversion failed, or the cache cannot be written.
        """
        from importlib.metadata import version

        from summarizer.models.convert import CONVERTER_VERSION

        name = "-".join(
            (
                model.card.id.replace("/", "--"),
                model.revision[:16],
                quantization,
                f"c{CONVERTER_VERSION}",
                version("ctranslate2"),
            )
        )
        final = self._cache / "converted" / name
        if self._whole(final):
            return final
        if final.exists():
            shutil.rmtree(final)
        log.info("converting %s for this machine (once)", model.card.id)
        try:
            final.parent.mkdir(parents=True, exist_ok=True)
            workshop = Path(tempfile.mkdtemp(prefix=".converting-", dir=final.parent))
        except OSError as error:
            raise ModelError(
                f"{final.parent}: the model cache cannot be written ({error.strerror}); set XDG_CACHE_HOME to a folder that can"
            ) from error
        try:
            self._convert(model, workshop / "model", quantization)
            try:
                (workshop / "model").rename(final)
            except OSError:
                # another process was faster; its copy is as good
                if not self._whole(final):
                    raise
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
        return final

    def _convert(self, model: InstalledModel, output: Path, quantization: str) -> None:
        command = [sys.executable, "-m", "summarizer.models.convert", str(model.path), str(output), quantization]
        package_root = str(Path(__file__).parents[2])
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join([package_root, *sys.path]), HF_HUB_OFFLINE="1")
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise ModelError(f"{model.card.id}: conversion for ctranslate2 failed ({last}); try --engine transformers")
        sizes = {file.name: file.stat().st_size for file in output.iterdir()}
        (output / _MANIFEST).write_text(json.dumps(sizes), encoding="utf-8")
        for file in output.iterdir():
            with file.open("rb") as handle:
                os.fsync(handle.fileno())

    @staticmethod
    def _whole(folder: Path) -> bool:
        """True if every file of the copy is there with the size it was written with."""
        try:
            sizes = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
            return all((folder / name).stat().st_size == size for name, size in sizes.items())
        except (OSError, ValueError):
            return False
