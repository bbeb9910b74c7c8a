"""Curves and bars of an evaluation, as SVG that stands in a page by itself."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "fraud",
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "figure.constrained_layout.use": True,
}
_FRAUD, _HONEST = "#b3261e", "#1f5fa8"

_Data = dict[str, Any]


def precision_recall(evaluation: _Data) -> str:
    """Draw precision over recall, at even odds.

    Parameters
    ----------
    evaluation : dict
        `Evaluation.to_dict`.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    with _drawn() as (axes, svg):
        axes.plot(*zip(*evaluation["curve"], strict=True), color=_FRAUD)
        axes.set(xlabel="recall", ylabel="precision, as many frauds as honest ads", xlim=(0, 1), ylim=(0.45, 1.01))
    return svg.getvalue()


def reliability(evaluation: _Data) -> str:
    """Draw observed over predicted shares of fraud; see `precision_recall`."""
    bins = evaluation["reliability"]
    with _drawn() as (axes, svg):
        axes.plot([0, 1], [0, 1], color="grey", linestyle="--", linewidth=1)
        axes.plot([b["predicted"] for b in bins], [b["observed"] for b in bins], color=_HONEST, marker="o")
        axes.set(xlabel="predicted share of fraud", ylabel="observed share of fraud", xlim=(0, 1), ylim=(0, 1))
    return svg.getvalue()


def histogram(evaluation: _Data) -> str:
    """Draw how many ads of each class have which score; see `precision_recall`."""
    width = 1 / len(evaluation["histogram"]["honest"])
    with _drawn() as (axes, svg):
        for name, colour in (("honest", _HONEST), ("fraud", _FRAUD)):
            counts = evaluation["histogram"][name]
            places = [width * (n + 0.5) for n in range(len(counts))]
            axes.bar(places, counts, width, color=colour, alpha=0.6, label=name)
        for band in evaluation["bands"]:
            axes.axvline(band["threshold"], color="black", linestyle=":", linewidth=1)
            axes.text(band["threshold"], axes.get_ylim()[1], f" {band['name']}", rotation=90, va="top", ha="right")
        axes.set(xlabel="fraud score", ylabel="ads", xlim=(0, 1))
        axes.legend(frameon=False)
    return svg.getvalue()


def schemes(evaluation: _Data) -> str:
    """Draw the recall of each kind of fraud with its interval; see `precision_recall`."""
    rows = sorted(evaluation["schemes"], key=lambda row: row["review"][0])
    with _drawn(height=1 + 0.24 * len(rows)) as (axes, svg):
        places = range(len(rows))
        recall = [row["review"][0] for row in rows]
        below = [max(0.0, row["review"][0] - row["review"][1]) for row in rows]
        above = [max(0.0, row["review"][2] - row["review"][0]) for row in rows]
        axes.barh(places, recall, color=_HONEST, alpha=0.6, xerr=[below, above], ecolor="grey")
        unseen = [(row["unseen"], place) for place, row in enumerate(rows) if row["unseen"] is not None]
        if unseen:
            axes.plot(*zip(*unseen, strict=True), "x", color=_FRAUD, label="by a model that never saw the kind")
            axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1))
        axes.set_yticks(list(places), [f"{row['name']} ({row['ads']})" for row in rows], fontsize=9)
        axes.margins(y=0.01)
        axes.set(xlabel="recall, review or above", xlim=(0, 1))
    return svg.getvalue()


@contextmanager
def _drawn(height: float = 3.6) -> Iterator[tuple[Axes, io.StringIO]]:
    """Give axes to draw on and a buffer that holds the picture afterwards."""
    svg = io.StringIO()
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(6, height))
        yield figure.subplots(), svg
        figure.savefig(svg, format="svg", metadata={"Date": None})
    # An <svg> element inside a page takes no XML declaration or document type.
    whole = svg.getvalue()
    svg.seek(0)
    svg.truncate()
    svg.write(whole[whole.index("<svg") :])
