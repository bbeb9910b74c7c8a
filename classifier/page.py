"""The evaluation as one page that needs nothing else: no network, no script, readable on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from classifier import charts
from classifier.evaluation import METRICS
from classifier.report import BAND_COLUMNS, band_rows, interval
from classifier.scheme_report import SORTING_COLUMNS, confusion_columns, confusion_rows, sorting_rows

_Data = dict[str, Any]


def page(data: _Data) -> str:
    """Write the page.

    Parameters
    ----------
    data : dict
        What `report.figures` gave.

    Returns
    -------
    str
        HTML.
    """
    about, evaluation = data["model"], data["evaluation"]
    overall = evaluation["slices"][0]
    parts = [
        f"<p>{overall['ads']:,} ads, {overall['fraud']:,} of them fraudulent. Scores are likelihoods at even odds, "
        f"of ads that the model had not seen. It was trained on {about['ads']:,} ads, "
        f"<code>{escape(about['sha256'][:16])}</code>.</p>",
        _section("What the bands mean at work", _table(BAND_COLUMNS, band_rows(evaluation["bands"]))),
        _section("Scores by class", charts.histogram(evaluation)),
        _section("Precision and recall", charts.precision_recall(evaluation)),
        _section("Is a likelihood what it says?", charts.reliability(evaluation)),
        _section("Figures by slice, with 95 % intervals", _slices(evaluation["slices"])),
    ]
    if evaluation["schemes"]:
        parts.insert(4, _section("Recall by scheme", charts.schemes(evaluation)))
    if evaluation["sorting"]:
        parts.append(_section("Which scheme is named", _sorting(evaluation["sorting"])))
    return _PAGE.format(body="\n".join(parts))


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2><div class=wide>{content}</div></section>"


def _sorting(sorting: _Data) -> str:
    return (
        f"<p>Accuracy {interval(sorting['accuracy'])}, macro F1 {interval(sorting['macro_f1'])}, of "
        f"{sorting['ads']:,} fraudulent ads that the model had not seen.</p>"
        f"{_table(SORTING_COLUMNS, sorting_rows(sorting))}<p>Ads by their scheme (rows) and the one that was named "
        f"(columns):</p>{_table(confusion_columns(sorting), confusion_rows(sorting))}"
    )


def _slices(slices: Sequence[_Data]) -> str:
    rows = [[s["name"], s["ads"], s["fraud"], *(interval(s["metrics"][name]) for name in METRICS)] for s in slices]
    return _table(["slice", "ads", "fraud", *METRICS], rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    heads = "".join(f"<th scope=col>{escape(cell)}</th>" for cell in head)
    lines = "".join(
        f"<tr><th scope=row>{escape(str(first))}</th>{''.join(f'<td>{escape(str(cell))}</td>' for cell in rest)}</tr>"
        for first, *rest in rows
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"


_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Evaluation: fraudulent classified ads</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; color: #1a1a1a; }}
h1 {{ font-size: 1.5rem; }} h2 {{ font-size: 1.15rem; margin-top: 2rem; }}
.wide {{ overflow-x: auto; }} svg {{ max-width: 100%; height: auto; }}
table {{ border-collapse: collapse; font-size: 0.85rem; }}
th, td {{ padding: 0.3rem 0.6rem; border-bottom: 1px solid #ddd; text-align: right; white-space: nowrap; }}
thead th {{ white-space: normal; vertical-align: bottom; }} tbody th, thead th:first-child {{ text-align: left; }}
</style>
</head>
<body>
<h1>How well fraudulent ads are found</h1>
{body}
</body>
</html>
"""
