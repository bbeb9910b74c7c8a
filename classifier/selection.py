"""Smaller outputs: only some bands, from some score, the top of a file, some columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from classifier.columns import OUTPUT, require
from classifier.errors import UsageError
from classifier.summary import BANDS

_ORDER = "\x00order"
_SLACK = 10_000
_NONE = np.empty(0, np.int64)


@dataclass(frozen=True)
class Selection:
    """Which rows and columns of a scored table are written; by default all.

    Attributes
    ----------
    bands : sequence of str or None
        Only rows of these.
    min_score : float or None
        Only rows whose score, as it is written, is at least this; never unscored ones.
    top : int or None
        Only so many rows, those of the highest scores, highest first.
    columns : sequence of str or None
        Only these columns of the input, in this order; ours follow in any case.

    Raises
    ------
    UsageError
        If there is no such band, or a number makes no sense.

    Examples
    --------
    >>> chosen = Selection(bands=["hold"], columns=["id"])
    >>> chosen.names(["id", "text"])
    ['id']
    """

    bands: Sequence[str] | None = None
    min_score: float | None = None
    top: int | None = None
    columns: Sequence[str] | None = None

    def __post_init__(self) -> None:
        unknown = [band for band in self.bands or () if band not in BANDS]
        if unknown or (self.bands is not None and not self.bands):
            raise UsageError(f"there is no band {', '.join(unknown)}; --only takes {', '.join(BANDS)}")
        if self.min_score is not None and not 0 <= self.min_score <= 1:
            raise UsageError(f"--min-score must be between 0 and 1, for example 0.5, not {self.min_score:g}")
        if self.top is not None and self.top < 1:
            raise UsageError(f"--top must be at least 1, not {self.top}")

    def names(self, names: Sequence[str], *, source: str = "table") -> list[str]:
        """Give the columns of the input that are written.

        Raises
        ------
        DataError
            If a wanted one is absent.
        """
        return list(names) if self.columns is None else require(names, self.columns, source)

    def rows(self, table: pa.Table) -> pa.Table:
        """Keep the rows that are wanted, but for `top`."""
        if self.bands is not None:
            table = table.filter(pc.is_in(table.column("fraud_band"), pa.array(self.bands, pa.string())))
        if self.min_score is not None:
            table = table.filter(pc.greater_equal(_scores(table), self.min_score))
        return table


class Top:
    """The rows of the highest scores of all that were added; about twice as many as are wanted are held.

    Parameters
    ----------
    how_many : int
    """

    def __init__(self, how_many: int) -> None:
        self.how_many = how_many
        self._seen = 0
        # Tables of one schema are held as one; there are several where formats are mixed.
        self._held: list[tuple[str, pa.Table]] = []

    def add(self, table: pa.Table, source: str) -> None:
        """Add rows of the table that is called `source`."""
        order = pa.array(np.arange(self._seen, self._seen + len(table)))
        self._seen += len(table)
        table = table.append_column(_ORDER, order)
        for place, (first, held) in enumerate(self._held):
            if held.schema.equals(table.schema):
                self._held[place] = first, pa.concat_tables([held, table])
                break
        else:
            self._held.append((source, table))
        if sum(len(held) for _, held in self._held) > 2 * self.how_many + _SLACK:
            tables, rows = self._ranked()
            self._held = [
                (source, held.take(np.sort(rows[tables == n])).combine_chunks())
                for n, (source, held) in enumerate(self._held)
            ]

    def ranked(self) -> Iterator[tuple[pa.Table, str]]:
        """Give the rows, highest score first and of equal ones the earlier, each part with its source."""
        tables, rows = self._ranked()
        for run in np.split(np.arange(len(rows)), np.flatnonzero(np.diff(tables)) + 1):
            if len(run):
                source, held = self._held[tables[run[0]]]
                yield held.take(rows[run]).drop_columns(_ORDER), source

    def _ranked(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Give the numbers of the tables and rows of the best, best first."""
        tables = np.concatenate([np.full(len(held), n) for n, (_, held) in enumerate(self._held)] or [_NONE])
        rows = np.concatenate([np.arange(len(held)) for _, held in self._held] or [_NONE])
        scores = np.concatenate([pc.fill_null(_scores(held), -1.0).to_numpy() for _, held in self._held] or [_NONE])
        order = np.concatenate([held.column(_ORDER).to_numpy() for _, held in self._held] or [_NONE])
        best = np.lexsort((order, -scores))[: self.how_many]
        return tables[best], rows[best]


def _scores(table: pa.Table) -> pa.ChunkedArray:
    return table.column(OUTPUT[0]).cast(pa.float64())
