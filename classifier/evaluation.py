"""Figures: how well likelihoods tell fraudulent ads from honest ones, and what they are worth at work.

Scores are likelihoods at even odds. Figures that depend on how common fraud is (Brier score,
calibration error, precision) restate them by Bayes' rule at a stated prevalence first. Intervals
are from a bootstrap over clusters, so that near-duplicates and twins are drawn together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import average_precision_score, brier_score_loss, precision_recall_curve, roc_auc_score

from classifier.arrays import Floats, Ints
from classifier.bands import Thresholds, precision, restated, threshold_for
from classifier.bootstrap import Interval, bootstrapped, resamples
from classifier.scheme_evaluation import Sorting

#: Slices with fewer ads of either class than this carry no figure worth printing.
_FEWEST = 10

#: Bins of equal width in which predicted and observed shares of fraud are compared.
_BINS = 10

#: Points of a curve that are kept for drawing.
_POINTS = 200

#: Shares of fraud in a stream at which the bands are judged.
PREVALENCES = (0.005, 0.01, 0.02, 0.05)


@dataclass(frozen=True)
class Figures:
    """The figures of one slice of the ads.

    Attributes
    ----------
    name : str
        What the slice holds, for example ``language kk``.
    ads, fraud : int
        How many ads it has and how many of them are fraudulent.
    metrics : dict of str to Interval
        By the name of the metric.
    """

    name: str
    ads: int
    fraud: int
    metrics: dict[str, Interval]


@dataclass(frozen=True)
class OfScheme:
    """How much of one kind of fraud is found.

    Attributes
    ----------
    name : str
    ads : int
    review, hold : Interval
        Recall: the share that falls into review or above, and into hold.
    unseen : float or None
        Recall at the review threshold of a model that saw no ad of the scheme.
    """

    name: str
    ads: int
    review: Interval
    hold: Interval
    unseen: float | None = None


@dataclass(frozen=True)
class OfBand:
    """What a threshold means at work.

    Attributes
    ----------
    name : str
    threshold : float
    false_alarms, recall : float
        Shares of honest and of fraudulent ads at or above it.
    precision : dict of str to float
        The share of fraud among the ads at or above it, by prevalence.
    """

    name: str
    threshold: float
    false_alarms: float
    recall: float
    precision: dict[str, float]


@dataclass(frozen=True)
class Bin:
    """One bar of a reliability diagram.

    Attributes
    ----------
    predicted, observed : float
        Mean likelihood and share of fraud, both at the sample's own share of fraud.
    ads : int
    """

    predicted: float
    observed: float
    ads: int


@dataclass(frozen=True)
class Evaluation:
    """All that is known of how a model does on labelled ads.

    Attributes
    ----------
    slices : list of Figures
        All ads first, then by language, script and category.
    schemes : list of OfScheme
    bands : list of OfBand
    reliability : list of Bin
    curve : list of (float, float)
        Recall and precision at even odds.
    histogram : dict of str to list of int
        How many honest and fraudulent ads have each twentieth of the scores.
    sorting : Sorting or None
        How well fraudulent ads are sorted into schemes.
    random_split : Interval or None
        Average precision if the ads are split without regard to groups; leaks, and is shown to tell how much.
    """

    slices: list[Figures]
    schemes: list[OfScheme]
    bands: list[OfBand]
    reliability: list[Bin]
    curve: list[tuple[float, float]]
    histogram: dict[str, list[int]]
    sorting: Sorting | None = None
    random_split: Interval | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the same as plain dicts, lists and numbers, for JSON."""
        return asdict(self)


def recall_at(labels: Ints, scores: Floats, false_alarms: float) -> float:
    """Give the share of fraud scored above all but a share of the honest ads.

    Parameters
    ----------
    labels : ndarray of int64, shape (n_ads,)
        1 for fraud, 0 for honest.
    scores : ndarray of float64, shape (n_ads,)
    false_alarms : float
        The share of honest ads, between 0 and 1, that may be alarmed.

    Returns
    -------
    float
        Between 0 and 1.

    Examples
    --------
    >>> recall_at(np.array([0, 0, 1, 1]), np.array([0.1, 0.6, 0.5, 0.9]), 0.0)
    0.5
    """
    return float(np.mean(scores[labels == 1] >= threshold_for(scores[labels == 0], false_alarms)))


def calibration_error(labels: Ints, scores: Floats) -> float:
    """Give the expected calibration error: mean gap of predicted and observed shares, by `reliability`.

    Naeini, Cooper and Hauskrecht, *Obtaining Well Calibrated Probabilities Using Bayesian Binning* (2015).

    Parameters
    ----------
    labels : ndarray of int64, shape (n_ads,)
    scores : ndarray of float64, shape (n_ads,)
        At even odds.

    Returns
    -------
    float
        Between 0 and 1.

    Examples
    --------
    >>> round(calibration_error(np.array([0, 1, 0, 1]), np.array([0.0, 1.0, 0.0, 1.0])), 6)
    0.0
    """
    return float(sum(b.ads * abs(b.predicted - b.observed) for b in reliability(labels, scores)) / len(labels))


