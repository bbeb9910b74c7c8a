"""What became of the rows of a run: counts for a person, and as JSON for a pipeline."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

BANDS = ("hold", "review", "clear", "unscored")


@dataclass
class Summary:
    """What became of the rows.

    Attributes
    ----------
    rows : int
        Rows scored, or found to have nothing to read.
    written : int
        Rows written: all, or those that were selected.
    bands, schemes : Counter of str
        How many fell into each band, and of those flagged into each scheme.
    rejected : int
        Rows set aside.
    damaged : int
        Question marks met inside words, where Kazakh letters may have stood.
    seconds : float
        How long it took; of a resumed run all its parts together.
    """

    rows: int = 0
    written: int = 0
    bands: Counter[str] = field(default_factory=Counter)
    schemes: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    damaged: int = 0
    seconds: float = 0.0

    def add(self, scored: pa.Table, written: int) -> None:
        """Count a batch."""
        self.rows += len(scored)
        self.written += written
        self.bands.update(_counts(scored.column("fraud_band")))
        self.schemes.update(_counts(scored.column("fraud_scheme")))

    def figures(self) -> dict[str, Any]:
        """Give the counts as JSON has them, every band named."""
        return {
            "rows": self.rows,
            "written": self.written,
            "rejected": self.rejected,
            "bands": {band: self.bands[band] for band in BANDS},
            "schemes": dict(sorted((name, n) for name, n in self.schemes.items() if name)),
            "question_marks_in_words": self.damaged,
            "seconds": round(self.seconds, 3),
        }

    def __str__(self) -> str:
        bands = ", ".join(f"{self.bands[band]:,} {band}" for band in BANDS)
        chosen = f"; {self.written:,} written" if self.written != self.rows else ""
        aside = f"; {self.rejected:,} rows set aside" if self.rejected else ""
        return f"{self.rows:,} ads: {bands}{chosen}{aside}"


def _counts(column: pa.ChunkedArray) -> dict[str, int]:
    return {item["values"]: item["counts"] for item in column.value_counts().to_pylist()}
