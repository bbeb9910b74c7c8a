"""Which ads are asked about: doubtful ones, no two alike, however long and repetitive the file."""

import csv
import json
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from classifier import asking, cli, decisions
from classifier.asking import Asking
from classifier.decisions import Source
from classifier.duplicates import similar_pairs
from classifier.model import Model

SURE = ["Нужны карты Каспи Голд, 50 000 в день", "Продам диван, самовывоз, торг при осмотре"]


@pytest.fixture(scope="module")
def stream(texts):
    """Some hundred ads, in an order that has nothing to do with what they are."""
    return [texts[place] for place in np.random.default_rng(0).permutation(len(texts))[:500]]


def asked(model, texts, wanted, size=400):
    ask = Asking(model, wanted)
    for start in range(0, len(texts), size):
        ask(pa.record_batch({"text": texts[start : start + size]}))
    return ask.cases()


def test_doubtful_ads_are_asked_about_and_sure_ones_are_not(model, stream):
    cases = asked(model, [*SURE * 3, *stream], 40)
    scores = model.score(stream)
    assert len(cases) == 40
    assert not {case.text for case in cases} & set(SURE)
    middle = np.mean((scores > 0.2) & (scores < 0.98))
    assert np.mean([0.2 < case.score < 0.98 for case in cases]) > 2 * middle


def test_no_two_are_near_duplicates_and_no_copies_crowd_out_the_rest(model, stream, monkeypatch):
    monkeypatch.setattr(asking, "_SMALLEST_POOL", 60)
    (doubtful,) = asked(model, stream, 1)
    copies = [
        f"{doubtful.text} Тел. +7 701 000 12 {n:02d}, спросить {name}" for n in range(90) for name in ("Асю", "Юру")
    ]
    cases = asked(model, copies + stream, 25)
    assert len(cases) == 25
    assert len(similar_pairs([case.text for case in cases])) == 0
    assert sum(case.text.startswith(doubtful.text) for case in cases) <= 1


def test_the_same_ads_are_asked_about_however_the_file_is_cut(model, stream, monkeypatch):
    monkeypatch.setattr(asking, "_SMALLEST_POOL", 60)
    rows = [[case.row for case in asked(model, stream, 20, size)] for size in (500, 137)]
    assert rows[0] == rows[1]


def test_no_more_is_held_than_the_pool(model, stream, monkeypatch):
    monkeypatch.setattr(asking, "_SMALLEST_POOL", 60)
    ask = Asking(model, 2)
    ask(pa.record_batch({"text": stream}))
    assert len(ask._pool) == len(ask._kinds) == 60


def test_a_scheme_and_a_writing_of_which_the_model_knows_little_come_first(model, stream):
    def shares(seen):
        ignorant = Model(**{**vars_of(model), "about": {"seen": seen}})
        cases = asked(ignorant, stream, 30)
        return np.mean([scheme == "job_fee" for scheme in model.schemes_of([case.text for case in cases])])

    others = {scheme: 1000 for scheme in model.schemes.ids if scheme != "job_fee"}
    assert shares({"schemes": others}) > shares({"schemes": {"job_fee": 1000}})


def vars_of(model):
    return {name: value for name, value in vars(model).items() if name != "_of_thread"}


def test_a_new_word_that_many_ads_have_is_worth_asking_about(model):
    known = [f"Сдам квартиру, район {n}, звоните после {n} часов" for n in range(12)]
    new = [f"Сдам жлобокрыл, район {n}, мимсы после {n} хрюкотов" for n in range(3)]
    assert asked(model, known + new, 1)[0].text in new


def test_what_cannot_be_read_is_not_asked_about(model):
    assert asked(model, ["", None, "!!!"], 5) == []


def test_a_sheet_and_a_page_that_training_takes_once_labelled(tmp_path, stream, capsys):
    source, target, page = tmp_path / "ads.csv", tmp_path / "ask.csv", tmp_path / "ask.html"
    pd.DataFrame({"ID": [f"n{n}" for n in range(200)], "text": stream[:200]}).to_csv(source, index=False)
    assert (
        cli.predict_main([str(source), "--ask", "8", "-o", str(target), "--report", str(page), "--lang", "kk"]) == 0
    )
    assert "8 ads to label" in capsys.readouterr().err
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["text"] == stream[int(row["row"]) - 1] and row["id"] == f"n{int(row['row']) - 1}" for row in rows)
    shown = json.loads(re.search(r'id="cases"[^>]*>(.*?)</script>', page.read_text("utf-8"), re.DOTALL)[1])
    assert [ad["key"] for ad in shown] == [row["id"] for row in rows]
    assert "<h1" in page.read_text("utf-8") and "Осы хабарландыруларды белгілеңіз" in page.read_text("utf-8")

    sheet = pd.read_csv(target, dtype=str, keep_default_na=False)
    sheet.loc[:4, "label"] = "fraud"
    found = decisions.gather([Source("ask.csv", sheet)])
    assert found.ads["text"].tolist() == [row["text"] for row in rows[:5]]
    assert found.notes == ["3 rows without a label: not yet decided, left out"]


@pytest.mark.parametrize(
    "options",
    [
        ["--ask", "0"],
        ["--ask", "5", "--top", "3"],
        ["--ask", "5", "--summary", "counts.json"],
        ["--ask", "5", "-o", "ask.parquet"],
        ["--ask", "5", "-o", "no such folder/ask.csv"],
    ],
)
def test_options_that_do_not_go_together(options, root, capsys):
    assert cli.predict_main([str(root / "examples" / "ads.csv"), *options]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_nothing_is_written_over_unasked(root, tmp_path, capsys):
    (tmp_path / "ask.csv").write_text("mine")
    assert cli.predict_main([str(root / "examples" / "ads.csv"), "--ask", "2", "-o", str(tmp_path / "ask.csv")]) == 2
    assert (tmp_path / "ask.csv").read_text() == "mine"
