"""From fraudulent ads with a known scheme to a model that names the scheme of others."""

from __future__ import annotations

from collections.abc import Sequence

import joblib
import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from classifier.arrays import Floats, Ints
from classifier.features import WordPieceTfidf
from classifier.scheme_model import SchemeModel, quantised
from classifier.schemes import gathered

#: Inverse strength of regularisation.
_C = 10.0

#: A scheme that fewer clusters of ads show than this is not learned.
FEWEST = 10

Names = npt.NDArray[np.str_]


def known_schemes(kinds: Sequence[str], labels: Ints, clusters: Ints) -> Names:
    """Say of which scheme each ad is an example.

    Parameters
    ----------
    kinds : sequence of str, length n_ads
        A table's column ``scheme``: ids, or the finer kinds that a scheme gathers.
    labels, clusters : ndarray of int64, shape (n_ads,)
        Of honest ads the scheme is not looked at.

    Returns
    -------
    ndarray of str, shape (n_ads,)
        Ids; empty of honest ads, and where the scheme is unknown, or shown by too few clusters to
        be learned. All empty where fewer than two schemes are left.

    Examples
    --------
    >>> kinds = ["online_casino", "pet_prepay"] * 10 + ["housing_queue", "no such kind"]
    >>> found = known_schemes(kinds, np.ones(22, int), np.arange(22))
    >>> sorted(set(found.tolist()))
    ['', 'goods_prepayment', 'online_casino']
    """
    ids = np.where(labels == 1, [gathered(kind) for kind in kinds], "")
    enough = [name for name in np.unique(ids) if name and len(np.unique(clusters[ids == name])) >= FEWEST]
    return np.where(np.isin(ids, enough) & (len(enough) > 1), ids, "")


def out_of_fold(
    texts: Sequence[str], names: Names, folds: Sequence[tuple[Ints, Ints]], jobs: int | None = None
) -> Names:
    """Give each ad the scheme that a model names which saw neither it nor any ad of its cluster.

    Parameters
    ----------
    texts : sequence of str, length n_ads
    names : ndarray of str, shape (n_ads,)
        What `known_schemes` gave, not all of them empty.
    folds : sequence of (ndarray of int64, ndarray of int64)
        Positions to train on and to name.
    jobs : int, optional

    Returns
    -------
    ndarray of str, shape (n_ads,)
        Empty where `names` is.
    """
    every = np.array(texts, dtype=object)
    parts = joblib.Parallel(jobs or -1)(joblib.delayed(_named)(every, names, *fold) for fold in folds)
    found = np.zeros_like(names)
    for (_, held_out), part in zip(folds, parts, strict=True):
        found[held_out] = part
    return found


def fit(tfidf: WordPieceTfidf, texts: Sequence[str], names: Names) -> SchemeModel | None:
    """Fit a model of schemes.

    Parameters
    ----------
    tfidf : WordPieceTfidf
        Fitted, on honest ads too.
    texts : sequence of str, length n_ads
    names : ndarray of str, shape (n_ads,)
        What `known_schemes` gave.

    Returns
    -------
    SchemeModel or None
        None where every name is empty.
    """
    known = names != ""
    if not known.any():
        return None
    regression = _regression(tfidf, np.array(texts, dtype=object)[known], names[known])
    coefficients, scales = quantised(_a_row_each(regression.coef_))
    n_pieces = len(tfidf.vocabulary_.pieces)
    return SchemeModel(
        ids=tuple(map(str, regression.classes_)),
        of_pieces=coefficients[:n_pieces],
        of_pairs=coefficients[n_pieces:],
        scales=scales,
        intercepts=_a_row_each(regression.intercept_),
    )


def _named(texts: npt.NDArray[np.object_], names: Names, training: Ints, held_out: Ints) -> Names:
    found, learned = np.zeros_like(names[held_out]), training[names[training] != ""]
    asked = names[held_out] != ""
    tfidf = WordPieceTfidf().fit(texts[training])
    regression = _regression(tfidf, texts[learned], names[learned])
    found[asked] = regression.predict(tfidf.transform(texts[held_out][asked]))
    return found


def _a_row_each(numbers: Floats) -> Floats:
    """Give each of two classes a row of its own, where scikit-learn gives both one."""
    return np.concatenate([-numbers, numbers]) if len(numbers) == 1 else numbers


def _regression(tfidf: WordPieceTfidf, texts: npt.NDArray[np.object_], names: Names) -> LogisticRegression:
    # Balanced, since the schemes' shares in a collection say little of their shares on a board.
    regression = LogisticRegression(C=_C, class_weight="balanced", max_iter=2000)
    return regression.fit(tfidf.transform(texts), names)
