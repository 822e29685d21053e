"""A run learns, goes on exactly where it stopped, and cools down without using up its stable state."""

from __future__ import annotations

import os
import shutil
import signal

import numpy as np
import pytest
import torch

from summarizer.errors import ModelError, OutputError, UsageError
from training import checkpoint, log, model, train
from training.checkpoint import Progress, State
from training.data import collate
from training.optimizers import Optimizers
from training.parts import read_corpus, read_meta
from training.schedule import CoolDown, fade, warm_up
from training.trainer import Settings, Trainer


@pytest.fixture
def trainer(prepared, tmp_path):
    meta = read_meta(prepared)
    network = model.build(meta.vocabulary, meta.pad, model.Shape(1, 1, 32, 32, 1))
    settings = Settings(tokens=300, guided=0.0, dtype=torch.float32)
    return Trainer(network, meta, read_corpus(prepared), settings, log.Log(tmp_path / "log.jsonl"))


def test_the_gradient_does_not_depend_on_the_groups_of_a_batch(trainer, prepared):
    corpus, pad = read_corpus(prepared), read_meta(prepared).pad
    indices = np.arange(60)

    def gradients(overhead):
        batches = collate(corpus, indices, pad, overhead=overhead)
        tokens = sum(batch.target_tokens for batch in batches)
        for batch in batches:
            trainer._backward(batch, batch.target_tokens / tokens)
        found = {name: p.grad.clone() for name, p in trainer._model.named_parameters() if p.grad is not None}
        trainer._model.zero_grad()
        return found, len(batches)

    whole, one = gradients(1e9)
    grouped, several = gradients(0)
    assert one == 1 < several
    for name, gradient in whole.items():
        torch.testing.assert_close(grouped[name], gradient, atol=1e-5, rtol=1e-3)


def run(prepared, state, arguments, *more):
    train.main([str(prepared), str(state), *arguments, "--dev-lines", "0", *more])
    return checkpoint.load(state / checkpoint.FILE)


def same(one: State, two: State) -> bool:
    muon = zip(one.muon, two.muon, strict=True)
    ema = zip(one.ema, two.ema, strict=True)
    return all(torch.equal(one.model[name], two.model[name]) for name in one.model) and all(
        torch.equal(a, b) for a, b in (*muon, *ema)
    )


@pytest.mark.slow
def test_a_toy_run_learns_to_translate_sentences_it_has_not_seen(run_folder):
    trained, validated = log.read([run_folder / "log.jsonl"])
    assert trained[0].loss > 3
    assert trained[-1].loss < 0.4
    stable, cooled = validated[0], validated[-1]
    assert (stable.branch, cooled.branch) == (False, True)
    assert cooled.loss < stable.loss
    assert cooled.chrf > 80


@pytest.mark.slow
def test_a_resumed_run_ends_with_the_weights_of_an_uninterrupted_one(prepared, toy_arguments, tmp_path):
    shared = [*toy_arguments, "--dropout", "0.1", "--disturbance", "0.1", "--noise", "typos=0.2,stop=0.2"]
    whole = run(prepared, tmp_path / "whole", shared, "--until", "0.008")
    run(prepared, tmp_path / "halves", shared, "--until", "0.004")
    halves = run(prepared, tmp_path / "halves", shared, "--until", "0.008")
    assert halves.progress.step == whole.progress.step > 20
    assert same(whole, halves)
    other = run(prepared, tmp_path / "other", shared, "--until", "0.008", "--seed", "2")
    assert not same(whole, other)


@pytest.mark.slow
def test_a_cool_down_leaves_the_stable_state_alone_and_can_be_interrupted(
    prepared, run_folder, toy_arguments, tmp_path
):
    shutil.copy(run_folder / "state.pt", tmp_path / "state.pt")
    stable = (tmp_path / "state.pt").read_bytes()
    branch = tmp_path / "cool-down" / "state.pt"
    cool = [*toy_arguments, "--cool-down", "0.002M"]
    run(prepared, tmp_path, cool, "--seconds", "0")
    begun = checkpoint.load(branch)
    assert begun.branch["done"] is False
    assert "best" not in begun.branch
    run(prepared, tmp_path, cool)
    done = checkpoint.load(branch)
    assert done.branch["done"] is True
    assert done.branch["best"] in ("average", "last"), "without validations on the way, too"
    assert done.progress.tokens - begun.progress.tokens >= 2000
    run(prepared, tmp_path, cool)
    assert checkpoint.load(branch).progress == done.progress, "a finished cool-down is not gone on with"
    assert (tmp_path / "state.pt").read_bytes() == stable
    again = run(prepared, tmp_path, toy_arguments, "--until", "0.031")
    assert again.progress.tokens >= 31_000
    assert again.branch is None


