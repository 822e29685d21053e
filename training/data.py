"""Batches for training: which pairs together, in which order, and as which tensors.

Every draw comes from the seed and the position alone, so that a resumed run goes on exactly where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from training.parts import Corpus, Group, Ids

CHUNK = 400_000
"""Pairs that are sorted by length together; the order of chunks and of batches within one stays random."""
IGNORED = -100
"""Label of padding, as everywhere in Hugging Face's losses."""
CPU_OVERHEAD, GPU_OVERHEAD = 400, 32_768
"""Padded tokens, of both sides, that cost as much as to take a batch in two instead of in one."""

Indices = npt.NDArray[np.int64]


def pair_weights(corpus: Corpus, groups: Sequence[Group], temperature: float) -> npt.NDArray[np.float64]:
    """How often each pair is seen in an epoch; the mean is 1.

    A target language's share of the weight is raised to the power of `temperature`: 1 leaves the shares as the data has
    them, 0 makes them equal.
    """
    weights = np.array([group.weight for group in groups], dtype=np.float64)[corpus.group]
    targets = np.array([group.target for group in groups])[corpus.group]
    total = weights.sum()
    for target in np.unique(targets):
        mine = targets == target
        share = weights[mine].sum() / total
        if share > 0:
            weights[mine] *= share ** (temperature - 1)
    return np.asarray(weights / weights.mean())


