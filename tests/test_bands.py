"""Thresholds, prevalence and what they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import classifier
from classifier.bands import HeldOut, Thresholds, precision, prior_logit, restated, sigmoid, threshold_for

SHARES = st.floats(0, 1)


@given(st.lists(SHARES, min_size=1, max_size=50), SHARES)
def test_a_threshold_alarms_at_most_what_it_may(honest, share):
    honest = np.array(honest)
    assert np.mean(honest >= threshold_for(honest, share)) <= share + 1e-9


@given(st.lists(SHARES, min_size=1, max_size=50), SHARES)
def test_a_threshold_is_the_lowest_that_does(honest, share):
    honest = np.array(honest)
    threshold = threshold_for(honest, share)
    lower = honest[honest < threshold]
    if len(lower):
        assert np.mean(honest >= lower.max()) > share - 1e-9


@pytest.mark.parametrize("prevalence", [0.005, 0.05, 0.5])
def test_a_likelihood_restated_is_the_share_of_fraud_in_a_stream(prevalence):
    random = np.random.default_rng(3)
    n = 400_000
    fraud = random.random(n) < prevalence
    # Two normal distributions of means ±1 and variance 2: the log likelihood ratio is the value itself.
    likelihood = sigmoid(random.normal(np.where(fraud, 1.0, -1.0), np.sqrt(2.0)))
    probability = restated(likelihood, prevalence)
    assert np.allclose(probability, sigmoid(np.log(likelihood / (1 - likelihood)) + prior_logit(prevalence)))
    for low in (0.0, prevalence, 0.3):
        alike = (probability >= low) & (probability < low + 0.1)
        if alike.sum() > 2000:
            assert fraud[alike].mean() == pytest.approx(probability[alike].mean(), abs=0.02)


def test_the_model_restates_by_the_same_rule(model):
    ads = ["Нужны карты Каспи, 50 000 в день", "Продам диван"]
    assert np.allclose(model.score(ads, prevalence=0.01), restated(model.score(ads), 0.01))


def test_precision_of_the_worked_example():
    assert precision(0.8, 0.01, 0.01) == pytest.approx(0.447, abs=0.001)
    assert precision(0.8, 0.002, 0.01) == pytest.approx(0.802, abs=0.001)
    assert precision(0.0, 0.0, 0.01) == 0.0


def test_held_out_ads_give_other_bands_without_training(model):
    for review, hold in ((0.05, 0.005), (0.01, 0.001), (0.2, 0.2)):
        bands = model.with_false_alarms(review, hold).thresholds
        assert np.mean(model.held_out.honest >= bands.review) <= review
        assert np.mean(model.held_out.honest >= bands.hold) <= hold
        assert bands.review <= bands.hold
    assert model.with_false_alarms(0.05, 0.005).thresholds == model.thresholds


@pytest.mark.parametrize(("review", "hold"), [(0.01, 0.05), (-0.1, 0.0), (1.5, 0.1), (float("nan"), 0.1)])
def test_impossible_bands_are_refused(model, review, hold):
    with pytest.raises(classifier.UsageError, match="hold <= review"):
        HeldOut(np.array([0.1]), np.array([0.9])).thresholds(review, hold)
    with pytest.raises(classifier.UsageError, match="review <= hold"):
        model.with_thresholds(hold if review == 0.01 else review, review if review == 0.01 else hold)


def test_bands_are_inclusive():
    assert Thresholds(0.5, 0.9).bands(np.array([0.4999, 0.5, 0.9, np.nan])).tolist() == [
        "clear", "review", "hold", "unscored",
    ]  # fmt: skip
