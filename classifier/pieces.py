"""Words as the sum of their pieces: themselves whole and their character n-grams.

A word's row over the known pieces is an l2-normed TF-IDF vector. Rows are found for many words at
once: their characters stand in one array, and a trie of the known n-grams is walked from every
character at the same time, one level a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from classifier.arrays import Floats, Ints
from classifier.lookup import UNKNOWN, LookUp

#: How often a word counts among its own pieces; benchmarks/model_choice.md weighs it.
_WHOLE = 2


def pieces(word: str, lengths: tuple[int, int]) -> dict[str, int]:
    """Cut a word into itself, marked at both ends, and its character n-grams.

    Parameters
    ----------
    word : str
        A token. Numbers and named things, which begin with ``<`` or a digit, stay whole.
    lengths : (int, int)
        The shortest and the longest n-gram, ends included.

    Returns
    -------
    dict of str to int
        How often each piece occurs; the whole word is written between ``<`` and ``>``.

    Examples
    --------
    >>> sorted(pieces("кот", (3, 5)))
    ['<ко', '<кот', '<кот>', 'кот', 'кот>', 'от>']
    """
    marked = f"<{word}>"
    if not _is_cut(word):
        return {marked: 1}
    shortest, longest = lengths
    cut: dict[str, int] = {}
    for n in range(shortest, min(longest, len(marked) - 1) + 1):
        for start in range(len(marked) - n + 1):
            piece = marked[start : start + n]
            cut[piece] = cut.get(piece, 0) + 1
    cut[marked] = _WHOLE
    return cut


def _is_cut(word: str) -> bool:
    return word[0] != "<" and not word[0].isdigit()


class Rows(NamedTuple):
    """Rows of words over pieces, one entry for each piece of each word, in the order of the words.

    Attributes
    ----------
    words : ndarray of int64, shape (n_entries,)
        The place of the word.
    pieces : ndarray of int64, shape (n_entries,)
        The number of the piece; ascending within a word.
    values : ndarray of float64, shape (n_entries,)
        Term frequency times idf; a word's have the Euclidean length 1.
    """

    words: Ints
    pieces: Ints
    values: Floats


class Pieces:
    """The pieces that training met.

    Parameters
    ----------
    names : list of str
        Whole words between ``<`` and ``>``, and n-grams; distinct, in ascending order.
    idf : ndarray of float64, shape (n_pieces,)
    lengths : (int, int)
        The shortest and the longest n-gram.

    Examples
    --------
    >>> known = Pieces(["<кот>", "кот", "от>"], np.ones(3), (3, 5))
    >>> known.rows(["кот", "рот"]).pieces
    array([0, 1, 2, 2])
    """

    def __init__(self, names: list[str], idf: Floats, lengths: tuple[int, int]) -> None:
        self._idf = idf
        self._wholes = {name: number for number, name in enumerate(names) if name[0] == "<" and name[-1] == ">"}
        numbers = [number for number, name in enumerate(names) if name not in self._wholes]
        self._grams = _Trie([names[number] for number in numbers], np.array(numbers, np.int64))
        self._shortest, self._longest = lengths

    def rows(self, words: Sequence[str]) -> Rows:
        """Give the rows of words.

        Parameters
        ----------
        words : sequence of str, length n_words

        Returns
        -------
        Rows
            A word of which no piece is known has no entry.
        """
        of_grams = self._find_grams(words)
        of_wholes = self._find_wholes(words)
        n_pieces = max(len(self._idf), 1)
        keys = np.sort(np.concatenate([of * n_pieces + pieces for of, pieces in (of_grams, *of_wholes)]))
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        times = np.diff(np.append(first, len(keys)))
        of, pieces = np.divmod(keys[first], n_pieces)
        values = times * self._idf[pieces]
        lengths = np.sqrt(np.bincount(of, values * values, len(words)))
        return Rows(of, pieces, values / lengths[of])

    def weights(self, words: Sequence[str], coefficients: Floats) -> Floats:
        """Give the product of each word's row and the coefficients of the pieces: what scoring needs of a word.

        Parameters
        ----------
        words : sequence of str, length n_words
        coefficients : ndarray of float64, shape (n_pieces,)

        Returns
        -------
        ndarray of float64, shape (n_words,)
        """
        rows = self.rows(words)
        summed = np.bincount(rows.words, rows.values * coefficients[rows.pieces], len(words))
        return summed.astype(np.float64, copy=False)

    def _find_grams(self, words: Sequence[str]) -> tuple[Ints, Ints]:
        cut = [place for place, word in enumerate(words) if _is_cut(word)]
        marked = [f"<{words[place]}>" for place in cut]
        lengths = np.fromiter(map(len, marked), np.int64, len(marked))
        of = np.repeat(np.array(cut, np.int64), lengths)
        # The whole word is no n-gram of itself: from its first character one less may be taken.
        rest = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(of))
        rest[np.cumsum(lengths) - lengths] -= 1
        places, found = self._grams.walk("".join(marked), rest, self._shortest, self._longest)
        return of[places], found

    def _find_wholes(self, words: Sequence[str]) -> list[tuple[Ints, Ints]]:
        """Find whole words, as often as they count."""
        found = np.array([self._wholes.get(f"<{word}>", UNKNOWN) for word in words], np.int64)
        cut = np.array([_is_cut(word) for word in words], bool)
        once, again = np.flatnonzero(found != UNKNOWN), np.flatnonzero((found != UNKNOWN) & cut)
        return [(once, found[once]), *[(again, found[again])] * (_WHOLE - 1)]


class _Trie:
    """Known n-grams, character by character: a table a level, from a node and a character to the next node."""

    def __init__(self, grams: list[str], numbers: Ints) -> None:
        characters = _code_points("".join(grams))
        alphabet = np.unique(characters)
        self._code = np.full(int(alphabet.max(initial=0)) + 2, UNKNOWN, np.int64)
        self._code[alphabet] = np.arange(len(alphabet))
        self._size = len(alphabet)
        self._levels: list[tuple[LookUp, Ints]] = []
        self._grow(self._code[characters], np.fromiter(map(len, grams), np.int64, len(grams)), numbers)

    def _grow(self, codes: Ints, lengths: Ints, numbers: Ints) -> None:
        starts = np.cumsum(lengths) - lengths
        nodes = np.zeros(len(lengths), np.int64)
        for depth in range(int(lengths.max(initial=0))):
            longer = lengths > depth
            starts, lengths, numbers = starts[longer], lengths[longer], numbers[longer]
            keys = nodes[longer] * self._size + codes[starts + depth]
            # In the order of the alphabet n-grams that begin alike stand together.
            new = np.diff(keys, prepend=-1) != 0
            keys, nodes = keys[new], np.cumsum(new) - 1
            ending = lengths == depth + 1
            ends = np.full(len(keys), UNKNOWN, np.int64)
            ends[nodes[ending]] = numbers[ending]
            self._levels.append((LookUp(keys), ends))

    def walk(self, text: str, rest: Ints, shortest: int, longest: int) -> tuple[Ints, Ints]:
        """Find the n-grams of a text that are known.

        Parameters
        ----------
        text : str
        rest : ndarray of int64, shape (len(text),)
            How many characters an n-gram that starts there may have at most.
        shortest, longest : int

        Returns
        -------
        places, numbers : ndarray of int64, shape (n_found,)
            Where each starts, and its number.
        """
        points = _code_points(text)
        codes = self._code[np.minimum(points, len(self._code) - 1)]
        places, nodes = np.flatnonzero(rest >= shortest), np.zeros(1, np.int64)
        nodes = np.zeros(len(places), np.int64)
        found = [(places[:0], nodes[:0])]
        for depth, (table, ends) in enumerate(self._levels[:longest]):
            if depth >= shortest:
                on = rest[places] > depth
                places, nodes = places[on], nodes[on]
            code = codes[places + depth]
            on = code != UNKNOWN
            places, nodes = places[on], table.find(nodes[on] * self._size + code[on])
            on = nodes != UNKNOWN
            places, nodes = places[on], nodes[on]
            if depth + 1 >= shortest:
                ending = ends[nodes]
                whole = ending != UNKNOWN
                found.append((places[whole], ending[whole]))
        return np.concatenate([place for place, _ in found]), np.concatenate([number for _, number in found])


def _code_points(text: str) -> Ints:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
