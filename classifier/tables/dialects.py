"""How the cells of a CSV file are told apart: found from its header row, never guessed from its texts."""

from __future__ import annotations

import re
from typing import NamedTuple

#: Delimiters that a header may show, and the one for a header that shows none: a table of one
#: column, in which commas are part of the text.
DELIMITERS = ",;\t|"
NO_DELIMITER = "\x1f"

_SINGLE_QUOTED = re.compile(r"\s*'[^']*'(?:[,;\t|]'[^']*')*\s*")
#: Excel's own first line that names the delimiter.
_EXCEL_LINE = re.compile(r"\s*sep=(.)\r?\n?")


class Dialect(NamedTuple):
    """What stands between cells, and around them.

    Attributes
    ----------
    delimiter : str
    quote : str
    """

    delimiter: str
    quote: str


def dialect_of(header: str) -> Dialect:
    """Find delimiter and quote from a header row.

    Examples
    --------
    >>> dialect_of('id;"price, KZT";text')
    Dialect(delimiter=';', quote='"')
    >>> dialect_of("'id','text'").quote
    "'"
    >>> dialect_of("text").delimiter == NO_DELIMITER
    True
    """
    quote = "'" if _SINGLE_QUOTED.fullmatch(header) else '"'
    outside = re.sub(rf"(^|[{DELIMITERS}]){quote}(?:[^{quote}]|{quote}{quote})*{quote}", r"\1", header)
    count, delimiter = max((outside.count(d), d) for d in reversed(DELIMITERS))
    return Dialect(delimiter if count else NO_DELIMITER, quote)


def named_delimiter(line: str) -> str | None:
    r"""Give the delimiter that Excel's line ``sep=;`` names, if it is such a line.

    Examples
    --------
    >>> named_delimiter("sep=;\r\n")
    ';'
    """
    found = _EXCEL_LINE.fullmatch(line)
    return found[1] if found else None


def record_end(head: bytes) -> int:
    """Find where the first record ends: after the first line break outside quotes, or -1.

    A quote opens only at the beginning of a cell. A lone carriage return ends a line too.
    """
    quoted, begins = False, True
    for place, byte in enumerate(head):
        if quoted:
            quoted = byte != 0x22
            begins = False
        elif byte == 0x0A:
            return place + 1
        elif byte == 0x0D:
            if place + 1 == len(head):
                return -1
            return place + 1 + (head[place + 1] == 0x0A)
        else:
            # A doubled quote closes and opens again at once.
            quoted = byte == 0x22 and (begins or head[place - 1] == 0x22)
            begins = byte in b",;\t|"
    return -1
