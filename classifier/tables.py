"""Tables of ads in and out: CSV, every cell as the text it is."""

from __future__ import annotations

import codecs
import csv
import io
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv as pc

from classifier.errors import DataError, UsageError

#: Names standard input and output on a command line.
PIPE = "-"

#: How many bytes of a file are parsed at once; no row may be longer.
BLOCK = 4 * 2**20

#: Delimiters that a header may show, and the one for a header that shows none: a table of one
#: column, in which commas are part of the text.
_DELIMITERS = ",;\t"
_NO_DELIMITER = "\x1f"

_HEAD = 2**16


@dataclass(frozen=True)
class BadRow:
    """A row that has more or fewer cells than the header.

    Attributes
    ----------
    number : int
        Counted from the header, which is row 1; blank lines do not count.
    reason : str
    text : str
        The row as it stands in the file.
    """

    number: int
    reason: str
    text: str


class CsvTable:
    """A CSV file opened for reading, one batch of rows after another.

    Parameters
    ----------
    path : str
        A file, or ``-`` for standard input.
    encoding : str, default="utf-8"
        A byte order mark is skipped.
    delimiter : str, optional
        Found from the header where absent.
    reject : callable, optional
        Called with each `BadRow`, which is then left out; without it a bad row is an error.

    Attributes
    ----------
    names : list of str
        The header.
    size : int or None
        Bytes in all, where that is known.

    Raises
    ------
    DataError
        If the file is absent, empty, not text in that encoding, or not a table.
    UsageError
        If there is no such encoding.
    """

    def __init__(
        self,
        path: str,
        *,
        encoding: str = "utf-8",
        delimiter: str | None = None,
        reject: Callable[[BadRow], None] | None = None,
    ) -> None:
        self.path = "standard input" if path == PIPE else path
        self._reject = reject
        self._bad: BadRow | None = None
        self._bytes = _DecodedBytes(path, encoding, self.path)
        self.size = None if path == PIPE else Path(path).stat().st_size
        try:
            header = self._first_line()
            self._delimiter = delimiter or _delimiter_of(header)
            self.names = self._header(header)
        except BaseException:
            self._bytes.close()
            raise

    def __enter__(self) -> CsvTable:
        return self

    def __exit__(self, *exc: object) -> None:
        self._bytes.close()

    @property
    def position(self) -> int:
        """How many bytes have been read so far."""
        return self._bytes.position

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Read on, in the order of the file.

        Yields
        ------
        pyarrow.RecordBatch
            Columns of `names`, all of type large_string, at least one row.

        Raises
        ------
        DataError
            Naming the row that has more or fewer cells than the header, or is never closed.
        """
        if self._bytes.ended():
            return
        rows, last = 1, None
        try:
            for batch in self._reader():
                rows += len(batch)
                last = batch if len(batch) else last
                if len(batch):
                    yield batch
        except pa.ArrowInvalid as error:
            raise self._explained(error, rows) from None
        if last is not None and self._quote_left_open(last):
            raise DataError(f"{self.path}: row {rows}: a quote is opened and never closed; close or double it")

    def _reader(self) -> pc.CSVStreamingReader:
        single = len(self.names) == 1
        return pc.open_csv(
            self._bytes.arrow(),
            read_options=pc.ReadOptions(use_threads=False, block_size=BLOCK, column_names=self.names),
            parse_options=pc.ParseOptions(
                delimiter=self._delimiter,
                newlines_in_values=True,
                ignore_empty_lines=not single,
                invalid_row_handler=self._on_bad_row,
            ),
            convert_options=pc.ConvertOptions(
                column_types=dict.fromkeys(self.names, pa.large_string()),
                strings_can_be_null=False,
                null_values=[],
            ),
        )

    def _on_bad_row(self, row: pc.InvalidRow) -> str:
        cells = f"{row.actual_columns} cells, but the header has {row.expected_columns}"
        bad = BadRow(row.number + 1, cells, row.text)
        if self._reject is None:
            # Arrow swallows what is raised in here; it stops at "error", and then we say why.
            self._bad = bad
            return "error"
        self._reject(bad)
        return "skip"

    def _ragged(self, bad: BadRow) -> DataError:
        start = bad.text[:60] + ("..." if len(bad.text) > 60 else "")
        return DataError(
            f"{self.path}: row {bad.number} has {bad.reason}: {start!r}; "
            "mend it, or set such rows aside with --rejects FILE"
        )

    def _explained(self, error: pa.ArrowInvalid, rows: int) -> DataError:
        if self._bad:
            return self._ragged(self._bad)
        if "straddling" in str(error):
            what = f"is longer than {BLOCK // 2**20} MB, or a quote in it is never closed"
            return DataError(f"{self.path}: a row after row {rows} {what}")
        return DataError(f"{self.path}: after row {rows}: {str(error).splitlines()[0]}")

    def _quote_left_open(self, last: pa.RecordBatch) -> bool:
        """Whether the last cell holds a line break, so must be quoted, but the file ends without a quote."""
        cell = last.column(last.num_columns - 1)[-1].as_py()
        return "\n" in cell and not self._bytes.tail.rstrip(b"\r\n").endswith(b'"')

    def _first_line(self) -> str:
        line = self._bytes.header_record()
        if not line.strip():
            raise DataError(f"{self.path}: the file is empty; a header row with the names of the columns is needed")
        return line

    def _header(self, line: str) -> list[str]:
        if "\x00" in line:
            raise DataError(f"{self.path}: this is not a text file; a CSV table is expected")
        return next(csv.reader(io.StringIO(line, newline=""), delimiter=self._delimiter))


class _DecodedBytes:
    """A byte stream in any encoding, read as UTF-8; remembers where it is and what came last."""

    def __init__(self, path: str, encoding: str, name: str) -> None:
        self._encoding = _known_encoding(encoding)
        self._raw, self._path = _open(path), name
        self._decoder = codecs.getincrementaldecoder("utf-8-sig" if self._encoding == "utf-8" else encoding)()
        self._head = b""
        self._lines = 1
        self.position = 0
        self.tail = b""

    def arrow(self) -> pa.PythonFile:
        return pa.PythonFile(self, mode="r")

    @property
    def closed(self) -> bool:
        return self._raw.closed

    def close(self) -> None:
        if self._raw is not sys.stdin.buffer:
            self._raw.close()

    def read(self, size: int = -1) -> bytes:
        if self._head:
            end = len(self._head) if size < 0 else size
            data, self._head = self._head[:end], self._head[end:]
            return data
        data = self._decoded(size)
        self.tail = data[-4:] or self.tail
        return data

    def ended(self) -> bool:
        """Whether nothing but line breaks is left of a stream that has ended."""
        while not self._head.strip() and (more := self._decoded(_HEAD)):
            self._head += more
            self.tail = self._head[-4:]
        return not self._head.strip()

    def header_record(self) -> str:
        """Take the first record: up to the first line break outside quotes."""
        while (end := _record_end(self._head)) < 0:
            if len(self._head) > BLOCK:
                raise DataError(f"{self._path}: no end of the header row in {BLOCK // 2**20} MB; is this a table?")
            more = self._decoded(_HEAD)
            if not more:
                break
            self._head += more
        end = len(self._head) if end < 0 else end
        record, self._head = self._head[:end], self._head[end:]
        self.tail = self._head[-4:]
        return record.decode()

    def _decoded(self, size: int) -> bytes:
        raw = self._raw.read(size)
        self.position += len(raw)
        try:
            text = self._decoder.decode(raw, final=not raw)
        except UnicodeDecodeError as error:
            raise self._undecodable(error) from None
        self._lines += text.count("\n")
        # A multi-byte character cut at the end of a block leaves no text yet, but the stream goes on.
        return text.encode() if text or not raw else self._decoded(size)

    def _undecodable(self, error: UnicodeDecodeError) -> DataError:
        line = self._lines + error.object[: error.start].count(b"\n")
        byte = error.object[error.start]
        hint = "cp1251, as Excel in Russian writes, perhaps" if self._encoding == "utf-8" else "utf-8 perhaps"
        return DataError(
            f"{self._path}: line {line}: byte 0x{byte:02x} is not {self._encoding}; "
            f"name the file's encoding with --encoding ({hint})"
        )


def _known_encoding(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise UsageError(f"there is no encoding {encoding!r}; try utf-8, utf-16, cp1251 or cp866") from None


def _record_end(head: bytes) -> int:
    quoted = False
    for place, byte in enumerate(head):
        if byte == 0x22:
            quoted = not quoted
        elif byte == 0x0A and not quoted:
            return place + 1
    return -1


def _delimiter_of(header: str) -> str:
    """Find the commonest delimiter outside quotes; a header without any is one column."""
    outside = "".join(header.split('"')[::2])
    count, delimiter = max((outside.count(d), d) for d in reversed(_DELIMITERS))
    return delimiter if count else _NO_DELIMITER


def _open(path: str) -> BinaryIO:
    if path == PIPE:
        return sys.stdin.buffer
    try:
        return open(path, "rb")
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise DataError(f"{path}: this is a folder; name the files in it") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None


class CsvWriter:
    """Writes batches of rows as UTF-8 CSV; every text cell is quoted.

    Parameters
    ----------
    file : BinaryIO
    schema : pyarrow.Schema
    """

    def __init__(self, file: BinaryIO, schema: pa.Schema) -> None:
        header = io.StringIO()
        csv.writer(header, lineterminator="\n").writerow(schema.names)
        file.write(header.getvalue().encode())
        self._writer = pc.CSVWriter(file, schema, write_options=pc.WriteOptions(include_header=False))

    def __enter__(self) -> CsvWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    def write(self, table: pa.Table) -> None:
        """Append rows."""
        self._writer.write(table)


def read_all(paths: Sequence[str], *, encoding: str = "utf-8", delimiter: str | None = None) -> list[pa.Table]:
    """Read whole tables into memory.

    Parameters
    ----------
    paths : sequence of str
    encoding, delimiter
        As in `CsvTable`.

    Returns
    -------
    list of pyarrow.Table
        One for each path.
    """
    tables = []
    for path in paths:
        with CsvTable(path, encoding=encoding, delimiter=delimiter) as table:
            schema = pa.schema([(name, pa.large_string()) for name in table.names])
            tables.append(pa.Table.from_batches(list(table.batches()), schema))
    return tables
