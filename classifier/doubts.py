"""Labels that the other ads contradict: confident learning over out-of-fold likelihoods.

Northcutt, Jiang and Chuang, *Confident Learning: Estimating Uncertainty in Dataset Labels* (Journal
of Artificial Intelligence Research 70, 2021): an ad is counted as of the other class when its
likelihood of that class is at least what ads labelled so have on average. The most doubtful is the
one whose own label is the least likely.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from classifier.arrays import Floats, Ints
from classifier.bands import sigmoid
from classifier.cross_validation import cross_validated, folds
from classifier.fitting import calibration
from classifier.flagged import explained, wordings
from classifier.labelled import Labelled, cells
from classifier.model import Model
from classifier.review import LANGUAGES, MOST, About, Case
from classifier.review import page as review_page
from classifier.schemes import gathered


@dataclass(frozen=True)
class Doubts:
    """Doubtful labels.

    Attributes
    ----------
    places : ndarray of int64, shape (n_doubts,)
        The ads, most doubtful first.
    scores : ndarray of float64, shape (n_ads,)
        Of all ads, out of fold, at even odds.
    """

    places: Ints
    scores: Floats


def doubts(labelled: Labelled, jobs: int | None = None) -> Doubts:
    """Find the labelled ads whose label a model trained on the others contradicts.

    Parameters
    ----------
    labelled : Labelled
    jobs : int, optional
        Processes for cross-validation; by default all cores.
    """
    logits = cross_validated(labelled, folds(labelled), jobs)
    slope, intercept = calibration(labelled.labels, logits)
    scores = sigmoid(slope * logits + intercept)
    return Doubts(contradicted(labelled.labels, scores), scores)


def contradicted(labels: Ints, scores: Floats) -> Ints:
    """Find labels that likelihoods contradict with confidence.

    Parameters
    ----------
    labels : ndarray of int64, shape (n_ads,)
    scores : ndarray of float64, shape (n_ads,)
        Likelihoods of fraud by models that did not see the ad.

    Returns
    -------
    ndarray of int64, shape (n_doubts,)
        Places, most doubtful first.

    Examples
    --------
    >>> contradicted(np.array([1, 1, 1, 0, 0, 0]), np.array([0.9, 0.8, 0.1, 0.2, 0.95, 0.1])).tolist()
    [4, 2]
    """
    of_fraud, of_honest = scores[labels == 1].mean(), (1.0 - scores[labels == 0]).mean()
    doubtful = np.where(labels == 1, 1.0 - scores >= of_honest, scores >= of_fraud)
    of_own_label = np.where(labels == 1, scores, 1.0 - scores)
    places = np.flatnonzero(doubtful)
    return places[np.argsort(of_own_label[places], kind="stable")]


def cases(ads: pd.DataFrame, labelled: Labelled, found: Doubts, model: Model) -> list[Case]:
    """Lay out doubtful labels to decide on.

    Parameters
    ----------
    ads : DataFrame
        That `labelled` was checked from.
    labelled : Labelled
    found : Doubts
    model : Model
        Says what speaks for fraud in an ad, and where bands begin; the likelihoods are those of `found`.

    Returns
    -------
    list of Case
    """
    by_name = {str(name).strip().casefold(): name for name in reversed(ads.columns)}
    ids, schemes = cells(ads, by_name.get("id", "id")), labelled.slices["scheme"].tolist()
    categories, bands = labelled.slices["category"].tolist(), model.thresholds.bands(found.scores).tolist()
    return [
        explained(
            Case(
                key=ids[place] or str(place + 1),
                row=place + 1,
                text=labelled.texts[place],
                score=float(found.scores[place]),
                band=bands[place],
                scheme=gathered(schemes[place]),
                category=categories[place],
                reasons=[],
                marks=[],
                repaired=[],
                label="fraud" if labelled.labels[place] else "legit",
            ),
            model.explain(labelled.texts[place]),
        )
        for place in found.places.tolist()
    ]


def page(found: Sequence[Case], source: str, language: str = LANGUAGES[0]) -> str:
    """Write doubtful labels as a page to decide on; see `review.page`."""
    about = About(source, max(0, len(found) - MOST), _HEADING, _INTRO)
    return review_page(found[:MOST], schemes=wordings(), about=about, language=language)


_HEADING = {"ru": "Сомнительные метки", "kk": "Күмәнді белгілер", "en": "Doubtful labels"}

_INTRO = {
    "ru": "Эти метки противоречат остальным объявлениям; сначала самые сомнительные. Права может быть и метка, "
    "и оценка: решаете вы.",
    "kk": "Бұл белгілер қалған хабарландыруларға қайшы келеді; ең күмәндісі — басында. Белгі де, баға да дұрыс "
    "болуы мүмкін: шешімді сіз қабылдайсыз.",
    "en": "The other ads contradict these labels; the most doubtful come first. Either the label or the score "
    "may be right: you decide.",
}
