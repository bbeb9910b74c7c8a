"""Labelled ads, checked: what training, cross-validation and figures start from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from classifier.arrays import Floats, Ints
from classifier.columns import label_column, text_columns
from classifier.duplicates import clusters
from classifier.errors import TrainingError

#: Under this many ads of either class there is nothing to calibrate on.
FEWEST = 20

_LABELS = {"1": 1, "fraud": 1, "true": 1, "0": 0, "legit": 0, "false": 0}


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
    weights : ndarray of float64, shape (n_ads,)
        As how many ads each counts in training.
    """

    texts: list[str]
    labels: Ints
    clusters: Ints
    slices: pd.DataFrame
    weights: Floats


#: The columns by which figures are told apart.
SLICES = ("language", "script", "category", "scheme")


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
    texts = texts_of(ads, columns)
    for row, text in enumerate(texts, 2):
        if not text.strip():
            raise TrainingError(f"row {row}: there is no text to learn from; remove the row")
    _check_classes(labels)
    own = [group or f"\0{row}" for row, group in enumerate(cells(ads, "group"))]
    slices = pd.DataFrame({name: cells(ads, name) for name in SLICES})
    return Labelled(texts, labels, clusters(texts, own), slices, np.ones(len(texts)))


def texts_of(ads: pd.DataFrame, columns: Sequence[str] | None = None) -> list[str]:
    """Join the text columns of each ad by line breaks, empty cells left out."""
    parts = ads[text_columns(list(ads.columns), columns)].fillna("").astype(str)
    return ["\n".join(filter(None, row)) for row in parts.itertuples(index=False, name=None)]


def cells(ads: pd.DataFrame, name: str) -> list[str]:
    """Give the cells of a column as text; empty ones where there is no such column."""
    return ads[name].fillna("").astype(str).tolist() if name in ads else [""] * len(ads)


def label_of(value: object) -> int | None:
    """Read a label in whatever spelling: 1 for fraud, 0 for honest, None for anything else.

    Examples
    --------
    >>> label_of("Legit"), label_of(1.0), label_of("maybe")
    (0, 1, None)
    """
    whole = int(value) if isinstance(value, (bool, np.bool_, float)) and value in (0, 1) else value
    return _LABELS.get(str(whole).strip().casefold())


def fingerprint(labelled: Labelled) -> str:
    """SHA-256 of the labelled texts, whatever their order: what a model or a figure was made from."""
    digest = hashlib.sha256()
    for text, label in sorted(zip(labelled.texts, labelled.labels.tolist(), strict=True)):
        digest.update(f"{label}\t{text}\0".encode())
    return digest.hexdigest()


def _labels(column: pd.Series) -> Ints:
    labels = np.empty(len(column), np.int64)
    for place, value in enumerate(column):
        known = label_of(value)
        if known is None:
            raise TrainingError(
                f"row {place + 2}, column 'label': {value!r} is not a label; write 1 or 0, fraud or legit"
            )
        labels[place] = known
    return labels


def _check_classes(labels: Ints) -> None:
    fraud, honest = int(labels.sum()), int((1 - labels).sum())
    if min(fraud, honest) < FEWEST:
        raise TrainingError(f"{fraud} fraudulent and {honest} honest ads; at least {FEWEST} of each are needed")
