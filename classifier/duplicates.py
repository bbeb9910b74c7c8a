"""Near-duplicate ads: who must stay on one side of a split into training and test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from classifier.arrays import Ints, column
from classifier.reading import Reader

#: Two ads that share more than this part of their shingles (Jaccard similarity) are near-duplicates.
SIMILAR = 0.4

#: Tokens in a shingle.
_SHINGLE = 4

#: A shingle in more ads than this is a stock phrase and is not searched for pairs.
_STOCK_PHRASE = 50


def similar_pairs(texts: Sequence[str]) -> Ints:
    """Find the near-duplicates among ads, whatever their spelling.

    Shingles are four tokens in a row, as the model reads them, so an evasive copy counts as a copy.

    Parameters
    ----------
    texts : sequence of str, length n_ads

    Returns
    -------
    ndarray of int64, shape (n_pairs, 2)
        Positions, the smaller first.

    Examples
    --------
    >>> similar_pairs(["Сатам жаңа диван арзан бағаға", "продам гараж", "сатам жана диван арзан багага!"]).tolist()
    [[0, 2]]
    """
    of_ads = shingles(texts)
    sizes = np.diff(of_ads.indptr)
    searched = of_ads[:, np.diff(of_ads.tocsc().indptr) <= _STOCK_PHRASE]
    shared = sparse.triu(searched @ searched.T, k=1).tocoo()
    jaccard = shared.data / (sizes[shared.row] + sizes[shared.col] - shared.data)
    near = jaccard > SIMILAR
    return np.stack([shared.row[near], shared.col[near]], axis=1).astype(np.int64)


def clusters(texts: Sequence[str], groups: Sequence[Any]) -> Ints:
    """Unite the ads of a group, and near-duplicates, and all that hangs together through either.

    Parameters
    ----------
    texts : sequence of str, length n_ads
    groups : sequence, length n_ads
        Equal values tie ads together.

    Returns
    -------
    ndarray of int64, shape (n_ads,)
        The number of each ad's cluster.

    Examples
    --------
    >>> clusters(["бір", "екі", "үш"], ["a", "b", "a"]).tolist()
    [0, 1, 0]
    """
    n = len(texts)
    _, group_numbers = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    pairs = similar_pairs(texts)
    # Ads and groups are nodes of one graph: an ad is joined to its group and to its near-duplicates.
    heads = np.concatenate([np.arange(n), pairs[:, 0]])
    tails = np.concatenate([n + group_numbers, pairs[:, 1]])
    size = n + int(group_numbers.max(initial=-1)) + 1
    graph = sparse.coo_array((np.ones(len(heads)), (heads, tails)), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    found: npt.NDArray[np.int64] = np.unique(labels[:n], return_inverse=True)[1].astype(np.int64)
    return found


def shingles(texts: Sequence[str]) -> sparse.csr_array:
    """Say which shingles each text has: 1 where it has one, shape (n_texts, n_shingles)."""
    reader = Reader()
    tokens = reader.read(column(texts))
    bounds = np.searchsorted(tokens.ads, np.arange(len(texts) + 1))
    numbers: dict[tuple[int, ...], int] = {}
    rows = [
        {numbers.setdefault(shingle, len(numbers)) for shingle in _of_one(tokens.codes[start:end].tolist())}
        for start, end in zip(bounds[:-1], bounds[1:], strict=True)
    ]
    indices = np.array([number for row in rows for number in sorted(row)], np.int64)
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    shape = (len(texts), max(len(numbers), 1))
    return sparse.csr_array((np.ones(len(indices)), indices, indptr), shape=shape)


def _of_one(codes: list[int]) -> set[tuple[int, ...]]:
    if not codes:
        return set()
    return {tuple(codes[start : start + _SHINGLE]) for start in range(max(1, len(codes) - _SHINGLE + 1))}
