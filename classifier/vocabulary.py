"""What a trained model knows of language: tokens, pairs of tokens, pieces of words.

An ad is a TF-IDF vector over its tokens and adjacent pairs. A word is the sum of its pieces: an
l2-normed TF-IDF row over itself whole and its character n-grams, so that an inflection or a
misspelling never seen in training still speaks. A pair is a piece of its own. Both factors are
linear, hence a linear model needs one number a token, the product of its row and the
coefficients, and that number times the token's share in the ad explains the score exactly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from classifier.reading import Ints, Reader, Tokens
from classifier.slips import Slips
from classifier.spelling import choose

Floats = npt.NDArray[np.float64]

#: Size of the table that tells which neighbours may be a known pair: a million bytes for some ten thousand pairs.
_HINT_BITS = 20

#: How often a word counts among its own pieces; benchmarks/model_choice.md weighs it.
_WHOLE = 2

#: The number of a token that the vocabulary does not hold.
UNKNOWN = -1


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
    if word[0] == "<" or word[0].isdigit():
        return {marked: 1}
    shortest, longest = lengths
    cut: dict[str, int] = {}
    for n in range(shortest, min(longest, len(marked) - 1) + 1):
        for start in range(len(marked) - n + 1):
            piece = marked[start : start + n]
            cut[piece] = cut.get(piece, 0) + 1
    cut[marked] = _WHOLE
    return cut


def _hint(keys: Ints) -> Ints:
    """Spread keys over the table of hints (Fibonacci hashing: Knuth, vol. 3, 6.4)."""
    return (keys.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(64 - _HINT_BITS)).view(np.int64)


class Lookup(NamedTuple):
    """What a vocabulary says of a list of tokens, entry by entry.

    Attributes
    ----------
    numbers : ndarray of int64, shape (n_tokens,)
        The token's number in the vocabulary, or `UNKNOWN`.
    idf : ndarray of float64, shape (n_tokens,)
        Its inverse document frequency.
    """

    numbers: Ints
    idf: Floats


@dataclass(frozen=True)
class Vocabulary:
    """Tokens, pairs and pieces with their inverse document frequencies.

    Attributes
    ----------
    tokens : list of str
        The tokens that training met often enough to weigh.
    token_idf : ndarray of float64, shape (n_tokens,)
    unseen_idf : float
        The idf of every other token.
    pairs : ndarray of int64, shape (n_pairs, 2)
        Adjacent tokens, by their numbers in `tokens`, in ascending order.
    pair_idf : ndarray of float64, shape (n_pairs,)
    pieces : list of str
        The pieces of words.
    piece_idf : ndarray of float64, shape (n_pieces,)
    piece_lengths : (int, int)
        The shortest and the longest character n-gram.
    """

    tokens: list[str]
    token_idf: Floats
    unseen_idf: float
    pairs: Ints
    pair_idf: Floats
    pieces: list[str]
    piece_idf: Floats
    piece_lengths: tuple[int, int]

    @cached_property
    def token_numbers(self) -> dict[str, int]:
        """The number of each token."""
        return {token: number for number, token in enumerate(self.tokens)}

    @cached_property
    def _slips(self) -> Slips:
        return Slips(self.tokens[number] for number in np.argsort(self.token_idf, kind="stable"))

    @cached_property
    def _piece_numbers(self) -> dict[str, int]:
        return {piece: number for number, piece in enumerate(self.pieces)}

    @cached_property
    def _pair_keys(self) -> Ints:
        return self.pairs[:, 0] * len(self.tokens) + self.pairs[:, 1]

    @cached_property
    def _pair_hints(self) -> npt.NDArray[np.bool_]:
        hints = np.zeros(1 << _HINT_BITS, bool)
        hints[_hint(self._pair_keys)] = True
        return hints

    @property
    def feature_names(self) -> list[str]:
        """Pieces, then pairs with a space between their tokens: the columns of the ad matrix."""
        return self.pieces + [f"{self.tokens[a]} {self.tokens[b]}" for a, b in self.pairs]

    def meant(self, token: str) -> str:
        """Settle what a token says: the reading that is a known word, and slips of the finger undone."""
        chosen = choose(token, self.token_numbers)
        return chosen if chosen in self.token_numbers else self._slips.undo(chosen)

    def look_up(self, tokens: Sequence[str]) -> Lookup:
        """Find the number and the idf of each token."""
        numbers = np.array([self.token_numbers.get(token, UNKNOWN) for token in tokens], np.int64)
        idf = np.full(len(numbers), self.unseen_idf)
        known = numbers != UNKNOWN
        idf[known] = self.token_idf[numbers[known]]
        return Lookup(numbers, idf)

    def look_up_pairs(self, first: Ints, second: Ints) -> Ints:
        """Find the number of each pair of token numbers, or `UNKNOWN`."""
        found = np.full(len(first), UNKNOWN, np.int64)
        keys = first * len(self.tokens) + second
        # Few neighbours are a known pair: a table of hints spares the others the search.
        likely = np.flatnonzero(self._pair_hints[_hint(keys)] & (first != UNKNOWN) & (second != UNKNOWN))
        place = np.searchsorted(self._pair_keys, keys[likely]).clip(max=len(self.pairs) - 1)
        hit = self._pair_keys[place] == keys[likely] if len(self.pairs) else np.zeros(0, bool)
        found[likely[hit]] = place[hit]
        return found

    def row(self, token: str) -> tuple[Ints, Floats]:
        """Give a token's row over the pieces.

        Returns
        -------
        columns : ndarray of int64, shape (n,)
        values : ndarray of float64, shape (n,)
            Term frequency times idf, of Euclidean length 1; empty where no piece is known.
        """
        cut = self._known_pieces(token)
        columns = np.array([number for number, _ in cut], np.int64)
        values = np.array([n for _, n in cut], np.float64) * self.piece_idf[columns]
        return columns, values / (np.sqrt(values @ values) or 1.0)

    def weight(self, token: str, weights: Sequence[float]) -> float:
        """Give the product of a token's `row` and the weights of the pieces: what scoring needs of it.

        Examples
        --------
        >>> import classifier
        >>> vocabulary = classifier.load().vocabulary
        >>> columns, values = vocabulary.row("карта")
        >>> weights = np.linspace(0, 1, len(vocabulary.pieces)).tolist()
        >>> bool(np.isclose(vocabulary.weight("карта", weights), values @ np.array(weights)[columns]))
        True
        """
        total = square = 0.0
        for number, n in self._known_pieces(token):
            value = n * self._idf_of_piece[number]
            square += value * value
            total += value * weights[number]
        return total / math.sqrt(square) if square else 0.0

    def _known_pieces(self, token: str) -> list[tuple[int, int]]:
        numbers = self._piece_numbers
        return [(numbers[p], n) for p, n in pieces(token, self.piece_lengths).items() if p in numbers]

    @cached_property
    def _idf_of_piece(self) -> list[float]:
        # Plain numbers: a word has too few pieces for numpy to pay.
        found: list[float] = self.piece_idf.tolist()
        return found


class Lexicon:
    """A reader that knows a vocabulary, and so which reading of a doubtful token is meant.

    Attributes
    ----------
    reader : Reader

    Examples
    --------
    >>> import classifier
    >>> lexicon = Lexicon(classifier.load().vocabulary)
    >>> tokens, known = lexicon.read(pa.array(["KAPTA"]))
    >>> [lexicon.reader.tokens[code] for code in tokens.codes]
    ['карта']
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.reader = Reader()
        self._vocabulary = vocabulary
        self._known = vocabulary.look_up([])
        self._meant = np.empty(0, np.int64)

    def __len__(self) -> int:
        """How much is remembered."""
        return len(self.reader)

    def read(self, ads: pa.Array) -> tuple[Tokens, Lookup]:
        """Read a column of ads.

        Parameters
        ----------
        ads : pyarrow.Array of string

        Returns
        -------
        tokens : Tokens
            Every code that of a token with one reading.
        known : Lookup
            Of every token of the reader.
        """
        tokens = self.reader.read(ads)
        while new := self.reader.tokens[len(self._meant) :]:
            meant = [
                self.reader.number(said) if (said := self._vocabulary.meant(token)) else UNKNOWN for token in new
            ]
            self._meant = np.concatenate([self._meant, np.array(meant, np.int64)])
            found = self._vocabulary.look_up(new)
            self._known = Lookup(
                np.concatenate([self._known.numbers, found.numbers]), np.concatenate([self._known.idf, found.idf])
            )
        return tokens.settled(self._meant), self._known


