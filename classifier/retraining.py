"""From a collection and decisions to a model that is shown to be no worse than the one in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import joblib
import numpy as np
import numpy.typing as npt

from classifier.arrays import Floats, Ints
from classifier.comparison import Compared, Scored, alarming, compare, contradicted
from classifier.cross_validation import cross_validated, folds
from classifier.decisions import WEIGHT, Joined, digest
from classifier.errors import TrainingError
from classifier.fitting import WEIGHT as OF_FIT
from classifier.fitting import estimator
from classifier.labelled import Labelled, fingerprint
from classifier.model import Model
from classifier.training import Trained, fitted

#: The share of the decisions, the newest, that are held out to see what the model would have done.
_NEWEST = 0.2

#: A model that agrees with fewer of the new decisions than this may have been given the labels the wrong way round.
_SUSPICIOUS = 0.25

_Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class News:
    """What decisions hold that a model in use has not learned.

    Attributes
    ----------
    joined : Joined
    fresh : ndarray of bool, shape (n_ads,)
        Which ads are decisions that it has not learned.
    notes : list of str
        What is said of the decisions, a line each.
    """

    joined: Joined
    fresh: _Mask
    notes: list[str]


@dataclass(frozen=True)
class Retrained:
    """How training with decisions compares with training without.

    Attributes
    ----------
    news : News
    compared : list of Compared
        The collection and the decisions, out of fold, and the newest decisions where they have times.
    """

    news: News
    compared: list[Compared]
    _split: list[tuple[Ints, Ints]]
    _logits: Floats

    @property
    def worse(self) -> str | None:
        """What is worse than without the decisions, or None; see `Compared.worse` and `contradicted`."""
        collection, decisions, *_ = self.compared
        found = [*(compared.worse for compared in self.compared), contradicted(collection, decisions)]
        return next(filter(None, found), None)

    def trained(self, jobs: int | None = None) -> Trained:
        """Fit the model on everything; its card says what it was taught by decisions."""
        joined = self.news.joined
        trained = fitted(joined.labelled, self._split, self._logits, jobs)
        about = {**trained.model.about, "decisions": _about(joined)}
        return trained._replace(model=replace(trained.model, about=about))


def look_through(joined: Joined, model: Model, name: str = "the model") -> News:
    """Find what decisions hold that a model does not know, and refuse if that is nothing.

    Parameters
    ----------
    joined : Joined
    model : Model
        The one in use.
    name : str
        What to call it.

    Raises
    ------
    TrainingError
        If there is no word in a decision, or the model agrees with all that are new.
    """
    decided, labelled = np.flatnonzero(joined.decided), joined.labelled
    texts = [labelled.texts[place] for place in decided]
    learned = set(model.about.get("decisions", {}).get("learned", ()))
    ours = [digest(text, label) for text, label in zip(texts, labelled.labels[decided].tolist(), strict=True)]
    fresh = joined.decided.copy()
    fresh[decided] = [one not in learned for one in ours]
    agrees = _agrees(model, labelled, fresh)
    if agrees.all():
        raise TrainingError(
            f"{name} already says what all {len(decided):,} decisions say: there is nothing to learn; "
            "predict.py --ask finds ads that teach more"
        )
    notes = [*joined.notes, *_forgotten(learned, ours, name), _agreement(agrees, name)]
    return News(joined, fresh, notes)


def retrain(news: News, jobs: int | None = None) -> Retrained:
    """Compare training with decisions and without those that are new, on the same grouped folds.

    Parameters
    ----------
    news : News
    jobs : int, optional
        Processes for cross-validation; by default all cores.
    """
    labelled, decided = news.joined.labelled, news.joined.decided
    split = folds(labelled)
    before = cross_validated(labelled, [(_without(training, news.fresh), test) for training, test in split], jobs)
    after = cross_validated(labelled, split, jobs)
    shipped = ~decided
    # Decisions are few: the honest ads of the collection say from where 5 % are alarmed.
    first, second = (alarming(labelled.labels[shipped], logits[shipped]) for logits in (before, after))
    places = [("decisions", decided, before, after)]
    newest = _newest(news)
    if newest.any():
        places.append(("newest decisions, held out", newest, *_by_time(news, newest, jobs)))
    compared = [compare(_scored(labelled, *place), (first, second)) for place in places]
    of_collection = compare(_scored(labelled, "collection", shipped, before, after))
    return Retrained(news, [of_collection, *compared], split, after)


def _scored(labelled: Labelled, name: str, mask: _Mask, before: Floats, after: Floats) -> Scored:
    return Scored(name, labelled.labels[mask], labelled.clusters[mask], before[mask], after[mask])


def _without(places: Ints, left_out: _Mask) -> Ints:
    return places[~left_out[places]]


def _newest(news: News) -> _Mask:
    """Mark the newest fifth of the new decisions; none unless all have a time."""
    times = news.joined.times
    none = np.zeros(len(times), bool)
    if np.isnat(times[news.fresh]).any():
        return none
    since = np.sort(times[news.fresh])[-max(1, int(_NEWEST * news.fresh.sum()))]
    return news.fresh & (times >= since) if since > times[news.fresh].min() else none


def _by_time(news: News, newest: _Mask, jobs: int | None) -> tuple[Floats, Floats]:
    """Score the newest decisions by models that saw nothing of their clusters, without and with the older ones."""
    labelled = news.joined.labelled
    others = np.flatnonzero(~np.isin(labelled.clusters, labelled.clusters[newest]))
    logits = joblib.Parallel(jobs or -1)(
        joblib.delayed(_fit_and_score)(labelled, training, newest)
        for training in (_without(others, news.fresh), others)
    )
    return logits[0], logits[1]


def _fit_and_score(labelled: Labelled, training: Ints, scored: _Mask) -> Floats:
    texts = np.array(labelled.texts, dtype=object)
    weights = {OF_FIT: labelled.weights[training]}
    pipeline = estimator().fit(texts[training], labelled.labels[training], **weights)
    logits = np.zeros(len(texts))
    logits[scored] = pipeline.decision_function(texts[scored])
    return logits


def _agrees(model: Model, labelled: Labelled, fresh: _Mask) -> _Mask:
    """Say of each new decision whether a model flags what was called fraud, and nothing else."""
    places = np.flatnonzero(fresh)
    scores = model.score([labelled.texts[place] for place in places])
    if np.isnan(scores).any():
        text = labelled.texts[places[np.isnan(scores)][0]]
        raise TrainingError(f"there is no word to learn from in the decision on {text[:40]!r}; remove its row")
    agrees: _Mask = (scores >= model.thresholds.review) == (labelled.labels[places] == 1)
    return agrees


def _agreement(agrees: _Mask, name: str) -> str:
    said = f"{name} agrees with {agrees.sum():,} of {len(agrees):,} new decisions"
    return f"{said}; are the labels the right way round?" if agrees.mean() < _SUSPICIOUS else said


def _forgotten(learned: set[str], ours: Sequence[str], name: str) -> list[str]:
    lost = len(learned - set(ours))
    if not lost:
        return []
    return [f"{name} learned {lost:,} decisions that are not among these and will be forgotten; pass their files too"]


def _about(joined: Joined) -> dict[str, Any]:
    labelled, places = joined.labelled, np.flatnonzero(joined.decided)
    texts, labels = [labelled.texts[place] for place in places], labelled.labels[places]
    own = replace(labelled, texts=texts, labels=labels)
    return {
        "ads": len(texts),
        "fraud": int(labels.sum()),
        "weight": WEIGHT,
        "sha256": fingerprint(own),
        "learned": sorted(digest(text, label) for text, label in zip(texts, labels.tolist(), strict=True)),
    }
