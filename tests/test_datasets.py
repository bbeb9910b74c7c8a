"""The collection keeps what its datasheet promises."""

import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from classifier.duplicates import similar_pairs

COLUMNS = [
    "id",
    "title",
    "description",
    "label",
    "scheme",
    "category",
    "language",
    "script",
    "group",
    "origin",
    "note",
]
CATEGORIES = [
    "agriculture",
    "animals",
    "cars",
    "clothes",
    "education",
    "electronics",
    "finance",
    "goods",
    "jobs",
    "kids",
    "other",
    "parts",
    "realty",
    "rent",
    "services",
    "travel",
]
COMMON = [
    ("goods_prepayment",),
    ("rental_deposit",),
    ("fake_vacancy_fee", "task_likes_job"),
    ("loan_no_refusal_fee",),
    ("dropper_recruiting",),
    ("investment_crypto_trading",),
    ("forged_documents",),
    ("drug_courier_recruit",),
]
SCRIPTS = {"ru": {"cyr", "latin"}, "kk": {"cyr", "kk_as_ru", "latin"}, "mixed": {"mixed"}}


@pytest.fixture(scope="module")
def ads(collection):
    text = (collection["title"] + "\n" + collection["description"]).str.strip()
    return collection.assign(text=text, y=(collection["label"] == "1").astype(int), words=text.str.split().str.len())


@pytest.mark.parametrize("name", ["ads_ru", "ads_kk", "ads_mixed"])
def test_each_file_holds_its_language(root, name):
    ads = pd.read_csv(root / "datasets" / f"{name}.csv", dtype=str, keep_default_na=False)
    assert ads.columns.tolist() == COLUMNS
    assert set(ads["language"]) == {name.removeprefix("ads_")}
    assert set(ads["script"]) <= SCRIPTS[name.removeprefix("ads_")]


def test_values_are_those_of_the_datasheet(ads):
    assert set(ads["label"]) == {"0", "1"}
    assert set(ads["category"]) <= set(CATEGORIES)
    assert ((ads["scheme"] != "") == (ads["y"] == 1)).all()
    assert set(ads["origin"]) == {"written"}
    assert ads["id"].is_unique
    assert (ads[["text", "id", "group"]] != "").all().all()


def test_kazakh_as_typed_on_a_russian_keyboard_has_no_kazakh_letter(ads):
    typed = ads[ads["script"] == "kk_as_ru"]["text"].str.lower()
    assert not typed.str.contains("[әғқңөұүһі]").any()


def test_the_mix(ads):
    assert len(ads) >= 6000
    assert ads["group"].nunique() >= 5000
    assert 0.42 <= ads["y"].mean() <= 0.48
    of_language = ads["language"].value_counts(normalize=True)
    assert of_language["ru"] == pytest.approx(0.50, abs=0.04)
    assert of_language["kk"] == pytest.approx(0.35, abs=0.03)
    assert of_language["mixed"] == pytest.approx(0.15, abs=0.03)
    of_script = ads[ads["language"] == "kk"]["script"].value_counts(normalize=True)
    assert of_script["cyr"] == pytest.approx(0.60, abs=0.05)
    assert of_script["kk_as_ru"] == pytest.approx(0.30, abs=0.05)
    assert of_script["latin"] == pytest.approx(0.10, abs=0.03)


def test_lengths(ads):
    for _, of_class in ads.groupby("y"):
        assert 0.28 <= (of_class["words"] < 15).mean() <= 0.38
        assert 0.07 <= (of_class["words"] > 100).mean() <= 0.13


def test_every_scheme_in_both_languages(ads):
    counts = ads[ads["y"] == 1].groupby(["scheme", "language"]).size().unstack(fill_value=0)  # noqa: PD010
    assert len(counts) == 37
    assert (counts[["ru", "kk"]] >= 8).all().all()
    assert (counts.sum(axis=1) >= 40).all()
    for schemes in COMMON:
        assert counts.loc[list(schemes)].sum().sum() >= 120


