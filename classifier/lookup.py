"""Where whole numbers stand among known ones, many at a time.

numpy has no hash table: `searchsorted` costs a dozen cache misses a key. This one, open addressing
with linear probing (Knuth, vol. 3, 6.4), costs one or two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np

from classifier.arrays import Ints

#: The place of a key that is not there.
UNKNOWN = -1

_EMPTY = -1

#: How many new words are learned at once; more is no faster.
PART = 4096

#: Slots for each key, at least: with two to four of them, a probe in five goes on to a second slot.
_ROOM = 2


class LookUp:
    """The places of known keys.

    Parameters
    ----------
    keys : ndarray of int64, shape (n_keys,)
        Distinct, none negative.

    Examples
    --------
    >>> LookUp(np.array([70, 8, 3])).find(np.array([3, 5, 70]))
    array([ 2, -1,  0])
    """

    def __init__(self, keys: Ints) -> None:
        bits = max(1, (_ROOM * len(keys) - 1).bit_length())
        self._shift = np.uint64(64 - bits)
        self._last = (1 << bits) - 1
        self._keys = np.full(1 << bits, _EMPTY, np.int64)
        self._places = np.full(1 << bits, UNKNOWN, np.int32)
        places, slots = np.arange(len(keys)), self._slots(keys)
        while len(places):
            free = self._keys[slots] == _EMPTY
            # Of several keys that want one slot, the one written last has it.
            self._places[slots[free]] = places[free]
            settled = self._places[slots] == places
            self._keys[slots[settled]] = keys[places[settled]]
            places, slots = places[~settled], (slots[~settled] + 1) & self._last

    def find(self, keys: Ints) -> Ints:
        """Find each key's place, or `UNKNOWN`.

        Parameters
        ----------
        keys : ndarray of int64, shape (n,)
            None negative.

        Returns
        -------
        ndarray of int64, shape (n,)
        """
        slots = self._slots(keys)
        there = self._keys[slots]
        hit = there == keys
        found = np.full(len(keys), UNKNOWN, np.int64)
        found[hit] = self._places[slots[hit]]
        astray = np.flatnonzero(~hit & (there != _EMPTY))
        slots = slots[astray]
        while len(astray):
            slots = slots + 1 & self._last
            there = self._keys[slots]
            hit = there == keys[astray]
            found[astray[hit]] = self._places[slots[hit]]
            on = ~hit & (there != _EMPTY)
            astray, slots = astray[on], slots[on]
        return found

    def _slots(self, keys: Ints) -> Ints:
        return (keys.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> self._shift).view(np.int64)


def parts(items: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut what is new into parts, so that what is made of it while it is learned stays small."""
    return (items[start : start + PART] for start in range(0, len(items), PART))


class Numbering:
    """Names and their numbers, given in the order in which names are met.

    Attributes
    ----------
    names : list of str

    Examples
    --------
    >>> numbering = Numbering()
    >>> numbering.number("үй"), numbering.number("жер"), numbering.number("үй")
    (0, 1, 0)
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.names)

    def number(self, name: str) -> int:
        """Give the number of a name, a new one where it has none."""
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self.names)
            self.names.append(name)
        return number


class Lists:
    """Short lists of rows of whole numbers, of which many are unfolded at once.

    Parameters
    ----------
    width : int, default=1
        How many numbers a row has.

    Examples
    --------
    >>> lists = Lists()
    >>> lists.extend([[7], [8, 9]])
    >>> (column,), origin = lists.unfold(np.array([1, 0, 1]))
    >>> column.tolist(), origin.tolist()
    ([8, 9, 7, 8, 9], [0, 0, 1, 2, 2])
    """

    def __init__(self, width: int = 1) -> None:
        self._columns = [np.empty(0, np.int64) for _ in range(width)]
        self._starts = np.zeros(1, np.int64)

    def extend(self, *columns: Sequence[Sequence[int]]) -> None:
        """Append lists, which are numbered in their order, given column by column."""
        lengths = np.fromiter(map(len, columns[0]), np.int64, len(columns[0]))
        new = (np.fromiter(chain.from_iterable(column), np.int64, lengths.sum()) for column in columns)
        self._columns = [np.concatenate(both) for both in zip(self._columns, new, strict=True)]
        self._starts = np.concatenate([self._starts, self._starts[-1] + np.cumsum(lengths)])

    def unfold(self, numbers: Ints) -> tuple[list[Ints], Ints]:
        """Give the rows of some lists one after another, and of each row the place in `numbers` it came from.

        Returns
        -------
        columns : list of ndarray of int64, shape (n_rows,)
            As many as a row has numbers.
        origin : ndarray of int64, shape (n_rows,)
        """
        starts = self._starts[numbers]
        counts = self._starts[numbers + 1] - starts
        origin = np.repeat(np.arange(len(numbers)), counts)
        rows = (starts - np.cumsum(counts) + counts)[origin] + np.arange(len(origin))
        return [column[rows] for column in self._columns], origin
