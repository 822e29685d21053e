"""What is written about a model: scores, outputs, curve, card, and the parts it travels in."""

from __future__ import annotations

import json
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from summarizer.errors import ModelError, UsageError
from training import card, decoding, evaluate, outputs, plot, transfer
from training.log import DevPoint, Log, TrainPoint, read

TRAINED = [TrainPoint(20 * n, 60_000 * n, 8 / n, 2500.0, 1.0) for n in range(1, 30)]
VALIDATED = [DevPoint(60_000 * n, "en", 7 / n, 0.5 * n, n + 10, False) for n in range(1, 30, 5)]


@pytest.fixture(scope="module")
def records(exported, corpora, tmp_path_factory):
    """The files of an evaluation of the toy model, int8, beams 1 and 2, ten sentences."""
    folder = tmp_path_factory.mktemp("records")
    evaluate.main(
        [str(corpora), str(exported), "--json", str(folder / "scores.json"), "--markdown", str(folder / "scores.md"),
         "--engines", "ctranslate2-int8,ctranslate2-float32", "--beams", "1,2", "--lines", "10", "--threads", "1"]
    )  # fmt: skip
    outputs.main(
        [str(corpora), str(exported), "--json", str(folder / "outputs.json"), "--markdown", str(folder / "outputs.md")]
    )
    return folder


@pytest.mark.slow
def test_scores_come_with_signatures_speed_and_the_cost_of_int8(records):
    data = json.loads((records / "scores.json").read_text())
    assert {(row["set"], row["engine"], row["beams"]) for row in data["scores"]} == {
        (name, engine, beams)
        for name in ("flores-dev", "pud")
        for engine in ("ctranslate2-int8", "ctranslate2-float32")
        for beams in (1, 2)
    }
    assert all(row["sentences_per_second"] > 0 for row in data["scores"])
    assert data["signatures"]["bleu"].startswith("nrefs:1|case:mixed|eff:no|tok:13a")
    page = (records / "scores.md").read_text()
    assert "int8 against float32, chrF:" in page
    assert "## pud, it→en, 5 sentences" in page


@pytest.mark.slow
def test_outputs_show_forty_sentences_best_first_and_the_article(records):
    rows = json.loads((records / "outputs.json").read_text())["rows"]
    assert len(rows) == 40
    assert [row["chrf"] for row in rows] == sorted((row["chrf"] for row in rows), reverse=True)
    page = (records / "outputs.md").read_text()
    assert "## The sample article" in page
    assert "Turchia e Kazakistan hanno firmato ad Ankara" in page


@pytest.mark.slow
def test_the_card_says_where_the_data_came_from_what_it_cost_and_what_goes_wrong(
    records, exported, prepared, run_folder
):
    card.main(
        [str(exported), "--prepared", str(prepared), "--log", str(run_folder / "log.jsonl"), "--scores",
         str(records / "scores.json"), "--outputs", str(records / "outputs.json"), "--hardware", "one slow core",
         "--before", "a run of 3 M tokens"]
    )  # fmt: skip
    text = (exported / "README.md").read_text()
    worst = min(json.loads((records / "outputs.json").read_text())["rows"], key=lambda row: row["chrf"])
    assert "license: cc-by-sa-4.0" in text
    assert "| gate (MicrosoftTranslator/GATE) | open | MIT (LICENSE) |" in text
    assert "| authored (this project) | own |" in text
    assert "0.1 M target tokens" in text
    assert "one slow core" in text
    assert "- Before that: a run of 3 M tokens" in text
    assert "nrefs:1|case:mixed" in text
    assert worst["reference"] in text


@pytest.mark.parametrize(
    ("branches", "said"),
    [((False, True), "1.5 M target tokens in 40 steps, 0.5 M of them while"), ((True, True), "1.5 M of them while")],
)
def test_the_cost_counts_a_cool_down_also_where_the_run_before_it_left_no_line(branches, said):
    facts = SimpleNamespace(
        trained=[
            TrainPoint(step=step, tokens=tokens, loss=1.5, tokens_per_second=900.0, factor=1.0, branch=branch)
            for step, tokens, branch in zip((20, 40), (1_000_000, 1_500_000), branches, strict=True)
        ],
        seconds=3600.0,
        hardware="one slow core",
        before="",
    )
    assert said in "\n".join(card._cost(facts))


