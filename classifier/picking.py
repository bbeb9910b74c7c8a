"""Picking ads to ask about from candidates: each worth the most beside those picked before, no two alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from classifier.arrays import Floats
from classifier.duplicates import SIMILAR, shingles
from classifier.review import Case
from classifier.writings import writing

#: Added to the number of an ad's words, so that one new word of two is no novelty.
_SHORT = 5


class Candidate(NamedTuple):
    """An ad that may be asked about.

    Attributes
    ----------
    case : Case
    uncertainty : float
        1 at the threshold of review, 0 far from it.
    new : list of str
        Its distinct words that the model does not know.
    words : int
        How many it has in all.
    """

    case: Case
    uncertainty: float
    new: list[str]
    words: int

    @property
    def worth(self) -> float:
        """What a label would teach, whatever else is asked about."""
        return self.uncertainty + len(self.new) / (self.words + _SHORT)


def picked(
    pool: Sequence[Candidate], schemes: Sequence[str], wanted: int, seen: dict[str, dict[str, int]]
) -> Iterator[int]:
    """Pick candidates one by one, each worth the most beside those picked before.

    Parameters
    ----------
    pool : sequence of Candidate
    schemes : sequence of str
        What each looks like.
    wanted : int
        How many.
    seen : dict
        How many ads of each of the ``schemes`` and ``writings`` the model learned from; may be empty.

    Yields
    ------
    int
        Places in `pool`.
    """
    if not pool:
        return
    texts = [candidate.case.text for candidate in pool]
    alike, words = _Alike(texts), _NewWords(pool)
    tallies = [
        _Tally(schemes, seen.get("schemes", {}), wanted),
        _Tally([writing(text) for text in texts], seen.get("writings", {}), wanted),
    ]
    uncertainty = np.array([candidate.uncertainty for candidate in pool])
    free = np.ones(len(pool), bool)
    for _ in range(min(wanted, len(pool))):
        worth = (uncertainty + words.worth()) * np.prod([1.0 - 0.5 * tally.shares() for tally in tallies], axis=0)
        place = int(np.argmax(np.where(free, worth, -np.inf)))
        if not free[place]:
            return
        yield place
        free &= ~alike.to(place)
        free[place] = False
        words.add(place)
        for tally in tallies:
            tally.add(place)


class _Tally:
    """Shares of a property among what was learned and picked."""

    def __init__(self, values: Sequence[str], learned: dict[str, int], wanted: int) -> None:
        names = sorted({*values, *learned})
        self._of = np.array([names.index(value) for value in values], np.int64)
        counts = np.array([float(learned.get(name, 0)) for name in names])
        self._counts = counts * wanted / max(counts.sum(), 1.0)

    def shares(self) -> Floats:
        shares: Floats = self._counts / max(self._counts.sum(), 1.0)
        return shares[self._of]

    def add(self, place: int) -> None:
        self._counts[self._of[place]] += 1


class _Alike:
    """Says which texts are near-duplicates of one."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._shingles = shingles(texts)
        self._sizes = np.diff(self._shingles.indptr)

    def to(self, place: int) -> npt.NDArray[np.bool_]:
        shared = (self._shingles @ self._shingles[[place]].T).toarray()[:, 0]
        near: npt.NDArray[np.bool_] = shared > SIMILAR * (self._sizes + self._sizes[place] - shared)
        return near


class _NewWords:
    """What share of an ad's words neither the model nor a picked ad knows; a word of one candidate is no word yet."""

    def __init__(self, pool: Sequence[Candidate]) -> None:
        df = Counter(word for candidate in pool for word in candidate.new)
        numbers = {word: number for number, word in enumerate(word for word, n in df.items() if n > 1)}
        rows = [[numbers[word] for word in candidate.new if word in numbers] for candidate in pool]
        shares = np.repeat([1.0 / (candidate.words + _SHORT) for candidate in pool], [len(row) for row in rows])
        indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
        every = np.array([number for row in rows for number in row], np.int64)
        self._words = sparse.csr_array((shares, every, indptr), shape=(len(pool), max(len(numbers), 1)))
        self._fresh = np.ones(self._words.shape[1])

    def worth(self) -> Floats:
        found: Floats = self._words @ self._fresh
        return found

    def add(self, place: int) -> None:
        self._fresh[self._words.indices[self._words.indptr[place] : self._words.indptr[place + 1]]] = 0.0
