"""From words and their weights to phrases as a reader would quote them.

Every row of up to `LONGEST` words is weighed, whole batches at once: what its words add to the
likelihood of fraud, less what it costs to cut where the writer did not. So a phrase tends to be a
clause, who pays what to whom, with the weaker words that hold it together. The best rows of an ad
that do not overlap are its phrases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from classifier.arrays import Floats, Ints
from classifier.roles import CONTACT, LEADING, MONEY, NEGATING, NUMBER, PERIOD, TELLING, TRAILING, UNIT, role

Bools = npt.NDArray[np.bool_]

#: No phrase has more words than this.
LONGEST = 9

#: An ad of no more words is quoted whole.
_BRIEF_AD = 10

#: A phrase is quoted if its score is at least this share of the best one's.
_LOUD = 0.16

# What follows is in weights of the ad's weightiest word, in binary fractions, of which sums are exact:
# an ad's phrases do not depend on the ads it is read with.
_GRID = 2.0**20

#: A word that speaks for an honest ad takes at most this from a phrase.
_FLOOR = -0.125

#: What a row gains that speaks of money.
_MONEY = 0.75

#: What it costs to cut between two words: where nothing parts them; if one leans on the other; if a
#: word is left alone between the cut and the next comma; if they are inseparable.
_CUT, _LEAN, _STUB, _GLUE = 0.5, 0.5, 0.375, 3.0

#: What it costs to reach over a comma, and over a full stop, a line break, an emoji: never done.
_COMMA, _STOP = 0.375, 1024.0

#: What rows of one, two and three words cost.
_BRIEF = (0.75, 0.5, 0.25)

#: What a row costs that is all numbers and particles.
_EMPTY = 1.0

#: How each character parts the words between which it stands: not at all, as a comma does, as a full stop.
_JOINED, _PAUSE, _END = range(3)
_PARTING = np.full(0x110000, _END, np.uint8)
_PARTING[[ord(char) for char in " \t\u00a0'\"«»„“”’/*_+~-–—:"]] = _JOINED
_PARTING[ord(",")] = _PAUSE


class Words(NamedTuple):
    """The words of a batch of ads, one after another.

    Attributes
    ----------
    texts : list of str
        The ads.
    ads : ndarray of int64, shape (n_words,)
        The ad of each word, ascending.
    tokens : sequence of str
        What each was read as.
    starts, stops : ndarray of int64, shape (n_words,)
        Where in its ad each stands.
    weights : ndarray of float64, shape (n_words,)
        In logits; positive speaks for fraud.
    """

    texts: list[str]
    ads: Ints
    tokens: Sequence[str]
    starts: Ints
    stops: Ints
    weights: Floats


class _Rows(NamedTuple):
    """Words in a row: from which to before which, and how well it would do as a phrase."""

    firsts: Ints
    stops: Ints
    scores: Floats

    def taking(self, which: Ints | Bools) -> _Rows:
        return _Rows(self.firsts[which], self.stops[which], self.scores[which])


def strongest(words: Words, most: int) -> list[list[str]]:
    """Quote the phrases of each ad that speak loudest for fraud.

    Parameters
    ----------
    words : Words
    most : int
        How many phrases of an ad at most.

    Returns
    -------
    list of list of str, length n_ads
        Strongest first, each once and as it stands, in one line; empty only where there is no word.

    Examples
    --------
    >>> ad = "Диван новый. Предоплата, 5000 на карту. Самовывоза нет, писать вечером Айгуль"
    >>> tokens = "диван новии предоплата <0000> на карту самовивоза нет писат вечером аигул".split()
    >>> starts = np.array([0, 6, 13, 25, 30, 33, 40, 51, 56, 63, 71])
    >>> stops = np.array([5, 11, 23, 29, 32, 38, 50, 54, 62, 70, 77])
    >>> weights = np.array([-0.3, -0.1, 0.9, 0.2, 0.0, 0.5, 0.1, 0.0, -0.1, -0.1, -0.2])
    >>> strongest(Words([ad], np.zeros(11, int), tokens, starts, stops, weights), 5)
    [['Предоплата, 5000 на карту']]
    """
    bounds = np.searchsorted(words.ads, np.arange(len(words.texts) + 1))
    rows = _ranked(words, _candidates(words)) if len(words.ads) else _Rows(words.ads, words.ads, words.weights)
    of_ad = np.searchsorted(words.ads[rows.firsts], np.arange(len(words.texts) + 1)).tolist()
    places = list(zip(rows.firsts.tolist(), rows.stops.tolist(), strict=True))
    starts, stops = words.starts.tolist(), words.stops.tolist()
    found, taken = [], bytearray(len(words.ads))
    for ad, (first, stop) in enumerate(zip(bounds.tolist(), bounds[1:].tolist(), strict=False)):
        text = words.texts[ad]
        brief = 0 < stop - first <= _BRIEF_AD and ";" not in text
        best = [(first, stop)] if brief else _apart(places[of_ad[ad] : of_ad[ad + 1]], words.tokens, taken, most)
        quotes = (_in_one_line(text[starts[a] : stops[b - 1]]) for a, b in best)
        found.append(list(dict.fromkeys(filter(None, quotes))))
    return found


def _apart(
    rows: Iterable[tuple[int, int]], tokens: Sequence[str], taken: bytearray, most: int
) -> list[tuple[int, int]]:
    """Take the first rows that do not overlap and say what none before has said."""
    apart: list[tuple[int, int]] = []
    said: list[set[str]] = []
    for first, stop in rows:
        if 1 in taken[first:stop]:
            continue
        row = set(tokens[first:stop])
        if not any(map(row.issubset, said)):
            said.append(row)
            apart.append((first, stop))
            taken[first:stop] = b"\1" * (stop - first)
            if len(apart) == most:
                break
    return apart


def _in_one_line(written: str) -> str:
    """Leave out line breaks and what is not seen."""
    line = " ".join(written.split())
    return line if line.isprintable() else "".join(filter(str.isprintable, line))


def _ranked(words: Words, rows: _Rows) -> _Rows:
    """Sort the rows of each ad, best first, and leave out those that say little."""
    best = np.full(len(words.texts), -np.inf)
    np.maximum.at(best, words.ads[rows.firsts], rows.scores)
    best = best[words.ads[rows.firsts]]
    rows = rows.taking((rows.scores >= _LOUD * np.abs(best)) | (rows.scores == best))
    return rows.taking(np.lexsort((-rows.scores, words.ads[rows.firsts])))


def _candidates(words: Words) -> _Rows:
    """Give the best row that begins with each word, and the best that ends with each."""
    n = len(words.ads)
    begun = _Rows(np.arange(n), np.zeros(n, np.int64), np.full(n, -np.inf))
    ended = _Rows(np.zeros(n, np.int64), np.arange(1, n + 1), np.full(n, -np.inf))
    for length, scores in enumerate(_scores(words), 1):
        better = np.flatnonzero(scores > begun.scores[: len(scores)])
        begun.scores[better], begun.stops[better] = scores[better], better + length
        better = np.flatnonzero(scores > ended.scores[length - 1 :])
        ended.scores[better + length - 1], ended.firsts[better + length - 1] = scores[better], better
    return _Rows(*(np.concatenate(pair) for pair in zip(begun, ended, strict=True)))


def _scores(words: Words) -> Iterator[Floats]:
    """Say how well all rows of one word would do as a phrase, then of two, and so on."""
    roles = np.fromiter(map(role, words.tokens), np.int64, len(words.tokens))
    parted, tight = _gaps(words, roles)
    cut = _cuts(roles, parted, tight)
    reach = np.cumsum(np.array([0.0, _COMMA, _STOP])[parted])
    weight, money, telling = (_sums(each) for each in (_scaled(words, roles), roles & MONEY > 0, roles & TELLING > 0))
    begun, ended = weight[:-1] + cut[:-1] - reach[:-1], weight[1:] - cut[1:] - reach[:-1]
    for length in range(1, min(LONGEST, len(roles)) + 1):
        scores = ended[length - 1 :] - begun[: len(begun) - length + 1]
        scores += _MONEY * ((money[length:] > money[:-length]) & (scores > 0))
        scores -= _EMPTY * (telling[length:] == telling[:-length])
        yield scores - _BRIEF[length - 1] if length <= len(_BRIEF) else scores


def _scaled(words: Words, roles: Ints) -> Floats:
    """State weights in those of the ad's weightiest word that says something by itself; none weighs more."""
    top = np.zeros(len(words.texts))
    np.maximum.at(top, words.ads, np.where(roles & TELLING > 0, words.weights, 0.0))
    scaled = words.weights / np.where(top > 0, top, 1.0)[words.ads]
    rounded: Floats = np.rint(np.clip(scaled, _FLOOR, 1.0) * _GRID) / _GRID
    return rounded


