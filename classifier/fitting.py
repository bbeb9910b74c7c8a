"""The fit: a scikit-learn pipeline over labelled ads, calibrated and frozen into a model."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from classifier.arrays import Floats, Ints
from classifier.bands import HeldOut
from classifier.features import WordPieceTfidf
from classifier.model import Model

#: The share of honest ads that each band may alarm, measured out of fold.
FALSE_ALARMS = {"review": 0.05, "hold": 0.005}

#: Inverse strength of regularisation.
C = 10.0

#: The parameter of the pipeline's `fit` that says as how many ads each counts.
WEIGHT = "regression__sample_weight"


def estimator() -> Pipeline:
    """Give the unfitted scikit-learn pipeline.

    Returns
    -------
    Pipeline
        `WordPieceTfidf`, then `LogisticRegression`.
    """
    return Pipeline([("tfidf", WordPieceTfidf()), ("regression", LogisticRegression(C=C, max_iter=2000))])


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
