"""The models at hand: the shipped one, pulled ones, and folders the user names.

Only a pull or a question about the hub ever touches the network, and neither happens here unasked.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from summarizer.engines.interface import Engine
from summarizer.errors import ModelError
from summarizer.models import catalog, checkpoint, settings
from summarizer.models.calibration import CalibratedEncoder
from summarizer.models.catalog import SHIPPED, USER_CATALOG, ModelCard, ModelTask, preference
from summarizer.models.digests import checkpoint_digest
from summarizer.models.hub import Hub, Progress
from summarizer.models.installed import InstalledModel
from summarizer.models.licences import check_licence
from summarizer.models.loader import Loader
from summarizer.models.pull import CONVERTED_WEIGHTS, Puller
from summarizer.models.receipts import Receipt, Receipts, is_repository

log = logging.getLogger(__name__)


class ModelStore:
    """The models at hand, under one user's cache and settings."""

    def __init__(self, cache: Path, config: Path | None = None, *, allow_noncommercial: bool = False) -> None:
        """Reads nothing yet.

        Args:
            cache: the program's cache folder; it is made when first needed.
            config: the user's configuration folder with models.toml and settings.json, if there is one.
            allow_noncommercial: accept models that are not free for commercial use, whatever the settings say.
        """
        self._cache = cache
        self._config = config
        self._allow = allow_noncommercial
        self._receipts = Receipts(cache / "receipts")
        self._loader = Loader(cache)
        self._stated: dict[str, dict[str, Any]] | None = None

    # -- what there is ------------------------------------------------------------------------------------------------

    def cards(self) -> list[ModelCard]:
        """Every model the catalogue and the user's models.toml describe in full, and those pulled without either.

        Raises:
            ModelError: models.toml cannot be used.
        """
        cards = self._described()
        cards |= {receipt.id: card for receipt, card in self._with_cards()}
        return list(cards.values())

    def installed(self) -> list[InstalledModel]:
        """Every model that can be used now: the user's defaults first, then the best by published quality.

        Models whose files are damaged or whose licence has not been accepted are left out.
        """
        favourites = set(settings.load(self._config).defaults.values())
        models = [*map(self._shipped, SHIPPED), *self._pulled(), *self._folders()]

        def rank(model: InstalledModel) -> tuple[bool, float, int, bool, int, str]:
            source = model.card.sources[0] if "*" not in model.card.sources else "it"
            target = model.card.targets[0] if "*" not in model.card.targets else "en"
            quality, freedom, size, name = preference(model.card, source, target)
            # sizes of models for different languages say nothing: English, the default, comes first
            return model.card.id not in favourites, quality, freedom, target != "en", size, name

        return sorted(models, key=rank)

    def find(self, model_id: str) -> InstalledModel:
        """The installed model with this id, or the one in the folder of this name.

        Raises:
            ModelError: not known, not installed, damaged, or refused for its licence; says what to do.
        """
        if model_id in SHIPPED:
            return self._shipped(model_id)
        stated = self._user().get(model_id, {})
        if "path" in stated:
            return self._in_folder(model_id, stated["path"], stated)
        receipt = self._receipts.get(model_id)
        if receipt is None:
            folder = Path(model_id).expanduser()
            if model_id not in self._described() and (folder / "config.json").is_file():
                return self._in_folder(model_id, folder, stated)
            if not is_repository(model_id) or ("/" not in model_id and not stated):
                raise ModelError(f"unknown model {model_id!r}: `summarizer models list` shows what there is")
            raise ModelError(f"{model_id} is not installed: `summarizer models pull {model_id}` fetches it")
        if damage := receipt.damage():
            raise ModelError(f"{model_id} is damaged ({damage[0]}): `summarizer models pull {model_id}` repairs it")
        card = self._card_of(receipt)
        check_licence(model_id, card.licence, card.commercial, allowed=receipt.accepted or self.noncommercial_allowed)
        return self._model_of(receipt, card)

    def receipt(self, model_id: str) -> Receipt | None:
        """The receipt of a pulled model; None for all others."""
        return self._receipts.get(model_id)

    @property
    def noncommercial_allowed(self) -> bool:
        """True if models that are not free for commercial use may be pulled and used."""
        return self._allow or settings.load(self._config).allow_noncommercial

    # -- changing it --------------------------------------------------------------------------------------------------

    def pull(
        self,
        model_id: str,
        *,
        revision: str | None = None,
        allow_noncommercial: bool = False,
        offline: bool = False,
        progress: Progress | None = None,
    ) -> InstalledModel:
        """Fetches a model from the hub, goes on with a pull that was cut off, or repairs a damaged model.

        Args:
            model_id: id in the catalogue, or any repository on the hub.
            revision: branch, tag or commit, where it is not to be the catalogue's.
            allow_noncommercial: accept a licence that restricts use, or the lack of one.
            offline: never touch the network; then this raises.
            progress: told how far it is.

        Raises:
            ModelError: refused, not found, incomplete, damaged on the way, no room, no network.
        """
        if model_id in SHIPPED:
            raise ModelError(f"{model_id} comes with the program: there is nothing to pull")
        if not is_repository(model_id):
            raise ModelError(f"{model_id!r} is not the id of a model on the hub, which is of the form org/name")
        if offline:
            raise ModelError(f"{model_id}: --offline forbids fetching it")
        hub = Hub()
        if hub.offline:
            raise ModelError(f"{model_id}: HF_HUB_OFFLINE forbids fetching it")
        puller = Puller(self._cache, self._receipts, self._described(), self._user(), hub)
        receipt = puller.pull(
            model_id,
            revision=revision,
            allow_noncommercial=allow_noncommercial or self.noncommercial_allowed,
            progress=progress,
        )
        return self._model_of(receipt, self._card_of(receipt))

    def verify(self, model_id: str) -> list[str]:
        """Reads every file of a model and compares it with its checksum; what is wrong, a line each.

        Raises:
            ModelError: not installed, or a model that was not pulled and so has no checksums.
        """
        receipt = self._receipts.get(model_id)
        if receipt is not None:
            return receipt.damage(thorough=True)
        model = self.find(model_id)
        if model_id in SHIPPED:
            from summarizer.models.shipped import damage

            return damage(model.path)
        raise ModelError(f"{model_id} was not pulled, so there are no checksums to compare it with")

    def remove(self, model_id: str) -> int:
        """Deletes a pulled model, its converted copies and its place in the hub's cache; returns the bytes freed there.

        Raises:
            ModelError: it was not pulled.
        """
        receipt = self._receipts.get(model_id)
        if receipt is None:
            raise ModelError(f"{model_id} was not pulled, so there is nothing to remove")
        freed = sum(record.size for record in receipt.files.values()) if receipt.converted else 0
        self._receipts.remove(model_id)
        self._loader.forget(model_id)
        if receipt.converted and receipt.folder.parent == self._cache / CONVERTED_WEIGHTS:
            shutil.rmtree(receipt.folder, ignore_errors=True)
        freed += Hub().forget(model_id, receipt.commit)
        current = settings.load(self._config)
        if model_id in current.defaults.values():
            settings.save(current.without(model_id), self._config)
        return freed

    def default(self, task: ModelTask) -> str | None:
        """Id of the user's default model for a task."""
        return settings.load(self._config).default(task)

    def set_default(self, model_id: str) -> ModelTask:
        """Makes an installed model the default for its task, which is returned.

        Raises:
            ModelError: it is not installed, or the setting cannot be written.
        """
        task = self.find(model_id).card.task
        settings.save(settings.load(self._config).with_default(task, model_id), self._config)
        return task

    # -- from files to an engine --------------------------------------------------------------------------------------

    def engine(self, model: InstalledModel, *, engine: str = "auto", device: str = "auto", threads: int = 0) -> Engine:
        """The model, loaded and past its self-test; see `Loader.load`.

        Raises:
            EngineError: it cannot be loaded.
            ModelError: it cannot be converted, is known to be broken with these versions, or fails its self-test.
        """
        return self._loader.load(model, engine=engine, device=device, threads=threads)

    def encoder(self, model: InstalledModel, *, device: str = "auto") -> CalibratedEncoder:
        """The model for embedding, loaded and measured; see `Loader.encoder`.

        Raises:
            EngineError: it cannot be loaded.
            ModelError: it is known to be broken with these versions, or cannot tell meanings apart.
        """
        return self._loader.encoder(model, device=device)

    def converted(self, model: InstalledModel, quantization: str) -> Path:
        """Folder of the CTranslate2 copy, converted now if it is not there yet.

        Raises:
            ModelError: the conversion failed, or the cache cannot be written.
        """
        return self._loader.converted(model, quantization)

    # -- the three kinds of models ------------------------------------------------------------------------------------

    def _user(self) -> dict[str, dict[str, Any]]:
        if self._stated is None:
            self._stated = catalog.user_entries(self._config)
        return self._stated

    def _described(self) -> dict[str, ModelCard]:
        """The cards of the catalogue and of the user's models.toml, by id."""
        cards = {card.id: card for card in catalog.catalog()}
        for model_id, values in self._user().items():
            if model_id in cards:
                cards[model_id] = replace(cards[model_id], **values)
            elif not catalog.missing(values):
                cards[model_id] = catalog.complete(values, USER_CATALOG)
        return cards

    def _shipped(self, model_id: str) -> InstalledModel:
        folder = Path(__file__).parent / model_id
        digest = self._digest(folder)
        return InstalledModel(catalog.card(model_id), folder, digest, digest)

    def _pulled(self) -> Iterator[InstalledModel]:
        allowed = self.noncommercial_allowed
        for receipt, card in self._with_cards():
            if not (card.unrestricted or receipt.accepted or allowed):
                continue
            if damage := receipt.damage():
                log.warning(
                    "%s is damaged (%s): `summarizer models pull %s` repairs it", receipt.id, damage[0], receipt.id
                )
                continue
            yield self._model_of(receipt, card)

    def _with_cards(self) -> Iterator[tuple[Receipt, ModelCard]]:
        """Pulled models with their cards; those that can no longer be described are passed over with a warning."""
        for receipt in self._receipts:
            try:
                card = self._card_of(receipt)
            except ModelError as error:
                log.warning("%s", error)
                continue
            yield receipt, card

    def _folders(self) -> Iterator[InstalledModel]:
        for model_id, values in self._user().items():
            if "path" in values:
                try:
                    yield self._in_folder(model_id, values["path"], values)
                except ModelError as error:
                    log.warning("%s", error)

    def _in_folder(self, model_id: str, folder: Path, stated: dict[str, Any]) -> InstalledModel:
        checkpoint.refuse_remote_code(folder, model_id)
        found = {"licence": "", "commercial": False, **checkpoint.describe(folder, model_id), **stated}
        if self._config is None:
            origin = f"{folder} (with --model only what its files say is known)"
        else:
            origin = str(self._config / USER_CATALOG)
        card = catalog.complete({**found, "path": folder}, origin)
        check_licence(model_id, card.licence, card.commercial, allowed=self.noncommercial_allowed)
        digest = self._digest(folder)
        return InstalledModel(card, folder, digest, digest)

    def _card_of(self, receipt: Receipt) -> ModelCard:
        if (card := self._described().get(receipt.id)) is not None:
            return card
        stated = self._user().get(receipt.id, {})
        fields = {k: tuple(v) if isinstance(v, list) else v for k, v in (receipt.card or {}).items()}
        return catalog.complete({**fields, **stated, "id": receipt.id}, USER_CATALOG)

    @staticmethod
    def _model_of(receipt: Receipt, card: ModelCard) -> InstalledModel:
        return InstalledModel(card, receipt.folder, receipt.commit, receipt.digest)

    def _digest(self, folder: Path) -> str:
        return checkpoint_digest(checkpoint.files_of(folder), self._cache / "digests.json")


__all__ = ["InstalledModel", "ModelStore"]
