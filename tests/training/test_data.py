"""Parts survive their way over the disk; batches keep to their budget and go on where a run stopped."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
import torch

from summarizer.errors import UsageError
from training.data import IGNORED, BatchOrder, coarse, collate, disturbed, evened, make_batch, pair_weights
from training.parts import DevPair, Group, Meta, PartWriter, read_corpus, read_meta, write_meta

GROUPS = (Group("en", "gate", 2.0, 2), Group("fr", "gate", 1.0, 1))


def write(folder, pairs, **options):
    with PartWriter(folder, **options) as writer:
        for group, source, target in pairs:
            writer.write(group, source, target)


@pytest.fixture
def corpus(tmp_path):
    rng = np.random.default_rng(0)
    rows = [(0, [2] * rng.integers(2, 30), [3] * rng.integers(2, 30)) for _ in range(500)]
    write(tmp_path, rows)
    return read_corpus(tmp_path)


def test_pairs_come_back_from_several_parts_as_they_were_written(tmp_path):
    pairs = [(0, [2, 8, 0], [9, 0]), (1, [3, 8, 8, 0], [7999, 5, 0]), (0, [2, 0], [0])]
    write(tmp_path, pairs, part_bytes=12)
    corpus = read_corpus(tmp_path)
    assert len(list(tmp_path.glob("part-*.xz"))) > 1
    read = [(int(corpus.group[i]), corpus.source(i).tolist(), corpus.target(i).tolist()) for i in range(len(corpus))]
    assert read == pairs


def test_parts_of_an_earlier_preparation_do_not_stay_behind(tmp_path):
    write(tmp_path, [(0, [2, 0], [3, 0])] * 9, part_bytes=12)
    write(tmp_path, [(0, [2, 0], [3, 0])])
    assert len(read_corpus(tmp_path)) == 1


def test_a_part_that_is_cut_off_is_named(tmp_path):
    write(tmp_path, [(0, [2, 5, 0], [3, 0])])
    path = tmp_path / "part-00.xz"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UsageError, match=r"part-00\.xz: not a whole training part"):
        read_corpus(tmp_path)


def test_a_folder_without_parts_says_what_to_do(tmp_path):
    with pytest.raises(UsageError, match=r"training\.prepare"):
        read_corpus(tmp_path)


def test_meta_comes_back_and_further_facts_do_no_harm(tmp_path):
    meta = Meta(101, 100, GROUPS, {"en": (DevPair([2, 5, 0], [6, 0], "Yes"),)})
    write_meta(tmp_path, meta, {"dropped": {"duplicate": 3}})
    assert read_meta(tmp_path) == meta


def test_no_batch_is_over_the_budget_and_an_epoch_holds_every_pair_once(corpus):
    order = BatchOrder(corpus, np.ones(len(corpus)), tokens=200, seed=1)
    seen: list[int] = []
    for indices in order:
        if order.epoch:
            break
        longest = max(max(len(corpus.source(int(i))), len(corpus.target(int(i)))) for i in indices)
        assert longest * len(indices) <= 200
        seen += indices.tolist()
    assert sorted(seen) == list(range(len(corpus)))


def test_pairs_are_drawn_as_often_as_their_weight_says(corpus):
    weights = np.where(np.arange(len(corpus)) < 250, 2.5, 0.0)
    order = BatchOrder(corpus, weights, tokens=200, seed=1)
    seen = np.zeros(len(corpus), int)
    for indices in order:
        if order.epoch:
            break
        np.add.at(seen, indices, 1)
    assert set(seen[:250]) == {2, 3}
    assert not seen[250:].any()


def test_a_resumed_order_goes_on_with_the_batch_after_the_last_one(corpus):
    weights = np.ones(len(corpus))
    whole = BatchOrder(corpus, weights, tokens=100, seed=1)
    batches = [(b.tolist(), whole.epoch, whole.batch) for b in islice(whole, 200)]
    assert batches[-1][1] > 0, "the test must pass the end of an epoch"
    for stop in (7, 150):
        resumed = BatchOrder(
            corpus, weights, tokens=100, seed=1, epoch=batches[stop - 1][1], batch=batches[stop - 1][2]
        )
        assert [b.tolist() for b in islice(resumed, 20)] == [b[0] for b in batches[stop : stop + 20]]


def test_epochs_and_seeds_differ(corpus):
    def first(seed, epoch):
        return next(iter(BatchOrder(corpus, np.ones(len(corpus)), 100, seed, epoch=epoch))).tolist()

    assert len({tuple(first(seed, epoch)) for seed in (1, 2) for epoch in (0, 1)}) == 4


def test_temperature_evens_out_the_target_languages(tmp_path):
    write(tmp_path, [(0, [2, 0], [3, 0])] * 2 + [(1, [4, 0], [5, 0])])
    corpus = read_corpus(tmp_path)
    as_they_are, even = pair_weights(corpus, GROUPS, 1.0), pair_weights(corpus, GROUPS, 0.0)
    assert as_they_are[:2].sum() / as_they_are[2] == pytest.approx(4)
    assert even[:2].sum() / even[2] == pytest.approx(1)


def test_an_emphasised_target_language_is_seen_more_often(tmp_path):
    write(tmp_path, [(0, [2, 0], [3, 0]), (1, [4, 0], [5, 0])])
    meta = Meta(10, 9, GROUPS, {})
    before, after = (
        pair_weights(read_corpus(tmp_path), groups, 1.0)
        for groups in (meta.groups, meta.emphasised({GROUPS[1].target: 3.0}).groups)
    )
    assert after[1] / after[0] == pytest.approx(3 * before[1] / before[0])


def test_a_batch_shifts_the_target_by_one_behind_the_start_token():
    batch = make_batch([[2, 5, 0], [2, 0]], [[6, 7, 0], [8, 0]], 9)
    assert batch.source[:, :3].tolist() == [[2, 5, 0], [2, 0, 9]]
    assert batch.keep[:, :3].tolist() == [[True, True, True], [True, True, False]]
    assert batch.decoder_input[:, :3].tolist() == [[9, 6, 7], [9, 8, 0]]
    assert batch.labels[:, :3].tolist() == [[6, 7, 0], [8, 0, IGNORED]]
    assert batch.targets.tolist() == [6, 7, 0, 8, 0]
    assert batch.labels.flatten()[batch.positions].tolist() == batch.targets.tolist()


def test_coarse_sizes_are_few_and_little_too_large():
    sizes = [coarse(size) for size in range(1, 129)]
    assert sizes[:16] == list(range(1, 17))
    assert all(size <= made < size * 9 / 8 for size, made in enumerate(sizes, start=1))
    assert len(set(sizes)) == 16 + 3 * 8


def test_a_disturbed_batch_has_other_inputs_of_its_own_targets_and_is_to_say_the_same():
    batch = make_batch([[2, 5, 0]] * 200, [[6, 7, 8, 10, 0], [11, 0]] * 100, 9)
    torch.manual_seed(1)
    made = disturbed(batch, 0.25)
    changed = made.decoder_input != batch.decoder_input
    assert (made.decoder_input[:, 0] == 9).all()
    assert not changed[batch.decoder_input == 9].any()  # padding stays
    assert 70 < changed.sum() < 125  # of 500 tokens a quarter is drawn, and a few of those draw what was there
    assert set(made.decoder_input[changed].tolist()) <= {6, 7, 8, 10, 11, 0}
    assert torch.equal(made.labels, batch.labels)
    assert torch.equal(made.source, batch.source)


def test_nothing_is_disturbed_at_a_rate_of_nothing():
    batch = make_batch([[2, 5, 0]], [[6, 7, 0]], 9)
    assert torch.equal(disturbed(batch, 0.0).decoder_input, batch.decoder_input)


def padded(sources, targets, groups):
    return sum(len(rows) * (sources[rows].max() + targets[rows].max()) for rows in groups)


def test_rows_that_noise_made_longer_get_a_group_of_their_own():
    sources, targets = np.full(150, 30), np.full(150, 28)
    sources[[7, 90]] = 95
    groups = evened(sources, targets, overhead=400)
    assert [len(rows) for rows in groups] == [148, 2]
    assert sorted(np.concatenate(groups).tolist()) == list(range(150))
    assert set(groups[1].tolist()) == {7, 90}


def test_groups_are_cut_only_where_that_saves_more_than_it_costs():
    rng = np.random.default_rng(1)
    sources, targets = rng.integers(1, 60, (2, 200))
    whole = [np.arange(200)]
    groups = evened(sources, targets, overhead=400)
    assert len(groups) > 1
    saved = padded(sources, targets, whole) - padded(sources, targets, groups)
    assert saved > 400 * (len(groups) - 1)
    assert len(evened(sources, targets, overhead=saved + 400)) == 1
    assert len(evened(np.array([5]), np.array([4]), overhead=0)) == 1


def test_a_collated_batch_holds_every_pair_once_whatever_its_groups(corpus):
    indices = np.arange(len(corpus))
    batches = collate(corpus, indices, 99, overhead=0)
    assert len(batches) > 1
    found = [
        (source[source != 99].tolist(), labels[labels != IGNORED].tolist())
        for batch in batches
        for source, labels in zip(batch.source, batch.labels, strict=True)
    ]
    expected = [(corpus.source(int(i)).tolist(), corpus.target(int(i)).tolist()) for i in indices]
    assert sorted(found) == sorted(expected)
