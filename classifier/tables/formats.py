"""Which format a file is in, by its name; a folder is the files in it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from classifier.errors import DataError, UsageError

#: Names standard input and output on a command line.
PIPE = "-"

CSV, TSV, JSON_LINES, PARQUET = "csv", "tsv", "jsonl", "parquet"

#: CSV as spreadsheets open it, which is only written: a byte order mark, semicolons, formulas made harmless.
EXCEL = "excel"

_BY_SUFFIX = {".csv": CSV, ".tsv": TSV, ".jsonl": JSON_LINES, ".ndjson": JSON_LINES, ".parquet": PARQUET}
_COMPRESSION = {".gz": "gzip", ".zst": "zstd"}

_ADVICE = {
    ".xlsx": "save the sheet as CSV UTF-8",
    ".xls": "save the sheet as CSV UTF-8",
    ".ods": "save the sheet as CSV with UTF-8",
    ".json": "write one object a line and name it .jsonl",
    ".zip": "unpack it, or pack it with gzip",
    ".bz2": "unpack it, or pack it with gzip",
    ".xz": "unpack it, or pack it with gzip",
}


class Format(NamedTuple):
    """What is in a file.

    Attributes
    ----------
    kind : str
        ``csv``, ``tsv``, ``jsonl`` or ``parquet``.
    compression : str or None
        ``gzip`` or ``zstd``.
    """

    kind: str
    compression: str | None = None


def format_of(path: str, default: str = CSV) -> Format:
    """Tell a file's format from the end of its name.

    Parameters
    ----------
    path : str
    default : str, default="csv"
        What a pipe holds, or a file whose name does not say.

    Raises
    ------
    UsageError
        If it is a format that is neither read nor written here.

    Examples
    --------
    >>> format_of("ads.jsonl.gz")
    Format(kind='jsonl', compression='gzip')
    >>> format_of("ads.txt").kind
    'csv'
    """
    name = Path(path).name.lower()
    stem, suffix = os.path.splitext(name)
    compression = _COMPRESSION.get(suffix)
    suffix = os.path.splitext(stem)[1] if compression else suffix
    kind = _BY_SUFFIX.get(suffix, default)
    if suffix in _ADVICE:
        raise UsageError(f"{path}: {suffix} files are neither read nor written; {_ADVICE[suffix]}")
    if kind == PARQUET and (compression or path == PIPE):
        raise UsageError(f"{path}: Parquet is compressed within and not for pipes; name a file that ends in .parquet")
    return Format(kind, compression)


def files_of(inputs: Sequence[str]) -> list[str]:
    """Put in the place of each folder its files of known formats, sorted by name.

    Raises
    ------
    DataError
        If there is none in a folder.
    """
    return [file for path in inputs for file in (_in_folder(path) if os.path.isdir(path) else [path])]


def _in_folder(folder: str) -> list[str]:
    found = sorted(str(path) for path in Path(folder).iterdir() if path.is_file() and _is_table(path.name))
    if not found:
        raise DataError(f"{folder}: there is no table in this folder ({', '.join(_BY_SUFFIX)}, also .gz or .zst)")
    return found


def _is_table(name: str) -> bool:
    stem, suffix = os.path.splitext(name.lower())
    return (
        not name.startswith(".")
        and (suffix if suffix not in _COMPRESSION else os.path.splitext(stem)[1]) in _BY_SUFFIX
    )
