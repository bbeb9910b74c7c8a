"""Labels that the other ads contradict."""

import csv
import json
import re

import numpy as np
import pandas as pd
import pytest

from classifier import cli
from classifier.doubts import contradicted, doubts
from classifier.labelled import check

FRAUD = "карты предоплата доход выигрыш залог аванс крипта срочно перевод код ставки гарантия"
HONEST = "осмотр самовывоз торг двор чек соседи дача прививки встреча примерка договор касса"
SHARED = "диван телефон велосипед коляска лодка гитара зеркало ковёр лампа часы"


def by_hand(labels, scores):
    """Confident learning in its authors' words: thresholds are mean self-confidences."""
    threshold = {
        1: np.mean([s for y, s in zip(labels, scores, strict=True) if y == 1]),
        0: np.mean([1 - s for y, s in zip(labels, scores, strict=True) if y == 0]),
    }
    confidence = [{1: s, 0: 1 - s} for s in scores]
    doubtful = [n for n, y in enumerate(labels) if confidence[n][1 - y] >= threshold[1 - y]]
    return sorted(doubtful, key=lambda n: confidence[n][labels[n]])


def test_doubts_are_those_of_the_definition():
    random = np.random.default_rng(5)
    labels = random.integers(0, 2, 300)
    scores = np.clip(random.normal(0.25 + 0.5 * labels, 0.25), 0.001, 0.999)
    assert contradicted(labels, scores).tolist() == by_hand(labels, scores)


def planted(ads):
    """The same ads, with five labels the wrong way round."""
    wrong = ads.copy()
    places = np.linspace(3, len(ads) - 3, 5).astype(int)
    wrong.loc[places, "label"] = wrong.loc[places, "label"].map({"fraud": "legit", "legit": "fraud"})
    return wrong, places


@pytest.fixture(scope="module")
def plain():
    """Ads that are easy to tell, so that it is certain which labels are wrong."""
    random = np.random.default_rng(0)
    words = {"fraud": FRAUD.split() + SHARED.split(), "legit": HONEST.split() + SHARED.split()}
    ads = [(" ".join(random.permutation(words[label])[:9]), label) for label in ("fraud", "legit") * 60]
    return pd.DataFrame(ads, columns=["text", "label"]).assign(id=[f"a{n}" for n in range(len(ads))])


def test_planted_errors_are_doubted_first(plain):
    wrong, places = planted(plain)
    found = doubts(check(wrong), jobs=1)
    assert len(found.places) >= 4
    assert set(found.places.tolist()) <= set(places.tolist()), "an ad whose label is right is not doubted"


def test_doubts_come_as_a_table_and_a_page_and_nothing_is_trained(plain, tmp_path, capsys):
    wrong, places = planted(plain)
    wrong.to_csv(tmp_path / "mine.csv", index=False)
    target, page = tmp_path / "doubts.csv", tmp_path / "doubts.html"
    options = ["--doubts", str(target), "--report", str(page), "--jobs", "1"]
    assert cli.train_main([str(tmp_path / "mine.csv"), *options]) == 0
    assert "most doubtful first" in capsys.readouterr().err
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 4
    for row in rows:
        place = int(row["row"]) - 1
        assert place in places
        assert (row["id"], row["text"], row["label"]) == (f"a{place}", wrong.text[place], wrong.label[place])
    content = page.read_text("utf-8")
    shown = json.loads(re.search(r'id="cases"[^>]*>(.*?)</script>', content, re.DOTALL)[1])
    assert [(ad["key"], ad["label"]) for ad in shown] == [(row["id"], row["label"]) for row in rows]
    assert "Сомнительные метки" in content
    assert {path.name for path in tmp_path.iterdir()} == {"mine.csv", "doubts.csv", "doubts.html"}


@pytest.mark.parametrize(
    "options",
    [
        ["--doubts", "doubts.xlsx"],
        ["--doubts", "doubts.html"],
        ["--doubts", "doubts.csv", "-o", "model.zip"],
        ["--doubts", "doubts.csv", "--check"],
        ["--doubts", "doubts.csv", "--pipeline", "p.joblib"],
    ],
)
def test_options_that_do_not_go_together(options, capsys):
    assert cli.train_main(options) == 2
    assert capsys.readouterr().err.startswith("error: ")
