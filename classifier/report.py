"""The model card."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from classifier.evaluation import METRICS, Figures
from classifier.model import Model
from classifier.training import FALSE_ALARMS


def card(model: Model, figures: Sequence[Figures], evasion: Path | None = None) -> str:
    """Write the model card.

    Parameters
    ----------
    model : Model
    figures : sequence of Figures
        Out-of-fold.
    evasion : Path, optional
        What ``benchmarks/evasion.py --write`` wrote; shown if it was measured on the same ads.

    Returns
    -------
    str
        Markdown, with the YAML head that model hubs read.
    """
    about = model.about
    return _CARD.format(
        ads=about["ads"],
        fraud=about["fraud"],
        clusters=about["clusters"],
        sha256=about["sha256"],
        scikit_learn=about["scikit_learn"],
        review=model.thresholds.review,
        hold=model.thresholds.hold,
        review_rate=f"{FALSE_ALARMS['review']:.1%}",
        hold_rate=f"{FALSE_ALARMS['hold']:.1%}",
        pieces=len(model.vocabulary.pieces),
        pairs=len(model.vocabulary.pairs),
        figures=table(figures),
        evasion=_evasion_section(evasion, about["sha256"]),
    )


def table(figures: Sequence[Figures]) -> str:
    """Lay figures out as a Markdown table, a slice a row."""
    head = ["slice", "ads", "fraud", *METRICS]
    rows = [[f.name, str(f.ads), str(f.fraud), *(str(f.metrics[name]) for name in METRICS)] for f in figures]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def evasion_table(rows: Sequence[dict[str, Any]]) -> str:
    """Lay out what is left of recall under each trick.

    Parameters
    ----------
    rows : sequence of dict
        ``trick``, ``model``, ``recall`` (of clean ads; of a trick the share that is kept) and
        ``false_alarms``, of each trick by each model, the clean ads first.

    Returns
    -------
    str
        A Markdown table.
    """
    models = list(dict.fromkeys(row["model"] for row in rows))
    by_trick: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        by_trick.setdefault(row["trick"], {})[row["model"]] = row
    head = ["", *(f"{model}: {what}" for model in models for what in ("recall kept", "false alarms"))]
    lines = [head, ["---"] * len(head)]
    for trick, of_model in by_trick.items():
        cells = [f"{of_model[m][what]:.0%}" for m in models for what in ("recall", "false_alarms")]
        lines.append(["clean ads (recall itself)" if trick == "clean" else trick, *cells])
    tricks = [of_model for trick, of_model in by_trick.items() if trick != "clean"]
    means = [sum(t[m][w] for t in tricks) / len(tricks) for m in models for w in ("recall", "false_alarms")]
    lines.append(["mean of the tricks", *(f"{mean:.0%}" for mean in means)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _evasion_section(path: Path | None, sha256: str) -> str:
    if path is None or not path.exists():
        return ""
    measured = json.loads(path.read_text("utf-8"))
    return _EVASION.format(table=evasion_table(measured["rows"])) if measured["sha256"] == sha256 else ""


_EVASION = """
## Ads written to evade

Each trick on the unseen ads of each fold, of both classes, at the threshold that alarms 5 % of the
clean honest ones: the share of recall that is kept, and false alarms on honest ads written the same
way. Beside it scikit-learn's usual pipelines. `benchmarks/evasion.py` measures it.

{table}
"""

_CARD = """\
---
language: [kk, ru]
license: mit
library_name: scikit-learn
pipeline_tag: text-classification
tags: [fraud-detection, classified-ads, kazakh, russian]
---

# Fraudulent classified ads in Kazakh and Russian

## What it is

A logistic regression over TF-IDF of words, word pairs and pieces of words. It gives a classified
ad, in Kazakh, Russian or both, the likelihood that it is fraudulent, and the words that made it so.
It holds {pieces:,} pieces and {pairs:,} pairs; the file is data only and runs no code.

**Intended use**: to order a moderator's queue. A score is a lead for a person, never a verdict:
nobody should be blocked on it alone.

## How it was trained

On {ads:,} ads written by hand for this purpose, {fraud:,} of them fraudulent (SHA-256 of the labelled
texts `{sha256}`), with scikit-learn {scikit_learn}. Ads that share an author's idea or
are near-duplicates form {clusters:,} clusters; a cluster is never split between training and test.

The score is calibrated by a sigmoid on out-of-fold logits and stated at even odds: 0.5 is an ad as
typical of fraud as of honesty. Bands are cut on the same out-of-fold scores: `review` from
{review:.3f} (at most {review_rate} of honest ads), `hold` from {hold:.3f} (at most {hold_rate}).

## Figures

Five-fold out-of-fold, grouped by cluster; in brackets 95 % intervals from a bootstrap over clusters.
The calibration and the thresholds were fitted on these same scores.

{figures}
{evasion}
## Limits

* The ads are written, not collected. Half of the honest ones are chosen to look like fraud, so
  these figures are harder than a board's everyday stream in this respect, and easier in another:
  real fraud has kinds that no one here thought of.
* Some fraud cannot be seen in the text: stolen photos, false buyers in the chat, stolen goods.
* Prices are read as sizes, not compared with a market.
* The model knows the schemes of 2026. They change in weeks; retrain it on your own decisions.
"""
