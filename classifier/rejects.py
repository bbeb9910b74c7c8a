"""Bad rows set aside in a CSV of their own."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterator

from classifier.atomic import replacing
from classifier.tables import BadRow, Reject


@contextlib.contextmanager
def setting_aside(path: str) -> Iterator[Reject]:
    """Write bad rows to a file, which appears whole or not at all: file, row, reason, text.

    Parameters
    ----------
    path : str

    Yields
    ------
    callable
        To be called with each `BadRow`.
    """
    with replacing(path) as file:
        text = io.TextIOWrapper(file, "utf-8", newline="")
        writer = csv.writer(text)
        writer.writerow(["file", "row", "reason", "text"])

        def reject(bad: BadRow) -> None:
            writer.writerow([bad.file, bad.number, bad.reason, bad.text])

        yield reject
        text.detach()
