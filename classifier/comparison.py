"""Two models on the same ads: by how much the second is better, and whether it is worse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from classifier.arrays import Floats, Ints
from classifier.bands import threshold_for
from classifier.bootstrap import Interval, bootstrapped, resamples

#: Average precision that falls by more than this is worse, sure or not.
MOST = 0.01

#: What falls by no more than this is not worse, however sure: any ads added move the figures of others so far.
LEAST = 0.002

#: With fewer ads of either class than this no ranking is judged.
_FEWEST = 5

_AP, _AUC, _RECALL, _ALARMED = "average precision", "ROC AUC", "recall at 5 % false alarms", "honest ads alarmed"

_Figure = Callable[[Ints, Floats], float]


class Change(NamedTuple):
    """A figure by the first model and by the second.

    Attributes
    ----------
    figure : str
    before, after : float
    by : Interval
        The difference, with its 95 % interval from a paired bootstrap over clusters.
    """

    figure: str
    before: float
    after: float
    by: Interval

    def __str__(self) -> str:
        by = f"{self.by.value:+.4f} ({self.by.low:+.4f} to {self.by.high:+.4f})"
        return f"{self.figure:<28} {self.before:.3f} -> {self.after:.3f}  {by}"


@dataclass(frozen=True)
class Scored:
    """Ads as two models scored them, neither having seen them.

    Attributes
    ----------
    name : str
        What ads these are.
    labels, clusters : ndarray of int64, shape (n_ads,)
    before, after : ndarray of float64, shape (n_ads,)
        Logits of the first and of the second model.
    """

    name: str
    labels: Ints
    clusters: Ints
    before: Floats
    after: Floats


@dataclass(frozen=True)
class Compared:
    """The figures of some ads by two models.

    Attributes
    ----------
    name : str
    ads, fraud : int
    changes : list of Change
        Those that the ads suffice for.
    """

    name: str
    ads: int
    fraud: int
    changes: list[Change]

    def __str__(self) -> str:
        head = f"{self.name}: {self.ads:,} ads, {self.fraud:,} fraudulent"
        return "\n  ".join([head, *map(str, self.changes)])

    @property
    def worse(self) -> str | None:
        """Say what is worse, or None.

        Average precision is worse, and so is recall, if it surely falls, the whole interval below
        zero, and by more than `LEAST`; or, of average precision of a thousand ads or more, if it
        falls by more than `MOST`.
        """
        for change in self.changes:
            sure = change.by.high < 0 and change.by.value < -LEAST
            large = change.figure == _AP and change.by.value < -MOST and self.ads >= 1000
            if change.figure in (_AP, _RECALL) and (sure or large):
                return f"{self.name}: {change.figure} falls from {change.before:.3f} to {change.after:.3f}"
        return None


def contradicted(collection: Compared, decisions: Compared) -> str | None:
    """Say that decisions look swapped, or None.

    A few swapped labels move the figures of a large collection by next to nothing. What gives them
    away is both together: figures of the collection surely fall, by however little, and the
    decisions are ranked worse than at random even by a model that was taught the others.

    Parameters
    ----------
    collection, decisions : Compared
    """
    falls = any(change.by.high < 0 for change in collection.changes if change.figure in (_AP, _RECALL))
    auc = next((change.after for change in decisions.changes if change.figure == _AUC), 1.0)
    if falls and auc < 0.5:
        return f"{decisions.name}: taught the others, ROC AUC is {auc:.3f}, as if labels were swapped"
    return None


def compare(scored: Scored, thresholds: tuple[float, float] | None = None) -> Compared:
    """Compare two models on the same ads.

    Parameters
    ----------
    scored : Scored
    thresholds : (float, float), optional
        Of logits: from which each model alarms an ad, see `alarming`. Without them both alarm 5 % of
        the honest ads among these.

    Returns
    -------
    Compared

    Examples
    --------
    >>> labels, before = np.array([0, 1] * 10), np.zeros(20)
    >>> compared = compare(Scored("ads", labels, np.arange(20), before, labels - 0.5))
    >>> [(change.figure, change.by.value) for change in compared.changes if change.by.low > 0]
    [('average precision', 0.5), ('ROC AUC', 0.5), ('recall at 5 % false alarms', 1.0)]
    """
    fraud = int(scored.labels.sum())
    fewest = min(fraud, len(scored.labels) - fraud)
    changes = []
    if fewest >= _FEWEST:
        changes += [_change(name, scored, figure, figure) for name, figure in _RANKING.items()]
    if thresholds is None:
        changes.append(_change(_RECALL, scored, _recall, _recall))
    for label, name in ((1, _RECALL), (0, _ALARMED)):
        if thresholds and (scored.labels == label).any():
            changes.append(_change(name, scored, *(_share_of(label, threshold) for threshold in thresholds)))
    return Compared(scored.name, len(scored.labels), fraud, changes)


def alarming(labels: Ints, logits: Floats) -> float:
    """Give the threshold that alarms at most 5 % of the honest ads."""
    return threshold_for(logits[labels == 0], 0.05)


_RANKING: dict[str, _Figure] = {
    _AP: lambda y, s: float(average_precision_score(y, s)),
    _AUC: lambda y, s: float(roc_auc_score(y, s)),
}


def _recall(labels: Ints, logits: Floats) -> float:
    return _share_of(1, alarming(labels, logits))(labels, logits)


def _share_of(label: int, threshold: float) -> _Figure:
    return lambda y, s: float(np.mean(s[y == label] >= threshold))


def _change(name: str, scored: Scored, first: _Figure, second: _Figure) -> Change:
    labels, before, after = scored.labels, scored.before, scored.after
    # Where all ads are of one class there is no draw that has both.
    draws = list(resamples(scored.clusters, labels if 0 < labels.sum() < len(labels) else None))
    by = bootstrapped(lambda draw: second(labels[draw], after[draw]) - first(labels[draw], before[draw]), draws)
    return Change(name, first(labels, before), second(labels, after), by)
