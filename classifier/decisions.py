"""Decisions of people who use the model: read from their tables, checked, joined with a collection."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from classifier.arrays import Ints
from classifier.columns import label_column
from classifier.duplicates import similar_pairs
from classifier.errors import TrainingError
from classifier.labelled import SLICES, Labelled, cells, check, label_of, texts_of

#: As how many ads of the collection a decision counts. Measured: of a scheme that the collection lacks, forty
#: decisions find more unseen ads the more each counts, and up to three nothing is lost elsewhere.
WEIGHT = 3.0

#: Fewer decisions than this, or fewer of either class, teach nothing that could be checked.
FEWEST, FEWEST_OF_A_CLASS = 20, 5

#: How many rows a message names.
_NAMED = 5


class Source(NamedTuple):
    """A table of decisions.

    Attributes
    ----------
    name : str
    table : DataFrame
        With a text, a column ``label`` and, where there are, ``time``, ``group``, ``scheme`` and other slices.
    """

    name: str
    table: pd.DataFrame


@dataclass(frozen=True)
class Decisions:
    """Decisions, checked, no text twice.

    Attributes
    ----------
    ads : DataFrame
        Columns text, label (1 or 0), time (UTC, or NaT), group, where (table and row), and the slices.
    notes : list of str
        What was left out or looks odd, a line each.
    """

    ads: pd.DataFrame
    notes: list[str]


@dataclass(frozen=True)
class Joined:
    """A collection and decisions as labelled ads.

    Attributes
    ----------
    labelled : Labelled
    decided : ndarray of bool, shape (n_ads,)
        Which are decisions.
    times : ndarray of datetime64, shape (n_ads,)
        When each was decided, or NaT.
    notes : list of str
        As of `Decisions`, and what the collection had to say.
    """

    labelled: Labelled
    decided: npt.NDArray[np.bool_]
    times: npt.NDArray[np.datetime64]
    notes: list[str]


def gather(sources: Sequence[Source], columns: Sequence[str] | None = None) -> Decisions:
    """Read decisions and settle what they say twice.

    An empty label is a decision not yet made and is left out. Of one text decided twice the latest
    counts; if there is no telling which that is, none does.

    Parameters
    ----------
    sources : sequence of Source
    columns : sequence of str, optional
        The text columns, if they bear other names.

    Raises
    ------
    TrainingError
        If a label or time is unknown or a text is missing; its rows are named.

    Examples
    --------
    >>> table = pd.DataFrame({"text": ["Нужны карты", "нужны  карты", "Үй"], "label": ["fraud", "fraud", "legit"]})
    >>> found = gather([Source("a.csv", table)])
    >>> found.ads[["text", "label"]].values.tolist(), found.notes
    ([['нужны  карты', 1], ['Үй', 0]], ['1 decision says again what another says'])
    """
    parts = [_read(source, columns) for source in sources]
    ads = pd.concat([part for part, _ in parts], ignore_index=True)
    undecided = sum(empty for _, empty in parts)
    notes = [f"{_count(undecided, 'row')} without a label: not yet decided, left out"] if undecided else []
    ads = _settled(ads, notes)
    _note_near_opposites(ads, notes)
    return Decisions(ads, notes)


def check_enough(labels: Ints) -> None:
    """Refuse decisions that are too few, or all of one class.

    Raises
    ------
    TrainingError
        Saying how many are missing.
    """
    fraud = int(labels.sum())
    honest = len(labels) - fraud
    if len(labels) and not min(fraud, honest):
        kind, other = ("fraudulent", "honest") if fraud else ("honest", "fraudulent")
        raise TrainingError(
            f"all {len(labels)} decisions are {kind}: they cannot teach what tells {kind} ads from others; "
            f"decide on at least {FEWEST_OF_A_CLASS} {other} ads like them too"
        )
    short = max(FEWEST_OF_A_CLASS - fraud, 0) + max(FEWEST_OF_A_CLASS - honest, 0)
    missing = max(FEWEST - len(labels), short)
    if missing:
        raise TrainingError(
            f"{len(labels)} decisions that can be used, {fraud} fraudulent and {honest} honest: at least {FEWEST} "
            f"are needed, {FEWEST_OF_A_CLASS} of either kind; decide on {missing} more"
        )


def join(collection: pd.DataFrame, decisions: Decisions, columns: Sequence[str] | None = None) -> Joined:
    """Put decisions beside a collection.

    A decision replaces an ad of the collection that has the same text, whatever its label there.

    Parameters
    ----------
    collection : DataFrame
        As for `classifier.train`.
    decisions : Decisions
    columns : sequence of str, optional
        The text columns of the collection, if they bear other names.

    Raises
    ------
    TrainingError
        As `labelled.check`.
    """
    checked = check(collection, columns)
    kept, notes = _without_decided(checked, decisions)
    theirs = decisions.ads
    both = pd.DataFrame(
        {
            "text": [*(checked.texts[place] for place in kept), *theirs["text"]],
            "label": [*checked.labels[kept].tolist(), *theirs["label"]],
            # Each side names its groups as it likes.
            "group": [*(f"{n}" for n in checked.clusters[kept]), *(f"\0{name}" for name in theirs["group"])],
        }
    )
    for name in SLICES:
        both[name] = [*checked.slices[name].iloc[kept], *theirs[name]]
    decided = np.arange(len(both)) >= len(kept)
    labelled = replace(check(both), weights=np.where(decided, WEIGHT, 1.0))
    times = np.concatenate(
        [np.full(len(kept), np.datetime64("NaT", "ns")), theirs["time"].to_numpy("datetime64[ns]")]
    )
    return Joined(labelled, decided, times, [*decisions.notes, *notes])


def digest(text: str, label: int) -> str:
    """Name a decision, whatever its white space and case, so that a model can remember having learned it."""
    return hashlib.sha256(f"{label}\t{_key(text)}".encode()).hexdigest()[:16]


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()


def _read(source: Source, columns: Sequence[str] | None) -> tuple[pd.DataFrame, int]:
    """Give the decided rows of a table, and how many are not."""
    table = source.table.set_axis([str(name) for name in source.table.columns], axis=1)
    own = {name.strip().casefold(): name for name in reversed(table.columns)}
    given = table[label_column(list(table.columns), source=source.name)].fillna("").tolist()
    ads = pd.DataFrame({"text": texts_of(table, columns), "label": [label_of(value) for value in given]})
    for name in ("group", "time", *SLICES):
        ads[name] = cells(table, own.get(name, name))
    ads["where"] = [f"{source.name}, row {row}" for row in range(2, len(ads) + 2)]
    made = np.array([str(value).strip() != "" for value in given], bool)
    _refuse(source.name, made & ads["label"].isna().to_numpy(), given, "is not a label; write fraud or legit")
    _refuse(source.name, made & (ads["text"].str.strip() == "").to_numpy(), given, "has no text beside it")
    times = pd.to_datetime(ads["time"].replace("", None), utc=True, errors="coerce", format="ISO8601")
    bad = made & times.isna().to_numpy() & (ads["time"] != "").to_numpy()
    _refuse(source.name, bad, ads["time"].tolist(), "is not a time; write 2026-11-25T09:30:00Z")
    ads["time"] = times.dt.tz_localize(None)
    decided = ads[made].astype({"label": np.int64})
    # Without a group of its own an ad is alone, in whichever table.
    decided["group"] = [group or where for group, where in zip(decided["group"], decided["where"], strict=True)]
    return decided, int((~made).sum())


def _refuse(name: str, bad: npt.NDArray[np.bool_], values: Sequence[object], why: str) -> None:
    places = np.flatnonzero(bad)
    if len(places):
        word = "row" if len(places) == 1 else "rows"
        raise TrainingError(f"{name}, {word} {_listed(places + 2)}: {values[places[0]]!r} {why}")


def _listed(rows: Iterable[int]) -> str:
    names = [str(row) for row in rows]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _settled(ads: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Leave one decision for each text: the latest, or none where that does not say which label holds."""
    # NaT sorts first, so that a decision that has a time outdoes one that has none.
    ordered = ads.assign(key=ads["text"].map(_key)).sort_values("time", kind="stable", na_position="first")
    latest = ordered.groupby("key")["time"].transform("max")
    newest = ordered[(ordered["time"] == latest) | latest.isna()]
    unclear = newest.groupby("key")["label"].transform("nunique") > 1
    split = ordered.groupby("key")["label"].transform("nunique") > 1
    dropped = set(newest.loc[unclear, "key"])
    changed = sorted(set(ordered.loc[split, "key"]) - dropped)
    kept = newest[~unclear].drop_duplicates("key", keep="last").sort_index()
    again = len(ads) - int(split.sum()) - len(set(ordered["key"]) - set(ordered.loc[split, "key"]))
    if again:
        notes.append(f"{_count(again, 'decision')} {'says' if again == 1 else 'say'} again what another says")
    if changed:
        notes.append(f"{_count(len(changed), 'text')} decided both ways: the latest decision counts")
    if dropped:
        where = newest.loc[newest["key"].isin(dropped), "where"].tolist()
        notes.append(
            f"{_count(len(dropped), 'text')} decided both ways at once, left out: {'; '.join(where[:_NAMED])}"
        )
    return kept.drop(columns="key").reset_index(drop=True)


