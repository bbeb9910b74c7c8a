"""Why an ad got its likelihood: what each word and pair adds to the logit, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from classifier.reading import Ints, Spans, Tokens
from classifier.vocabulary import Floats, Weights

#: How many words `fraud_reasons` names at most.
MOST = 5


class Word(NamedTuple):
    """A word, or a pair of adjacent words, and what it adds to the logit.

    Attributes
    ----------
    text : str
        As it stands in the repaired ad.
    weight : float
        In logits; positive speaks for fraud.
    """

    text: str
    weight: float


@dataclass(frozen=True)
class Explanation:
    """Why an ad got its likelihood: ``base + sum(word.weight) == logit(fraud_score)``, exactly.

    Attributes
    ----------
    fraud_score : float
        The likelihood of fraud at even odds.
    fraud_band : str
    base : float
        The logit of an ad of which nothing is known.
    words : list of Word
        In the order of the text, pairs after the single words.
    reasons : list of str
        What speaks loudest for fraud, strongest first; occurrences of a word counted together.
    """

    fraud_score: float
    fraud_band: str
    base: float
    words: list[Word]
    reasons: list[str]


class Evidence(NamedTuple):
    """What the tokens and pairs of a batch add to the logits of their ads, one entry an occurrence.

    Attributes
    ----------
    ads : ndarray of int64, shape (n_entries,)
    keys : ndarray of int64, shape (n_entries,)
        Equal for occurrences of one token or pair.
    weights : ndarray of float64, shape (n_entries,)
        In logits.
    starts, stops : ndarray of int64, shape (n_entries,)
        From which to which of `spans` the entry reaches.
    spans : Spans
    """

    ads: Ints
    keys: Ints
    weights: Floats
    starts: Ints
    stops: Ints
    spans: Spans

    def of(self, wanted: npt.NDArray[np.bool_]) -> Evidence:
        """Keep the entries of some ads, given as a mask over all."""
        kept = wanted[self.ads]
        return Evidence(
            self.ads[kept], self.keys[kept], self.weights[kept], self.starts[kept], self.stops[kept], self.spans
        )


def evidence(tokens: Tokens, weighed: tuple[Weights, Weights, Floats], weights: tuple[Floats, Floats]) -> Evidence:
    """Gather what each token and pair of a batch adds.

    Parameters
    ----------
    tokens : Tokens
    weighed : (Weights, Weights, ndarray)
        What `vocabulary.weigh_batch` gave.
    weights : (ndarray, ndarray)
        Of each token's code and of each pair's number, in logits.

    Returns
    -------
    Evidence
    """
    *parts, lengths = weighed
    shares = [part.shares * of[part.columns] / lengths[part.ads] for part, of in zip(parts, weights, strict=True)]
    both = [np.concatenate(columns) for columns in zip(*((p.ads, p.places, p.ends) for p in parts), strict=True)]
    # Pairs are numbered from -1 downwards, so that their keys are no token's.
    keys = np.concatenate([parts[0].columns, -1 - parts[1].columns])
    ads, places, ends = both
    return Evidence(ads, keys, np.concatenate(shares), tokens.starts[places], tokens.stops[ends], tokens.spans)


def words(found: Evidence) -> list[Word]:
    """Spell out every entry, of all ads."""
    return list(map(Word, found.spans.written(found.starts, found.stops), found.weights.tolist()))


def strongest(found: Evidence, n_ads: int) -> list[list[str]]:
    """Name what speaks loudest for fraud in each ad.

    Parameters
    ----------
    found : Evidence
    n_ads : int

    Returns
    -------
    list of list of str, length n_ads
        At most `MOST` each, as first written in the ad, strongest first.
    """
    reasons: list[list[str]] = [[] for _ in range(n_ads)]
    if not len(found.ads):
        return reasons
    order = np.lexsort((found.starts, found.keys, found.ads))
    ads, keys = found.ads[order], found.keys[order]
    first = np.flatnonzero(np.diff(ads, prepend=-1) | np.diff(keys, prepend=keys[0] - 1))
    total = np.add.reduceat(found.weights[order], first)
    first, total = order[first][total > 0], total[total > 0]
    ranked = first[np.lexsort((found.starts[first], -total, found.ads[first]))]
    of = found.ads[ranked]
    rank = np.arange(len(of)) - np.searchsorted(of, of)
    named = ranked[rank < MOST]
    written = found.spans.written(found.starts[named], found.stops[named])
    for ad, quoted in zip(found.ads[named].tolist(), written, strict=True):
        reasons[ad].append(quoted)
    return reasons
