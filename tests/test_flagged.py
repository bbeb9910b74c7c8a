"""The page of flagged ads that a run writes beside its scores."""

import html
import json
import re

import pytest

from classifier import batch, tables
from classifier.errors import UsageError
from classifier.options import Options

FRAUD = "Нужны карты Каспи Голд 50 000 в день пишите в телеграм"
WORSE = "Куплю карту Каспи Голд дорого, плачу 50 000 в неделю за дебетовые карты"
HIDDEN = "Нужны лю\u200bди с кaртами Каспи, 50 000 в день каждому"
ADS = f"ID;Text;category\nа1;{FRAUD};jobs\n;Продам диван самовывоз;goods\nа3;;\n;{WORSE};\nа5;{HIDDEN};\n"


@pytest.fixture
def page_of(tmp_path, model):
    """Score a CSV; give the ads on the page, and the page."""

    def page_of(content, **options):
        (tmp_path / "ads.csv").write_text(content, "utf-8")
        target, report = tmp_path / "scored.csv", tmp_path / "review.html"
        batch.score_files(
            model, [str(tmp_path / "ads.csv")], str(target), Options(report=str(report), force=True, **options)
        )
        page = report.read_text("utf-8")
        return json.loads(re.search(r'<script[^>]*id="cases"[^>]*>(.*?)</script>', page, re.DOTALL)[1]), page

    return page_of


def test_flagged_ads_stand_on_the_page_strongest_first(page_of, model):
    ads, _ = page_of(ADS)
    assert {(ad["key"], ad["row"]) for ad in ads} == {("а1", 1), ("4", 4), ("а5", 5)}
    assert [ad["score"] for ad in ads] == sorted((ad["score"] for ad in ads), reverse=True)
    first = next(ad for ad in ads if ad["row"] == 1)
    assert (first["text"], first["category"], first["band"]) == (FRAUD, "jobs", "hold")
    assert first["scheme"] == model.explain(FRAUD).fraud_scheme
    assert first["reasons"] == model.explain(FRAUD).reasons
    assert all(FRAUD[start:stop].strip() for start, stop, _ in first["marks"])


def test_what_was_repaired_is_shown(page_of):
    ads, _ = page_of(ADS)
    text, repaired = next((ad["text"], ad["repaired"]) for ad in ads if ad["row"] == 5)
    assert {(text[start:stop], read) for start, stop, read in repaired} >= {("лю\u200bди", "люди")}


def test_rows_count_on_over_batches_and_names_are_not_ids(page_of, monkeypatch):
    monkeypatch.setattr(tables, "BLOCK", 64, raising=False)
    ads, page = page_of(ADS + f";{FRAUD};\n" * 50, language="kk")
    assert [ad["row"] for ad in ads if ad["text"] == FRAUD] == [1, *range(6, 56)]
    assert all(re.fullmatch("[a-z_]+", ad["scheme"]) for ad in ads)
    assert '<html lang="kk"' in page


def test_the_page_keeps_the_strongest_and_counts_the_others(page_of, monkeypatch):
    monkeypatch.setattr("classifier.review.Strongest.__init__.__defaults__", (1,))
    ads, _ = page_of(ADS)
    assert len(ads) == 1


def test_a_page_and_a_resumed_run_do_not_go_together(page_of):
    with pytest.raises(UsageError, match="--report"):
        page_of(ADS, resume=True)


def test_an_ad_cannot_become_markup(page_of):
    _, page = page_of(f'text\n"<script>alert(1)</script> {FRAUD}"\n')
    assert "<script>alert" not in html.unescape(page.replace("\\u003c", ""))