@pytest.mark.slow
def test_a_state_without_a_place_in_the_data_is_gone_on_with(prepared, toy_arguments, tmp_path):
    meta = read_meta(prepared)
    network = model.build(meta.vocabulary, meta.pad, model.Shape(2, 1, 64, 128, 1))
    optimizers = Optimizers(network, 1e-3, 1e-3)
    for parameter in optimizers.parameters:
        parameter.grad = torch.ones_like(parameter)
    optimizers.step(1.0)
    tmp_path.mkdir(exist_ok=True)
    saved = {
        "model": network.state_dict(),
        "adam": optimizers.adam.state_dict(),
        "muon": optimizers.muon.state(),
        "ema": [parameter.detach().clone() for parameter in optimizers.parameters],
        "st": {"step": 500, "tokens": 1_557_632, "spent": 0.0},
    }
    torch.save(saved, tmp_path / "state.pt")
    after = run(prepared, tmp_path, toy_arguments, "--until", "1.5577")
    assert after.progress.step == 501
    assert after.progress.epoch == 500
    assert after.progress.batch == 1


def test_pad_and_surplus_embeddings_stay_zero(trainer, tmp_path):
    trainer.run(tmp_path / "state.pt", until=2000, seconds=1e9, validator=None)
    state = checkpoint.load(tmp_path / "state.pt")
    pad = trainer._meta.pad
    assert not state.model[model.SHARED][pad:].any()
    assert not state.ema[0][pad:].any()


def test_a_termination_signal_ends_the_run_with_its_state_saved(trainer, tmp_path):
    with train._stopped_by_signals(trainer):
        os.kill(os.getpid(), signal.SIGTERM)
        complete = trainer.run(tmp_path / "state.pt", until=1e9, seconds=1e9, validator=None)
    assert not complete
    assert checkpoint.load(tmp_path / "state.pt").progress == trainer.progress


def test_weights_that_are_no_numbers_are_never_saved(trainer, tmp_path):
    path = tmp_path / "state.pt"
    trainer.run(path, until=300, seconds=1e9, validator=None)
    before = path.read_bytes()
    with torch.no_grad():
        trainer._model.model.shared.weight[3] = float("nan")
    with pytest.raises(ModelError, match="no longer a number"):
        trainer.run(path, until=3000, seconds=1e9, validator=None)
    assert path.read_bytes() == before


def test_a_damaged_state_is_named_and_a_full_disk_keeps_the_old_one(tmp_path):
    path = tmp_path / "state.pt"
    path.write_bytes(b"not a state")
    with pytest.raises(ModelError, match=r"state\.pt: not a whole training state"):
        checkpoint.load(path)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        checkpoint.save(tmp_path / "file" / "state.pt", State({}, {}, [], [], Progress()))


def test_a_cool_down_needs_a_stable_run(prepared, tmp_path):
    with pytest.raises(UsageError, match="no stable run to cool down"):
        train.main([str(prepared), str(tmp_path), "--cool-down", "1M"])


def test_the_rates_rise_stay_and_fall_linearly_to_zero():
    assert [warm_up(step, 4) for step in range(6)] == [0.25, 0.5, 0.75, 1, 1, 1]
    assert [CoolDown.parse("20M").left(tokens, 0) for tokens in (0, 5e6, 20e6, 30e6)] == [1, 0.75, 0, 0]
    assert CoolDown.parse("300s").left(0, 150) == 0.5
    assert [fade(tokens, 8e6) for tokens in (0, 4e6, 9e6)] == [1, 0.5, 0]
    with pytest.raises(UsageError, match="20M for tokens or 300s"):
        CoolDown.parse("20")
