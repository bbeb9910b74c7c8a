"""When a model is worse than another on the same ads."""

import numpy as np
import pytest

from classifier.bootstrap import Interval
from classifier.comparison import Change, Compared, Scored, alarming, compare, contradicted


def compared(shift, n=2000):
    """Two models, the second of which scores the fraud lower by a shift."""
    random = np.random.default_rng(3)
    labels = (random.random(n) < 0.4).astype(int)
    before = random.normal(labels * 2.0, 1.0)
    after = before - shift * labels
    return compare(Scored("collection", labels, np.arange(n), before, after))


def test_the_same_scores_are_no_change():
    same = compared(0.0)
    assert same.worse is None
    assert all(change.by == (0.0, 0.0, 0.0) for change in same.changes)


@pytest.mark.parametrize("n", [150, 2000])
def test_a_sure_fall_is_worse_with_few_ads_and_with_many(n):
    assert "average precision falls" in compared(0.8, n).worse


def test_a_sure_fall_by_next_to_nothing_is_not_worse():
    slight = compared(0.004)
    assert slight.changes[0].by.high < 0
    assert slight.worse is None


def test_a_better_model_is_not_worse_and_the_interval_says_so():
    better = compared(-0.5)
    assert better.worse is None
    assert better.changes[0].by.low > 0


def test_ads_of_one_class_are_counted_but_not_ranked():
    one_class = compare(Scored("newest", np.ones(9, int), np.arange(9), np.zeros(9), np.ones(9)), (0.5, 0.5))
    assert [(change.figure, change.after) for change in one_class.changes] == [("recall at 5 % false alarms", 1.0)]


def test_five_per_cent_are_alarmed():
    logits = np.random.default_rng(0).normal(size=1000)
    assert np.mean(logits >= alarming(np.zeros(1000, int), logits)) == 0.05


@pytest.mark.parametrize(
    ("high", "auc", "is_refused"), [(-0.0003, 0.29, True), (0.0002, 0.29, False), (-0.0003, 0.9, False)]
)
def test_labels_the_wrong_way_round_are_told_though_a_large_collection_hardly_moves(high, auc, is_refused):
    collection = Compared(
        "collection", 7676, 3428, [Change("average precision", 0.951, 0.95, Interval(-0.001, -0.0018, high))]
    )
    decisions = Compared("decisions", 40, 12, [Change("ROC AUC", 0.2, auc, Interval(0.06, 0.0, 0.1))])
    assert collection.worse is None
    assert bool(contradicted(collection, decisions)) is is_refused
