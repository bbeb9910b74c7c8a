"""How well schemes are told apart, as cells of tables for the card and the page."""

from __future__ import annotations

from typing import Any

from classifier.schemes import by_id

_Data = dict[str, Any]

SORTING_COLUMNS = ["scheme", "what it is", "ads", "precision", "recall"]


def sorting_rows(sorting: _Data) -> list[list[str]]:
    """Give the cells under `SORTING_COLUMNS`, a row for each scheme.

    Examples
    --------
    >>> sorting_rows({"schemes": [{"id": "online_casino", "ads": 53, "precision": 0.5, "recall": 1.0}]})
    [['online_casino', 'Online casino and betting', '53', '0.50', '1.00']]
    """
    return [
        [s["id"], scheme.en.name if (scheme := by_id(s["id"])) else "", str(s["ads"])]
        + [f"{s[share]:.2f}" for share in ("precision", "recall")]
        for s in sorting["schemes"]
    ]


def confusion_columns(sorting: _Data) -> list[str]:
    """Give the heads over `confusion_rows`: what was named, by its number."""
    return ["scheme", *(str(number) for number, _ in enumerate(sorting["schemes"], 1))]


def confusion_rows(sorting: _Data) -> list[list[str]]:
    """Give how many ads of each scheme were named what; empty cells are none.

    Examples
    --------
    >>> confusion_rows({"schemes": [{"id": "a"}, {"id": "b"}], "confusion": [[2, 0], [1, 1]]})
    [['1 a', '2', ''], ['2 b', '1', '1']]
    """
    return [
        [f"{number} {s['id']}", *(str(n or "") for n in counts)]
        for number, (s, counts) in enumerate(zip(sorting["schemes"], sorting["confusion"], strict=True), 1)
    ]
