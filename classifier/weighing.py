"""Ads weighed: TF-IDF over tokens and pairs of neighbours, and what it adds up to.

Sums are exact, hence the same in whatever order and company ads are read: every summand is first
rounded to a multiple of 2⁻³², of which floating point adds millions without an error.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from classifier.arrays import Floats, Ints
from classifier.lookup import UNKNOWN
from classifier.reading import Tokens
from classifier.vocabulary import Lookup, Vocabulary

#: Added and taken away again, it leaves a multiple of 2⁻³² of any number below 2¹⁹.
_GRID = 1.5 * 2.0**20

#: Keys that fit into so many bits are sorted nearly twice as fast as longer ones.
_SHORT = 32


class Weights(NamedTuple):
    """The TF-IDF vectors of a batch of ads, one entry for each distinct token or pair of an ad, in their order.

    Attributes
    ----------
    ads : ndarray of int64, shape (n_entries,)
    columns : ndarray of int64, shape (n_entries,)
        The token's code, or the pair's number.
    times : ndarray of int64, shape (n_entries,)
        How often it stands in the ad.
    shares : ndarray of float64, shape (n_entries,)
        (1 + ln times) * idf, not yet divided by the ad's length.
    """

    ads: Ints
    columns: Ints
    times: Ints
    shares: Floats

    def of(self, ads: Ints, columns: Ints) -> Ints:
        """Find the entries of occurrences."""
        bits = int(self.columns.max(initial=0)).bit_length()
        return np.searchsorted(self.ads << bits | self.columns, ads << bits | columns)


class Pairs(NamedTuple):
    """Pairs of neighbours in a batch of ads.

    Attributes
    ----------
    first, second : ndarray of int64, shape (n_pairs,)
        Where among the tokens its words stand.
    numbers : ndarray of int64, shape (n_pairs,)
        The pair's number in the vocabulary.
    """

    first: Ints
    second: Ints
    numbers: Ints


class Vectors(NamedTuple):
    """A batch of ads as TF-IDF vectors.

    Attributes
    ----------
    tokens : Tokens
    pairs : Pairs
        Those of them that count.
    of_tokens, of_pairs : Weights
    lengths : ndarray of float64, shape (n_ads,)
        The Euclidean length of each ad; 1 where it has no token.
    """

    tokens: Tokens
    pairs: Pairs
    of_tokens: Weights
    of_pairs: Weights
    lengths: Floats

    def times(self, token_weights: Floats, pair_weights: Floats) -> Floats:
        """Multiply each ad's vector, of length 1, with weights of tokens and of pairs, shape (n_ads,)."""
        total = np.zeros(len(self.lengths))
        for part, weights in ((self.of_tokens, token_weights), (self.of_pairs, pair_weights)):
            total += add_up(part.ads, part.shares * weights[part.columns], total)
        return total / self.lengths


def weigh(ads: Ints, columns: Ints, idf: Floats) -> Weights:
    """Weigh occurrences: (1 + ln tf) * idf.

    Sublinear term frequency and smoothed idf as in Manning, Raghavan and Schütze, *Introduction
    to Information Retrieval* (2008), 6.4.1, and as scikit-learn computes them.

    Parameters
    ----------
    ads, columns : ndarray of int64, shape (n_occurrences,)
    idf : ndarray of float64, shape (n_columns,)

    Examples
    --------
    >>> twice = weigh(np.array([0, 0]), np.array([7, 7]), np.ones(8))
    >>> bool(twice.shares.sum() == 1 + np.log(2))
    True
    """
    bits = len(idf).bit_length()
    is_short = bits + int(ads.max(initial=0)).bit_length() <= _SHORT
    packed = ads << bits | columns
    keys = np.sort(packed.astype(np.uint32) if is_short else packed)
    new = np.ones(len(keys), bool)
    new[1:] = keys[1:] != keys[:-1]
    first = np.flatnonzero(new)
    distinct = keys[first].astype(np.int64)
    ads, columns = distinct >> bits, distinct & ((1 << bits) - 1)
    times = np.diff(first, append=len(new))
    return Weights(ads, columns, times, (1.0 + np.log(times)) * idf[columns])


def neighbours(tokens: Tokens, numbers: Ints) -> tuple[Ints, Ints]:
    """Find known tokens side by side in one ad, asides passed over.

    Parameters
    ----------
    tokens : Tokens
    numbers : ndarray of int64, shape (n_tokens,)
        Each token's number in a vocabulary, or `UNKNOWN`.

    Returns
    -------
    first, second : ndarray of int64, shape (n_pairs,)
        Their places.
    """
    linked = np.flatnonzero(tokens.linked)
    ads, known = tokens.ads[linked], numbers[linked] != UNKNOWN
    first = np.flatnonzero((ads[1:] == ads[:-1]) & known[1:] & known[:-1])
    return linked[first], linked[first + 1]


def known_pairs(tokens: Tokens, known: Lookup, vocabulary: Vocabulary) -> Pairs:
    """Find the pairs of neighbours that a vocabulary knows."""
    numbers = known.numbers[tokens.codes]
    first, second = neighbours(tokens, numbers)
    found = vocabulary.look_up_pairs(numbers[first], numbers[second])
    hit = np.flatnonzero(found != UNKNOWN)
    return Pairs(first[hit], second[hit], found[hit])


def vectors(tokens: Tokens, pairs: Pairs, token_idf: Floats, pair_idf: Floats) -> Vectors:
    """Weigh a batch of ads.

    Parameters
    ----------
    tokens : Tokens
    pairs : Pairs
        Those of them that count.
    token_idf : ndarray of float64, shape (n_codes,)
    pair_idf : ndarray of float64, shape (n_pairs,)
    """
    of_tokens = weigh(tokens.ads, tokens.codes, token_idf)
    of_pairs = weigh(tokens.ads[pairs.first], pairs.numbers, pair_idf)
    squared = np.zeros(tokens.n_ads)
    for part in (of_tokens, of_pairs):
        squared += add_up(part.ads, part.shares * part.shares, squared)
    return Vectors(tokens, pairs, of_tokens, of_pairs, np.where(squared > 0, np.sqrt(squared), 1.0))


def add_up(ads: Ints, summands: Floats, like: Floats) -> Floats:
    """Add up each ad's summands, as many sums as `like` is long."""
    summed = np.bincount(ads, summands + _GRID - _GRID, len(like))
    return summed.astype(np.float64, copy=False)