def test_progress_is_read_back_from_the_log_and_from_what_was_printed(tmp_path, capsys):
    path = tmp_path / "log.jsonl"
    writer = Log(path)
    writer.train(TRAINED[0], epoch=0)
    writer.validation(VALIDATED[0], ["A cat."])
    printed = tmp_path / "stderr.txt"
    printed.write_text("1133076 pairs\n" + capsys.readouterr().err)
    with path.open("a") as file:
        file.write('{"event": "train", "st')
    Log(path).train(TRAINED[1])
    assert read([path]) == (TRAINED[:2], VALIDATED[:1])
    assert read([printed])[0] == [TRAINED[0]]


@pytest.mark.slow
def test_ways_of_decoding_are_compared_with_the_shipped_one(corpora, exported, capsys):
    decoding.main([str(corpora), str(exported), "num_beams=1,comfortable_tokens=8", "--threads", "1"])
    head, _, shipped, changed = capsys.readouterr().out.splitlines()
    assert head == "| settings | flores-dev BLEU / chrF | seconds | pud BLEU / chrF | seconds |"
    assert shipped.startswith("| as shipped | ")
    assert changed.startswith("| num_beams=1,comfortable_tokens=8 | ")
    assert shipped.split("|")[2] != changed.split("|")[2]


@pytest.mark.parametrize("text", ["beams=4", "num_beams=many", "num_beams"])
def test_settings_that_decoding_does_not_have_are_refused(text):
    with pytest.raises(UsageError):
        decoding.changes(text)


def test_the_curve_is_a_well_formed_picture_with_both_panels_and_the_same_every_time():
    cooled = [
        TrainPoint(600, 1_800_000, 0.2, 2500.0, 0.5, branch=True),
        TrainPoint(620, 1_860_000, 0.1, 2500.0, 0.1, True),
    ]
    picture = plot.draw([*TRAINED, *cooled], VALIDATED)
    root = ElementTree.fromstring(picture)
    lines = [element for element in root if element.tag.endswith("polyline")]
    assert len(lines) == 5, "training, its cool-down, validation loss, BLEU, chrF"
    for line in lines:
        for point in line.attrib["points"].split():
            x, y = map(float, point.split(","))
            assert plot.LEFT <= x <= plot.WIDTH - plot.RIGHT + 0.1
            assert 0 <= y <= plot.HEIGHT
    assert picture == plot.draw([*TRAINED, *cooled], VALIDATED)
    with pytest.raises(UsageError, match="nothing to draw"):
        plot.draw([], [])


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 123.4), (2.1, 8.9), (0.01, 0.02)])
def test_ticks_are_round_and_few(low, high):
    found = plot.ticks(low, high)
    assert 3 <= len(found) <= 8
    assert low <= found[0] < found[-1] <= high


def test_a_long_curve_is_thinned_to_means():
    assert plot.thinned([(float(n), float(n)) for n in range(10)], 5) == [(n + 0.5, n + 0.5) for n in range(0, 10, 2)]


def test_the_duration_counts_tokens_at_their_speed():
    assert card.duration([TrainPoint(1, 1000, 1.0, 100.0, 1.0), TrainPoint(2, 3000, 1.0, 200.0, 1.0)]) == 20


def test_a_file_travels_in_parts_fetched_in_several_goes(tmp_path):
    path, folder = tmp_path / "weights", tmp_path / "parts"
    path.write_bytes(bytes(range(256)) * 40)
    assert len(transfer.split(path, folder, 3000, first=0, count=2)) == 2
    with pytest.raises(ModelError, match="parts 2, 3 are missing"):
        transfer.join(folder, tmp_path / "back")
    transfer.split(path, folder, 3000, first=2)
    transfer.join(folder, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == path.read_bytes()
    (folder / "001.part").write_bytes(b"x" * 3000)
    with pytest.raises(ModelError, match="do not make up the file"):
        transfer.join(folder, tmp_path / "back")
