"""Scored tables out, batch by batch, in every format that is read."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
from typing import Any, BinaryIO, Protocol, TypeAlias

import pyarrow as pa
import pyarrow.csv as pcsv

from classifier.columns import OUTPUT
from classifier.errors import DataError
from classifier.tables import excel
from classifier.tables.cells import as_text, is_text, json_rows
from classifier.tables.formats import EXCEL, JSON_LINES, PARQUET, TSV, Format
from classifier.tables.json_table import parsed, written
from classifier.tables.rows import LINE

#: Likelihoods are written with six decimals.
SCORE = pa.decimal128(7, 6)

_PLAIN = re.compile(r"[\w .()-]+")
_DELIMITERS = {TSV: "\t", EXCEL: ";"}

Buffer: TypeAlias = bytes | memoryview


class TableWriter(Protocol):
    """Something that a scored table is written to, in parts."""

    def write(self, table: pa.Table, source: str) -> None:
        """Append rows.

        Raises
        ------
        DataError
            Naming the column that cannot be written in this format; `source` is what it was read from.
        """

    def close(self) -> None:
        """Write what is still to be written; the file stays open."""

    def abandon(self) -> None:
        """Write no more: the file is not wanted."""


def writer_for(
    form: Format,
    file: BinaryIO,
    schema: pa.Schema,
    *,
    header: bool = True,
    whole: bool = True,
) -> TableWriter:
    """Make the writer of a format.

    Parameters
    ----------
    form : Format
    file : BinaryIO
    schema : pyarrow.Schema
        The columns to write, the four of ours last.
    header : bool, default=True
        False where the file goes on with what an interrupted run wrote.
    whole : bool, default=True
        Whether all fields of a JSON line are kept, or those of `schema` only.
    """
    if form.kind == PARQUET:
        return _ParquetWriter(file, schema)
    encoder = _JsonLines(schema, whole) if form.kind == JSON_LINES else _Csv(schema, form.kind)
    return _TextWriter(file, encoder, form.compression, header)


class _Encoder(Protocol):
    def header(self) -> bytes: ...

    def rows(self, table: pa.Table, source: str) -> Buffer: ...


class _TextWriter:
    """Writes text; packed, each part is a member of its own, so that a run can go on after any of them."""

    def __init__(self, file: BinaryIO, encoder: _Encoder, compression: str | None, header: bool) -> None:
        self._file, self._encoder, self._compression = file, encoder, compression
        if header:
            self._append(encoder.header())

    def write(self, table: pa.Table, source: str) -> None:
        if len(table):
            self._append(self._encoder.rows(table, source))

    def close(self) -> None:
        pass

    def abandon(self) -> None:
        pass

    def _append(self, data: Buffer) -> None:
        if self._compression == "gzip":
            # No time in it, so that the same ads give the same bytes; level 6 saves a tenth in thrice the time.
            data = gzip.compress(data, 3, mtime=0)
        elif self._compression == "zstd":
            data = pa.compress(data, codec="zstd", asbytes=True)
        self._file.write(data)


class _Csv:
    """Every text is quoted, so that an empty one is told from nothing; lines end in a line feed."""

    def __init__(self, schema: pa.Schema, kind: str) -> None:
        self._names, self._for_excel = schema.names, kind == EXCEL
        self._options = pcsv.WriteOptions(include_header=False, delimiter=_DELIMITERS.get(kind, ","))

    def header(self) -> bytes:
        names: list[str] = self._names
        if self._for_excel:
            names = excel.neutralised(pa.table([[]] * len(names), names=names)).schema.names
        line: str = self._options.delimiter.join(map(_quoted, names)) + "\n"
        return (("\ufeff" if self._for_excel else "") + line).encode()

    def rows(self, table: pa.Table, source: str) -> Buffer:
        table = as_text(table.select(self._names), source=source)
        if self._for_excel:
            table = excel.neutralised(table)
        out = pa.BufferOutputStream()
        pcsv.write_csv(table, out, self._options)
        return memoryview(out.getvalue())


def _quoted(name: str) -> str:
    """Quote a name unless it is plain: those who find the delimiter from the header shall find ours."""
    doubled = name.replace('"', '""')
    return name if _PLAIN.fullmatch(name) else f'"{doubled}"'


class _JsonLines:
    """One object a line. A line read as JSON keeps its very text, and what we found is appended to it."""

    def __init__(self, schema: pa.Schema, whole: bool) -> None:
        self._whole = whole
        self._kept = [name for name in schema.names if name not in OUTPUT]

    def header(self) -> bytes:
        return b""

    def rows(self, table: pa.Table, source: str) -> Buffer:
        found = table.select(OUTPUT).to_pylist()
        if LINE in table.schema.names:
            begun = [self._kept_of(line) for line in table.column(LINE).to_pylist()]
        else:
            begun = json_rows(table.select(self._kept), source=source)
        return "".join(map(_closed, begun, found)).encode()

    def _kept_of(self, line: str) -> str:
        """Give a line without its closing brace, or what is wanted of it."""
        if self._whole:
            return line[:-1].rstrip()
        fields = parsed(line)
        return written({name: fields[name] for name in self._kept if name in fields})[:-1]


class _ParquetWriter:
    """Columns keep their types, and the score is a double; those of the first table hold for all."""

    def __init__(self, file: BinaryIO, schema: pa.Schema) -> None:
        import pyarrow.parquet as pq

        of_score = schema.get_field_index(OUTPUT[0])
        self._schema = schema.set(of_score, schema.field(of_score).with_type(pa.float64()))
        self._writer = pq.ParquetWriter(file, self._schema)

    def write(self, table: pa.Table, source: str) -> None:
        if not len(table):
            return
        table = table.select(self._schema.names)
        for field, here in zip(self._schema, table.schema, strict=True):
            if (
                field.type != here.type
                and field.name != OUTPUT[0]
                and not (is_text(field.type) and is_text(here.type))
            ):
                raise DataError(
                    f"{source}, column {field.name!r}: its type is {here.type} and {field.type} in the first input; "
                    "write .csv or .jsonl, or score the files one by one"
                )
        self._writer.write_table(table.cast(self._schema))

    def close(self) -> None:
        self._writer.close()

    def abandon(self) -> None:
        # Arrow would write its footer when the writer is collected, into a file closed by then.
        with contextlib.suppress(Exception):
            self._writer.close()
        self._writer.is_open = False


def _closed(begun: str, found: dict[str, Any]) -> str:
    """Append what was found to an object that is not closed yet."""
    score = found.pop(OUTPUT[0])
    comma = "" if begun == "{" else ", "
    rest = json.dumps(found, ensure_ascii=False)[1:]
    return f'{begun}{comma}"{OUTPUT[0]}": {"null" if score is None else score}, {rest}\n'