def test_every_category_has_both_classes(ads):
    share = ads.groupby("category")["y"].mean()
    assert set(share.index) == set(CATEGORIES)
    assert share.between(0.25, 0.70).all()


def test_about_a_third_stands_in_groups_that_differ_in_substance(ads):
    groups = ads.groupby("group")["y"].agg(["size", "nunique"])
    assert 0.28 <= groups[groups["nunique"] > 1]["size"].sum() / len(ads) <= 0.40


def test_no_near_duplicates_across_groups(ads):
    groups = ads["group"].to_numpy()
    pairs = similar_pairs(ads["text"].tolist())
    assert [(ads["id"][a], ads["id"][b]) for a, b in pairs if groups[a] != groups[b]] == []


def test_no_opening_is_worn_out(ads):
    openings = Counter(" ".join(re.findall(r"\w+", text.lower())[:3]) for text in ads["text"])
    opening, times = openings.most_common(1)[0]
    assert times <= 0.006 * len(ads), opening


def test_phones_cards_and_accounts_are_of_fictitious_shapes(ads):
    for text in ads["text"]:
        for phone in re.finditer(r"(?:\+?7|8)[\s\-(]*7\d\d[\s\-)]*(\d[\d\s\-]{5,})", text):
            assert re.sub(r"\D", "", phone[1]).startswith("000"), phone[0]
        for card in re.finditer(r"\b\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}\b", text):
            assert re.sub(r"\D", "", card[0]).startswith("440000000000"), card[0]
        for account in re.finditer(r"(?i)\bKZ\d\d[\d\s]{16,}", text):
            assert re.sub(r"\D", "", account[0])[:14] == "0" * 14, account[0]


_COUNTS = {
    "exclamations": "!", "questions": r"\?", "line breaks": r"\n", "commas": ",", "dashes": " [-–—] ",
    "digits": r"\d",
    "emoji": "[\U0001f300-\U0001faff☀-➿⬀-⯿]", "stops": r"\.", "brackets": r"\(", "quotes": "[«\"]",
}  # fmt: skip


def form(texts):
    """What a model could cheat on: length, punctuation, capitals, emoji; nothing of what an ad says."""
    features = {name: texts.str.count(pattern) for name, pattern in _COUNTS.items()}
    letters = texts.map(lambda t: max(1, sum(map(str.isalpha, t))))
    features |= {
        "characters": texts.str.len(),
        "words": texts.str.split().str.len(),
        "capitals": texts.map(lambda t: sum(map(str.isupper, t))) / letters,
        "Kazakh letters": texts.str.lower().str.count("[әғқңөұүһі]") / letters,
        "Latin letters": texts.str.count("[A-Za-z]") / letters,
        "starts lower": texts.str[:1].str.islower(),
        "ends with a stop": texts.str.endswith("."),
    }
    return pd.DataFrame(features).astype(float)


@pytest.mark.parametrize("language", ["ru", "kk", "mixed"])
def test_form_alone_does_not_tell_the_label(ads, language):
    part = ads[ads["language"] == language]
    model = HistGradientBoostingClassifier(max_depth=3, random_state=0)
    probability = cross_val_predict(
        model, form(part["text"]), part["y"], groups=part["group"], cv=GroupKFold(5), method="predict_proba"
    )[:, 1]
    assert roc_auc_score(part["y"], probability) <= 0.70


def test_the_datasheet_counts_are_the_collections(ads, root):
    sheet = (root / "datasets" / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| (\w+) \| (\d+) \| (\d+) \| (\d+) \|$", sheet, re.MULTILINE)
    counts = ads.assign(scheme=ads["scheme"].replace("", "honest")).groupby(["scheme", "language"]).size()
    told = {(scheme, lang): int(n) for scheme, *ns in rows for lang, n in zip(("ru", "kk", "mixed"), ns, strict=True)}
    assert told == {key: counts.get(key, 0) for key in told}
    assert sum(told.values()) == len(ads) == int(np.sum(counts))
