"""Ads to label as a CSV that `train.py --decisions` takes once the labels are in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from classifier.errors import UsageError
from classifier.review import Case
from classifier.tables import CSV, PIPE, Format, format_of

_COLUMNS = ("id", "row", "text", "label", "fraud_score", "fraud_band", "fraud_scheme")


def check_name(path: str) -> None:
    """Refuse a name that says it is something else than a CSV.

    Raises
    ------
    UsageError
    """
    if path != PIPE and (format_of(path) != Format(CSV) or not path.lower().endswith(".csv")):
        raise UsageError(f"{path}: ads to label are written as CSV; let the name end in .csv")


def sheet(cases: Iterable[Case]) -> str:
    r"""Write the ads to label, in the manner of the page's own CSV.

    Examples
    --------
    >>> sheet([Case("a1", 1, "Үй, арзан", 0.4, "review", "", "", [], [], [])])
    'id,row,text,label,fraud_score,fraud_band,fraud_scheme\r\na1,1,"Үй, арзан",,0.400000,review,\r\n'
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    writer.writerows(
        (case.key, case.row, case.text, case.label, f"{case.score:.6f}", case.band, case.scheme) for case in cases
    )
    return out.getvalue()
