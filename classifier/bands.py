"""Thresholds and prevalence: from a likelihood at even odds to what a moderator does about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from classifier.arrays import Floats, Ints
from classifier.errors import UsageError

#: The bands, of the three that are scored the mildest first.
BANDS = ("clear", "review", "hold", "unscored")


class Thresholds(NamedTuple):
    """From which likelihood, at even odds, an ad is to be reviewed, and from which to be held.

    Attributes
    ----------
    review, hold : float
        Inclusive, ``0 <= review <= hold <= 1``.
    """

    review: float
    hold: float

    def bands(self, scores: Floats) -> npt.NDArray[np.str_]:
        """Name the band of each score.

        Examples
        --------
        >>> Thresholds(0.5, 0.9).bands(np.array([0.1, 0.5, 0.95, np.nan])).tolist()
        ['clear', 'review', 'hold', 'unscored']
        """
        return np.array(BANDS)[self.band_numbers(scores)]

    def band_numbers(self, scores: Floats) -> Ints:
        """Give the place in `BANDS` of the band of each score."""
        return np.where(np.isnan(scores), BANDS.index("unscored"), np.digitize(scores, [self.review, self.hold]))


@dataclass(frozen=True)
class HeldOut:
    """Likelihoods, at even odds, that labelled ads got from models which had not seen them.

    From these come thresholds for other shares of false alarms, without training again.

    Attributes
    ----------
    honest : ndarray of float64, shape (n_honest,)
    fraud : ndarray of float64, shape (n_fraud,)
        Both ascending.
    """

    honest: Floats
    fraud: Floats

    def thresholds(self, review: float, hold: float) -> Thresholds:
        """Cut bands that alarm at most these shares of honest ads.

        Parameters
        ----------
        review, hold : float
            Between 0 and 1, ``hold <= review``.

        Raises
        ------
        UsageError

        Examples
        --------
        >>> held_out = HeldOut(np.linspace(0, 0.9, 10), np.array([0.8]))
        >>> [round(float(t), 3) for t in held_out.thresholds(0.2, 0.1)]
        [0.7, 0.8]
        """
        if not 0.0 <= hold <= review <= 1.0:
            raise UsageError(
                f"false alarms must be shares of honest ads, 0 <= hold <= review <= 1, for example 0.05,0.005; "
                f"not {review:g},{hold:g}"
            )
        return Thresholds(*(min(1.0, threshold_for(self.honest, share)) for share in (review, hold)))


def threshold_for(scores: Floats, share: float) -> float:
    """Give the lowest threshold, inclusive, at or above which lies at most a share of the scores.

    Parameters
    ----------
    scores : ndarray of float64, shape (n,)
        Of honest ads, to bound false alarms; of all ads, to bound a moderator's work.
    share : float
        Between 0 and 1.

    Returns
    -------
    float
        Between 0 and 1; above 1 where no likelihood is high enough.

    Examples
    --------
    >>> honest = np.array([0.1, 0.2, 0.3, 0.4])
    >>> bool(np.mean(honest >= threshold_for(honest, 0.25)) <= 0.25)
    True
    """
    allowed = int(np.floor(share * len(scores) + 1e-9))
    if allowed >= len(scores):
        return 0.0
    return float(np.nextafter(np.sort(scores)[::-1][allowed], np.inf))


def sigmoid(logits: Floats) -> Floats:
    """1 / (1 + exp(-x)), without overflow."""
    small = np.exp(-np.abs(logits))
    return np.where(logits >= 0, 1.0, small) / (1.0 + small)


def prior_logit(prevalence: float | None) -> float:
    """Log odds of fraud before an ad is read; even odds where no prevalence is given.

    Raises
    ------
    UsageError
        If `prevalence` is not between 0 and 1.
    """
    if prevalence is None:
        return 0.0
    if not 0.0 < prevalence < 1.0:
        raise UsageError(f"prevalence must be between 0 and 1, for example 0.01, not {prevalence!r}")
    return float(np.log(prevalence / (1.0 - prevalence)))


def restated(scores: Floats, prevalence: float) -> Floats:
    """Restate likelihoods at even odds as probabilities in a stream, by Bayes' rule.

    Parameters
    ----------
    scores : ndarray of float64, shape (n_ads,)
        At even odds.
    prevalence : float
        The share of fraud in the stream, between 0 and 1.

    Returns
    -------
    ndarray of float64, shape (n_ads,)

    Examples
    --------
    >>> restated(np.array([0.5, 0.99]), 0.01).round(3)
    array([0.01, 0.5 ])
    """
    odds = prevalence / (1.0 - prevalence)
    return scores * odds / (scores * odds + 1.0 - scores)


def precision(recall: float, false_alarms: float, prevalence: float) -> float:
    """Give the share of fraud among what a threshold alarms, in a stream with that share of fraud.

    Examples
    --------
    >>> round(precision(0.8, 0.01, 0.01), 3)
    0.447
    """
    found, alarmed = prevalence * recall, prevalence * recall + (1.0 - prevalence) * false_alarms
    return found / alarmed if alarmed else 0.0
