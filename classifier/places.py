"""Where in an ad, as it was passed, each of its tokens stands: character offsets.

An ad is read in repaired form. Most ads need no repair and offsets are exact by themselves; of the
few others each repaired character is followed back to those it came from.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pyarrow as pa

from classifier import characters, text
from classifier.arrays import Ints
from classifier.reading import Spans, Tokens

#: How far ahead the next character of a repaired text is looked for: repair takes out one gap at a time.
_AHEAD = 8

_ODD = re.compile(characters.ODD)
_MARKS = re.compile(f"[{''.join(characters.MARKS)}]")


def places(ads: pa.Array, tokens: Tokens) -> tuple[Ints, Ints]:
    """Say from where to where in its ad each token stands.

    Parameters
    ----------
    ads : pyarrow.Array of large_string
        The ads, none of them null.
    tokens : Tokens
        What reading exactly these gave.

    Returns
    -------
    starts, stops : ndarray of int64, shape (n_tokens,)
        Characters of the ad as it was passed; both its length for a mark on the writing of the whole.

    Examples
    --------
    >>> from classifier.arrays import column
    >>> from classifier.reading import Reader
    >>> ads = column(["Сатам", "тез, арзан"])
    >>> [found.tolist() for found in places(ads, Reader().read(ads))]
    [[0, 0, 5], [5, 3, 10]]
    """
    passed = ads.to_pylist()
    repaired = [characters.repair(ad) if _ODD.search(ad) else ad for ad in passed]
    begins = _chunk_begins(repaired)[_rank_of_filled(tokens.spans)]
    starts, stops = _within_chunks(tokens)
    starts += begins[tokens.spans.origin[tokens.starts]]
    stops += begins[tokens.spans.origin[tokens.stops - 1]]
    for ad in (place for place, pair in enumerate(zip(passed, repaired, strict=True)) if pair[0] != pair[1]):
        first, last = np.searchsorted(tokens.ads, [ad, ad + 1])
        begin, end = origins(passed[ad], repaired[ad])
        starts[first:last], stops[first:last] = begin[starts[first:last]], end[stops[first:last] - 1]
    return starts, stops


def _chunk_begins(texts: list[str]) -> Ints:
    """Give where in its text each chunk between white space begins, of one text after another."""
    lengths = np.array([len(each) + 1 for each in texts], np.int64)
    points = np.frombuffer("\n".join([*texts, ""]).encode("utf-32-le"), np.uint32)
    solid = (points != ord(" ")) & ((points < ord("\t")) | (points > ord("\r")))
    begins = np.flatnonzero(solid & ~np.concatenate([[False], solid[:-1]]))
    ends = np.cumsum(lengths)
    return begins - (ends - lengths)[np.searchsorted(ends, begins, side="right")]


def _rank_of_filled(spans: Spans) -> Ints:
    """Give each chunk its number among those that are not empty; Arrow gives empty ones at the edges of a text."""
    filled = np.array([bool(name) for name in spans.names], bool)[spans.chunks]
    numbers: Ints = np.maximum(np.cumsum(filled) - 1, 0)
    return numbers


def _within_chunks(tokens: Tokens) -> tuple[Ints, Ints]:
    """Give where in its chunk the first span of each token begins, and the last one ends."""
    spans = tokens.spans
    read = [text.spans(name) for name in spans.names]
    flat = np.array([place for chunk in read for _, *place in chunk], np.int64).reshape(-1, 2)
    first = np.cumsum([0, *map(len, read)])[spans.chunks]

    def of(places: Ints) -> Ints:
        chunk = spans.origin[places]
        flat_place: Ints = first[chunk] + places - np.searchsorted(spans.origin, chunk)
        return flat_place

    seconds = np.array([token[0] == "=" for chunk in read for token, *_ in chunk], bool)
    following = np.minimum(tokens.stops, len(spans.origin) - 1)
    # The second half of a word cut in two has no token of its own where the first stands for the whole.
    halved = seconds[of(following)] & ~np.isin(tokens.stops, tokens.starts) & (following == tokens.stops)
    return flat[of(tokens.starts), 0], flat[of(tokens.stops - 1 + halved), 1]


def plain(written: str) -> str:
    """Repair a stretch of an ad, without the marks.

    Examples
    --------
    >>> plain("з а й м")
    'займ'
    """
    body, *marks = _MARKS.split(characters.repair(written))
    return body.removesuffix(" ") if marks else body


def origins(original: str, repaired: str) -> tuple[Ints, Ints]:
    r"""Follow each character of a repaired text back to those that it came from.

    Parameters
    ----------
    original : str
    repaired : str
        What `characters.repair` makes of it.

    Returns
    -------
    starts, stops : ndarray of int64, shape (n_repaired,)
        Ascending; characters of `original`.

    Examples
    --------
    >>> starts, stops = origins("з а\u200b й м", "займ \ue003")
    >>> starts.tolist(), stops.tolist()
    ([0, 2, 5, 7, 8, 8], [1, 3, 6, 8, 8, 8])
    """
    shown_as = [(char, start, stop) for start, stop, shown in _shown_as(original) for char in shown]
    found: list[tuple[int, int]] = []
    at, stop = 0, 0
    for char in repaired:
        ahead = range(at, min(at + _AHEAD, len(shown_as)))
        hit = None if char in characters.MARKS else next((n for n in ahead if shown_as[n][0] == char), None)
        if hit is not None:
            at, stop = hit + 1, shown_as[hit][2]
            found.append((shown_as[hit][1], stop))
        else:
            found.append((stop, stop))
    starts, stops = np.array(found, np.int64).reshape(-1, 2).T
    at_end = [char in characters.MARKS for char in repaired]
    starts[at_end] = stops[at_end] = len(original)
    return starts, stops


def _shown_as(original: str) -> list[tuple[int, int, str]]:
    """Give each character with what combines with it, from where to where, and what it is repaired to."""
    found: list[tuple[int, int, str]] = []
    start = 0
    for stop in range(1, len(original) + 1):
        if stop < len(original) and unicodedata.combining(original[stop]):
            continue
        found.append((start, stop, _shown(original[start:stop])))
        start = stop
    return found


def _shown(char: str) -> str:
    """Give what one character, with what combines with it, is repaired to."""
    return char if char.isascii() or char in characters.LETTERS else plain(char)
