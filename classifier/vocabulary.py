"""What a trained model knows of language: tokens, pairs of tokens, pieces of words.

An ad is a TF-IDF vector over its tokens and adjacent pairs. A word is the sum of its pieces: an
l2-normed TF-IDF row over itself whole and its character n-grams, so that an inflection or a
misspelling never seen in training still speaks. A pair is a piece of its own. Both factors are
linear, hence a linear model needs one number a token, the product of its row and the
coefficients, and that number times the token's share in the ad explains the score exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from classifier.arrays import Floats, Ints
from classifier.lookup import PART, UNKNOWN, LookUp
from classifier.pieces import Pieces, Rows
from classifier.reading import Reader, Tokens
from classifier.slips import Slips
from classifier.spelling import choose


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
    def _pieces(self) -> Pieces:
        return Pieces(self.pieces, self.piece_idf, self.piece_lengths)

    @cached_property
    def _pair_places(self) -> LookUp:
        return LookUp(self._pair_keys(self.pairs[:, 0], self.pairs[:, 1]))

    @property
    def feature_names(self) -> list[str]:
        """Pieces, then pairs with a space between their tokens: the columns of the ad matrix."""
        return self.pieces + [f"{self.tokens[a]} {self.tokens[b]}" for a, b in self.pairs]

    def meant(self, tokens: Sequence[str]) -> list[str]:
        """Settle what tokens say: the reading that is a known word, and slips of the finger undone.

        Parameters
        ----------
        tokens : sequence of str, length n_tokens

        Returns
        -------
        list of str, length n_tokens
            Empty for the second half of a known word, which the first half stands for.
        """
        said = [choose(token, self.token_numbers) for token in tokens]
        unknown = [place for place, token in enumerate(said) if token not in self.token_numbers]
        for place, token in zip(unknown, self._slips.undo([said[place] for place in unknown]), strict=True):
            said[place] = token
        return said

    def look_up(self, tokens: Sequence[str]) -> Lookup:
        """Find the number and the idf of each token."""
        numbers = np.array([self.token_numbers.get(token, UNKNOWN) for token in tokens], np.int64)
        idf = np.full(len(numbers), self.unseen_idf)
        known = numbers != UNKNOWN
        idf[known] = self.token_idf[numbers[known]]
        return Lookup(numbers, idf)

    def look_up_pairs(self, first: Ints, second: Ints) -> Ints:
        """Find the number of each pair of token numbers, or `UNKNOWN`."""
        return self._pair_places.find(self._pair_keys(first, second))

    def _pair_keys(self, first: Ints, second: Ints) -> Ints:
        return first * len(self.tokens) + second

    def rows(self, tokens: Sequence[str]) -> Rows:
        """Give each token's row over the pieces; see `pieces`."""
        return self._pieces.rows(tokens)

    def weights(self, tokens: Sequence[str], coefficients: Floats) -> Floats:
        """Give the product of each token's row and the coefficients of the pieces: what scoring needs of it.

        Examples
        --------
        >>> import classifier
        >>> vocabulary = classifier.load().vocabulary
        >>> coefficients = np.linspace(0, 1, len(vocabulary.pieces))
        >>> row = vocabulary.rows(["карта"])
        >>> weights = vocabulary.weights(["карта"], coefficients)
        >>> bool(np.isclose(weights[0], row.values @ coefficients[row.pieces]))
        True
        """
        return self._pieces.weights(tokens, coefficients)


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
        while new := self.reader.tokens[len(self._meant) :][:PART]:
            meant = [self.reader.number(said) if said else UNKNOWN for said in self._vocabulary.meant(new)]
            self._meant = np.concatenate([self._meant, np.array(meant, np.int64)])
            found = self._vocabulary.look_up(new)
            self._known = Lookup(
                np.concatenate([self._known.numbers, found.numbers]), np.concatenate([self._known.idf, found.idf])
            )
        return tokens.settled(self._meant), self._known
