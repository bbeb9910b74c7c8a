"""Out-of-fold logits: each ad's by a model that saw neither it nor any ad of its cluster."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

from classifier.arrays import Floats, Ints
from classifier.errors import TrainingError
from classifier.fitting import WEIGHT, estimator
from classifier.labelled import Labelled

_FOLDS = 5


def folds(labelled: Labelled) -> list[tuple[Ints, Ints]]:
    """Split labelled ads five ways, each cluster whole, each part with its share of fraud.

    Returns
    -------
    list of (ndarray of int64, ndarray of int64)
        Positions to train on and to score.

    Raises
    ------
    TrainingError
        If the ads of a class fall into fewer clusters than there are folds.
    """
    for value, name in ((1, "fraudulent"), (0, "honest")):
        if len(np.unique(labelled.clusters[labelled.labels == value])) < _FOLDS:
            raise TrainingError(f"the {name} ads are all alike; at least {_FOLDS} kinds are needed")
    return list(StratifiedGroupKFold(_FOLDS).split(labelled.texts, labelled.labels, labelled.clusters))


def cross_validated(labelled: Labelled, split: Sequence[tuple[Ints, Ints]], jobs: int | None = None) -> Floats:
    """Give each ad's logit by the model of the fold in which it was not trained on.

    Parameters
    ----------
    labelled : Labelled
    split : sequence of (ndarray of int64, ndarray of int64)
        Positions to train on and to score.
    jobs : int, optional

    Returns
    -------
    ndarray of float64, shape (n_ads,)
    """
    logits: Floats = cross_val_predict(
        estimator(),
        labelled.texts,
        labelled.labels,
        cv=split,
        method="decision_function",
        n_jobs=jobs or -1,
        params={WEIGHT: labelled.weights},
    )
    return logits
