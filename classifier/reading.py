"""Columns of ads to columns of token numbers.

Arrow lower-cases, splits and dictionary-encodes a whole column at once; Python sees only the
*distinct* chunks between white space, each read once by `text.words` and remembered.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from classifier import text

Ints = npt.NDArray[np.int64]


class Tokens(NamedTuple):
    """The tokens of a batch of ads, one after another.

    Attributes
    ----------
    codes : ndarray of int64, shape (n_occurrences,)
        Each token's number in `Reader.tokens`.
    ads : ndarray of int64, shape (n_occurrences,)
        The position of the ad in which it occurs, ascending.
    n_ads : int
        How many ads there are, those without any token included.
    """

    codes: Ints
    ads: Ints
    n_ads: int

    @property
    def readable(self) -> npt.NDArray[np.bool_]:
        """Which ads have any token, shape (n_ads,)."""
        return np.bincount(self.ads, minlength=self.n_ads) > 0


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
        self._chunks: dict[str, tuple[int, ...]] = {}

    def __len__(self) -> int:
        """How many distinct chunks and tokens are remembered."""
        return len(self._chunks) + len(self.tokens)

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
        token_lists = [self._codes(chunk) for chunk in chunks.dictionary.to_pylist()]
        codes, origin = _unfold(token_lists, _numbers(chunks.indices, np.int32))
        ad_of_chunk = _numbers(pc.list_parent_indices(pieces), np.int64)
        return Tokens(codes, ad_of_chunk[origin], len(ads))

    def _codes(self, chunk: str) -> tuple[int, ...]:
        known = self._chunks.get(chunk)
        if known is None:
            known = self._chunks[chunk] = tuple(self._number(token) for token in text.words(chunk))
        return known

    def _number(self, token: str) -> int:
        number = self._numbers.get(token)
        if number is None:
            number = self._numbers[token] = len(self.tokens)
            self.tokens.append(token)
        return number


def mend(ads: pa.Array) -> pa.Array:
    r"""Repair a column of texts: `text.plain` for all at once, `text.repair` for the odd ones.

    Examples
    --------
    >>> mend(pa.array(["Сә\u200bлем", "Ёлка"])).to_pylist()
    ['сәлем', 'елка']
    """
    ads = pc.fill_null(ads.cast(pa.large_string()), column([""])[0])
    odd = pc.match_substring_regex(ads, text.ODD)
    mended = pc.replace_substring(pc.utf8_lower(ads), "ё", "е")
    if not pc.any(odd).as_py():
        return mended
    repaired = [text.repair(ad) for ad in ads.filter(odd).to_pylist()]
    return pc.replace_with_mask(mended, odd, column(repaired))


def _numbers(array: pa.Array, dtype: type[np.integer]) -> npt.NDArray[np.integer]:
    """View an Arrow array without nulls as numpy; `Array.to_numpy` would import pandas."""
    return np.frombuffer(array.buffers()[1], dtype, len(array), array.offset * np.dtype(dtype).itemsize)


def _unfold(lists: list[tuple[int, ...]], picked: npt.NDArray[np.integer]) -> tuple[Ints, Ints]:
    """Concatenate ``lists[i] for i in picked``; also tell which element of `picked` each came from."""
    lengths = np.fromiter(map(len, lists), np.int64, len(lists))
    starts = np.cumsum(lengths) - lengths
    flat = np.fromiter(chain.from_iterable(lists), np.int64, int(lengths.sum()))
    counts = lengths[picked]
    origin = np.repeat(np.arange(len(picked)), counts)
    offset = np.arange(len(origin)) - np.repeat(np.cumsum(counts) - counts, counts)
    return flat[starts[picked][origin] + offset], origin


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
