"""Figures against scikit-learn's own and against their definitions."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

from classifier.evaluation import evaluate, recall_at, threshold_for


def sample(n=600):
    random = np.random.default_rng(7)
    labels = random.integers(0, 2, n)
    return labels, random.normal(labels * 1.5, 1.0), np.arange(n) // 2


def test_figures_are_scikit_learns():
    labels, scores, clusters = sample()
    (figures,) = evaluate(labels, scores, clusters, pd.DataFrame(index=range(len(labels))))
    assert figures.metrics["ROC AUC"].value == roc_auc_score(labels, scores)
    assert figures.metrics["average precision"].value == average_precision_score(labels, scores)


def test_recall_is_the_highest_on_the_roc_curve_within_the_false_alarms():
    labels, scores, _ = sample()
    fpr, tpr, _ = roc_curve(labels, scores, drop_intermediate=False)
    for rate in (0.01, 0.05, 0.2):
        assert recall_at(labels, scores, rate) == tpr[fpr <= rate].max()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50), st.floats(0, 1))
def test_a_threshold_alarms_at_most_what_it_may(honest, rate):
    honest = np.array(honest)
    assert np.mean(honest >= threshold_for(honest, rate)) <= rate + 1e-9


def test_intervals_hold_the_figure_and_are_the_same_each_time():
    labels, scores, clusters = sample()
    slices = pd.DataFrame({"language": np.where(np.arange(len(labels)) % 2, "kk", "ru")})
    first, second = (evaluate(labels, scores, clusters, slices) for _ in range(2))
    assert first == second
    assert [f.name for f in first] == ["all", "language kk", "language ru"]
    for figures in first:
        for interval in figures.metrics.values():
            assert interval.low <= interval.value <= interval.high


def test_a_slice_with_too_few_of_a_class_has_no_figures():
    labels, scores, clusters = sample()
    slices = pd.DataFrame({"language": ["kk"] * 5 + ["ru"] * (len(labels) - 5)})
    assert [f.name for f in evaluate(labels, scores, clusters, slices)] == ["all", "language ru"]
