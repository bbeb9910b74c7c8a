"""Columns of ads to columns of token numbers.

Arrow finds the odd texts, splits and dictionary-encodes a whole column at once; Python sees only
the odd ones, the *distinct* chunks between white space, each read once by `text.words`, and the
distinct runs of numbers, each named once by `joins`; both are remembered.
"""

from __future__ import annotations

from itertools import count
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from classifier import characters, text
from classifier.arrays import Ints, column, filled, indices, numbers
from classifier.chunks import Chunks, signs
from classifier.joins import Joined
from classifier.lookup import Lists, Numbering, parts


class Spans(NamedTuple):
    """Where in a batch each of the spans stands that `text.spans` gives.

    Attributes
    ----------
    names : list of str
        The distinct chunks of the batch.
    chunks : ndarray of int32, shape (n_chunks,)
        Each chunk's place in `names`.
    origin : ndarray of int64, shape (n_spans,)
        The chunk in which each span stands, ascending.
    """

    names: list[str]
    chunks: npt.NDArray[np.integer[Any]]
    origin: Ints

    def written(self, starts: Ints, stops: Ints) -> list[str]:
        """Quote what stands from each start to before each stop, white space as single spaces."""
        first, last = self.origin[starts], self.origin[stops - 1]
        begin = starts - np.searchsorted(self.origin, first)
        end = stops - 1 - np.searchsorted(self.origin, last)
        places = zip(first.tolist(), last.tolist(), begin.tolist(), end.tolist(), strict=True)
        return [self._quoted(*place) for place in places]

    def _quoted(self, first: int, last: int, begin: int, end: int) -> str:
        head = self.names[self.chunks[first]]
        if first == last:
            spans = text.spans(head)
            return str(head[spans[begin][1] : spans[end][2]])
        tail = self.names[self.chunks[last]]
        between = [self.names[chunk] for chunk in self.chunks[first + 1 : last]]
        return " ".join([head[text.spans(head)[begin][1] :], *between, tail[: text.spans(tail)[end][2]]])


class Tokens(NamedTuple):
    """The tokens of a batch of ads, one after another.

    Attributes
    ----------
    codes : ndarray of int64, shape (n_tokens,)
        Each token's number in `Reader.tokens`.
    ads : ndarray of int64, shape (n_tokens,)
        The position of the ad in which it occurs, ascending.
    n_ads : int
        How many ads there are, those without any token included.
    linked : ndarray of bool, shape (n_tokens,)
        Which tokens have neighbours: all but asides.
    starts, stops : ndarray of int64, shape (n_tokens,)
        From which to which of `spans` it reaches.
    spans : Spans
    """

    codes: Ints
    ads: Ints
    n_ads: int
    linked: npt.NDArray[np.bool_]
    starts: Ints
    stops: Ints
    spans: Spans

    @property
    def readable(self) -> npt.NDArray[np.bool_]:
        """Which ads have any token, shape (n_ads,)."""
        return np.bincount(self.ads, minlength=self.n_ads) > 0

    def settled(self, meant: Ints) -> Tokens:
        """Write for each code what it means, and leave out what means nothing.

        Parameters
        ----------
        meant : ndarray of int64, shape (n_codes,)
            A code for each code, or -1.
        """
        codes = meant[self.codes]
        kept = codes >= 0
        if kept.all():
            return self._replace(codes=codes)
        return Tokens(
            codes[kept],
            self.ads[kept],
            self.n_ads,
            self.linked[kept],
            self.starts[kept],
            self.stops[kept],
            self.spans,
        )


