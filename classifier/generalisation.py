"""How far a model's figures carry: fraud of a kind it has not seen, and what a leaking split would claim."""

from __future__ import annotations

from collections.abc import Iterator

import joblib
import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedKFold

from classifier.bands import threshold_for
from classifier.bootstrap import Interval
from classifier.cross_validation import cross_validated
from classifier.evaluation import interval
from classifier.fitting import FALSE_ALARMS, estimator
from classifier.labelled import Labelled

_FOLDS = 5

#: Kinds of fraud with fewer ads than this are left out.
_FEWEST = 10


def random_split(labelled: Labelled, jobs: int | None = None) -> Interval:
    """Give the average precision that a split without regard to clusters would claim.

    Twins and near-duplicates stand on both sides of such a split. It is shown beside the grouped
    figure to tell how much that flatters, and for nothing else.

    Parameters
    ----------
    labelled : Labelled
    jobs : int, optional

    Returns
    -------
    Interval
    """
    folds = list(StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(labelled.texts, labelled.labels))
    return interval(labelled.labels, cross_validated(labelled, folds, jobs), labelled.clusters)


def unseen_schemes(labelled: Labelled, jobs: int | None = None) -> dict[str, float]:
    """Give the recall of each kind of fraud by a model that never saw it.

    Everything of its clusters is left out of training too. The threshold alarms as many honest ads,
    those of other clusters held out in turn, as the band ``review`` may.

    Parameters
    ----------
    labelled : Labelled
        With a column ``scheme`` among its slices.
    jobs : int, optional

    Returns
    -------
    dict of str to float
        By scheme; empty where there is no such column.
    """
    tasks = list(_tasks(labelled))
    found = joblib.Parallel(jobs or -1)(
        joblib.delayed(_recall)(labelled, of_scheme, training, honest) for _, of_scheme, training, honest in tasks
    )
    return {scheme: recall for (scheme, *_), recall in zip(tasks, found, strict=True)}


_Mask = npt.NDArray[np.bool_]


def _tasks(labelled: Labelled) -> Iterator[tuple[str, _Mask, _Mask, _Mask]]:
    """For each scheme: its ads, the ads to train on, and a fifth of the other honest ads to set the threshold on."""
    schemes = labelled.slices["scheme"].to_numpy()
    for scheme in sorted(set(schemes) - {""}):
        of_scheme = (schemes == scheme) & (labelled.labels == 1)
        if of_scheme.sum() < _FEWEST:
            continue
        others = ~np.isin(labelled.clusters, labelled.clusters[of_scheme])
        aside = others & (labelled.clusters % _FOLDS == 0)
        yield scheme, of_scheme, others & ~aside, aside & (labelled.labels == 0)


def _recall(labelled: Labelled, of_scheme: _Mask, training: _Mask, honest: _Mask) -> float:
    texts, labels = np.array(labelled.texts, dtype=object), labelled.labels
    fitted = estimator().fit(texts[training], labels[training])
    threshold = threshold_for(fitted.decision_function(texts[honest]), FALSE_ALARMS["review"])
    return float(np.mean(fitted.decision_function(texts[of_scheme]) >= threshold))
