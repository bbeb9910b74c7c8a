"""Figures: how well likelihoods tell fraudulent ads from honest ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score

from classifier.reading import Ints
from classifier.vocabulary import Floats

#: Bootstrap resamples for an interval.
_RESAMPLES = 200

#: Slices with fewer ads of either class than this carry no figure worth printing.
_FEWEST = 10


class Interval(NamedTuple):
    """A figure with its 95 % bootstrap interval.

    Attributes
    ----------
    value, low, high : float
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}–{self.high:.3f})"


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


def threshold_for(honest: Floats, false_alarms: float) -> float:
    """Give the lowest threshold, inclusive, that alarms at most a share of the honest ads.

    Parameters
    ----------
    honest : ndarray of float64, shape (n_honest,)
        Their scores.
    false_alarms : float
        Between 0 and 1.

    Returns
    -------
    float

    Examples
    --------
    >>> honest = np.array([0.1, 0.2, 0.3, 0.4])
    >>> bool(np.mean(honest >= threshold_for(honest, 0.25)) <= 0.25)
    True
    """
    allowed = int(np.floor(false_alarms * len(honest) + 1e-9))
    if allowed >= len(honest):
        return 0.0
    return float(np.nextafter(np.sort(honest)[::-1][allowed], np.inf))


METRICS: dict[str, Callable[[Ints, Floats], float]] = {
    "ROC AUC": lambda y, s: float(roc_auc_score(y, s)),
    "average precision": lambda y, s: float(average_precision_score(y, s)),
    "recall at 1 % false alarms": lambda y, s: recall_at(y, s, 0.01),
    "recall at 5 % false alarms": lambda y, s: recall_at(y, s, 0.05),
}


def evaluate(labels: Ints, scores: Floats, clusters: Ints, slices: pd.DataFrame) -> list[Figures]:
    """Give the figures of all ads and of each slice.

    Parameters
    ----------
    labels : ndarray of int64, shape (n_ads,)
    scores : ndarray of float64, shape (n_ads,)
        Out-of-fold, or of ads that the model has never seen.
    clusters : ndarray of int64, shape (n_ads,)
        The bootstrap draws whole clusters.
    slices : DataFrame, shape (n_ads, n_columns)
        Each value of each column is a slice.

    Returns
    -------
    list of Figures
        All ads first; slices with fewer than ten ads of either class are left out.
    """
    return [
        Figures(
            name, int(mask.sum()), int(labels[mask].sum()), _intervals(labels[mask], scores[mask], clusters[mask])
        )
        for name, mask in _masks(labels, slices)
    ]


def _masks(labels: Ints, slices: pd.DataFrame) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    yield "all", np.ones(len(labels), bool)
    for column in slices:
        for value in sorted(slices[column].unique()):
            mask = (slices[column] == value).to_numpy()
            if value and min(labels[mask].sum(), (1 - labels[mask]).sum()) >= _FEWEST:
                yield f"{column} {value}", mask


def _intervals(labels: Ints, scores: Floats, clusters: Ints) -> dict[str, Interval]:
    draws = list(_resamples(labels, clusters))
    found = {}
    for name, metric in METRICS.items():
        values = [metric(labels[draw], scores[draw]) for draw in draws]
        low, high = np.percentile(values, [2.5, 97.5])
        found[name] = Interval(metric(labels, scores), float(low), float(high))
    return found


def _resamples(labels: Ints, clusters: Ints) -> Iterator[npt.NDArray[Any]]:
    """Draw clusters with replacement, the same draws at every call; draws without both classes are left out."""
    order = np.argsort(clusters, kind="stable")
    starts = np.flatnonzero(np.diff(clusters[order], prepend=-1))
    members = np.split(order, starts[1:])
    random = np.random.default_rng(0)
    for _ in range(_RESAMPLES):
        draw = np.concatenate([members[i] for i in random.integers(len(members), size=len(members))])
        if 0 < labels[draw].sum() < len(draw):
            yield draw
