"""The model card, and the table that training prints; both from one dict of figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from classifier.evaluation import METRICS, PREVALENCES, Evaluation
from classifier.fitting import FALSE_ALARMS
from classifier.model import Model
from classifier.scheme_report import SORTING_COLUMNS, confusion_columns, confusion_rows, sorting_rows

_Data = dict[str, Any]

#: What is said of a band.
BAND_COLUMNS = [
    "band",
    "from",
    "honest ads alarmed",
    "recall",
    *(f"precision if {share:.1%} are fraud" for share in PREVALENCES),
]


def figures(model: Model, evaluation: Evaluation, evasion: Path | None = None) -> _Data:
    """Gather all figures of a model: what its card, its page and its JSON say.

    Parameters
    ----------
    model : Model
    evaluation : Evaluation
    evasion : Path, optional
        What ``benchmarks/evasion.py --write`` wrote; left out unless measured on the ads that the
        model was trained on.

    Returns
    -------
    dict
        Plain dicts, lists and numbers.
    """
    about = {
        **model.about,
        "thresholds": model.thresholds._asdict(),
        "pieces": len(model.vocabulary.pieces),
        "pairs": len(model.vocabulary.pairs),
    }
    rows: list[_Data] = []
    if evasion and evasion.exists():
        measured = json.loads(evasion.read_text("utf-8"))
        rows = measured["rows"] if measured["sha256"] == model.about.get("sha256") else []
    return {"model": about, "evaluation": evaluation.to_dict(), "evasion": rows}


def summary(evaluation: Evaluation) -> str:
    """Lay the figures of each slice out as columns for a terminal.

    Parameters
    ----------
    evaluation : Evaluation

    Returns
    -------
    str
    """
    names = {
        "ROC AUC": "ROC AUC",
        "average precision": "avg precision",
        "recall at 1 % false alarms": "recall at 1 %",
        "recall at 5 % false alarms": "recall at 5 %",
        "calibration error": "calib. error",
    }
    lines = [["", "ads", "fraud", *names.values()]]
    lines += [
        [s.name, str(s.ads), str(s.fraud), *(f"{s.metrics[metric].value:.3f}" for metric in names)]
        for s in evaluation.slices
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    aligned = [
        "  ".join([line[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))])
        for line in lines
    ]
    return "\n".join([*aligned, "", *(_in_words(band) for band in evaluation.to_dict()["bands"])])


def _in_words(band: _Data) -> str:
    return (
        f"{band['name']} from {band['threshold']:.3f}: finds {band['recall']:.0%} of fraud, alarms "
        f"{band['false_alarms']:.1%} of honest ads; if 1 % of ads are fraud, "
        f"{band['precision']['0.01']:.0%} of what it flags is"
    )


def card(data: _Data) -> str:
    """Write the model card.

    Parameters
    ----------
    data : dict
        What `figures` gave.

    Returns
    -------
    str
        Markdown, with the YAML head that model hubs read.
    """
    about, evaluation = data["model"], data["evaluation"]
    overall = evaluation["slices"][0]
    return _CARD.format(
        **about,
        review=about["thresholds"]["review"],
        hold=about["thresholds"]["hold"],
        review_rate=f"{FALSE_ALARMS['review']:.1%}",
        hold_rate=f"{FALSE_ALARMS['hold']:.1%}",
        auc=f"{overall['metrics']['ROC AUC'][0]:.4f}",
        ap=f"{overall['metrics']['average precision'][0]:.4f}",
        slices=slices_table(evaluation["slices"]),
        bands=bands_table(evaluation["bands"]),
        schemes=schemes_table(evaluation["schemes"]),
        sorting=_sorting(evaluation["sorting"]),
        random=_random_split(evaluation),
        taught=_TAUGHT.format(**about["decisions"]) if "decisions" in about else "",
        evasion=_EVASION.format(table=evasion_table(data["evasion"])) if data["evasion"] else "",
    )


def slices_table(slices: Sequence[_Data]) -> str:
    """Lay out the figures of each slice as Markdown."""
    rows = [[s["name"], s["ads"], s["fraud"], *(interval(s["metrics"][name]) for name in METRICS)] for s in slices]
    return _markdown(["slice", "ads", "fraud", *METRICS], rows)


def bands_table(bands: Sequence[_Data]) -> str:
    """Lay out as Markdown what each threshold means at work."""
    return _markdown(BAND_COLUMNS, band_rows(bands))


def band_rows(bands: Sequence[_Data]) -> list[list[str]]:
    """Give the cells under `BAND_COLUMNS`."""
    return [
        [b["name"], f"{b['threshold']:.3f}", f"{b['false_alarms']:.1%}", f"{b['recall']:.1%}"]
        + [f"{share:.0%}" for share in b["precision"].values()]
        for b in bands
    ]


def schemes_table(schemes: Sequence[_Data]) -> str:
    """Lay out the recall of each kind of fraud as Markdown."""
    rows = [[s["name"], s["ads"], interval(s["review"]), interval(s["hold"]), _or_dash(s["unseen"])] for s in schemes]
    return _markdown(["scheme", "ads", "recall, review or above", "recall, hold", "never seen"], rows)


def evasion_table(rows: Sequence[_Data]) -> str:
    """Lay out as Markdown what is left of recall under each trick.

    Parameters
    ----------
    rows : sequence of dict
        ``trick``, ``model``, ``recall`` (of clean ads; of a trick the share that is kept) and
        ``false_alarms``, of each trick by each model, the clean ads first.

    Returns
    -------
    str
    """
    models = list(dict.fromkeys(row["model"] for row in rows))
    by_trick: dict[str, dict[str, _Data]] = {}
    for row in rows:
        by_trick.setdefault(row["trick"], {})[row["model"]] = row
    columns = [(model, what) for model in models for what in ("recall", "false_alarms")]
    lines: list[list[Any]] = [
        ["clean ads (recall itself)" if trick == "clean" else trick, *(f"{of[m][w]:.0%}" for m, w in columns)]
        for trick, of in by_trick.items()
    ]
    tricks = [of for trick, of in by_trick.items() if trick != "clean"]
    means = [sum(of[m][w] for of in tricks) / len(tricks) for m, w in columns]
    lines.append(["mean of the tricks", *(f"{mean:.0%}" for mean in means)])
    names = {"recall": "recall kept", "false_alarms": "false alarms"}
    return _markdown(["", *(f"{model}: {names[what]}" for model, what in columns)], lines)


def _sorting(sorting: _Data | None) -> str:
    if sorting is None:
        return ""
    return _SORTING.format(
        ads=sorting["ads"],
        accuracy=interval(sorting["accuracy"]),
        macro_f1=interval(sorting["macro_f1"]),
        table=_markdown(SORTING_COLUMNS, sorting_rows(sorting)),
        confusion=_markdown(confusion_columns(sorting), confusion_rows(sorting)),
    )


def _random_split(evaluation: _Data) -> str:
    if evaluation["random_split"] is None:
        return ""
    grouped = evaluation["slices"][0]["metrics"]["average precision"]
    return _RANDOM.format(random=interval(evaluation["random_split"]), grouped=interval(grouped))


def interval(figure: Sequence[float]) -> str:
    """Write a figure with its interval."""
    return f"{figure[0]:.3f} ({figure[1]:.3f}–{figure[2]:.3f})"


def _or_dash(share: float | None) -> str:
    return "–" if share is None else f"{share:.2f}"


def _markdown(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in [head, ["---"] * len(head), *rows])


_TAUGHT = """
Among them are {ads:,} decisions of people who use the model, {fraud:,} of them fraudulent, each weighing as
{weight:g} ads (SHA-256 `{sha256}`).
"""

_RANDOM = """
Split at random, with twins and near-duplicates on both sides, the same model's average precision would read
{random} instead of {grouped}. That figure leaks and says nothing about new ads.
"""

_SORTING = """
## Which scheme is named