class BatchOrder:
    """Endless token-bucketed batches of pair indices; every epoch draws the pairs anew by weight."""

    def __init__(
        self,
        corpus: Corpus,
        weights: npt.NDArray[np.float64],
        tokens: int,
        seed: int,
        *,
        epoch: int = 0,
        batch: int = 0,
    ) -> None:
        """Starts at the given position.

        Args:
            corpus: the pairs.
            weights: how often each is seen in an epoch; fractions are drawn.
            tokens: padded tokens of a batch on its longer side.
            seed: of all draws.
            epoch: passes finished.
            batch: batches already taken from this epoch.
        """
        self._length = np.maximum(corpus.source_length, corpus.target_length)
        self._weights, self._tokens, self._seed = weights, tokens, seed
        self.epoch, self.batch = epoch, batch

    def __iter__(self) -> Iterator[Indices]:
        """The batches; `epoch` and `batch` always say how many were handed out."""
        while True:
            skip = self.batch
            for number, indices in enumerate(self._epoch()):
                if number >= skip:
                    self.batch = number + 1
                    yield indices
            self.epoch, self.batch = self.epoch + 1, 0

    def _epoch(self) -> Iterator[Indices]:
        rng = np.random.default_rng([self._seed, self.epoch])
        whole = np.floor(self._weights)
        times = (whole + (rng.random(len(whole)) < self._weights - whole)).astype(np.int64)
        order = np.repeat(np.arange(len(times)), times)
        rng.shuffle(order)
        for start in range(0, len(order), CHUNK):
            chunk = order[start : start + CHUNK]
            chunk = chunk[np.lexsort((rng.random(len(chunk)), self._length[chunk]))]
            batches = self._buckets(chunk)
            for number in rng.permutation(len(batches)):
                yield batches[number]

    def _buckets(self, ascending: Indices) -> list[Indices]:
        """Cuts pairs sorted by length into batches within the budget of padded tokens."""
        lengths = self._length[ascending]
        batches, start = [], 0
        while start < len(ascending):
            end = min(len(ascending), start + max(1, self._tokens // int(lengths[start])))
            while end > start + 1 and int(lengths[end - 1]) * (end - start) > self._tokens:
                end -= max(1, (end - start) // 20)
            end = max(end, start + 1)
            batches.append(ascending[start:end])
            start = end
        return batches


class SourceNoise(Protocol):
    """Changes a pair before it is learnt from."""

    def __call__(self, source: Ids, target: Ids, rng: np.random.Generator) -> tuple[Sequence[int], Sequence[int]]:
        """The pair's ids, changed or as they are."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded tensors of a batch: B pairs, S source and T target positions, N target tokens that count."""

    source: Tensor
    """B x S, int64."""
    keep: Tensor
    """B x S, True where there is a token."""
    decoder_input: Tensor
    """B x T: the target shifted by one, <pad> as the start token."""
    labels: Tensor
    """B x T, `IGNORED` where there is no token."""
    positions: Tensor
    """N: which of the B*T positions count."""
    targets: Tensor
    """N: their labels."""

    @property
    def target_tokens(self) -> int:
        """Target tokens, end tokens included."""
        return self.targets.numel()

    def to(self, device: torch.device) -> Batch:
        """The batch on a device; on a GPU without waiting for the copies."""
        if device.type == "cpu":
            return self
        tensors = (self.source, self.keep, self.decoder_input, self.labels, self.positions, self.targets)
        return Batch(*(tensor.pin_memory().to(device, non_blocking=True) for tensor in tensors))


def filled_up(size: int, multiple: int) -> int:
    """The least multiple that is no smaller."""
    return -(-size // multiple) * multiple


Rounding = Callable[[int], int]
"""How far the rows and widths of a batch are filled up."""


def exact(size: int) -> int:
    """As they are."""
    return size


def eights(size: int) -> int:
    """Multiples of eight, as the matrix units of a GPU want them."""
    return filled_up(size, 8)


def coarse(size: int) -> int:
    """Sizes of which there are eight from one power of two to the next, at most an eighth too large.

    For the matrix units of a CPU: a product is compiled when its shape is seen first, which takes as long as the
    product itself, so shapes must come again.
    """
    return filled_up(size, 1 << max(0, size.bit_length() - 4))


def pad_rows(rows: Sequence[Sequence[int] | Ids], fill: int, rounding: Rounding = exact) -> Tensor:
    """The rows as one int64 tensor, filled up."""
    table = np.full((rounding(len(rows)), rounding(max(map(len, rows)))), fill, dtype=np.int64)
    for line, row in zip(table, rows, strict=False):
        line[: len(row)] = row
    return torch.from_numpy(table)


def make_batch(
    sources: Sequence[Sequence[int] | Ids],
    targets: Sequence[Sequence[int] | Ids],
    pad: int,
    rounding: Rounding = exact,
) -> Batch:
    """The tensors of some pairs; in rows that only fill them up no token counts."""
    source, labels = pad_rows(sources, pad, rounding), pad_rows(targets, IGNORED, rounding)
    decoder_input = torch.full_like(labels, pad)
    decoder_input[:, 1:] = labels[:, :-1]
    decoder_input[decoder_input == IGNORED] = pad
    flat = labels.view(-1)
    positions = (flat != IGNORED).nonzero().squeeze(1)
    return Batch(source, source != pad, decoder_input, labels, positions, flat[positions])


def disturbed(batch: Batch, rate: float) -> Batch:
    """The batch with some of the decoder's input tokens exchanged for others of its targets, drawn by chance.

    What the decoder is to say stays the same: it learns to go on from a word that is wrong, as its own may be, and to
    read the source instead of knowing a sentence seen often by its beginning. The target side of SwitchOut (Wang et al.
    2018, arXiv:1808.07512). The start token is never exchanged.

    Args:
        batch: on any device; left as it is.
        rate: share of the tokens that are exchanged.
    """
    chosen = torch.rand(batch.decoder_input.shape, device=batch.decoder_input.device) < rate
    chosen[:, 1:] &= batch.labels[:, :-1] != IGNORED
    chosen[:, 0] = False
    others = torch.randint(len(batch.targets), (int(chosen.sum()),), device=batch.targets.device)
    decoder_input = batch.decoder_input.masked_scatter(chosen, batch.targets[others])
    return replace(batch, decoder_input=decoder_input)


def evened(sources: Indices, targets: Indices, overhead: float) -> list[Indices]:
    """Rows in groups of like lengths, such that padding and the overhead of groups cost least.

    Rows that noise made longer would otherwise widen a whole batch: capitals take three times as many pieces. Groups
    are cut in two where that saves most, as long as it saves more than it costs.

    Args:
        sources: source tokens of each row.
        targets: target tokens of each row.
        overhead: padded tokens, of both sides, that one group more costs.

    Returns:
        The rows of each group, shorter ones first.
    """
    waiting, done = [np.lexsort((sources, np.maximum(sources, targets)))], []
    while waiting:
        rows = waiting.pop()
        widths = np.zeros((2, len(rows) + 1))  # of the rows before each place, and of those from there on
        for lengths in (sources[rows], targets[rows]):
            widths[0, 1:] += np.maximum.accumulate(lengths)
            widths[1, :-1] += np.maximum.accumulate(lengths[::-1])[::-1]
        before = np.arange(len(rows) + 1)
        cells = before * widths[0] + before[::-1] * widths[1]
        cut = int(cells.argmin())
        if cells[0] - cells[cut] > overhead:
            waiting += [rows[cut:], rows[:cut]]
        else:
            done.append(rows)
    return done


def collate(
    corpus: Corpus,
    indices: Indices,
    pad: int,
    noise: SourceNoise | None = None,
    rng: np.random.Generator | None = None,
    *,
    rounding: Rounding = exact,
    overhead: float = CPU_OVERHEAD,
) -> list[Batch]:
    """The tensors of the pairs with these indices, noise applied where there is any, in groups of like lengths.

    `rounding` is as for `make_batch`, `overhead` as for `evened`.
    """
    pairs: list[tuple[Sequence[int] | Ids, Sequence[int] | Ids]] = [
        (corpus.source(int(i)), corpus.target(int(i))) for i in indices
    ]
    if noise is not None and rng is not None:
        pairs = [noise(np.asarray(s, np.uint16), np.asarray(t, np.uint16), rng) for s, t in pairs]
    sources, targets = (np.array([len(pair[side]) for pair in pairs]) for side in (0, 1))
    return [
        make_batch([pairs[i][0] for i in rows], [pairs[i][1] for i in rows], pad, rounding)
        for rows in evened(sources, targets, overhead)
    ]
