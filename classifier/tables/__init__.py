"""Tables of ads in, scored tables out: CSV, TSV, JSON lines and Parquet, plain or packed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa

from classifier.tables import excel
from classifier.tables.cells import as_text
from classifier.tables.csv_table import CsvTable
from classifier.tables.formats import CSV, EXCEL, JSON_LINES, PARQUET, PIPE, Format, files_of, format_of
from classifier.tables.json_table import JsonTable
from classifier.tables.parquet_table import ParquetTable
from classifier.tables.rows import LINE, BadRow, Reject, Table
from classifier.tables.writers import SCORE, TableWriter, writer_for

__all__ = [
    "CSV",
    "EXCEL",
    "JSON_LINES",
    "LINE",
    "PARQUET",
    "PIPE",
    "SCORE",
    "BadRow",
    "Format",
    "Reject",
    "Table",
    "TableWriter",
    "files_of",
    "format_of",
    "open_table",
    "read_all",
    "writer_for",
]


@contextmanager
def open_table(
    path: str,
    *,
    encoding: str = "utf-8",
    delimiter: str | None = None,
    default: str = CSV,
    reject: Reject | None = None,
) -> Iterator[Table]:
    """Open a table for reading, in whichever format its name says.

    Parameters
    ----------
    path : str
        A file, or ``-`` for standard input.
    encoding : str, default="utf-8"
        Of text files; a byte order mark goes before it.
    delimiter : str, optional
        Of CSV files; found from the header where absent.
    default : str, default="csv"
        The format of a pipe, or of a file whose name does not say.
    reject : callable, optional
        Called with each `BadRow`, which is then left out; without it a bad row is an error.

    Yields
    ------
    Table

    Raises
    ------
    DataError
        If it is absent, empty, damaged, not text in that encoding, or not a table.
    UsageError
        If there is no such encoding, or the format is none of ours.
    """
    form = format_of(path, default)
    table: Table
    if form.kind == PARQUET:
        table = ParquetTable(path)
    elif form.kind == JSON_LINES:
        table = JsonTable(path, form, encoding=encoding, reject=reject)
    else:
        table = CsvTable(path, form, encoding=encoding, delimiter=delimiter, reject=reject)
    try:
        yield table
    finally:
        table.close()


def read_all(
    paths: Sequence[str], *, encoding: str = "utf-8", delimiter: str | None = None, from_excel: bool = False
) -> list[pa.Table]:
    """Read whole tables into memory, every cell as text.

    Parameters
    ----------
    paths : sequence of str
        Files or folders.
    encoding, delimiter
        As in `open_table`.
    from_excel : bool, default=False
        Whether the tables were written by ``predict.py --excel``; its quotes before formulas are taken off.

    Returns
    -------
    list of pyarrow.Table
        One for each file.
    """
    tables = []
    for path in files_of(paths):
        with open_table(path, encoding=encoding, delimiter=delimiter) as table:
            schema = pa.schema([(name, pa.large_string()) for name in table.names])
            batches = [
                as_text(batch.select(table.names), source=table.path).cast(schema) for batch in table.batches()
            ]
            whole = pa.Table.from_batches(batches, schema)
        tables.append(_filled(excel.restored(whole) if from_excel else whole))
    return tables


def _filled(table: pa.Table) -> pa.Table:
    """Give empty texts for nulls, as those who train think of empty cells."""
    return pa.table([pa.compute.fill_null(column, "") for column in table.columns], schema=table.schema)
