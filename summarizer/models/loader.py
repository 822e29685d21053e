"""From a model's files to a running engine: which engine, which device, which converted copy; nothing unproven runs."""

from __future__ import annotations

import logging
from importlib.metadata import version
from pathlib import Path

from summarizer.engines.interface import Engine
from summarizer.errors import EngineError, ModelError
from summarizer.models import selftest
from summarizer.models.calibration import CalibratedEncoder, calibrate
from summarizer.models.catalog import ModelCard
from summarizer.models.conversion import Conversions, convertible
from summarizer.models.convert import is_light
from summarizer.models.installed import InstalledModel

log = logging.getLogger(__name__)


class Loader:
    """Loads models, with converted copies and passed self-tests kept in one cache folder."""

    def __init__(self, cache: Path) -> None:
        """`cache` is the program's cache folder."""
        self._conversions = Conversions(cache / "converted")
        self._selftests = cache / "selftests"

    def load(self, model: InstalledModel, *, engine: str = "auto", device: str = "auto", threads: int = 0) -> Engine:
        """The model, loaded and past its self-test.

        `engine` "auto" is ctranslate2, and transformers for what that cannot run; `device` "auto" is the GPU where the
        engine sees one; `threads` 0 leaves their number to the engine.

        Raises:
            EngineError: it cannot be loaded.
            ModelError: it cannot be converted, is known to be broken with these versions, or fails its self-test.
        """
        if engine == "auto" and not convertible(model.path):
            log.info("%s: ctranslate2 has no such architecture; running it with transformers", model.card.id)
            engine = "transformers"
        if engine == "transformers" or not is_light(model.path):
            _check_transformers(model.card)
        if engine == "transformers":
            loaded = self._transformers(model, device)
        else:
            loaded = self._ctranslate2(model, device, threads)
        try:
            selftest.check(model.card, model.digest or model.revision, loaded, self._selftests)
        except (ModelError, EngineError):
            loaded.close()
            raise
        return loaded

    def encoder(self, model: InstalledModel, *, device: str = "auto") -> CalibratedEncoder:
        """The model for embedding, loaded and measured with sentences of known meaning, which is its self-test.

        Raises:
            EngineError: it cannot be loaded.
            ModelError: it is known to be broken with these versions, or cannot tell meanings apart.
        """
        from summarizer.engines.encoder import TransformersEncoder

        card = model.card
        _check_transformers(card)
        encoder = TransformersEncoder(
            model.path, device=_torch_device(device), max_source_tokens=card.max_source_tokens, prefix=card.prefix
        )
        try:
            return CalibratedEncoder(encoder, calibrate(card, encoder))
        except (ModelError, EngineError):
            encoder.close()
            raise

    def converted(self, model: InstalledModel, quantization: str) -> Path:
        """Folder of the CTranslate2 copy, converted now if it is not there yet; raises ModelError."""
        return self._conversions.get(model.card.id, model.path, model.digest or model.revision, quantization)

    def forget(self, model_id: str) -> None:
        """Deletes a model's converted copies."""
        self._conversions.remove(model_id)

    def _transformers(self, model: InstalledModel, device: str) -> Engine:
        from summarizer.engines.transformers import TransformersEngine

        device = _torch_device(device)
        return TransformersEngine(model.path, device=device, max_source_tokens=model.card.max_source_tokens)

    def _ctranslate2(self, model: InstalledModel, device: str, threads: int) -> Engine:
        from summarizer.engines.ctranslate2 import CTranslate2Engine, DamagedConversion, quantization_for

        if not convertible(model.path):
            raise ModelError(
                f"{model.card.id}: ctranslate2 cannot run its architecture, {model.card.architecture}; "
                "use --engine transformers or auto"
            )
        device, quantization = quantization_for(device, model.path)

        def load() -> Engine:
            return CTranslate2Engine(
                self.converted(model, quantization), model.path,
                device=device, max_source_tokens=model.card.max_source_tokens, threads=threads,
            )  # fmt: skip

        try:
            return load()
        except DamagedConversion:
            # a copy that was damaged after it was made: its checkpoint is the original, so make it anew, once
            log.warning("the converted copy of %s is damaged; converting again", model.card.id)
            self._conversions.discard(self.converted(model, quantization))
            return load()


def _torch_device(device: str) -> str:
    if device != "auto":
        return device
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _check_transformers(card: ModelCard) -> None:
    """Refuses versions of transformers that are known to run the model wrongly; raises ModelError."""
    from packaging.specifiers import SpecifierSet

    here = version("transformers")
    if card.known_bad_transformers and SpecifierSet(card.known_bad_transformers).contains(here, prereleases=True):
        raise ModelError(
            f"{card.id} comes out wrong with transformers {here} (bad are {card.known_bad_transformers}); "
            "install another version"
        )
    if card.min_transformers and not SpecifierSet(f">={card.min_transformers}").contains(here, prereleases=True):
        raise ModelError(f"{card.id} needs transformers {card.min_transformers} or later; {here} is installed")
