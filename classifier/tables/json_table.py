"""JSON lines in: one object a line, its fields as columns of text and the line itself beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from classifier.columns import OUTPUT, is_text
from classifier.errors import DataError
from classifier.tables.encodings import MARK, BadByte, Utf8Stream
from classifier.tables.formats import Format
from classifier.tables.rows import LINE, BadRow, Reject
from classifier.tables.sources import Source

#: How many bytes are read at once, and how long a line may be.
BLOCK = 4 * 2**20
LONGEST = 16 * BLOCK


class Number(str):
    """A JSON number as it is written: ``1.50`` stays so."""

    __slots__ = ()


_DECODER = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=Number)


class JsonTable:
    """A file of JSON lines opened for reading; see `Table`.

    Its columns are the fields that occur in the first block. Beside them stands the column `LINE`.

    Parameters
    ----------
    path : str
    form : Format
    encoding : str
    reject : callable or None
        Called with each `BadRow`, which is then left out; without it a bad row is an error.

    Raises
    ------
    DataError
        If the file is absent, empty, or not text in that encoding.
    """

    def __init__(self, path: str, form: Format, *, encoding: str, reject: Reject | None = None) -> None:
        self._path, self._form, self._encoding, self._reject = path, form, encoding, reject
        self._source = Source(path, form.compression)
        self.path, self.size = self._source.name, self._source.size
        self._number = 0
        try:
            self._text = Utf8Stream(self._source, encoding)
            self._blocks = self._objects()
            self._first = next(self._blocks, [])
            if not self._first:
                raise DataError(f"{self.path}: the file is empty; an object a line is needed")
        except BaseException:
            self._source.close()
            raise
        self.names = list(dict.fromkeys(name for _, _, fields in self._first for name in fields))
        self.schema = pa.schema([(name, pa.large_string()) for name in self.names])

    def close(self) -> None:
        """Let go of the file."""
        self._source.close()

    @property
    def position(self) -> int:
        """How many bytes have been read so far."""
        return self._source.position

    @property
    def damaged(self) -> int:
        """How many question marks were met inside words."""
        return self._text.damaged

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Read on, in the order of the file; see `Table`."""
        yield self._batch(self._first)
        known = frozenset(self.names)
        for block in self._blocks:
            fitting = [row for row in block if row[2].keys() <= known or self._fits(row, known)]
            if fitting:
                yield self._batch(fitting)

    def _fits(self, row: tuple[int, str, dict[str, Any]], known: frozenset[str]) -> bool:
        """Let a field that only a later row has pass, unless it were needed or in the way."""
        number, line, fields = row
        odd = [name for name in fields if name not in known and (name in OUTPUT or is_text(name))]
        if odd:
            self._set_aside(number, f"a field {odd[0]!r} that no row before has", line)
        return not odd

    def _batch(self, rows: list[tuple[int, str, dict[str, Any]]]) -> pa.RecordBatch:
        columns = [
            pa.array([_cell(fields.get(name)) for _, _, fields in rows], pa.large_string()) for name in self.names
        ]
        columns.append(pa.array([line for _, line, _ in rows], pa.large_string()))
        return pa.record_batch(columns, [*self.names, LINE])

    def _objects(self) -> Iterator[list[tuple[int, str, dict[str, Any]]]]:
        for lines in self._lines():
            rows = [row for line in lines if (row := self._object(line))]
            if rows:
                yield rows

    def _object(self, line: str) -> tuple[int, str, dict[str, Any]] | None:
        self._number += 1
        line = line.strip(" \t\r\n")
        if not line:
            return None
        try:
            fields = parsed(line)
        except (ValueError, RecursionError):
            fields = None
        if not isinstance(fields, dict):
            self._set_aside(self._number, "no JSON object in it", line)
            return None
        return self._number, line, fields

    def _set_aside(self, number: int, reason: str, line: str) -> None:
        bad = BadRow(self.path, number, reason, line)
        if self._reject is None:
            raise DataError(str(bad))
        self._reject(bad)

    def _lines(self) -> Iterator[list[str]]:
        left = b""
        while block := self._read():
            *lines, left = (left + block).split(b"\n")
            if len(left) > LONGEST:
                raise DataError(f"{self.path}: row {self._number + 1} is longer than {LONGEST // 2**20} MB")
            yield [line.decode() for line in lines]
        yield [left.decode()]

    def _read(self) -> bytes:
        try:
            return self._text.read(BLOCK)
        except BadByte as error:
            raise DataError(f"{self.path}: {self._place_of_bad_byte()}{error}") from None

    def _place_of_bad_byte(self) -> str:
        if not self._source.can_be_read_again:
            return ""
        source = Source(self._path, self._form.compression)
        text, rows = Utf8Stream(source, self._encoding, "mark"), 1
        while block := text.read(BLOCK):
            before, found, _ = block.partition(MARK.encode())
            rows += before.count(b"\n")
            if found:
                break
        source.close()
        return f"row {rows}: "


def parsed(line: str) -> Any:  # noqa: ANN401
    """Read JSON, numbers as the texts they are.

    Raises
    ------
    ValueError, RecursionError
        If it is not JSON, or nested too deeply.
    """
    return _DECODER.decode(line)


def written(value: Any) -> str:  # noqa: ANN401
    r"""Write a value that was read here as JSON again, numbers as they were.

    Examples
    --------
    >>> written({"а": [Number("1.50"), None, True, "\n"]})
    '{"а": [1.50, null, true, "\\n"]}'
    """
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(str(name))}: {written(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _cell(value: Any) -> str | None:  # noqa: ANN401
    """Give a field as text; a text is itself, half a surrogate pair in it becomes U+FFFD."""
    text = value if value is None or isinstance(value, str) else written(value)
    return (
        text if text is None or text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )
