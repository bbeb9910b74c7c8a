"""Slips of the finger: an inner letter too many or missing, two inner letters the wrong way round.

A word that training never met is read as the known word from which one such slip makes it. One
letter typed for another is left alone: in Kazakh and Russian that is more often another ending than
a slip.

Known words are found, for many words at once, by polynomial hashes (Karp and Rabin, 1987): from the
sums of its letters' terms follow the hashes of a word without one letter and with two swapped, and
those that a table knows are compared letter by letter. A missing letter is found the other way
round, by the known words without one of theirs, as in Garbe's SymSpell (2012).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from classifier.arrays import Ints
from classifier.lookup import UNKNOWN, LookUp

#: Shorter words have too many neighbours.
SHORTEST = 5

#: The base of the hashes, odd so that it has an inverse, and that inverse, modulo 2^64.
_BASE = 0x5851F42D4C957F2D
_INVERSE = pow(_BASE, -1, 1 << 64)


class Slips:
    """Known words by the slips that are made of them.

    Parameters
    ----------
    words : iterable of str
        Known words, distinct, those to be preferred first.

    Examples
    --------
    >>> slips = Slips(["предоплата", "карта"])
    >>> slips.undo(["прдеоплата", "предплата", "карата", "парта"])
    ['предоплата', 'предоплата', 'карта', 'парта']
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = [word for word in words if _may_slip(word)]
        hashes = _Hashes(self._words)
        short, of = hashes.without_a_letter()
        # Of several words that are the same without a letter the first is preferred.
        keys, first = np.unique(short, return_index=True)
        self._known = LookUp(hashes.whole())
        self._shortened, self._of_shortened = LookUp(keys), of[first]

    def undo(self, words: Sequence[str]) -> list[str]:
        """Give for each word the known word that it is a slip of, or the word itself where there is none."""
        said = list(words)
        candidates = [place for place, word in enumerate(words) if _may_slip(word)]
        typed = [words[place] for place in candidates]
        best: dict[int, int] = {}
        for place, rank in self._likely(typed):
            if rank < best.get(place, len(self._words)) and _is_slip(typed[place], self._words[rank]):
                best[place] = rank
        for place, rank in best.items():
            said[candidates[place]] = self._words[rank]
        return said

    def _likely(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Give places of words and ranks of known ones whose hashes speak for a slip."""
        hashes = _Hashes(words)
        whole = hashes.whole()
        right = self._known.find(whole) != UNKNOWN
        missing = self._shortened.find(whole)
        lacking = np.flatnonzero((missing != UNKNOWN) & ~right)
        yield from zip(lacking.tolist(), self._of_shortened[missing[lacking]].tolist(), strict=True)
        for keys, of in (hashes.without_a_letter(), hashes.with_a_swap()):
            known = self._known.find(keys)
            hit = np.flatnonzero((known != UNKNOWN) & ~right[of])
            yield from zip(of[hit].tolist(), known[hit].tolist(), strict=True)


class _Hashes:
    """Hashes of words and of what a slip makes of them; every word has three letters or more."""

    def __init__(self, words: Sequence[str]) -> None:
        text = "".join(words)
        self._letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
        lengths = np.fromiter(map(len, words), np.int64, len(words))
        self._stops = np.cumsum(lengths)
        self._starts = self._stops - lengths
        self._powers, self._unpowers = _powers(_BASE, len(text) + 1), _powers(_INVERSE, len(text) + 1)
        self._sums = np.zeros(len(text) + 1, np.uint64)
        np.cumsum(self._letters * self._powers[:-1], out=self._sums[1:])
        self._of = np.repeat(np.arange(len(words)), lengths)

    def whole(self) -> Ints:
        """One hash for each word."""
        return _key(self._between(self._starts, self._stops, self._starts))

    def without_a_letter(self) -> tuple[Ints, Ints]:
        """Hashes of words without each letter but the first and the last, seldom mistyped, and their words."""
        place, of = self._inner(1)
        start = self._starts[of]
        before = self._between(start, place, start)
        return _key(before + self._between(place + 1, self._stops[of], start + 1)), of

    def with_a_swap(self) -> tuple[Ints, Ints]:
        """Hashes of words with each two inner neighbours swapped, and their words."""
        place, of = self._inner(2)
        start = self._starts[of]
        change = self._letters[place + 1] - self._letters[place]
        moved = change * (self._powers[place] - self._powers[place + 1]) * self._unpowers[start]
        return _key(self._between(start, self._stops[of], start) + moved), of

    def _inner(self, span: int) -> tuple[Ints, Ints]:
        """Give the places at which so many letters stand that are neither the first nor the last of a word."""
        every = np.arange(len(self._of))
        inner = (every > self._starts[self._of]) & (every + span < self._stops[self._of])
        return every[inner], self._of[inner]

    def _between(self, start: Ints, stop: Ints, origin: Ints) -> npt.NDArray[np.uint64]:
        """Sum the terms of letters from start to stop, as if the text began at the origin."""
        return (self._sums[stop] - self._sums[start]) * self._unpowers[origin]


def _powers(base: int, n: int) -> npt.NDArray[np.uint64]:
    powers = np.full(n, base, np.uint64)
    powers[0] = 1
    return np.multiply.accumulate(powers)


def _key(hashes: npt.NDArray[np.uint64]) -> Ints:
    # Without the factor words whose first letters differ by one would differ in the lost bit only.
    return (hashes * np.uint64(_BASE) >> np.uint64(1)).view(np.int64)


def _may_slip(word: str) -> bool:
    return len(word) >= SHORTEST and word.isalpha()


def _is_slip(word: str, known: str) -> bool:
    """Whether one slip within its ends makes the word of the known one."""
    if len(word) == len(known):
        return any(word[:i] + word[i + 1] + word[i] + word[i + 2 :] == known for i in range(1, len(word) - 2))
    shorter, longer = sorted((word, known), key=len)
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(1, len(longer) - 1))
