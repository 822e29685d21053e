"""A model of other pieces begins with what the trained one knows."""

from __future__ import annotations

import pytest
import torch

from summarizer.errors import UsageError
from training import checkpoint, log, model, pieces, prepare, train
from training.vocabulary import carried_over

OLD = ["</s>", "<unk>", "<0xC4>", "▁gatto", "▁cane", "▁cat", "▁dog", "s", "▁"]
NEW = ["</s>", "<unk>", "▁chat", "▁dog", "▁gatto", "▁cane", "▁gattos", "▁chats", "č"]
SHAPE = model.Shape(1, 1, 64, 64, 1)


@pytest.fixture
def weights():
    torch.manual_seed(0)
    return model.build(len(OLD) + 1, len(OLD), SHAPE).state_dict()


@pytest.fixture
def scores():
    """▁chat and ▁chats translate ▁gatto, ▁dog translates ▁cane; ▁gattos is a source that nothing translates."""
    made = torch.zeros(64, 64, dtype=torch.float16)
    for target in ("▁chat", "▁chats"):
        made[NEW.index("▁gatto"), NEW.index(target)] = 3
    made[NEW.index("▁cane"), NEW.index("▁dog")] = 3
    return made


@pytest.fixture
def rows(weights, scores):
    return dict(zip(NEW, carried_over(weights, OLD, NEW, scores)[model.SHARED], strict=False))


def similarity(one, two):
    return float(torch.cosine_similarity(one, two, dim=0))


def test_known_pieces_and_all_other_weights_are_kept(weights, scores, rows):
    made = carried_over(weights, OLD, NEW, scores)
    for piece in set(OLD) & set(NEW):
        assert torch.equal(rows[piece], weights[model.SHARED][OLD.index(piece)])
    assert made.keys() == weights.keys()
    assert all(torch.equal(made[name], weight) for name, weight in weights.items() if ".layers." in name)
    assert not made[model.SHARED][len(NEW) :].any(), "<pad> and the surplus rows"
    model.restored(made, len(NEW))


def test_a_new_target_piece_begins_beside_what_it_translates(rows):
    for new in ("▁chat", "▁chats"):
        others = [similarity(rows[new], rows[known]) for known in ("▁dog", "▁cane", "</s>")]
        assert similarity(rows[new], rows["▁gatto"]) > 0.8 > 0.5 > max(others)
    assert similarity(rows["▁chat"], rows["▁chats"]) < 0.99, "neighbours, but not twins"


def test_a_piece_without_a_translation_begins_as_the_sum_of_its_parts(weights, rows):
    old = weights[model.SHARED]
    parts = old[OLD.index("▁gatto")] + old[OLD.index("s")]
    assert similarity(rows["▁gattos"], parts) > 0.8
    assert similarity(rows["č"], old[OLD.index("<0xC4>")] + old[OLD.index("<unk>")]) > 0.8, "a byte, and one unknown"


def test_new_rows_are_as_long_as_those_of_trained_pieces(weights, rows):
    usual = weights[model.SHARED][: len(OLD)].norm(dim=1).median()
    torch.testing.assert_close(rows["▁chat"].norm(), usual)


def test_a_missing_or_damaged_file_of_pieces_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"none\.model"):
        pieces.read(tmp_path / "none.model")
    (tmp_path / "bad.model").write_bytes(b"no pieces")
    with pytest.raises(UsageError, match=r"bad\.model"):
        pieces.read(tmp_path / "bad.model")


@pytest.mark.slow
def test_a_run_on_other_pieces_learns_faster_from_a_trained_model(corpora, exported, toy_arguments, tmp_path):
    prepare.main([str(corpora), str(tmp_path / "data"), "--vocabulary", "360", "--threads", "1"])
    last = {}
    for name, more in (("new", []), ("carried", ["--init", str(exported), "--lexical-path", "0"])):
        state = tmp_path / name
        run = [str(tmp_path / "data"), str(state), *toy_arguments, "--until", "0.01", "--dev-lines", "0", *more]
        train.main([*run, "--guided", "0"])
        trained, _ = log.read([state / train.LOG])
        last[name] = trained[-1].loss
        assert checkpoint.load(state / checkpoint.FILE).model[model.SHARED].shape[0] >= 360
    assert last["carried"] < 0.7 * last["new"]
