"""How files are scored: what the command line of `predict.py` says, in one object."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

from classifier.selection import Selection
from classifier.tables import CSV


@dataclass(frozen=True)
class Options:
    """How files are read and what is written.

    Attributes
    ----------
    encoding : str
    delimiter : str or None
        Found from the header where None.
    default_format : str
        Of pipes and of files whose name does not say: ``csv``, ``tsv`` or ``jsonl``.
    text_columns : list of str or None
        Found by their names where None.
    prevalence : float or None
        As in `Model.score`.
    language : str or None
        In which schemes are named, see `classifier.schemes`; by their ids where None.
    review_rate : float or None
        Which top share of the ads falls into review or above, whatever the model's own threshold;
        the inputs are then read twice.
    selection : Selection
        Which rows and columns are written.
    for_excel : bool
        Whether to write CSV as spreadsheets open it; see `classifier.tables.excel`.
    rejects : str or None
        A CSV file for rows that are not like the others; without it they are errors.
    summary : str or None
        A JSON file for the counts.
    report : str or None
        A page of the flagged ads to decide on, HTML.
    jobs : int or None
        Processes to score in; by default all cores for a large file, one for a small one.
    force : bool
        Whether existing outputs may be replaced.
    resume : bool
        Whether to go on from where an interrupted run of the same output came to.
    progress : bool
        Whether to show a progress bar on standard error, if that is a terminal.
    """

    encoding: str = "utf-8"
    delimiter: str | None = None
    default_format: str = CSV
    text_columns: list[str] | None = None
    prevalence: float | None = None
    language: str | None = None
    review_rate: float | None = None
    selection: Selection = field(default_factory=Selection)
    for_excel: bool = False
    rejects: str | None = None
    summary: str | None = None
    report: str | None = None
    jobs: int | None = None
    force: bool = False
    resume: bool = False
    progress: bool = False

    def deciding(self) -> dict[str, object]:
        """Give what decides which bytes are written; the rest may differ when a run is resumed."""
        free = ("summary", "report", "jobs", "force", "resume", "progress")
        return {name: value for name, value in dataclasses.asdict(self).items() if name not in free}
