"""The 95 % interval of a figure, from a bootstrap over clusters of ads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from classifier.arrays import Ints

#: Bootstrap resamples for an interval.
_RESAMPLES = 200


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


def bootstrapped(figure: Callable[[Any], float], draws: list[npt.NDArray[Any]]) -> Interval:
    """Give a figure of all ads and the 95 % interval of the figure over draws of ads."""
    low, high = np.percentile([figure(draw) for draw in draws], [2.5, 97.5])
    return Interval(figure(slice(None)), float(low), float(high))


def resamples(clusters: Ints, labels: Ints | None = None) -> Iterator[npt.NDArray[Any]]:
    """Draw clusters with replacement, the same draws at every call; draws that lack a class are left out."""
    order = np.argsort(clusters, kind="stable")
    starts = np.flatnonzero(np.diff(clusters[order], prepend=-1))
    members = np.split(order, starts[1:])
    random = np.random.default_rng(0)
    for _ in range(_RESAMPLES):
        draw = np.concatenate([members[i] for i in random.integers(len(members), size=len(members))])
        if labels is None or 0 < labels[draw].sum() < len(draw):
            yield draw