class Weights(NamedTuple):
    """The TF-IDF vectors of a batch of ads, one entry for each occurrence of a token or pair.

    Occurrences of one token in one ad share its weight evenly, in the order of the text, so that a
    sum over entries does not depend on what else is in the batch.

    Attributes
    ----------
    ads : ndarray of int64, shape (n_entries,)
    columns : ndarray of int64, shape (n_entries,)
        The token's code, or the pair's number.
    shares : ndarray of float64, shape (n_entries,)
    squares : ndarray of float64, shape (n_entries,)
        The entry's share in the squared Euclidean length of its ad.
    places, ends : ndarray of int64, shape (n_entries,)
        Where in the batch the token stands; of a pair, the first and the second.
    """

    ads: Ints
    columns: Ints
    shares: Floats
    squares: Floats
    places: Ints
    ends: Ints


def weigh(ads: Ints, columns: Ints, idf: Floats, places: Ints, ends: Ints) -> Weights:
    """Weigh occurrences: (1 + ln tf) * idf, shared among the tf occurrences.

    Sublinear term frequency and smoothed idf as in Manning, Raghavan and Schütze, *Introduction
    to Information Retrieval* (2008), 6.4.1, and as scikit-learn computes them.

    Examples
    --------
    >>> same = weigh(np.array([0, 0]), np.array([7, 7]), np.ones(2), np.arange(2), np.arange(2))
    >>> bool(same.shares.sum() == 1 + np.log(2))
    True
    """
    keys = ads * (columns.max(initial=0) + 1) + columns
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    tf = counts[inverse].astype(np.float64)
    whole = (1.0 + np.log(tf)) * idf
    return Weights(ads, columns, whole / tf, whole * whole / tf, places, ends)


