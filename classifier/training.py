"""From labelled ads to a model: grouped cross-validation, calibration, thresholds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import Pipeline

from classifier import scheme_training
from classifier.arrays import Floats, Ints
from classifier.bands import HeldOut, sigmoid
from classifier.columns import label_column, text_columns
from classifier.duplicates import clusters
from classifier.errors import TrainingError
from classifier.evaluation import Evaluation, evaluate
from classifier.features import WordPieceTfidf
from classifier.model import Model
from classifier.scheme_evaluation import Sorting, evaluate_sorting
from classifier.scheme_training import Names, known_schemes
from classifier.schemes import gathered

#: The share of honest ads that each band may alarm, measured out of fold.
FALSE_ALARMS = {"review": 0.05, "hold": 0.005}

#: Inverse strength of regularisation.
C = 10.0

_FOLDS = 5

#: Under this many ads of either class there is nothing to calibrate on.
FEWEST = 20

_LABELS = {"1": 1, "fraud": 1, "true": 1, "0": 0, "legit": 0, "false": 0}


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


@dataclass(frozen=True)
class Labelled:
    """Labelled ads, checked.

    Attributes
    ----------
    texts : list of str
    labels : ndarray of int64, shape (n_ads,)
        1 for fraud, 0 for honest.
    clusters : ndarray of int64, shape (n_ads,)
        Ads of one cluster share a group or are near-duplicates; none is split between folds.
    slices : DataFrame
        The columns by which figures are told apart.
    """

    texts: list[str]
    labels: Ints
    clusters: Ints
    slices: pd.DataFrame


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
    logits = cross_validated(labelled, split, jobs)
    slope, intercept = calibration(labelled.labels, logits)
    scores = sigmoid(slope * logits + intercept)
    held_out = HeldOut(*(np.sort(scores[labelled.labels == label]) for label in (0, 1)))
    pipeline = estimator().fit(labelled.texts, labelled.labels)
    names = known_schemes(labelled.slices["scheme"], labelled.labels, labelled.clusters)
    model = freeze(pipeline, (slope, intercept), held_out, _about(labelled))
    model = replace(model, schemes=scheme_training.fit(pipeline["tfidf"], labelled.texts, names))
    evaluation = evaluate(labelled.labels, scores, labelled.clusters, labelled.slices, model.thresholds)
    if model.schemes:
        found = scheme_training.out_of_fold(labelled.texts, names, split, jobs)
        evaluation = replace(evaluation, sorting=_sorting(labelled, names, found))
    return Trained(model, _with_generalisation(evaluation, labelled, jobs) if full else evaluation)


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


def check(ads: pd.DataFrame, columns: Sequence[str] | None = None) -> Labelled:
    """Check labelled ads and find which of them belong together.

    Raises
    ------
    TrainingError, DataError
        Naming the row, of which the first is row 2 as under a header.
    """
    names = [str(name) for name in ads.columns]
    ads = ads.set_axis(names, axis=1)
    labels = _labels(ads[label_column(names)])
    parts = ads[text_columns(names, columns)].fillna("").astype(str)
    texts = ["\n".join(filter(None, row)) for row in parts.itertuples(index=False, name=None)]
    for row, text in enumerate(texts, 2):
        if not text.strip():
            raise TrainingError(f"row {row}: there is no text to learn from; remove the row")
    _check_classes(labels)
    groups = _column(ads, "group")
    own = [group or f"\0{row}" for row, group in enumerate(groups)]
    slices = pd.DataFrame({name: _column(ads, name) for name in ("language", "script", "category", "scheme")})
    return Labelled(texts, labels, clusters(texts, own), slices)


def estimator() -> Pipeline:
    """Give the unfitted scikit-learn pipeline.

    Returns
    -------
    Pipeline
        `WordPieceTfidf`, then `LogisticRegression`.
    """
    return Pipeline([("tfidf", WordPieceTfidf()), ("regression", LogisticRegression(C=C, max_iter=2000))])


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
        estimator(), labelled.texts, labelled.labels, cv=split, method="decision_function", n_jobs=jobs or -1
    )
    return logits


def calibration(labels: Ints, logits: Floats) -> tuple[float, float]:
    """Fit a sigmoid that turns logits into probabilities at even odds.

    Platt scaling (Platt, *Probabilistic outputs for support vector machines*, 1999), both classes
    weighing the same.

    Returns
    -------
    slope, intercept : float
        ``sigmoid(slope * logit + intercept)`` is the probability.

    Examples
    --------
    >>> slope, intercept = calibration(np.array([0, 0, 1, 1]), np.array([-1.0, 0.5, -0.5, 1.0]))
    >>> slope > 0 and abs(intercept) < 1e-6
    True
    """
    sigmoid = LogisticRegression(C=1e6, class_weight="balanced", tol=1e-10).fit(logits[:, None], labels)
    return float(sigmoid.coef_[0, 0]), float(sigmoid.intercept_[0])


def freeze(pipeline: Pipeline, sigmoid_: tuple[float, float], held_out: HeldOut, about: dict[str, Any]) -> Model:
    """Take from a fitted pipeline the numbers that scoring needs, calibrated.

    Calibration is linear in the logit, so it goes into the coefficients and reasons stay exact.

    Parameters
    ----------
    pipeline : Pipeline
    sigmoid_ : (float, float)
        Slope and intercept that `calibration` gave.
    held_out : HeldOut
    about : dict
    """
    slope, intercept = sigmoid_
    regression = pipeline["regression"]
    return Model(
        vocabulary=pipeline["tfidf"].vocabulary_,
        coefficients=slope * regression.coef_[0],
        intercept=slope * float(regression.intercept_[0]) + intercept,
        thresholds=held_out.thresholds(**FALSE_ALARMS),
        held_out=held_out,
        about=about,
    )


def thaw(model: Model) -> Pipeline:
    """Build the fitted scikit-learn pipeline whose `predict_proba` is a model's `score`.

    Parameters
    ----------
    model : Model

    Returns
    -------
    Pipeline
        For those who want to go on in scikit-learn; nothing in scoring needs it.

    Examples
    --------
    >>> import classifier
    >>> model = classifier.load()
    >>> ads = ["Сатылады үй, көріп келіңіз"]
    >>> bool(np.isclose(thaw(model).predict_proba(ads)[0, 1], model.score(ads)[0]))
    True
    """
    pipeline = estimator()
    pipeline["tfidf"].vocabulary_ = model.vocabulary
    regression = pipeline["regression"]
    regression.coef_, regression.intercept_ = model.coefficients[None, :], np.array([model.intercept])
    regression.classes_, regression.n_features_in_ = np.array([0, 1]), len(model.coefficients)
    return pipeline


def _labels(column: pd.Series) -> Ints:
    labels = np.empty(len(column), np.int64)
    for place, value in enumerate(column):
        known = _LABELS.get(_label_text(value))
        if known is None:
            raise TrainingError(
                f"row {place + 2}, column 'label': {value!r} is not a label; write 1 or 0, fraud or legit"
            )
        labels[place] = known
    return labels


def _label_text(value: object) -> str:
    whole = int(value) if isinstance(value, (bool, np.bool_, float)) and value in (0, 1) else value
    return str(whole).strip().casefold()


def _check_classes(labels: Ints) -> None:
    fraud, honest = int(labels.sum()), int((1 - labels).sum())
    if min(fraud, honest) < FEWEST:
        raise TrainingError(f"{fraud} fraudulent and {honest} honest ads; at least {FEWEST} of each are needed")


def _column(ads: pd.DataFrame, name: str) -> list[str]:
    return ads[name].fillna("").astype(str).tolist() if name in ads else [""] * len(ads)


def fingerprint(labelled: Labelled) -> str:
    """SHA-256 of the labelled texts, whatever their order: what a model or a figure was made from."""
    digest = hashlib.sha256()
    for text, label in sorted(zip(labelled.texts, labelled.labels.tolist(), strict=True)):
        digest.update(f"{label}\t{text}\0".encode())
    return digest.hexdigest()


def _about(labelled: Labelled) -> dict[str, Any]:
    return {
        "ads": len(labelled.texts),
        "fraud": int(labelled.labels.sum()),
        "clusters": int(labelled.clusters.max()) + 1,
        "sha256": fingerprint(labelled),
        "scikit_learn": sklearn.__version__,
    }