class Reader:
    """Reads ads and gives each distinct token a number, in the order in which it is met.

    Attributes
    ----------
    tokens : list of str
        The token of each number.

    Examples
    --------
    >>> reader = Reader()
    >>> batch = reader.read(pa.array(["Сатам, арзан", None, "арзан!"]))
    >>> [reader.tokens[code] for code in batch.codes], batch.ads.tolist(), batch.n_ads
    (['сатам', 'арзан', 'арзан'], [0, 0, 2], 3)
    """

    def __init__(self) -> None:
        self._numbering = Numbering()
        self._chunks: dict[str, int] = {}
        self._of_chunks = Lists()
        self._joined = Joined(self._numbering)
        self._batches = np.empty(0, np.int64)
        self._signs = np.empty(0, np.uint8)
        self._asides = np.empty(0, bool)

    def __len__(self) -> int:
        """How many distinct chunks, runs and tokens are remembered."""
        return len(self._chunks) + len(self._joined) + len(self._numbering)

    def commonest(self, n: int) -> list[str]:
        """Give the chunks that stood in most batches, at most so many."""
        order = np.argsort(-self._batches, kind="stable")[:n]
        names = list(self._chunks)
        return [names[number] for number in order.tolist()]

    @property
    def tokens(self) -> list[str]:
        """The token of each number."""
        return self._numbering.names

    def number(self, token: str) -> int:
        """Give the number of a token, a new one where it has none."""
        return self._numbering.number(token)

    def read(self, ads: pa.Array) -> Tokens:
        """Read a column of ads.

        Parameters
        ----------
        ads : pyarrow.Array of string
            The texts; a null is an ad without a token.

        Returns
        -------
        Tokens
            In the order of the ads and of the words within them.
        """
        ads = filled(ads.cast(pa.large_string()))
        chunks = self._split(ads)
        odd = chunks.odd_ads(self._signs, ads)
        if len(odd):
            repaired = column([characters.repair(ad) for ad in ads.take(indices(odd)).to_pylist()])
            chunks = chunks.replacing(odd, self._split(repaired))
        (codes,), origin = self._of_chunks.unfold(chunks.numbers)
        return self._named(codes, chunks.ads[origin], len(ads), Spans(chunks.names, chunks.places, origin))

    def _split(self, ads: pa.Array) -> Chunks:
        pieces = pc.ascii_split_whitespace(ads)
        encoded = pc.list_flatten(pieces).dictionary_encode()
        places = numbers(encoded.indices, np.int32)
        ad_of_chunk = numbers(pc.list_parent_indices(pieces), np.int64).astype(np.int64, copy=False)
        names = encoded.dictionary.to_pylist()
        return Chunks(names, places, self._numbers_of(names, encoded.dictionary)[places], ad_of_chunk)

    def _numbers_of(self, names: list[str], column_of_names: pa.Array) -> Ints:
        found = list(map(self._chunks.get, names))
        new = [place for place, number in enumerate(found) if number is None]
        if new:
            self._read_new([names[place] for place in new], column_of_names.take(indices(np.array(new))))
            found = list(map(self._chunks.get, names))
        of_chunks = np.array(found, np.int64)
        self._batches[of_chunks] += 1
        return of_chunks

    def _read_new(self, chunks: list[str], column_of_chunks: pa.Array) -> None:
        number = self._numbering.number
        for part in parts(chunks):
            self._of_chunks.extend([[number(token) for token in tokens] for tokens in text.words_of(part)])
        self._chunks.update(zip(chunks, count(len(self._chunks)), strict=False))
        self._signs = np.concatenate([self._signs, signs(column_of_chunks)])
        self._batches = np.concatenate([self._batches, np.zeros(len(chunks), np.int64)])

    def _named(self, codes: Ints, ads: Ints, n_ads: int, spans: Spans) -> Tokens:
        """Name what neighbours are together, and let an aside count once an ad, however often it recurs."""
        stops = np.arange(1, len(codes) + 1)
        kept = np.ones(len(codes), bool)
        firsts, lasts, swallowed = self._joined.name(codes, ads)
        stops[firsts] = lasts
        kept[swallowed] = False
        new = self.tokens[len(self._asides) :]
        self._asides = np.concatenate([self._asides, np.array([t in text.ASIDES for t in new], bool)])
        asides = np.flatnonzero(self._asides[codes])
        kept[asides] &= _first_in_ad(ads[asides], codes[asides])
        starts = np.flatnonzero(kept)
        codes = codes[starts]
        return Tokens(codes, ads[starts], n_ads, ~self._asides[codes], starts, stops[starts], spans)


def _first_in_ad(ads: Ints, codes: Ints) -> npt.NDArray[np.bool_]:
    """Whether a token is the first of its kind in its ad."""
    first = np.zeros(len(ads), bool)
    first[np.unique(ads * (codes.max(initial=0) + 1) + codes, return_index=True)[1]] = True
    return first
