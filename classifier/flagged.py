"""The flagged ads of a run, gathered while it scores, for the page to decide on."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from classifier.ads import joined
from classifier.columns import text_columns
from classifier.model import Model
from classifier.reasons import Explanation
from classifier.review import About, Case, Strongest, page
from classifier.schemes import LANGUAGES, SCHEMES

_FLAGGED = ("review", "hold")


class Flagged:
    """Sees each batch beside its scores and keeps the strongest of the flagged ads.

    Parameters
    ----------
    model : Model
        Explains the ads that are kept.
    wanted : sequence of str, optional
        The text columns, where the user named them.

    Examples
    --------
    >>> import classifier
    >>> flagged = Flagged(classifier.load())
    >>> ads = pa.record_batch({"text": ["Нужны карты Каспи, 50 000 в день", "Продам диван"]})
    >>> flagged(ads, flagged.model.predict_arrow(ads["text"]))
    >>> [case.row for case in flagged.cases()]
    [1]
    """

    def __init__(self, model: Model, wanted: Sequence[str] | None = None) -> None:
        self.model = model
        self._wanted = wanted
        self._kept = Strongest()
        self._rows = 0

    def __call__(self, batch: pa.RecordBatch, scored: pa.Table) -> None:
        """Look through a batch."""
        names = batch.schema.names
        by_name = {name.strip().casefold(): name for name in reversed(names)}
        texts = joined(batch, text_columns(names, self._wanted))
        scores, bands, schemes = (scored.column(place).to_pylist() for place in range(3))
        for place in (place for place, band in enumerate(bands) if band in _FLAGGED):
            if scores[place] <= self._kept.floor:
                self._kept.more += 1
                continue
            row, text = self._rows + place + 1, texts[place].as_py()
            key, category = (cell(batch, by_name.get(name), place) for name in ("id", "category"))
            band, scheme = bands[place], schemes[place]
            self._kept.add(Case(key or str(row), row, text, scores[place], band, scheme, category, [], [], []))
        self._rows += len(batch)

    def cases(self) -> list[Case]:
        """Give what was kept, strongest first, explained."""
        return [explained(case, self.model.explain(case.text)) for case in self._kept.cases()]

    def page(self, source: str, language: str) -> str:
        """Write the page; see `review.page`."""
        return page(self.cases(), schemes=wordings(), about=About(source, self._kept.more), language=language)


def wordings() -> dict[str, dict[str, tuple[str, str]]]:
    """Give the name of each scheme and the advice on it, by its id and the language."""
    return {scheme.id: {code: tuple(getattr(scheme, code)) for code in LANGUAGES} for scheme in SCHEMES}


def explained(case: Case, why: Explanation) -> Case:
    """Add to a case why it looks as it does: reasons, words to shade, what was read otherwise."""
    return case._replace(
        reasons=why.reasons,
        marks=[(mark.start, mark.stop, mark.weight) for mark in why.marks()],
        repaired=_apart([(word.start, word.stop, word.read_as) for word in why.repaired]),
    )


def _apart(places: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Sort stretches of a text and leave out those that begin before the last one ends."""
    found: list[tuple[int, int, str]] = []
    for start, stop, read_as in sorted(places):
        if start < stop and start >= (found[-1][1] if found else 0):
            found.append((start, stop, read_as))
    return found


def cell(batch: pa.RecordBatch, name: str | None, place: int) -> str:
    """Give a cell as text, empty where it is null or there is no such column."""
    value = batch.column(name)[place].as_py() if name else None
    return "" if value is None else str(value)