def _sums(values: npt.NDArray[np.generic]) -> Floats:
    """Sum up all values before each place, and all."""
    sums: Floats = np.concatenate([[0], np.cumsum(values)])
    return sums


def _gaps(words: Words, roles: Ints) -> tuple[Ints, Bools]:
    """Say for the place before each word, and after the last, what parts it, and whether not even a space does."""
    points = np.frombuffer("".join([*words.texts, "\0"]).encode("utf-32-le", "surrogatepass"), np.uint32)
    begins = np.cumsum([0, *map(len, words.texts)])[words.ads]
    befores, afters = (begins + words.stops)[:-1], (begins + words.starts)[1:]
    parting = _PARTING[points]
    parted = np.zeros(len(roles) - 1, np.int64)
    for least in (_PAUSE, _END):
        seen = _sums(parting >= least)
        parted += seen[afters] > seen[befores]
    reached = roles & CONTACT > 0
    parted = np.maximum(parted, _PAUSE * (reached[1:] | reached[:-1]))
    parted[np.diff(words.ads) > 0] = _END
    tight = (afters == befores) | (afters == befores + 1) & (points[befores] != ord(" "))
    return np.concatenate([[_END], parted, [_END]]), np.concatenate([[False], tight, [False]])


def _cuts(roles: Ints, parted: Ints, tight: Bools) -> Floats:
    """Say what it costs to cut before each word, and after the last."""
    before, after = np.append(0, roles), np.append(roles, 0)
    counted = (before & NUMBER > 0) & (after & UNIT > 0) | (before & (NUMBER | UNIT) > 0) & (after & PERIOD > 0)
    free = parted > _JOINED
    alone = np.append(False, free[:-1]) | np.append(free[1:], False)
    cuts = _CUT + _LEAN * ((before & (LEADING | NUMBER) > 0) * 1 + (after & TRAILING > 0)) + _STUB * alone
    cuts += _GLUE * (tight | counted | (before & NEGATING > 0))
    return np.where(free, 0.0, cuts)
