"""What the readers of all formats have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import pyarrow as pa

#: A column that the reader of JSON lines adds: each row as it stands in the file. No header can name it.
LINE = "\x00line"


@dataclass(frozen=True)
class BadRow:
    """A row that is not like the others: more or fewer cells than the header, or not a JSON object.

    Attributes
    ----------
    file : str
    number : int
        Counted from the header, which is row 1, blank lines left out; in JSON lines that of the line.
    reason : str
    text : str
        The row as it stands in the file.
    """

    file: str
    number: int
    reason: str
    text: str

    def __str__(self) -> str:
        start = self.text[:60] + ("..." if len(self.text) > 60 else "")
        return (
            f"{self.file}: row {self.number} has {self.reason}: {start!r}; "
            "mend it, or set such rows aside with --rejects FILE"
        )


Reject: TypeAlias = Callable[[BadRow], None]


class Table(Protocol):
    """A table opened for reading.

    Attributes
    ----------
    path : str
        What to call it in a message.
    names : list of str
        Its columns.
    schema : pyarrow.Schema
        The same with their types.
    size : int or None
        Bytes in all, where known.
    position : int
        Bytes read so far.
    damaged : int
        Question marks met inside words, where Kazakh letters may have stood.
    """

    path: str
    names: list[str]
    schema: pa.Schema
    size: int | None

    @property
    def position(self) -> int:
        """See above."""

    @property
    def damaged(self) -> int:
        """See above."""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Read on, in the order of the file: batches of at least one row, with the columns `names`.

        Raises
        ------
        DataError
            Naming the row that cannot be read.
        """

    def close(self) -> None:
        """Let go of the file."""
