"""How well the schemes of fraudulent ads are told apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.arrays import Ints
from classifier.bootstrap import Interval, bootstrapped, resamples


@dataclass(frozen=True)
class SchemeFigures:
    """The figures of one scheme.

    Attributes
    ----------
    id : str
    ads : int
        How many of the ads are of the scheme.
    precision, recall : float
    """

    id: str
    ads: int
    precision: float
    recall: float


@dataclass(frozen=True)
class Sorting:
    """All that is known of how well a model sorts fraudulent ads into schemes.

    Attributes
    ----------
    ads : int
    accuracy, macro_f1 : Interval
        The share of ads that are named right; the mean of the schemes' F1.
    schemes : list of SchemeFigures
    confusion : list of list of int
        Ads by their scheme (rows) and the one that was named (columns), in the order of `schemes`.
    """

    ads: int
    accuracy: Interval
    macro_f1: Interval
    schemes: list[SchemeFigures]
    confusion: list[list[int]]


def evaluate_sorting(names: npt.NDArray[np.str_], found: npt.NDArray[np.str_], clusters: Ints) -> Sorting:
    """Give all figures.

    Parameters
    ----------
    names, found : ndarray of str, shape (n_ads,)
        The schemes of fraudulent ads, and those that a model named which had not seen them.
    clusters : ndarray of int64, shape (n_ads,)
        The bootstrap draws whole clusters.

    Returns
    -------
    Sorting

    Examples
    --------
    >>> names, found = np.array(["a", "a", "b", "b"]), np.array(["a", "a", "a", "b"])
    >>> sorting = evaluate_sorting(names, found, np.arange(4))
    >>> sorting.accuracy.value, sorting.confusion
    (0.75, [[2, 0], [1, 1]])
    """
    ids, codes = np.unique(np.concatenate([names, found]), return_inverse=True)
    true, named = codes[: len(names)], codes[len(names) :]
    draws = list(resamples(clusters))
    table = confusion(true, named, len(ids))
    precision, recall = _shares(table)
    return Sorting(
        ads=len(names),
        accuracy=bootstrapped(lambda draw: float(np.mean(true[draw] == named[draw])), draws),
        macro_f1=bootstrapped(lambda draw: macro_f1(confusion(true[draw], named[draw], len(ids))), draws),
        schemes=[
            SchemeFigures(str(name), int(table[k].sum()), float(precision[k]), float(recall[k]))
            for k, name in enumerate(ids)
        ],
        confusion=table.tolist(),
    )


def confusion(true: Ints, named: Ints, n: int) -> Ints:
    """Count ads by their scheme (rows) and the one that was named (columns), both numbered below `n`."""
    return np.bincount(true * n + named, minlength=n * n).reshape(n, n)


def macro_f1(table: Ints) -> float:
    """Give the mean of the F1 of the schemes that occur, from a confusion table.

    Examples
    --------
    >>> round(macro_f1(np.array([[2, 0], [1, 1]])), 4)
    0.7333
    """
    both = table.sum(axis=0) + table.sum(axis=1)
    return float(np.mean(2 * np.diag(table)[both > 0] / both[both > 0]))


def _shares(table: Ints) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give the precision and the recall of each scheme; 0 where none was named, or none is there."""
    right = np.diag(table)
    return right / np.maximum(table.sum(axis=0), 1), right / np.maximum(table.sum(axis=1), 1)
