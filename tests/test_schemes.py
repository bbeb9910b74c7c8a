"""The table of schemes, and the model that names them."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import classifier
from classifier import fitting, scheme_training
from classifier.labelled import check
from classifier.schemes import LANGUAGES, SCHEMES, by_id, gathered, names

ILLEGAL = {"account_trade", "drug_courier", "forged_papers_data", "online_casino"}


def test_every_kind_of_the_collection_is_gathered_once(collection):
    kinds = [kind for scheme in SCHEMES for kind in scheme.gathers]
    assert len(kinds) == len(set(kinds))
    assert set(collection["scheme"]) - {""} == set(kinds)
    assert 10 <= len(SCHEMES) <= 16


def test_ids_are_taken_for_themselves_and_never_for_another():
    assert [gathered(scheme.id) for scheme in SCHEMES] == [scheme.id for scheme in SCHEMES]
    assert all(gathered(kind) == scheme.id for scheme in SCHEMES for kind in scheme.gathers)


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_short_distinct_and_in_their_language(language):
    wordings = [getattr(scheme, language) for scheme in SCHEMES]
    assert len({wording.name for wording in wordings}) == len(SCHEMES)
    assert max(len(wording.name) for wording in wordings) <= 50
    for wording in wordings:
        assert wording.advice.endswith(".")
        kazakh = set("әғқңөұүһі") & set((wording.name + wording.advice).lower())
        assert bool(kazakh) == (language == "kk")
        assert wording.name.isascii() == (language == "en")


def test_what_is_illegal_to_offer():
    assert {scheme.id for scheme in SCHEMES if scheme.illegal} == ILLEGAL
    assert by_id("account_trade").articles == ("232-1",)
    assert all(scheme.articles for scheme in SCHEMES)


def test_an_unknown_language_is_refused():
    with pytest.raises(classifier.UsageError, match="en, ru, kk"):
        names(["online_casino"], "de")


def test_the_named_scheme_is_the_regressions(slice_of_collection, trained):
    labelled = check(slice_of_collection)
    known = scheme_training.known_schemes(labelled.slices["scheme"], labelled.labels, labelled.clusters)
    fraud = [text for text, name in zip(labelled.texts, known, strict=True) if name]
    pipeline = fitting.thaw(trained.model)
    schemes = trained.model.schemes
    coefficients = np.concatenate([schemes.of_pieces, schemes.of_pairs]) * schemes.scales
    logits = pipeline["tfidf"].transform(fraud) @ coefficients + schemes.intercepts
    expected = [schemes.ids[place] for place in np.argmax(logits, axis=1)]
    assert trained.model.schemes_of(fraud) == expected
    assert np.mean(np.array(expected) == known[known != ""]) > 0.9


def test_bytes_cost_the_regression_nothing(slice_of_collection, trained):
    labelled = check(slice_of_collection)
    known = scheme_training.known_schemes(labelled.slices["scheme"], labelled.labels, labelled.clusters)
    tfidf = fitting.thaw(trained.model)["tfidf"]
    fraud = np.array(labelled.texts, dtype=object)[known != ""]
    exact = scheme_training._regression(tfidf, fraud, known[known != ""]).predict(tfidf.transform(fraud))
    assert np.mean(exact == trained.model.schemes_of(fraud.tolist())) > 0.99


def test_only_flagged_ads_have_a_scheme_and_each_has(model, texts):
    found = model.predict(texts)
    flagged = found["fraud_band"].isin(["review", "hold"])
    assert ((found["fraud_scheme"] != "") == flagged).all()
    assert set(found["fraud_scheme"]) - {""} == set(model.schemes.ids)
    assert model.predict([None, "!!!"])["fraud_scheme"].tolist() == ["", ""]


def test_company_does_not_matter_to_a_scheme(model, texts, monkeypatch):
    expected = model.predict(texts[:600])
    monkeypatch.setattr("classifier.model.FLAGGED", 3)
    monkeypatch.setattr("classifier.model.BATCH", 50)
    pd.testing.assert_frame_equal(model.predict(texts[:600]), expected, atol=1e-9)


def test_without_a_column_of_schemes_none_is_named(slice_of_collection, tmp_path):
    model, evaluation = classifier.train(slice_of_collection.drop(columns="scheme"), jobs=1)
    model.save(tmp_path / "m.zip")
    loaded = classifier.load(tmp_path / "m.zip")
    assert loaded.schemes is None
    assert evaluation.sorting is None
    assert set(loaded.predict(slice_of_collection["description"])["fraud_scheme"]) == {""}
    assert loaded.explain("Нужны карты").fraud_scheme == ""


def test_two_schemes_are_told_apart(collection):
    kinds = ("dropper_recruiting", "rental_deposit", "")
    labelled = check(pd.concat([collection[collection["scheme"] == kind].head(40) for kind in kinds]))
    known = scheme_training.known_schemes(labelled.slices["scheme"], labelled.labels, labelled.clusters)
    tfidf = fitting.estimator()["tfidf"].fit(labelled.texts)
    schemes = scheme_training.fit(tfidf, labelled.texts, known)
    assert schemes.ids == ("account_trade", "rental_deposit")
    base = classifier.load()
    model = dataclasses.replace(
        base,
        vocabulary=tfidf.vocabulary_,
        coefficients=np.zeros(len(tfidf.vocabulary_.pieces) + len(tfidf.vocabulary_.pairs)),
        schemes=schemes,
    )
    assert model.schemes_of(["нужны карты каспи", "сдам квартиру, залог"]) == ["account_trade", "rental_deposit"]


def test_the_figures_are_out_of_fold_and_count_every_ad(trained):
    sorting = trained.evaluation.sorting
    assert sum(map(sum, sorting.confusion)) == sorting.ads == sum(s.ads for s in sorting.schemes)
    assert sorting.accuracy.low <= sorting.accuracy.value <= sorting.accuracy.high
    # In fold it would be near 1.
    assert sorting.accuracy.value < 0.95
