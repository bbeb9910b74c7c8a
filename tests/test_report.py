"""The card, the page and the JSON of figures."""

import json
from html.parser import HTMLParser

import pandas as pd
import pytest

from classifier import cli, report
from classifier.page import page


@pytest.fixture(scope="module")
def data(trained):
    return report.figures(trained.model, trained.evaluation)


class Elements(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags, self.links = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name in ("src", "href") and value]


def test_the_card_says_what_the_figures_say(data, trained):
    card = report.card(data)
    overall = trained.evaluation.slices[0]
    assert card.startswith("---\nlanguage: [kk, ru]\n")
    assert f"| all | {overall.ads} | {overall.fraud} | {overall.metrics['ROC AUC']} |" in card
    assert f"| review | {trained.model.thresholds.review:.3f} |" in card
    assert "{" not in card.split("---", 2)[2]


def test_the_figures_are_json_and_back(data):
    assert json.loads(json.dumps(data)) == json.loads(json.dumps(data, allow_nan=False))


def test_the_page_needs_nothing_else(data):
    elements = Elements(page(data))
    assert "script" not in elements.tags
    assert elements.tags.count("svg") == 4 - (not data["evaluation"]["schemes"])
    assert all(link.startswith(("#", "data:")) for link in elements.links)


def test_a_name_in_the_data_is_no_markup(data):
    slices = [{**data["evaluation"]["slices"][0], "name": "category <script>alert(1)</script>"}]
    html = page({**data, "evaluation": {**data["evaluation"], "slices": slices}})
    assert "script" not in Elements(html).tags


def test_evasion_is_shown_only_of_the_same_ads(trained, tmp_path):
    rows = [
        {"trick": trick, "model": "this", "recall": 0.9, "false_alarms": 0.05} for trick in ("clean", "letters apart")
    ]
    path = tmp_path / "evasion.json"
    for sha256, shown in ((trained.model.about["sha256"], True), ("other", False)):
        path.write_text(json.dumps({"sha256": sha256, "rows": rows}))
        card = report.card(report.figures(trained.model, trained.evaluation, path))
        assert ("| letters apart | 90% | 5% |" in card) is shown


def test_check_evaluates_without_training(slice_of_collection, tmp_path, capsys, model):
    ads = tmp_path / "ads.csv"
    slice_of_collection.to_csv(ads, index=False)
    assert cli.train_main(["--check", str(ads)]) == 0
    assert "ROC AUC" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["ads.csv"]
    assert cli.train_main(["--check", str(ads), "-o", str(tmp_path / "mine.html")]) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ads.csv", "mine.html", "mine.json"]
    figures = json.loads((tmp_path / "mine.json").read_text("utf-8"))
    overall = figures["evaluation"]["slices"][0]
    assert overall["ads"] == len(slice_of_collection)
    assert figures["evaluation"]["bands"][0]["threshold"] == model.thresholds.review


@pytest.mark.parametrize(
    ("argv", "status", "said"),
    [
        (["--check"], 2, "--check needs the tables"),
        (["--check", "ads.csv", "--full"], 2, "trains nothing"),
        (["--check", "ads.csv", "--model", "none.zip"], 1, "no such model file"),
        (["--check", "ads.csv"], 1, "row 41: there is no word"),
    ],
)
def test_check_refuses_in_one_line(argv, status, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    texts = ["продам диван", "карта каспи"] * 20
    texts[39] = "..."
    pd.DataFrame({"text": texts, "label": [0, 1] * 20}).to_csv("ads.csv", index=False)
    assert cli.train_main(argv) == status
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
