"""Trains a model from prepared data; stops when told to, and goes on from where it stopped.

    python -m training.train DATA STATE [--seconds 3000] [--until 500]      # the stable run, again and again
    python -m training.train DATA STATE --cool-down 20M                     # weights to ship, in STATE/cool-down

A cool-down starts from the stable state and leaves it as it is. Progress goes to stderr and to STATE/log.jsonl.
"""

from __future__ import annotations

import argparse
import dataclasses
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from summarizer.errors import UsageError
from training import checkpoint, command, hinting, lexicon, model, parts, pieces, schedule, sources, swaps, vocabulary
from training.checkpoint import State
from training.data import SourceNoise
from training.export import read_weights
from training.log import Log
from training.noise import SWAP, Noise, parse_rates
from training.testsets import TAGS
from training.trainer import Settings, Trainer
from training.validation import Validator

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor
    from transformers import MarianMTModel

BRANCH = "cool-down"
LOG = "log.jsonl"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    p = argparse.ArgumentParser(
        prog="python -m training.train", description="Trains a MarianMT model from prepared data."
    )
    p.add_argument("data", type=Path, help="folder written by training.prepare")
    p.add_argument("state", type=Path, help="folder of the run; made if it is not there")
    limits = p.add_argument_group("limits")
    limits.add_argument("--until", type=float, default=1000, metavar="M", help="million target tokens in all")
    limits.add_argument("--seconds", type=float, default=float("inf"), help="time limit of this call")
    limits.add_argument("--cool-down", metavar="20M|300s", help="branch off and let the rates fall to zero")
    shape = p.add_argument_group("shape of a new model (a saved one keeps its own)")
    shape.add_argument("--encoder-layers", type=int, help="6; with --init as many as there are, or more to add some")
    shape.add_argument("--decoder-layers", type=int, help="2; with --init as many as there are, or more to add some")
    shape.add_argument("--width", type=int, default=256)
    shape.add_argument("--feed-forward", type=int, default=1024)
    shape.add_argument("--init", type=Path, help="start from this exported model instead of from nothing")
    shape.add_argument("--no-lexicon", action="store_true", help="random embeddings instead of the lexicon's")
    shape.add_argument(
        "--lexical-path", type=float, default=1.5, metavar="SCALE", help="start as a dictionary; 0: do not"
    )
    learning = p.add_argument_group("learning")
    learning.add_argument("--tokens", type=int, default=3500, help="padded tokens of a batch on its longer side")
    learning.add_argument("--adam", type=float, default=2e-3, metavar="RATE", help="peak rate of AdamW")
    learning.add_argument("--muon", type=float, default=5e-3, metavar="RATE", help="peak rate of Muon; 0: AdamW alone")
    learning.add_argument("--warmup", type=int, default=60, metavar="STEPS")
    learning.add_argument("--dropout", type=float, default=0.0)
    learning.add_argument(
        "--inner-dropout", type=float, default=0.0, metavar="RATE", help="of embeddings and feed-forward layers only"
    )
    learning.add_argument(
        "--disturbance", type=float, default=0.0, metavar="RATE", help="exchange so many of the decoder's input tokens"
    )
    learning.add_argument("--smoothing", type=float, default=0.05, help="label smoothing")
    learning.add_argument("--negatives", type=int, default=0, help="sampled softmax over so many classes; 0: over all")
    learning.add_argument("--guided-heads", type=int, default=4, help="heads whose mean attention is guided")
    learning.add_argument("--guided", type=float, default=1.0, help="weight of guided attention at the start")
    learning.add_argument("--guided-until", type=float, default=8, metavar="M", help="million tokens until it is gone")
    learning.add_argument("--average", type=float, default=0.999, help="decay of the averaged weights")
    learning.add_argument("--temperature", type=float, default=1.0, help="of the target languages' shares; 0: equal")
    learning.add_argument(
        "--emphasis", default="", metavar="LANGUAGE=FACTOR,…", help="see a target language's pairs more often"
    )
    learning.add_argument("--noise", default="", metavar="KIND=RATE,…", help="source noise, see training/noise.py")
    learning.add_argument(
        "--sources",
        type=Path,
        help="take the weights of the corpora from this file; else from DATA, in a cool-down from sources.toml",
    )
    learning.add_argument("--seed", type=int, default=1)
    machine = p.add_argument_group("machine")
    machine.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    machine.add_argument(
        "--dtype",
        choices=["bfloat16", "float32"],
        default="bfloat16",
        help="try both on a CPU: which one is faster differs, by half",
    )
    machine.add_argument("--threads", type=int, default=0, help="of a CPU; 0 leaves the choice to torch")
    machine.add_argument("--compile", action="store_true", help="torch.compile the forward pass")
    record = p.add_argument_group("record")
    record.add_argument("--save-every", type=float, default=300, metavar="SECONDS")
    record.add_argument("--log-every", type=int, default=20, metavar="STEPS")
    record.add_argument(
        "--validate-every", type=float, default=5, metavar="M", help="million tokens; 0: at the end only"
    )
    record.add_argument(
        "--dev-lines", type=int, default=200, help="sentences to translate in a validation; 0: no validation on the way"
    )
    return p


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; 0 also when the time was up before the run was complete."""
    a = parser().parse_args(arguments)
    command.prepare_processor()
    if a.threads:
        torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    settings, cool_down = _settings(a), schedule.CoolDown.parse(a.cool_down) if a.cool_down else None
    meta, corpus = parts.read_meta(a.data), parts.read_corpus(a.data)
    if a.sources or cool_down is not None:
        meta = sources.reweighted(meta, a.sources or sources.SOURCES, annealed=cool_down is not None)
    meta = meta.emphasised(command.named_numbers(a.emphasis, sorted(meta.dev), "target language"))
    processor = pieces.read(a.data / pieces.FILE)
    path, state = _starting_point(a.state, a.cool_down)
    network, scores = _model(a, meta, corpus, pieces.names(processor), settings, state)
    log = Log(a.state / LOG)
    hinter = hinting.Hinter(a.data, processor)
    noise = _noise(a.noise, corpus, processor)
    noise = hinting.Hinting(hinter, noise) if hinter else noise
    trainer = Trainer(network, meta, corpus, settings, log, pmi=scores, noise=noise)
    if state is not None:
        trainer.restore(state)
    start = trainer.progress.tokens
    if cool_down is not None and trainer.branch is None:
        trainer.branch = {"start": start, "length": a.cool_down, "spent": 0.0, "done": False}
    validator = Validator(network, trainer.network, hinter.validation(meta), processor, settings.dtype, a.dev_lines)
    on_the_way = validator if a.dev_lines else None
    described = {name: str(value) for name, value in vars(a).items()}
    parameters = sum(p.numel() for p in network.parameters() if p.requires_grad)
    log.event("start", at=start, parameters=parameters, on=str(network.device), torch=torch.__version__, **described)
    command.note(f"{parameters / 1e6:.1f} M parameters on {network.device}, {len(corpus)} pairs, at {start / 1e6:.2f}M")
    with _stopped_by_signals(trainer):
        complete = trainer.run(path, until=a.until * 1e6, seconds=a.seconds, cool_down=cool_down, validator=on_the_way)
    if on_the_way is not None:
        trainer.validate(on_the_way)
    if complete and trainer.branch is not None:
        trainer.branch["best"] = _better_weights(trainer, validator, log)
        trainer.save(path)
    log.event("stop", complete=complete, **dataclasses.asdict(trainer.progress))
    end = trainer.progress.tokens
    command.note(f"{path}: {'complete' if complete else 'to be continued'} at {end / 1e6:.2f}M target tokens")
    return 0


def _settings(a: argparse.Namespace) -> Settings:
    if not all(0 <= share < 1 for share in (a.dropout, a.inner_dropout, a.disturbance, a.smoothing)):
        raise UsageError("--dropout, --inner-dropout, --disturbance and --smoothing must be from 0 to below 1")
    if a.tokens < 16:
        raise UsageError("--tokens must be at least 16: a batch must hold a sentence")
    return Settings(
        tokens=a.tokens,
        adam_rate=a.adam,
        muon_rate=a.muon,
        warmup=a.warmup,
        dropout=a.dropout,
        inner_dropout=a.inner_dropout,
        disturbance=a.disturbance,
        smoothing=a.smoothing,
        negatives=a.negatives,
        guided=a.guided,
        guided_heads=a.guided_heads,
        guided_until=a.guided_until * 1e6,
        average=a.average,
        temperature=a.temperature,
        seed=a.seed,
        dtype=torch.bfloat16 if a.dtype == "bfloat16" else torch.float32,
        compiled=a.compile,
        save_seconds=a.save_every,
        log_steps=a.log_every,
        validate_tokens=a.validate_every * 1e6,
    )


def _shape(a: argparse.Namespace) -> model.Shape:
    heads = max(1, a.width // model.HEAD_WIDTH)
    return model.Shape(a.encoder_layers or 6, a.decoder_layers or 2, a.width, a.feed_forward, heads)


def _continued(a: argparse.Namespace, corpus: parts.Corpus, names: list[str]) -> MarianMTModel:
    """The exported model to start from, with the pieces of the data, and as many layers as are asked for."""
    weights, pad = read_weights(a.init), len(names)
    known = pieces.names(pieces.read(a.init / "source.spm"))
    if known != names:
        command.note(f"{len(set(names) - set(known))} of {pad} pieces are new to {a.init}")
        width = model.Shape.of(weights).width
        scores, _ = lexicon.cached_lexicon(corpus, model.rounded(pad + 1), width, a.data / "pmi.pt")
        weights = vocabulary.carried_over(weights, known, names, scores)
    made = model.restored(weights, pad)
    shape = model.Shape.of(made.state_dict())
    wanted = dataclasses.replace(
        shape,
        encoder_layers=a.encoder_layers or shape.encoder_layers,
        decoder_layers=a.decoder_layers or shape.decoder_layers,
    )
    return made if wanted == shape else model.grown(made, wanted)


def _starting_point(folder: Path, cool_down: str | None) -> tuple[Path, State | None]:
    """Where the run's state goes, and the state it starts from; None for a new run."""
    stable = folder / checkpoint.FILE
    state = checkpoint.load(stable) if stable.exists() else None
    if cool_down is None:
        return stable, state
    if state is None:
        raise UsageError(f"{stable}: there is no stable run to cool down; train one first")
    path = folder / BRANCH / checkpoint.FILE
    if path.exists():
        begun = checkpoint.load(path)
        branch = begun.branch or {}
        if branch.get("start") == state.progress.tokens and branch.get("length") == cool_down:
            return path, begun
    return path, state