def _note_near_opposites(ads: pd.DataFrame, notes: list[str]) -> None:
    labels, where = ads["label"].to_numpy(), ads["where"].tolist()
    pairs = similar_pairs(ads["text"].tolist()) if len(ads) else np.empty((0, 2), np.int64)
    opposite = pairs[labels[pairs[:, 0]] != labels[pairs[:, 1]]]
    if len(opposite):
        first, second = (where[place] for place in opposite[0])
        notes.append(
            f"{_count(len(opposite), 'pair')} of nearly the same text decided both ways, kept: {first}; {second}"
        )


def _without_decided(checked: Labelled, decisions: Decisions) -> tuple[Ints, list[str]]:
    """Find the ads of a collection that no decision is about, and say what decisions say of the others."""
    said = {_key(text): label for text, label in zip(decisions.ads["text"], decisions.ads["label"], strict=True)}
    theirs = [said.get(_key(text)) for text in checked.texts]
    kept = np.array([place for place, label in enumerate(theirs) if label is None], np.int64)
    both = [int(ours) == label for ours, label in zip(checked.labels, theirs, strict=True) if label is not None]
    notes = []
    if any(both):
        notes.append(f"{_count(sum(both), 'ad')} of the collection decided as it is labelled there")
    if not all(both):
        notes.append(
            f"{_count(len(both) - sum(both), 'ad')} of the collection decided otherwise: the decision counts"
        )
    return kept, notes


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
