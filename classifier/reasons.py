"""Why an ad got its likelihood: what each word and pair adds to the logit, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from classifier.arrays import Floats, Ints
from classifier.reading import Spans, Tokens
from classifier.weighing import Pairs, Vectors, Weights

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


def evidence(tokens: Tokens, pairs: Pairs, ads: Vectors, weights: tuple[Floats, Floats]) -> Evidence:
    """Gather what each occurrence of a token and of a pair adds: occurrences of one share its weight evenly.

    Parameters
    ----------
    tokens : Tokens
        A batch of ads.
    pairs : Pairs
        Those that are known.
    ads : Vectors
        The same batch, weighed.
    weights : (ndarray, ndarray)
        Of each token's code and of each pair's number, in logits.

    Returns
    -------
    Evidence
    """
    of_tokens = _spread(ads.of_tokens, tokens.ads, tokens.codes, weights[0]) / ads.lengths[tokens.ads]
    ad_of_pair = tokens.ads[pairs.first]
    of_pairs = _spread(ads.of_pairs, ad_of_pair, pairs.numbers, weights[1]) / ads.lengths[ad_of_pair]
    return Evidence(
        np.concatenate([tokens.ads, ad_of_pair]),
        # Pairs are numbered from -1 downwards, so that their keys are no token's.
        np.concatenate([tokens.codes, -1 - pairs.numbers]),
        np.concatenate([of_tokens, of_pairs]),
        np.concatenate([tokens.starts, tokens.starts[pairs.first]]),
        np.concatenate([tokens.stops, tokens.stops[pairs.second]]),
        tokens.spans,
    )


def _spread(weighed: Weights, ads: Ints, columns: Ints, weights: Floats) -> Floats:
    entries = weighed.of(ads, columns)
    return weighed.shares[entries] / weighed.times[entries] * weights[columns]


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
