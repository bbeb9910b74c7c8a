"""Typed columns as texts, for formats that have no types, and as JSON."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from classifier.errors import DataError

_Batch = TypeVar("_Batch", pa.RecordBatch, pa.Table)


def as_text(batch: _Batch, *, source: str) -> _Batch:
    """Make each column one of texts or of a type that is written as it stands; what is nested becomes JSON.

    Raises
    ------
    DataError
        If a column holds bytes; `source` is what it was read from.

    Examples
    --------
    >>> as_text(pa.table({"a": [{"b": 1}], "c": [2]}), source="ads.parquet").to_pylist()
    [{'a': '{"b": 1}', 'c': 2}]
    """
    columns = [_texts(column, name, source) for name, column in zip(batch.schema.names, batch.columns, strict=True)]
    return type(batch).from_arrays(columns, names=batch.schema.names)


def json_rows(table: pa.Table, *, source: str) -> list[str]:
    """Write the cells of each row as a JSON object, without its closing brace.

    Raises
    ------
    DataError
        As in `as_text`.
    """
    columns = [
        _json_values(column, name, source) for name, column in zip(table.schema.names, table.columns, strict=True)
    ]
    rows = zip(*columns, strict=True) if columns else [()] * len(table)
    names = table.schema.names
    return [json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=str)[:-1] for row in rows]


def is_text(kind: pa.DataType) -> bool:
    """Whether a column is one of texts."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _texts(column: pa.Array, name: str, source: str) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _texts(column.cast(kind.value_type), name, source)
    if any(of_kind(kind) for of_kind in _AS_THEY_STAND):
        return column
    if pa.types.is_nested(kind):
        values = [None if v is None else json.dumps(v, ensure_ascii=False, default=str) for v in column.to_pylist()]
        return pa.array(values, pa.large_string())
    try:
        if not _is_bytes(kind):
            return column.cast(pa.large_string())
    except pa.ArrowException:
        pass
    raise DataError(f"{source}, column {name!r}: {kind} cannot be written as text; leave it out with --columns")


_AS_THEY_STAND = (
    is_text,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_boolean,
    pa.types.is_decimal,
    pa.types.is_date,
    pa.types.is_timestamp,
)


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))


def _json_values(column: pa.ChunkedArray, name: str, source: str) -> list[Any]:
    """Give Python values that JSON has: numbers, texts, lists; what is no finite number is null."""
    kind = column.type
    if pa.types.is_floating(kind):
        column = pc.if_else(pc.is_finite(column), column, None)
    elif not (pa.types.is_nested(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind)):
        column = _texts(column, name, source).cast(pa.large_string())
    return list(column.to_pylist())
