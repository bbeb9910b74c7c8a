"""From labelled ads to a model and its figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import sklearn

from classifier import scheme_training
from classifier.arrays import Floats, Ints
from classifier.bands import HeldOut, sigmoid
from classifier.cross_validation import cross_validated, folds
from classifier.errors import TrainingError
from classifier.evaluation import Evaluation, evaluate
from classifier.fitting import WEIGHT, calibration, estimator, freeze
from classifier.labelled import Labelled, check, fingerprint
from classifier.model import Model
from classifier.scheme_evaluation import Sorting, evaluate_sorting
from classifier.scheme_training import Names, known_schemes
from classifier.schemes import gathered
from classifier.writings import writing


class Trained(NamedTuple):
    """What training gives.

    Attributes
    ----------
    model : Model
    evaluation : Evaluation
        Out-of-fold and grouped: of all ads, and by language, script, category and scheme where those are columns.
    """

    model: Model
    evaluation: Evaluation


def train(
    ads: pd.DataFrame, *, columns: Sequence[str] | None = None, jobs: int | None = None, full: bool = False
) -> Trained:
    """Train a model.

    Parameters
    ----------
    ads : DataFrame
        A column ``label`` (1/0, fraud/legit or true/false) and the text in title, description or
        text. Optional: ``group``, whose members are never split between training and test,
        ``language``, ``script`` and ``category``, by which figures are told apart, and ``scheme``
        of the fraudulent ones, see `classifier.schemes`; without it the model names no schemes.
    columns : sequence of str, optional
        The text columns, if they bear other names.
    jobs : int, optional
        Processes for cross-validation; by default all cores.
    full : bool, default=False
        Whether to measure, too, recall on schemes never seen and what a random split would claim;
        takes a few minutes.

    Returns
    -------
    Trained
        The model and its out-of-fold figures.

    Raises
    ------
    TrainingError
        If a label is unknown, a text is empty, or there are too few ads of either class.

    Examples
    --------
    >>> import classifier, pandas as pd
    >>> ads = pd.DataFrame({"text": [f"{a} {b}" for a in ("предоплата на карту", "осмотр дома")
    ...                              for b in "абвгдежзиклмнопрстуфхц"], "label": [1] * 22 + [0] * 22})
    >>> model, evaluation = classifier.train(ads, jobs=1)
    >>> bool(model.score(["предоплата"])[0] > model.score(["осмотр"])[0])
    True
    """
    labelled = check(ads, columns)
    split = folds(labelled)
    trained = fitted(labelled, split, cross_validated(labelled, split, jobs), jobs)
    if not full:
        return trained
    return Trained(trained.model, _with_generalisation(trained.evaluation, labelled, jobs))


def fitted(
    labelled: Labelled, split: Sequence[tuple[Ints, Ints]], logits: Floats, jobs: int | None = None
) -> Trained:
    """Fit a model on all labelled ads, calibrated by their out-of-fold logits.

    Parameters
    ----------
    labelled : Labelled
    split : sequence of (ndarray of int64, ndarray of int64)
        What `folds` gave.
    logits : ndarray of float64, shape (n_ads,)
        What `cross_validated` gave.
    jobs : int, optional
    """
    slope, intercept = calibration(labelled.labels, logits)
    scores = sigmoid(slope * logits + intercept)
    held_out = HeldOut(*(np.sort(scores[labelled.labels == label]) for label in (0, 1)))
    pipeline = estimator().fit(labelled.texts, labelled.labels, **{WEIGHT: labelled.weights})
    names = known_schemes(labelled.slices["scheme"], labelled.labels, labelled.clusters)
    model = freeze(pipeline, (slope, intercept), held_out, _about(labelled))
    model = replace(model, schemes=scheme_training.fit(pipeline["tfidf"], labelled.texts, names))
    evaluation = evaluate(labelled.labels, scores, labelled.clusters, labelled.slices, model.thresholds)
    if model.schemes:
        found = scheme_training.out_of_fold(labelled.texts, names, split, jobs)
        evaluation = replace(evaluation, sorting=_sorting(labelled, names, found))
    return Trained(model, evaluation)


def check_model(model: Model, ads: pd.DataFrame, *, columns: Sequence[str] | None = None) -> Evaluation:
    """Evaluate a model on labelled ads that it has not seen.

    Parameters
    ----------
    model : Model
    ads : DataFrame
        As for `train`.
    columns : sequence of str, optional
        The text columns, if they bear other names.

    Returns
    -------
    Evaluation
        At the model's own thresholds.

    Raises
    ------
    TrainingError
        As `train` does, and if there is no word in an ad.
    """
    labelled = check(ads, columns)
    scores = model.score(labelled.texts)
    if np.isnan(scores).any():
        row = int(np.flatnonzero(np.isnan(scores))[0]) + 2
        raise TrainingError(f"row {row}: there is no word to score; remove the row")
    evaluation = evaluate(labelled.labels, scores, labelled.clusters, labelled.slices, model.thresholds)
    return replace(evaluation, sorting=_sorting_by(model, labelled))


def _sorting_by(model: Model, labelled: Labelled) -> Sorting | None:
    """Say how well a model sorts ads that it has not seen; None where neither knows any scheme."""
    ids = [gathered(kind) for kind in labelled.slices["scheme"]]
    known = (
        (labelled.labels == 1) & np.isin(ids, model.schemes.ids if model.schemes else ("",)) & (np.array(ids) != "")
    )
    if not known.any():
        return None
    return _sorting(labelled, np.where(known, ids, ""), np.array(model.schemes_of(labelled.texts)))


def _sorting(labelled: Labelled, names: Names, found: Names) -> Sorting:
    known = names != ""
    return evaluate_sorting(names[known], found[known], labelled.clusters[known])


def _with_generalisation(evaluation: Evaluation, labelled: Labelled, jobs: int | None) -> Evaluation:
    from classifier.generalisation import random_split, unseen_schemes

    unseen = unseen_schemes(labelled, jobs)
    schemes = [replace(scheme, unseen=unseen.get(scheme.name)) for scheme in evaluation.schemes]
    return replace(evaluation, schemes=schemes, random_split=random_split(labelled, jobs))


def _seen(labelled: Labelled) -> dict[str, dict[str, int]]:
    """Count the ads of each scheme and writing: of which a model knows little."""
    schemes = Counter(filter(None, map(gathered, labelled.slices["scheme"])))
    return {
        "schemes": dict(sorted(schemes.items())),
        "writings": dict(sorted(Counter(map(writing, labelled.texts)).items())),
    }


def _about(labelled: Labelled) -> dict[str, Any]:
    return {
        "ads": len(labelled.texts),
        "fraud": int(labelled.labels.sum()),
        "clusters": int(labelled.clusters.max()) + 1,
        "sha256": fingerprint(labelled),
        "scikit_learn": sklearn.__version__,
        "seen": _seen(labelled),
    }
