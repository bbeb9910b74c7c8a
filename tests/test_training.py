"""Training: the frozen model against the scikit-learn pipeline, determinism, bad labels."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_text import ODD_TEXT

import classifier
from classifier import cross_validation, fitting
from classifier.bands import HeldOut
from classifier.duplicates import clusters, similar_pairs
from classifier.labelled import check


def test_the_model_equals_the_pipeline_on_the_collection(model, texts):
    expected = fitting.thaw(model).predict_proba(texts)[:, 1]
    assert np.abs(model.score(texts) - expected).max() < 1e-9


def test_the_frozen_model_is_the_fitted_pipeline_calibrated(slice_of_collection):
    labelled = check(slice_of_collection)
    pipeline = fitting.estimator().fit(labelled.texts, labelled.labels)
    model = fitting.freeze(pipeline, (0.7, -0.2), HeldOut(np.array([0.1]), np.array([0.9])), {})
    logits = 0.7 * pipeline.decision_function(labelled.texts) - 0.2
    assert np.abs(model.score(labelled.texts) - 1 / (1 + np.exp(-logits))).max() < 1e-9


@settings(deadline=None, max_examples=30)
@given(ads=st.lists(ODD_TEXT, min_size=1, max_size=5))
def test_the_model_equals_the_pipeline_on_any_texts(model, ads):
    scores = model.score(ads)
    readable = ~np.isnan(scores)
    expected = fitting.thaw(model).predict_proba(ads)[:, 1]
    assert np.allclose(scores[readable], expected[readable], atol=1e-9)


def test_the_same_ads_give_the_same_file(slice_of_collection, trained, tmp_path):
    again = classifier.train(slice_of_collection, jobs=1)
    trained.model.save(tmp_path / "a.zip")
    again.model.save(tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_bands_alarm_no_more_honest_ads_than_promised(slice_of_collection, trained):
    labelled = check(slice_of_collection)
    logits = cross_validation.cross_validated(labelled, cross_validation.folds(labelled), jobs=1)
    slope, intercept = fitting.calibration(labelled.labels, logits)
    honest = 1 / (1 + np.exp(-(slope * logits + intercept)))[labelled.labels == 0]
    thresholds = trained.model.thresholds
    assert np.mean(honest >= thresholds.review) <= fitting.FALSE_ALARMS["review"]
    assert np.mean(honest >= thresholds.hold) <= fitting.FALSE_ALARMS["hold"]
    assert thresholds.review <= thresholds.hold


def test_calibration_takes_the_prior_out():
    random = np.random.default_rng(1)
    labels = np.concatenate([np.ones(200, int), np.zeros(20_000, int)])
    logits = random.normal(np.where(labels == 1, 1.0, -1.0), np.sqrt(2.0))
    slope, intercept = fitting.calibration(labels, logits)
    # Two normal distributions of means ±1 and variance 2: the log likelihood ratio is the logit itself.
    assert abs(slope - 1) < 0.15
    assert abs(intercept) < 0.2


@pytest.mark.parametrize(
    "labels", [["1", "0"], ["fraud", "legit"], ["True", "FALSE"], [1, 0], [True, False], [1.0, 0.0]]
)
def test_labels_in_every_spelling(labels):
    ads = pd.DataFrame({"text": ["а", "б"] * 20, "label": labels * 20})
    assert check(ads).labels.tolist() == [1, 0] * 20


@pytest.mark.parametrize(
    ("ads", "message"),
    [
        ({"text": ["а"] * 50, "label": ["1", "maybe"] + ["0"] * 48}, r"row 3, column 'label': 'maybe'"),
        ({"text": ["а", " "] * 25, "label": ["1", "0"] * 25}, r"row 3: there is no text"),
        ({"text": ["а"] * 50, "label": ["1"] * 5 + ["0"] * 45}, r"5 fraudulent and 45 honest"),
        ({"text": ["а"] * 50}, r"needs a column label"),
        ({"words": ["а"] * 50, "label": ["1", "0"] * 25}, r"no text column"),
    ],
)
def test_bad_labelled_ads_are_refused(ads, message):
    with pytest.raises(classifier.DataError, match=message):
        check(pd.DataFrame(ads))


def test_ads_all_alike_are_refused():
    ads = pd.DataFrame({"text": ["нужны карты каспи срочно", "сатамын үй жаңа кепілдік"] * 30, "label": [1, 0] * 30})
    with pytest.raises(classifier.TrainingError, match="all alike"):
        classifier.train(ads, jobs=1)


def test_near_duplicates_are_found_in_any_spelling():
    ads = [
        "Продам новый диван, самовывоз из Тараза, звоните вечером",
        "прoдам новый диван самовывоз из Тараза звоните утром",
        "Куплю старый диван",
    ]
    assert similar_pairs([ads[0], ads[0].upper(), ads[2]]).tolist() == [[0, 1]]


def test_clusters_hang_together_through_groups_and_copies():
    a, b = "сатамын жаңа үй Тараз қаласында арзан", "сатамын жана уй Тараз каласында арзан"
    assert clusters([a, "x y z", b, "совсем другое"], ["1", "1", "2", "3"]).tolist() == [0, 0, 0, 1]
