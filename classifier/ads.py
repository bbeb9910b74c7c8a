"""Ads as other code holds them: lists, Series, DataFrames, Arrow; all become one Arrow column."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from classifier.arrays import column, filled
from classifier.columns import text_columns
from classifier.errors import TextTypeError, UsageError

if TYPE_CHECKING:
    import pandas as pd

    Ads: TypeAlias = (
        Sequence[str | None]
        | npt.NDArray[Any]
        | pd.Series
        | pd.DataFrame
        | pa.Array
        | pa.ChunkedArray
        | pa.Table
        | pa.RecordBatch
    )

_LINE_BREAK = column(["\n"])[0]
_WANTED = "pass a list of texts, a Series, a DataFrame or an Arrow array"


def to_column(ads: Ads, wanted: Sequence[str] | None = None) -> pa.Array:
    """Turn ads, however held, into an Arrow column of texts.

    Parameters
    ----------
    ads : collection of str or None; Series; DataFrame; pyarrow Array, ChunkedArray, Table or RecordBatch
    wanted : sequence of str, optional
        The text columns, where the user named them.

    Returns
    -------
    pyarrow.Array of large_string
        None, NaN and NA are nulls.

    Raises
    ------
    TextTypeError
        If `ads` is a bare string, None or a number, or holds anything but texts.
    DataError
        If a table has no text column, or not those that are wanted.
    UsageError
        If text columns are named where there is no table.

    Examples
    --------
    >>> to_column(["Үй", None]).to_pylist()
    ['Үй', None]
    """
    if isinstance(ads, (str, bytes)):
        raise TextTypeError(f"one bare string was passed; {_WANTED}, for one ad [text]")
    if isinstance(ads, (pa.Table, pa.RecordBatch)):
        return joined(ads, text_columns(ads.schema.names, wanted))
    if _is_pandas(ads, "DataFrame"):
        return _of_frame(cast("pd.DataFrame", ads), wanted)
    if wanted is not None:
        raise UsageError("text columns are named, but what was passed is no table; leave text_columns out")
    if isinstance(ads, (pa.Array, pa.ChunkedArray)):
        return _checked(ads)
    # A set has no order in which its scores could be given.
    if not isinstance(ads, Iterable) or isinstance(ads, (Mapping, Set)) or getattr(ads, "ndim", 1) == 0:
        raise TextTypeError(f"{type(ads).__name__} was passed; {_WANTED}")
    return _texts(list(ads))


def joined(table: pa.Table | pa.RecordBatch, names: Sequence[str]) -> pa.Array:
    r"""Join the text columns of a table by a line break, leaving nulls out.

    Examples
    --------
    >>> joined(pa.table({"title": ["Үй", "Дом"], "text": ["арзан", None]}), ["title", "text"]).to_pylist()
    ['Үй\nарзан', 'Дом\n']
    """
    columns = [filled(_arrow(table.column(name))) for name in names]
    return columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, _LINE_BREAK)


def index_of(ads: Ads, length: int) -> Any:  # noqa: ANN401
    """Give the index of a Series or DataFrame, of anything else a plain range."""
    return cast("pd.Series", ads).index if _is_pandas(ads, "Series", "DataFrame") else range(length)


def _of_frame(frame: pd.DataFrame, wanted: Sequence[str] | None) -> pa.Array:
    frame = frame.set_axis([str(name) for name in frame.columns], axis=1)
    names = text_columns(list(frame.columns), wanted, source="DataFrame")
    return joined(pa.table({name: _texts(frame[name].tolist()) for name in names}), names)


def _checked(ads: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Refuse an array of numbers, which Arrow would print."""
    of = ads.type.value_type if pa.types.is_dictionary(ads.type) else ads.type
    texts = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_null)
    if not any(is_one(of) for is_one in texts):
        raise TextTypeError(f"an Arrow array of {ads.type} was passed; {_WANTED}")
    return _arrow(ads)


def _arrow(ads: pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(ads, pa.ChunkedArray):
        ads = ads.combine_chunks()
    try:
        return ads.cast(pa.large_string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise TextTypeError(f"an Arrow column of texts is expected, not of {ads.type}") from error


def _texts(values: list[Any]) -> pa.Array:
    texts = [None if _is_missing(value) else value for value in values]
    for place, value in enumerate(texts):
        if value is not None and not isinstance(value, str):
            shown = " ".join(repr(value)[:60].split())
            raise TextTypeError(f"element {place} is {shown}, not a text; {_WANTED}")
    return column(texts)


def _is_missing(value: object) -> bool:
    if value is None or (isinstance(value, (float, np.floating)) and np.isnan(value)):
        return True
    return type(value).__name__ in ("NAType", "NaTType")


def _is_pandas(ads: object, *kinds: str) -> bool:
    """Whether `ads` is one of pandas' types, without importing pandas for those who do not use it."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(ads, tuple(getattr(pandas, kind) for kind in kinds))
