"""Why an ad got its likelihood: what each word and pair adds to the logit, exactly."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from classifier import phrases, spelling
from classifier.arrays import Floats, Ints
from classifier.kinds import kind
from classifier.phrases import Words
from classifier.places import places, plain
from classifier.reading import Tokens
from classifier.text import ASIDES
from classifier.weighing import Vectors, Weights

#: How many phrases `fraud_reasons` names at most.
MOST = 5


class Word(NamedTuple):
    """A word, or a pair of adjacent words, and what it adds to the logit.

    Attributes
    ----------
    text : str
        As it stands in the ad: ``ad[start:stop]``. Empty of a mark on the writing of the whole ad.
    weight : float
        In logits; positive speaks for fraud.
    start, stop : int
        Where in the ad it stands, in characters.
    kind : str
        What a named thing is, or how a word is written; an id of `classifier.kinds`. Empty of a word.
    read_as : str
        What it was read as, where look-alike letters, hidden, styled or spread-out characters, digits
        for letters or a slip of the finger were undone; else empty.
    pair : tuple of two (int, int), or None
        Of a pair, where its two words stand.
    """

    text: str
    weight: float
    start: int
    stop: int
    kind: str = ""
    read_as: str = ""
    pair: tuple[tuple[int, int], tuple[int, int]] | None = None


class Mark(NamedTuple):
    """A stretch of an ad to be shaded.

    Attributes
    ----------
    start, stop : int
    weight : float
        In logits: of its word, and half of that of each pair it is part of.
    """

    start: int
    stop: int
    weight: float


@dataclass(frozen=True)
class Explanation:
    """Why an ad got its likelihood: ``base + sum(word.weight) == logit(fraud_score)``, exactly.

    Attributes
    ----------
    text : str
        The ad, as it was passed.
    fraud_score : float
        The likelihood of fraud at even odds.
    fraud_band : str
    fraud_scheme : str
        The id of the scheme, see `classifier.schemes`; empty where the band is clear.
    base : float
        The logit of an ad of which nothing is known.
    words : list of Word
        In the order of the text, pairs after the single words.
    reasons : list of str
        The phrases that speak loudest for fraud, strongest first.
    """

    text: str
    fraud_score: float
    fraud_band: str
    fraud_scheme: str
    base: float
    words: list[Word]
    reasons: list[str]

    def marks(self) -> list[Mark]:
        """Spread all weight over the words as they stand, for shading them.

        Returns
        -------
        list of Mark
            Ascending and apart; marks on the writing of the whole ad have no place and are left out.

        Examples
        --------
        >>> import classifier
        >>> why = classifier.load().explain("Нужны карты, карты Каспи")
        >>> [why.text[mark.start : mark.stop] for mark in why.marks()]
        ['Нужны', 'карты', 'карты', 'Каспи']
        """
        weights: dict[tuple[int, int], float] = {}
        for word in self.words:
            for place in word.pair or ((word.start, word.stop),):
                share = word.weight / (2 if word.pair else 1)
                weights[place] = weights.get(place, 0.0) + share
        found: list[Mark] = []
        for (start, stop), weight in sorted(weights.items()):
            free = max(start, found[-1].stop if found else 0)
            if free < stop:
                found.append(Mark(free, stop, weight))
        return found

    @property
    def repaired(self) -> list[Word]:
        """The words that were not read as they stand, see `Word.read_as`."""
        return [word for word in self.words if word.read_as]


@dataclass(frozen=True)
class Evidence:
    """What the tokens and pairs of a batch add to the logits of its ads.

    Attributes
    ----------
    ads : list of str
        As they were passed.
    tokens : Tokens
    names : sequence of str
        The token of each code.
    of_tokens : ndarray of float64, shape (n_tokens,)
        In logits.
    of_pairs : ndarray of float64, shape (n_pairs,)
    firsts, seconds : ndarray of int64, shape (n_pairs,)
        The tokens of each pair, by their places in the batch.
    starts, stops : ndarray of int64, shape (n_tokens,)
        Where in its ad each token stands.
    """

    ads: list[str]
    tokens: Tokens
    names: Sequence[str]
    of_tokens: Floats
    of_pairs: Floats
    firsts: Ints
    seconds: Ints
    starts: Ints
    stops: Ints

    def words(self) -> list[Word]:
        """Spell out every token, then every pair, of all ads."""
        return [*map(self._word, range(len(self.of_tokens))), *map(self._pair, range(len(self.of_pairs)))]

    def _word(self, place: int) -> Word:
        start, stop = int(self.starts[place]), int(self.stops[place])
        token, ad = self.names[self.tokens.codes[place]], self.ads[self.tokens.ads[place]]
        written = ad[start:stop]
        read_as = "" if token in ASIDES else _read_as(written, token)
        return Word(written, float(self.of_tokens[place]), start, stop, kind(token), read_as)

    def _pair(self, number: int) -> Word:
        first, second = self.firsts[number], self.seconds[number]
        (a, b), (c, d) = ((int(self.starts[p]), int(self.stops[p])) for p in (first, second))
        text = self.ads[self.tokens.ads[first]][a:d]
        return Word(text, float(self.of_pairs[number]), a, d, pair=((a, b), (c, d)))

    def reasons(self) -> list[list[str]]:
        """Quote what speaks loudest for fraud in each ad.

        Returns
        -------
        list of list of str, length n_ads
            At most `MOST` phrases each, strongest first; empty only where there is no word.
        """
        weights, kept = self._spread()
        names = list(map(self.names.__getitem__, self.tokens.codes[kept].tolist()))
        words = Words(self.ads, self.tokens.ads[kept], names, self.starts[kept], self.stops[kept], weights)
        return phrases.strongest(words, MOST)

    def _spread(self) -> tuple[Floats, Ints]:
        """Share the weight of pairs and asides among words; give the weights of those and their places."""
        weights = self.of_tokens.copy()
        for ends in (self.firsts, self.seconds):
            weights += np.bincount(ends, self.of_pairs / 2, len(weights))
        kept = np.flatnonzero(self.tokens.linked)
        asides = np.flatnonzero(~self.tokens.linked & (self.starts < self.stops))
        word_of = np.maximum(np.cumsum(self.tokens.linked) - 1, 0)
        total = (
            weights[kept] + np.bincount(word_of[asides], weights[asides], len(kept)) if len(kept) else weights[kept]
        )
        return total, kept


def _read_as(written: str, token: str) -> str:
    """Give what a word or thing was read as, where not as it stands."""
    shown = plain(written)
    undone = spelling.undone(shown, token) if not kind(token) and shown else ""
    same = " ".join(unicodedata.normalize("NFC", written).split()) == " ".join(shown.split())
    return undone or ("" if same else shown)


def evidence(
    ads: pa.Array,
    vectors: Vectors,
    names: Sequence[str],
    weights: tuple[Floats, Floats],
) -> Evidence:
    """Gather what each occurrence of a token and of a pair adds: occurrences of one share its weight evenly.

    Parameters
    ----------
    ads : pyarrow.Array of large_string
        A batch of ads, none of it null.
    vectors : Vectors
        What reading and weighing it gave.
    names : sequence of str
        The token of each code.
    weights : (ndarray, ndarray)
        Of each token's code and of each pair's number, in logits.

    Returns
    -------
    Evidence
    """
    tokens, pairs = vectors.tokens, vectors.pairs
    ad_of_pair = tokens.ads[pairs.first]
    return Evidence(
        ads.to_pylist(),
        tokens,
        names,
        _of_each(vectors.of_tokens, tokens.ads, tokens.codes, weights[0]) / vectors.lengths[tokens.ads],
        _of_each(vectors.of_pairs, ad_of_pair, pairs.numbers, weights[1]) / vectors.lengths[ad_of_pair],
        pairs.first,
        pairs.second,
        *places(ads, tokens),
    )


def _of_each(weighed: Weights, ads: Ints, columns: Ints, weights: Floats) -> Floats:
    entries = weighed.of(ads, columns)
    return weighed.shares[entries] / weighed.times[entries] * weights[columns]