def neighbours(tokens: Tokens) -> tuple[Ints, Ints]:
    """Give the places of tokens side by side in one ad, asides passed over: the first's, the second's."""
    linked = np.flatnonzero(tokens.linked)
    first, second = linked[:-1], linked[1:]
    together = tokens.ads[first] == tokens.ads[second]
    return first[together], second[together]


def weigh_batch(tokens: Tokens, known: Lookup, vocabulary: Vocabulary) -> tuple[Weights, Weights, Floats]:
    """Weigh a batch of ads.

    Parameters
    ----------
    tokens : Tokens
        The batch.
    known : Lookup
        Of every code that `tokens` may hold.
    vocabulary : Vocabulary
        For the pairs.

    Returns
    -------
    of_tokens, of_pairs : Weights
        Not yet divided by the ads' lengths.
    lengths : ndarray of float64, shape (n_ads,)
        The Euclidean length of each ad; 1 where it has no token.
    """
    every = np.arange(len(tokens.codes))
    of_tokens = weigh(tokens.ads, tokens.codes, known.idf[tokens.codes], every, every)
    first, second = neighbours(tokens)
    numbers = known.numbers[tokens.codes]
    found = vocabulary.look_up_pairs(numbers[first], numbers[second])
    hit = found != UNKNOWN
    places, ends, found = first[hit], second[hit], found[hit]
    of_pairs = weigh(tokens.ads[places], found, vocabulary.pair_idf[found], places, ends)
    squared = np.bincount(of_tokens.ads, of_tokens.squares, tokens.n_ads)
    squared += np.bincount(of_pairs.ads, of_pairs.squares, tokens.n_ads)
    return of_tokens, of_pairs, np.where(squared > 0, np.sqrt(squared), 1.0)
