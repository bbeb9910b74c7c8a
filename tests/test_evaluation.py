"""Figures against scikit-learn's own and against their definitions."""

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)

from classifier.bands import Thresholds, restated, sigmoid
from classifier.evaluation import calibration_error, evaluate, recall_at, reliability
from classifier.generalisation import _tasks, random_split, unseen_schemes
from classifier.labelled import check

BANDS = Thresholds(0.5, 0.9)


def sample(n=900):
    random = np.random.default_rng(7)
    labels = (random.random(n) < 0.3).astype(int)
    return labels, sigmoid(random.normal(labels * 3.0 - 1.5, 1.5)), np.arange(n) // 2


def evaluated(**columns):
    labels, scores, clusters = sample()
    return evaluate(labels, scores, clusters, pd.DataFrame(columns, index=range(len(labels))), BANDS)


def test_figures_are_scikit_learns():
    labels, scores, _ = sample()
    (overall,) = evaluated().slices
    assert overall.metrics["ROC AUC"].value == roc_auc_score(labels, scores)
    assert overall.metrics["average precision"].value == average_precision_score(labels, scores)
    probability = restated(scores, labels.mean())
    assert overall.metrics["Brier score"].value == brier_score_loss(labels, probability)
    observed, predicted = calibration_curve(labels, probability, n_bins=10)
    bins = reliability(labels, scores)
    assert np.allclose([b.observed for b in bins], observed)
    assert np.allclose([b.predicted for b in bins], predicted)
    weights = np.array([b.ads for b in bins]) / len(labels)
    assert calibration_error(labels, scores) == pytest.approx(weights @ np.abs(observed - predicted))


def test_figures_of_a_trained_slice_are_scikit_learns(slice_of_collection, trained):
    labelled = check(slice_of_collection)
    scores = trained.model.held_out
    values = np.concatenate([scores.honest, scores.fraud])
    labels = np.concatenate([np.zeros(len(scores.honest)), np.ones(len(scores.fraud))])
    overall = trained.evaluation.slices[0]
    assert overall.metrics["ROC AUC"].value == pytest.approx(roc_auc_score(labels, values))
    assert (overall.ads, overall.fraud) == (len(labelled.labels), labelled.labels.sum())
    review = trained.evaluation.bands[0]
    assert review.recall == np.mean(scores.fraud >= trained.model.thresholds.review)
    assert review.false_alarms <= 0.05


def test_recall_is_the_highest_on_the_roc_curve_within_the_false_alarms():
    labels, scores, _ = sample()
    fpr, tpr, _ = roc_curve(labels, scores, drop_intermediate=False)
    for rate in (0.005, 0.01, 0.05, 0.2):
        assert recall_at(labels, scores, rate) == tpr[fpr <= rate].max()


def test_the_curve_lies_on_scikit_learns():
    labels, scores, _ = sample()
    weights = np.where(labels == 1, 1 / labels.mean(), 1 / (1 - labels.mean()))
    precision, recall, _ = precision_recall_curve(labels, scores, sample_weight=weights)
    points = set(zip(recall.round(9), precision.round(9), strict=True))
    curve = evaluated().curve
    assert {(round(r, 9), round(p, 9)) for r, p in curve} <= points
    assert min(r for r, _ in curve) < 0.05
    assert max(r for r, _ in curve) == 1.0


def test_calibration_error_sees_what_is_wrong():
    labels, scores, _ = sample(6000)
    assert calibration_error(labels, scores) < 0.05
    assert calibration_error(labels, scores**4) > 0.1


def test_intervals_hold_the_figure_and_are_the_same_each_time():
    languages = np.where(np.arange(900) % 2, "kk", "ru")
    first, second = (evaluated(language=languages) for _ in range(2))
    assert first == second
    assert [f.name for f in first.slices] == ["all", "language kk", "language ru"]
    for figures in first.slices:
        for name in ("ROC AUC", "average precision", "recall at 5 % false alarms"):
            interval = figures.metrics[name]
            assert interval.low <= interval.value <= interval.high


def test_an_interval_over_clusters_is_wider_than_over_ads():
    labels, scores, _ = sample()
    labels, scores = np.repeat(labels, 6), np.repeat(scores, 6)
    copies = evaluate(labels, scores, np.arange(len(labels)) // 6, pd.DataFrame(index=range(len(labels))), BANDS)
    alone = evaluate(labels, scores, np.arange(len(labels)), pd.DataFrame(index=range(len(labels))), BANDS)
    widths = [e.slices[0].metrics["ROC AUC"].high - e.slices[0].metrics["ROC AUC"].low for e in (copies, alone)]
    assert widths[0] > 1.8 * widths[1]


def test_a_slice_with_too_few_of_a_class_has_no_figures():
    assert [f.name for f in evaluated(language=["kk"] * 9 + ["ru"] * 891).slices] == ["all", "language ru"]


def test_recall_by_scheme():
    labels, scores, _ = sample()
    scheme = np.where(labels == 1, np.where(np.arange(900) % 2, "rent", "loan"), "")
    loan, rent = evaluated(scheme=scheme).schemes
    assert (loan.name, rent.name) == ("loan", "rent")
    assert rent.review.value == np.mean(scores[scheme == "rent"] >= 0.5)
    assert rent.hold.value == np.mean(scores[scheme == "rent"] >= 0.9)
    assert rent.unseen is None


@pytest.mark.slow
def test_generalisation_is_measured_without_the_scheme(slice_of_collection):
    labelled = check(slice_of_collection)
    unseen = unseen_schemes(labelled, jobs=1)
    counts = slice_of_collection[slice_of_collection["label"] == "1"]["scheme"].value_counts()
    assert set(unseen) == set(counts[counts >= 10].index)
    assert all(0 <= recall <= 1 for recall in unseen.values())
    assert 0.5 < random_split(labelled, jobs=1).value <= 1


def test_a_scheme_is_not_learned_from_its_twins(slice_of_collection):
    labelled = check(slice_of_collection)
    schemes = labelled.slices["scheme"].to_numpy()
    tasks = list(_tasks(labelled))
    assert tasks
    for scheme, of_scheme, train, honest in tasks:
        assert set(schemes[of_scheme]) == {scheme}
        assert not set(labelled.clusters[of_scheme]) & set(labelled.clusters[train | honest])
        assert not (train & honest).any()
        assert not labelled.labels[honest].any()
