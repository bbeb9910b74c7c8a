"""Columns of ads to columns of token numbers.

Arrow finds the odd texts, splits and dictionary-encodes a whole column at once; Python sees only
the odd ones, the *distinct* chunks between white space, each read once by `text.words`, and the
distinct runs of numbers, each read once by `entities.join`; both are remembered.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from classifier import characters, entities, text

Ints = npt.NDArray[np.int64]


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


class _Chunks:
    """The chunks that were read, and the codes of their tokens, one after another.

    Attributes
    ----------
    numbers : dict of str to int
    """

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self._codes: list[int] = []
        self._starts: list[int] = [0]
        self._flat = np.empty(0, np.int64)
        self._bounds = np.zeros(1, np.int64)

    def add(self, chunk: str, codes: list[int]) -> int:
        """Remember a new chunk and give its number."""
        self._codes += codes
        self._starts.append(len(self._codes))
        self.numbers[chunk] = len(self.numbers)
        return len(self.numbers) - 1

    def unfold(self, numbers: Ints) -> tuple[Ints, Ints]:
        """Give the codes of some chunks one after another, and of each the place in `numbers` it came from."""
        if len(self._bounds) != len(self._starts):
            self._flat = np.append(self._flat, self._codes[len(self._flat) :]).astype(np.int64, copy=False)
            self._bounds = np.append(self._bounds, self._starts[len(self._bounds) :]).astype(np.int64, copy=False)
        starts = self._bounds[numbers]
        counts = self._bounds[numbers + 1] - starts
        origin = np.repeat(np.arange(len(numbers)), counts)
        shift = starts - (np.cumsum(counts) - counts)
        return self._flat[shift[origin] + np.arange(len(origin))], origin


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
        self.tokens: list[str] = []
        self._numbers: dict[str, int] = {}
        self._chunks = _Chunks()
        self._runs: dict[tuple[int, ...], list[tuple[int, int, int]]] = {}
        self._roles = np.empty(0, np.int8)
        self._by_itself = np.empty(0, np.int64)
        self._asides = np.empty(0, bool)

    def __len__(self) -> int:
        """How many distinct chunks, runs and tokens are remembered."""
        return len(self._chunks.numbers) + len(self._runs) + len(self.tokens)

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
        pieces = pc.ascii_split_whitespace(mend(ads))
        chunks = pc.list_flatten(pieces).dictionary_encode()
        names = chunks.dictionary.to_pylist()
        indices = _numbers(chunks.indices, np.int32)
        codes, origin = self._chunks.unfold(self._chunk_numbers(names)[indices])
        ad_of_chunk = _numbers(pc.list_parent_indices(pieces), np.int64).astype(np.int64, copy=False)
        return self._joined(codes, ad_of_chunk[origin], len(ads), Spans(names, indices, origin))

    def number(self, token: str) -> int:
        """Give the number of a token, a new one where it has none."""
        number = self._numbers.get(token)
        if number is None:
            number = self._numbers[token] = len(self.tokens)
            self.tokens.append(token)
        return number

    def _chunk_numbers(self, names: list[str]) -> Ints:
        numbers = list(map(self._chunks.numbers.get, names))
        if None in numbers:
            numbers = [self._read_chunk(name) if n is None else n for name, n in zip(names, numbers, strict=True)]
        return np.array(numbers, np.int64)

    def _read_chunk(self, chunk: str) -> int:
        return self._chunks.add(chunk, [self.number(token) for token in text.words(chunk)])

    def _joined(self, codes: Ints, ads: Ints, n_ads: int, spans: Spans) -> Tokens:
        """Name what neighbours are together: `entities.join` on each run of tokens that may join."""
        self._learn()
        roles = self._roles[codes]
        stops = np.arange(1, len(codes) + 1)
        kept = np.ones(len(codes), bool)
        alone, runs = _runs(roles, ads)
        joins = [
            (start, stop, start + first, start + last, token)
            for start, stop in runs
            for token, first, last in self._named(tuple(codes[start:stop].tolist()))
        ]
        codes[alone] = self._by_itself[codes[alone]]
        if joins:
            run_starts, run_stops, firsts, lasts, named = np.array(joins, np.int64).T
            kept[_covered(run_starts, run_stops)] = False
            kept[firsts] = True
            codes[firsts], stops[firsts] = named, lasts
        self._learn()
        asides = np.flatnonzero(self._asides[codes])
        kept[asides] &= _first_in_ad(ads[asides], codes[asides])
        starts = np.flatnonzero(kept)
        codes = codes[starts]
        return Tokens(codes, ads[starts], n_ads, ~self._asides[codes], starts, stops[starts], spans)

    def _named(self, run: tuple[int, ...]) -> list[tuple[int, int, int]]:
        known = self._runs.get(run)
        if known is None:
            named = entities.join([self.tokens[code] for code in run])
            known = self._runs[run] = [(self.number(token), start, stop) for token, start, stop in named]
        return known

    def _learn(self) -> None:
        """Learn of each new token how it takes part in joins, what it is by itself, and whether it is an aside."""
        while new := self.tokens[len(self._roles) :]:
            known = len(self._roles)
            roles = np.array([entities.role(token) for token in new], np.int8)
            by_itself = [self._named((known + n,))[0][0] if role else known + n for n, role in enumerate(roles)]
            self._roles = np.concatenate([self._roles, roles])
            self._by_itself = np.concatenate([self._by_itself, np.array(by_itself, np.int64)])
            self._asides = np.concatenate([self._asides, np.array([t in text.ASIDES for t in new], bool)])


def _runs(roles: npt.NDArray[np.int8], ads: Ints) -> tuple[Ints, list[tuple[int, int]]]:
    """Find what takes part in joins: places that do so alone, and runs, side by side in one ad."""
    taking_part = np.flatnonzero(roles)
    if not len(taking_part):
        return taking_part, []
    new = np.ones(len(taking_part), bool)
    new[1:] = (np.diff(taking_part) > 1) | (np.diff(ads[taking_part]) > 0)
    first = np.flatnonzero(new)
    starts = taking_part[first]
    lengths = np.diff(np.append(first, len(taking_part)))
    strongest = np.maximum.reduceat(roles[taking_part], first)
    wanted = (lengths > 1) & ((strongest == entities.ITSELF) | (lengths >= entities.SPELLED))
    return starts[lengths == 1], list(zip(starts[wanted].tolist(), (starts + lengths)[wanted].tolist(), strict=True))


def _first_in_ad(ads: Ints, codes: Ints) -> npt.NDArray[np.bool_]:
    """Whether a token is the first of its kind in its ad: an aside counts once, however often it recurs."""
    first = np.zeros(len(ads), bool)
    first[np.unique(ads * (codes.max(initial=0) + 1) + codes, return_index=True)[1]] = True
    return first


def _covered(starts: Ints, stops: Ints) -> Ints:
    """Every place from each start to its stop; the same run may be named several times."""
    starts, once = np.unique(starts, return_index=True)
    lengths = stops[once] - starts
    return np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())


def mend(ads: pa.Array) -> pa.Array:
    r"""Repair a column of texts: `characters.repair` on those that a pattern finds odd.

    Examples
    --------
    >>> mend(pa.array(["Сә\u200bлем", None])).to_pylist() == ["Сәлем \ue001", ""]
    True
    """
    ads = pc.fill_null(ads.cast(pa.large_string()), column([""])[0])
    odd = pc.match_substring_regex(ads, characters.ODD)
    if not pc.any(odd).as_py():
        return ads
    repaired = [characters.repair(ad) for ad in ads.filter(odd).to_pylist()]
    return pc.replace_with_mask(ads, odd, column(repaired))


def _numbers(array: pa.Array, dtype: type[np.integer[Any]]) -> npt.NDArray[np.integer[Any]]:
    """View an Arrow array without nulls as numpy; `Array.to_numpy` would import pandas."""
    return np.frombuffer(array.buffers()[1], dtype, len(array), array.offset * np.dtype(dtype).itemsize)


def column(texts: Iterable[str | None]) -> pa.Array:
    """Texts as an Arrow column; lone surrogates, which no encoding holds, become «?».

    Built from buffers, because `pyarrow.array` imports pandas, which takes a quarter of a second.

    Raises
    ------
    TypeError
        If an element is neither str nor None.

    Examples
    --------
    >>> column(["Үй", None]).to_pylist()
    ['Үй', None]
    """
    encoded = [_encoded(text) for text in texts]
    missing = np.fromiter((text is None for text in encoded), bool, len(encoded))
    lengths = np.fromiter((len(text or b"") for text in encoded), np.int64, len(encoded))
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    validity = pa.py_buffer(np.packbits(~missing, bitorder="little")) if missing.any() else None
    data = pa.py_buffer(b"".join(text or b"" for text in encoded))
    return pa.LargeStringArray.from_buffers(len(encoded), pa.py_buffer(offsets), data, validity, int(missing.sum()))


def _encoded(text: str | None) -> bytes | None:
    if text is None:
        return None
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is not a text")
    return text.encode("utf-8", "replace")