def reliability(labels: Ints, scores: Floats) -> list[Bin]:
    """Compare predicted with observed shares of fraud in bins of equal width; empty bins are left out."""
    predicted = restated(scores, float(labels.mean()))
    place = np.minimum((predicted * _BINS).astype(int), _BINS - 1)
    return [
        Bin(float(predicted[mask].mean()), float(labels[mask].mean()), int(mask.sum()))
        for mask in (place == number for number in range(_BINS))
        if mask.any()
    ]


METRICS: dict[str, Callable[[Ints, Floats], float]] = {
    "ROC AUC": lambda y, s: float(roc_auc_score(y, s)),
    "average precision": lambda y, s: float(average_precision_score(y, s)),
    "recall at 0.5 % false alarms": lambda y, s: recall_at(y, s, 0.005),
    "recall at 1 % false alarms": lambda y, s: recall_at(y, s, 0.01),
    "recall at 5 % false alarms": lambda y, s: recall_at(y, s, 0.05),
    "Brier score": lambda y, s: float(brier_score_loss(y, restated(s, float(y.mean())))),
    "calibration error": calibration_error,
}


def evaluate(
    labels: Ints, scores: Floats, clusters: Ints, slices: pd.DataFrame, thresholds: Thresholds
) -> Evaluation:
    """Give all figures.

    Parameters
    ----------
    labels : ndarray of int64, shape (n_ads,)
    scores : ndarray of float64, shape (n_ads,)
        At even odds; out-of-fold, or of ads that the model has never seen.
    clusters : ndarray of int64, shape (n_ads,)
        The bootstrap draws whole clusters.
    slices : DataFrame, shape (n_ads, n_columns)
        Each value of each column is a slice; a column ``scheme`` tells the kinds of fraud apart.
    thresholds : Thresholds

    Returns
    -------
    Evaluation
        Slices with fewer than ten ads of either class, and schemes with fewer than ten ads, are left out.
    """
    by = slices.drop(columns="scheme", errors="ignore")
    honest, fraud = scores[labels == 0], scores[labels == 1]
    return Evaluation(
        slices=[
            Figures(
                name, int(mask.sum()), int(labels[mask].sum()), _intervals(labels[mask], scores[mask], clusters[mask])
            )
            for name, mask in _masks(labels, by)
        ],
        schemes=list(_schemes(labels, scores, clusters, slices, thresholds)),
        bands=[of_band(name, threshold, honest, fraud) for name, threshold in thresholds._asdict().items()],
        reliability=reliability(labels, scores),
        curve=_curve(labels, scores),
        histogram={
            name: np.histogram(part, 20, (0, 1))[0].tolist() for name, part in (("honest", honest), ("fraud", fraud))
        },
    )


def of_band(name: str, threshold: float, honest: Floats, fraud: Floats) -> OfBand:
    """Say what to expect of a threshold.

    Parameters
    ----------
    name : str
    threshold : float
    honest, fraud : ndarray of float64
        Scores, at even odds, of ads of either class.
    """
    false_alarms, recall = float(np.mean(honest >= threshold)), float(np.mean(fraud >= threshold))
    expected = {f"{share:g}": precision(recall, false_alarms, share) for share in PREVALENCES}
    return OfBand(name, threshold, false_alarms, recall, expected)


def interval(labels: Ints, scores: Floats, clusters: Ints, name: str = "average precision") -> Interval:
    """Give one figure with its bootstrap interval.

    Parameters
    ----------
    labels, scores, clusters : ndarray, shape (n_ads,)
        As in `evaluate`.
    name : str
        One of `METRICS`.
    """
    return bootstrapped(lambda draw: METRICS[name](labels[draw], scores[draw]), list(resamples(clusters, labels)))


def _masks(labels: Ints, slices: pd.DataFrame) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    yield "all", np.ones(len(labels), bool)
    for column in slices:
        for value in sorted(slices[column].unique()):
            mask = (slices[column] == value).to_numpy()
            if value and min(labels[mask].sum(), (1 - labels[mask]).sum()) >= _FEWEST:
                yield f"{column} {value}", mask


def _schemes(
    labels: Ints, scores: Floats, clusters: Ints, slices: pd.DataFrame, thresholds: Thresholds
) -> Iterator[OfScheme]:
    if "scheme" not in slices:
        return
    for scheme in sorted(set(slices["scheme"]) - {""}):
        mask = (slices["scheme"] == scheme).to_numpy() & (labels == 1)
        if mask.sum() >= _FEWEST:
            found = [_share(scores[mask] >= threshold, clusters[mask]) for threshold in thresholds]
            yield OfScheme(scheme, int(mask.sum()), found[0], found[1])


def _share(hits: npt.NDArray[np.bool_], clusters: Ints) -> Interval:
    return bootstrapped(lambda draw: float(hits[draw].mean()), list(resamples(clusters)))


def _intervals(labels: Ints, scores: Floats, clusters: Ints) -> dict[str, Interval]:
    return {name: interval(labels, scores, clusters, name) for name in METRICS}


def _curve(labels: Ints, scores: Floats) -> list[tuple[float, float]]:
    """Points of the precision–recall curve at even odds, evenly spread over the recall."""
    even = np.where(labels == 1, 1.0 / labels.mean(), 1.0 / (1.0 - labels.mean()))
    found, recall, _ = precision_recall_curve(labels, scores, sample_weight=even)
    places = np.unique(np.searchsorted(-recall, -np.linspace(1, 0, _POINTS), side="left").clip(max=len(recall) - 1))
    return [(float(recall[place]), float(found[place])) for place in places]
