r"""Cells that a spreadsheet would run as formulas, made harmless, and back again.

A cell that begins with ``=``, ``+``, ``-``, ``@``, their full-width forms, a tab, a line break or
NUL, after any number of apostrophes, gets one apostrophe more in front (after OWASP, "CSV
Injection", and ASVS 5.0, 1.2.10; the apostrophe tells a spreadsheet that text follows). Since
cells with apostrophes already there get one more too, taking one off gives every cell back.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from classifier.tables.cells import is_text

_RUNS = "[-=+@\uff1d\uff0b\uff0d\uff20\\t\\r\\n\\x00]"


def neutralised(table: pa.Table) -> pa.Table:
    """Put an apostrophe before what a spreadsheet would run, in every column of texts and in the header.

    Parameters
    ----------
    table : pyarrow.Table

    Returns
    -------
    pyarrow.Table

    Examples
    --------
    >>> neutralised(pa.table({"a": ["=1+1", "'=1", "+7 701 000 12 34", "диван"]}))["a"].to_pylist()
    ["'=1+1", "''=1", "'+7 701 000 12 34", 'диван']
    """
    return _replaced(table, rf"\A('*{_RUNS})", r"'\1")


def restored(table: pa.Table) -> pa.Table:
    """Undo `neutralised`.

    Parameters
    ----------
    table : pyarrow.Table

    Returns
    -------
    pyarrow.Table

    Examples
    --------
    >>> restored(neutralised(pa.table({"a": ["=1+1", "'=1", "'", "диван"]})))["a"].to_pylist()
    ['=1+1', "'=1", "'", 'диван']
    """
    return _replaced(table, rf"\A'('*{_RUNS})", r"\1")


def _replaced(table: pa.Table, pattern: str, replacement: str) -> pa.Table:
    names = pc.replace_substring_regex(pa.array(table.schema.names, pa.string()), pattern, replacement)
    columns = [
        pc.replace_substring_regex(column, pattern, replacement) if is_text(column.type) else column
        for column in table.columns
    ]
    return pa.table(columns, names=names.to_pylist())
