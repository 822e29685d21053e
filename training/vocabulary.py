"""Carries a trained model over to other pieces, so that a model for new languages begins with what another has learned.

All weights but the embeddings fit any pieces. Of the embeddings, those of common pieces are kept; a new piece begins as
a mixture of its parts and of the known pieces that it translates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from training import model
from training.lexicon import NOISE, SIGNAL

NEIGHBOURS = 5
"""Known translations that a new piece is made of; more of them blur it."""


def carried_over(
    weights: model.Weights, old: Sequence[str], new: Sequence[str], scores: Tensor, seed: int = 0
) -> Mapping[str, Tensor]:
    """The weights of a model of the pieces `new` that computes of known pieces what the given one does.

    After Minixhofer et al. 2022 (WECHSEL, arXiv:2112.06598) with the lexicon's scores in the place of aligned word
    vectors. A piece that occurs mostly as a source is rather the sum of its parts, one that occurs mostly as a target
    the mean of what it translates; a small random share keeps the new pieces apart.

    Args:
        weights: of the trained model, embedding rows in the order of `old`.
        old: its pieces, without <pad>.
        new: pieces of the model to make, without <pad>.
        scores: translation scores of the new pieces, see `lexicon.lexicon`; at least as many rows and columns as `new`.
        seed: of the random share.

    Returns:
        Weights as training holds them: float32, the embedding with surplus rows, which are zero from <pad> on.
    """
    rows = {piece: row for row, piece in enumerate(old)}
    trained = weights[model.SHARED][: len(old)].float()
    common = [(i, rows[piece]) for i, piece in enumerate(new) if piece in rows]
    known, kept = (torch.tensor(ids, dtype=torch.long) for ids in zip(*common, strict=True))
    composed = torch.stack([trained[parts].mean(0) for parts in (_parts(piece, rows) for piece in new)])
    meaning = torch.zeros(len(new), trained.shape[1])
    meaning[known] = _unit(trained[kept])
    translated, as_target = _translated(scores[: len(new), : len(new)].float(), meaning, known)
    mixed = as_target * _unit(translated) + (1 - as_target) * _unit(composed)
    generator = torch.Generator().manual_seed(seed)
    noise = _unit(torch.randn(mixed.shape, generator=generator))
    embedding = _unit(SIGNAL * _unit(mixed) + NOISE * noise) * trained.norm(dim=1).median()
    embedding[known] = trained[kept]
    pad = len(new)
    made = model.build(pad + 1, pad, model.Shape.of(weights)).state_dict()
    shared = made[model.SHARED]
    shared[:pad] = embedding
    # the embedding has several names, and the bias of the outputs a place for each piece: both belong to the pieces
    own = {name for name, weight in made.items() if weight.data_ptr() == shared.data_ptr()} | {"final_logits_bias"}
    return made | {name: weight for name, weight in weights.items() if name not in own}


def _translated(scores: Tensor, meaning: Tensor, known: Tensor) -> tuple[Tensor, Tensor]:
    """Mean of the known pieces that each piece translates best, and the share in which it is a target; a row each."""
    as_source, as_target = scores.sum(1), scores.sum(0)
    related = (scores + scores.t())[:, known]
    best, places = related.topk(min(NEIGHBOURS, len(known)), dim=1)
    mean = (best.square()[:, :, None] * meaning[known[places]]).sum(1)
    translates = best[:, 0] > 0
    share = as_target / (as_source + as_target).clamp(min=1e-9) * translates
    return mean, share[:, None]


def _parts(piece: str, rows: Mapping[str, int]) -> list[int]:
    """Rows of the longest known pieces that make up a piece, of <unk> where nothing is known of a character."""
    found = []
    while piece:
        length = next((n for n in range(len(piece), 0, -1) if piece[:n] in rows), 0)
        if length:
            found.append(rows[piece[:length]])
        else:
            length, unknown = 1, rows["<unk>"]
            found += [rows.get(f"<0x{byte:02X}>", unknown) for byte in piece[0].encode()]
        piece = piece[length:]
    return found


def _unit(rows: Tensor) -> Tensor:
    return torch.nn.functional.normalize(rows, dim=1, eps=1e-9)