def _model(
    a: argparse.Namespace,
    meta: parts.Meta,
    corpus: parts.Corpus,
    names: list[str],
    settings: Settings,
    state: State | None,
) -> tuple[MarianMTModel, Tensor | None]:
    """The model to train, on its device, and the lexicon's scores where attention is still to be guided."""
    if state is not None:
        made = model.restored(state.model, meta.pad)
    elif a.init is not None:
        made = _continued(a, corpus, names)
    else:
        made = model.build(meta.vocabulary, meta.pad, _shape(a))
    new = state is None and a.init is None and not a.no_lexicon
    guided = a.guided > 0 and (state is None or state.progress.tokens < settings.guided_until)
    scores = None
    if new or guided:
        rows, width = made.model.shared.weight.shape
        scores, vectors = lexicon.cached_lexicon(corpus, rows, width, a.data / "pmi.pt")
        if new:
            with torch.no_grad():
                made.model.shared.weight[: meta.pad] = vectors[: meta.pad]
            if a.lexical_path:
                model.open_lexical_path(made, a.lexical_path)
    automatic = "cuda" if torch.cuda.is_available() else "cpu"
    device = torch.device(automatic if a.device == "auto" else a.device)
    made.to(device)  # type: ignore[arg-type]
    return made, scores if guided else None


def _noise(text: str, corpus: parts.Corpus, processor: SentencePieceProcessor) -> SourceNoise | None:
    rates = parse_rates(text)
    swap = swaps.Swaps(swaps.harvest(corpus, processor)) if SWAP in rates else None
    tags = {processor.piece_to_id(tag): language for language, tag in TAGS.items()}
    known = {identifier: language for identifier, language in tags.items() if identifier != parts.UNK}
    return Noise(processor, rates, known, swap) if rates else None


def _better_weights(trainer: Trainer, validator: Validator, log: Log) -> str:
    """Which weights of a finished cool-down have the lower validation loss: "average" or "last" (of the last step)."""
    averaged, last = (sum(validator.losses(weights).values()) for weights in (trainer.averaged(), trainer.last()))
    best = "average" if averaged <= last else "last"
    log.event("choice", best=best, average=round(averaged, 4), last=round(last, 4))
    return best


@contextmanager
def _stopped_by_signals(trainer: Trainer) -> Iterator[None]:
    """Within it, a first SIGINT or SIGTERM ends the run after the step at hand, state saved; a second one at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        trainer.stopping = True
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    command.run(lambda: main(sys.argv[1:]))
