"""Columns as arrays: their kinds, and the ways between Python, numpy and Arrow that do not import pandas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def numbers(array: pa.Array, dtype: type[np.integer[Any]]) -> npt.NDArray[np.integer[Any]]:
    """View an Arrow array without nulls as numpy; `Array.to_numpy` would import pandas."""
    return np.frombuffer(array.buffers()[1], dtype, len(array), array.offset * np.dtype(dtype).itemsize)


def indices(places: Ints) -> pa.Array:
    """Hand places to Arrow."""
    return pa.Array.from_buffers(pa.int64(), len(places), [None, pa.py_buffer(np.ascontiguousarray(places))])


def filled(texts: pa.Array) -> pa.Array:
    """Put an empty text in the place of each null of a column of large strings."""
    return pc.fill_null(texts, column([""])[0])


def nullable(values: Floats) -> pa.Array:
    """Hand numbers to Arrow, NaN as null."""
    validity = pa.py_buffer(np.packbits(~np.isnan(values), bitorder="little"))
    return pa.Array.from_buffers(pa.float64(), len(values), [validity, pa.py_buffer(np.ascontiguousarray(values))])


def scattered(texts: Sequence[str], places: Ints, length: int) -> pa.Array:
    """Give a column of so many texts, empty but at some places.

    Examples
    --------
    >>> scattered(["үй"], np.array([1]), 3).to_pylist()
    ['', 'үй', '']
    """
    which = np.zeros(length, np.int64)
    which[places] = 1 + np.arange(len(texts))
    return column(["", *texts]).take(indices(which))


def flags(array: pa.Array) -> npt.NDArray[np.bool_]:
    """View an Arrow array of booleans without nulls as numpy."""
    bits = np.frombuffer(array.buffers()[1], np.uint8) if len(array) else np.empty(0, np.uint8)
    return np.unpackbits(bits, count=array.offset + len(array), bitorder="little")[array.offset :].view(bool)


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