A second, multinomial logistic regression over the same tokens, trained on the fraudulent ads, names the scheme
of a flagged ad. On the same folds, of {ads:,} fraudulent ads, flagged or not: accuracy {accuracy}, macro F1
{macro_f1}.

{table}

Ads by their scheme (rows) and the one that was named (columns):

{confusion}
"""

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
metrics: [roc_auc, average_precision]
model-index:
- name: fraudulent-classified-ads-kk-ru
  results:
  - task: {{type: text-classification}}
    dataset: {{name: written ads, type: datasets/, split: grouped five-fold out-of-fold}}
    metrics:
    - {{type: roc_auc, value: {auc}}}
    - {{type: average_precision, value: {ap}}}
---

# Fraudulent classified ads in Kazakh and Russian

## What it is

A logistic regression over TF-IDF of words, word pairs and pieces of words. It gives a classified
ad, in Kazakh, Russian or both, the likelihood that it is fraudulent, and the words that made it so.
It holds {pieces:,} pieces and {pairs:,} pairs; the file is data only and runs no code.

**Intended use**: to order a moderator's queue. A score is a lead for a person, never a verdict:
nobody should be blocked on it alone.

## How it was trained

On {ads:,} labelled ads, {fraud:,} of them fraudulent (SHA-256 of the labelled texts
`{sha256}`), with scikit-learn {scikit_learn}. Ads that share a group or are near-duplicates
form {clusters:,} clusters; a cluster is never split between training and test.
{taught}
The score is calibrated by a sigmoid on out-of-fold logits and stated at even odds: 0.5 is an ad as
typical of fraud as of honesty. Bands are cut on the same out-of-fold scores: `review` from
{review:.3f} (at most {review_rate} of honest ads), `hold` from {hold:.3f} (at most {hold_rate}).

## What the bands mean at work

{bands}

## Figures

Five-fold out-of-fold, grouped by cluster; in brackets 95 % intervals from a bootstrap over clusters.
The calibration (two numbers) and the thresholds were fitted on these same scores. Brier score and calibration
error are of the score restated at each slice's own share of fraud.

{slices}
{random}
## By scheme

Recall at the thresholds above. *Never seen*: recall at 5 % false alarms of a model trained without any ad
of the scheme, where that was measured.

{schemes}
{sorting}{evasion}
## Limits

* Of the collection that ships, the ads are written, not collected. Half of the honest ones are chosen to look
  like fraud, so these figures are harder than a board's everyday stream in this respect, and easier in
  another: real fraud has kinds that no one here thought of.
* Some fraud cannot be seen in the text: stolen photos, false buyers in the chat, stolen goods.
* Prices are read as sizes, not compared with a market.
* The model knows the schemes of 2026. They change in weeks; retrain it on your own decisions.
"""
