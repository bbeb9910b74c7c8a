"""CSV and TSV in, every cell as the text it is."""

from __future__ import annotations

import csv
import io
import threading
import weakref
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.csv as pc

from classifier.errors import DataError
from classifier.tables.dialects import Dialect, dialect_of, named_delimiter, record_end
from classifier.tables.encodings import MARK, BadByte, Utf8Stream
from classifier.tables.formats import TSV, Format
from classifier.tables.rows import BadRow, Reject
from classifier.tables.sources import Source

#: How many bytes are parsed at once, and how many where a row is longer than that. Arrow reads some twenty
#: blocks ahead, so larger ones take memory.
BLOCK = 2**20
LARGE_BLOCK = 64 * BLOCK

_HEAD = 2**16

#: The last reader, its file and options: Arrow's threads may let go of them a little later than we do, and
#: whoever is the last to let go needs Python, which may have ended by then.
_kept: list[object] = []


class CsvTable:
    """A CSV file opened for reading; see `Table`.

    Parameters
    ----------
    path : str
        A file, or ``-`` for standard input.
    form : Format
    encoding : str
    delimiter : str or None
        Found from the header where None.
    reject : callable or None
        Called with each `BadRow`, which is then left out; without it a bad row is an error.

    Raises
    ------
    DataError
        If the file is absent, empty, not text in that encoding, or not a table.
    UsageError
        If there is no such encoding.
    """

    def __init__(
        self, path: str, form: Format, *, encoding: str, delimiter: str | None = None, reject: Reject | None = None
    ) -> None:
        self._path, self._form, self._encoding = path, form, encoding
        self._delimiter = delimiter or ("\t" if form.kind == TSV else None)
        self._reject = reject
        self._bad: BadRow | None = None
        self._rejected = 0
        self._open()
        self.path, self.size = self._source.name, self._source.size
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
        return self._stream.text.damaged

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Read on, in the order of the file; see `Table`."""
        rows = 0
        try:
            for batch in self._parsed(BLOCK):
                rows += len(batch)
                yield batch
        except _LongRowError:
            self._again(rows)
            skip = rows
            for batch in self._parsed(LARGE_BLOCK):
                yield from (batch.slice(skip),) if len(batch) > skip else ()
                skip = max(0, skip - len(batch))

    def _open(self, errors: str = "strict") -> None:
        self._source = Source(self._path, self._form.compression)
        try:
            self._stream = _Stream(Utf8Stream(self._source, self._encoding, errors))
            self._dialect, self.names = self._header()
        except BadByte as error:
            place = self._place_of_bad_byte()
            self._source.close()
            raise DataError(f"{self._source.name}: {place}{error}") from None
        except BaseException:
            self._source.close()
            raise

    def _again(self, rows: int) -> None:
        """Begin anew, in larger blocks; rows already set aside are passed over."""
        if not self._source.can_be_read_again:
            self._source.close()
            raise self._too_long(rows + 1 + self._rejected, BLOCK)
        self._source.close()
        self._open()
        told, self._rejected = self._rejected, 0
        reject = self._reject
        if reject:
            self._reject = lambda bad: reject(bad) if self._rejected > told else None

    def _parsed(self, block: int) -> Iterator[pa.RecordBatch]:
        if self._stream.ended():
            return
        rows, last = 1, None
        try:
            reader = self._reader(block)
            for batch in reader:
                rows += len(batch)
                if len(batch):
                    last = batch
                    yield batch
        except BadByte as error:
            raise DataError(f"{self.path}: {self._place_of_bad_byte()}{error}") from None
        except pa.ArrowInvalid as error:
            raise self._explained(error, rows + self._rejected, block) from None
        finally:
            self._stream.stop()
        if last is not None and self._quote_left_open(last):
            number = rows + self._rejected
            raise DataError(f"{self.path}: row {number}: a quote is opened and never closed; close or double it")

    def _reader(self, block: int) -> pc.CSVStreamingReader:
        parsing = pc.ParseOptions(
            delimiter=self._dialect.delimiter,
            quote_char=self._dialect.quote,
            newlines_in_values=True,
            ignore_empty_lines=len(self.names) > 1,
            invalid_row_handler=self._on_bad_row,
        )
        file = pa.PythonFile(self._stream, mode="r")
        _kept[:] = [parsing, file]
        reader = pc.open_csv(
            file,
            read_options=pc.ReadOptions(use_threads=False, block_size=block, column_names=self.names),
            parse_options=parsing,
            # An empty cell is null and a quoted empty one is not, so that each comes back as it was.
            convert_options=pc.ConvertOptions(
                column_types=dict.fromkeys(self.names, pa.large_string()),
                strings_can_be_null=True,
                null_values=[""],
                quoted_strings_can_be_null=False,
            ),
        )
        _kept.append(reader)
        return reader

    def _on_bad_row(self, row: pc.InvalidRow) -> str:
        cells = f"{row.actual_columns} cells, but the header has {row.expected_columns}"
        bad = BadRow(self.path, row.number + 1, cells, row.text)
        self._rejected += 1
        if self._reject is None:
            # Arrow swallows what is raised in here; it stops at "error", and then we say why.
            self._bad = bad
            return "error"
        self._reject(bad)
        return "skip"

    def _explained(self, error: pa.ArrowInvalid, rows: int, block: int) -> DataError:
        if self._bad:
            return DataError(str(self._bad))
        if "straddling" in str(error):
            return self._too_long(rows, block) if block == LARGE_BLOCK else _LongRowError()
        return DataError(f"{self.path}: after row {rows}: {str(error).splitlines()[0]}")

    def _too_long(self, rows: int, block: int) -> DataError:
        what = f"is longer than {block // 2**20} MB, or a quote in it is never closed"
        return DataError(f"{self.path}: a row after row {rows} {what}")

    def _quote_left_open(self, last: pa.RecordBatch) -> bool:
        """Whether the last cell holds a line break, so must be quoted, but the file ends without a quote."""
        cell = last.column(last.num_columns - 1)[-1].as_py() or ""
        return "\n" in cell and not self._stream.tail.rstrip(b"\r\n").endswith(self._dialect.quote.encode())

    def _place_of_bad_byte(self) -> str:
        """Read once more, with marks for bad bytes, to name the row and column of the first."""
        if not self._source.can_be_read_again:
            return ""
        self._source.close()
        self._reject = lambda _: None
        self._rejected = 0
        self._open("mark")
        try:
            return self._first_mark()
        finally:
            self._stream.stop()

    def _first_mark(self) -> str:
        rows = 1
        for batch in self._reader(LARGE_BLOCK):
            for name, column in zip(self.names, batch.columns, strict=True):
                found = pa.compute.match_substring(column, MARK).index(True).as_py()
                if found >= 0:
                    return f"row {rows + found + 1 + self._rejected}, column {name!r}: "
            rows += len(batch)
        return ""

    def _header(self) -> tuple[Dialect, list[str]]:
        line = self._stream.header_record(self._source.name)
        named = named_delimiter(line)
        if named:
            line = self._stream.header_record(self._source.name)
        if not line.strip():
            what = "the file is empty; a header row with the names of the columns is needed"
            raise DataError(f"{self._source.name}: {what}")
        if "\x00" in line:
            raise DataError(f"{self._source.name}: this is not a text file; a CSV table is expected{_wide(line)}")
        found = dialect_of(line)
        dialect = found._replace(delimiter=self._delimiter or named or found.delimiter)
        cells = csv.reader(io.StringIO(line, newline=""), delimiter=dialect.delimiter, quotechar=dialect.quote)
        return dialect, next(cells)


class _LongRowError(DataError):
    """A row does not fit into a block."""


class _Stream:
    """A text of which the header is taken first, and Arrow reads the rest; remembers what came last.

    Arrow reads ahead in a thread of its own, and parses in another. Neither may need Python once its
    reader is let go of, or Python has ended: so blocks are given as Arrow's own memory, which is
    freed without Python, and `stop` waits until the reading has come to its end.
    """

    def __init__(self, text: Utf8Stream) -> None:
        self.text = text
        self._head = b""
        self.closed = False
        self.tail = b""
        self._reading = self._stopped = False
        self._ended = threading.Event()

    def read_buffer(self, size: int) -> pa.Buffer:
        self._reading = True
        try:
            data = b"" if self._stopped else self._read(size)
        finally:
            self._reading = False
        out = pa.BufferOutputStream()
        out.write(data)
        buffer = out.getvalue()
        if not data:
            # Arrow's reading ends when it lets go of the empty block.
            self._watched = weakref.ref(buffer, lambda _: self._ended.set())
        return buffer

    def stop(self) -> None:
        """End the text here, and wait until Arrow has heard of it; where it does not ask, it is not reading."""
        self._stopped = True
        self.text.stop()
        while not self._ended.wait(0.3) and self._reading:
            pass

    def _read(self, size: int) -> bytes:
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
            return data
        data = self.text.read(size)
        self.tail = data[-4:] or self.tail
        return data

    def close(self) -> None:
        self.closed = True

    def ended(self) -> bool:
        """Whether nothing but line breaks is left of a stream that has ended."""
        while not self._head.strip() and (more := self.text.read(_HEAD)):
            self._head += more
            self.tail = self._head[-4:]
        return not self._head.strip()

    def header_record(self, name: str) -> str:
        """Take the next record: up to the first line break outside quotes."""
        while (end := record_end(self._head)) < 0:
            if len(self._head) > BLOCK:
                raise DataError(f"{name}: no end of the header row in {BLOCK // 2**20} MB; is this a table?")
            more = self.text.read(_HEAD)
            if not more:
                break
            self._head += more
        end = len(self._head) if end < 0 else end
        record, self._head = self._head[:end], self._head[end:]
        self.tail = self._head[-4:]
        return record.decode()


def _wide(line: str) -> str:
    wide = line.count("\x00") > len(line) // 3
    return "; if it is UTF-16, pass --encoding utf-16-le" if wide else ""
