"""Score files: read, score and write one batch after another in bounded memory."""

from __future__ import annotations

import contextlib
import csv
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TextIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from classifier.ads import joined
from classifier.atomic import replacing
from classifier.bands import threshold_for
from classifier.columns import check_free, text_columns
from classifier.errors import DataError, UsageError
from classifier.model import Model, in_language
from classifier.parallel import predicted, processes
from classifier.tables import PIPE, BadRow, CsvTable, CsvWriter

#: Likelihoods are written with six decimals.
_SCORE = pa.decimal128(7, 6)


@dataclass(frozen=True)
class Options:
    """How a file is read and what is written.

    Attributes
    ----------
    encoding : str
    delimiter : str or None
        Found from the header where None.
    text_columns : list of str or None
        Found by their names where None.
    prevalence : float or None
        As in `Model.score`.
    language : str or None
        In which schemes are named, see `classifier.schemes`; by their ids where None.
    review_rate : float or None
        Which top share of the ads falls into review or above, whatever the model's own threshold;
        the inputs are then read twice.
    jobs : int or None
        Processes to score in; by default all cores for a large file, one for a small one.
    rejects : str or None
        A CSV file for rows with more or fewer cells than the header; without it they are errors.
    force : bool
        Whether an existing output may be replaced.
    progress : bool
        Whether to show a progress bar on standard error, if that is a terminal.
    """

    encoding: str = "utf-8"
    delimiter: str | None = None
    text_columns: list[str] | None = None
    prevalence: float | None = None
    language: str | None = None
    review_rate: float | None = None
    jobs: int | None = None
    rejects: str | None = None
    force: bool = False
    progress: bool = False


@dataclass
class Summary:
    """What became of the rows.

    Attributes
    ----------
    rows : int
        Rows written.
    bands : Counter of str
        How many fell into each band.
    rejected : int
        Rows set aside.
    """

    rows: int = 0
    bands: Counter[str] = field(default_factory=Counter)
    rejected: int = 0

    def __str__(self) -> str:
        bands = ", ".join(f"{self.bands[band]:,} {band}" for band in ("hold", "review", "clear", "unscored"))
        aside = f"; {self.rejected:,} rows set aside" if self.rejected else ""
        return f"{self.rows:,} ads: {bands}{aside}"


def score_files(model: Model, inputs: Sequence[str], output: str, options: Options | None = None) -> Summary:
    """Score tables of ads that share a header into one table.

    Parameters
    ----------
    model : Model
    inputs : sequence of str
        Files, or ``-`` for standard input.
    output : str
        A file, which appears whole or not at all, or ``-`` for standard output.
    options : Options, optional

    Returns
    -------
    Summary

    Raises
    ------
    DataError
        If an input cannot be read as a table of ads.
    UsageError
        If the output may not be written.
    """
    options = options or Options()
    _check_outputs(inputs, output, options)
    if options.review_rate is not None:
        model = _with_review_rate(model, inputs, options, options.review_rate)
    summary = Summary()
    with ExitStack() as stack:
        rejects = _Rejects(stack.enter_context(_writing_text(options.rejects)), summary)
        file = stack.enter_context(_writing(output))
        writer: CsvWriter | None = None
        for table in _opened(inputs, options, rejects if options.rejects else None):
            names = text_columns(table.names, options.text_columns, source=table.path)
            schema = _output_schema(table.names, model)
            writer = writer or stack.enter_context(CsvWriter(file, schema))
            batches = ((batch, joined(batch, names)) for batch in _with_progress(table, options.progress))
            for batch, scored in predicted(model, batches, processes(options.jobs, table.size), options.prevalence):
                writer.write(_beside(batch, in_language(scored, options.language), schema))
                summary.rows += len(batch)
                summary.bands.update(scored["fraud_band"].to_pylist())
    return summary


def _with_review_rate(model: Model, inputs: Sequence[str], options: Options, rate: float) -> Model:
    """Set the review threshold so that it alarms the top share of these very ads."""
    if not 0.0 < rate < 1.0:
        raise UsageError(f"the review rate must be between 0 and 1, for example 0.08, not {rate:g}")
    if PIPE in inputs:
        raise UsageError("a review rate needs files, which can be read twice; a pipe cannot")
    scores = [
        model.score(joined(batch, text_columns(table.names, options.text_columns, source=table.path)))
        for table in _opened(inputs, options, _ignore if options.rejects else None)
        for batch in _with_progress(table, options.progress)
    ]
    found = np.concatenate([np.empty(0), *scores])
    review = min(1.0, threshold_for(found[~np.isnan(found)], rate))
    return model.with_thresholds(review, max(review, model.thresholds.hold))


def _ignore(_: BadRow) -> None:
    """Pass over a bad row: it is set aside when the file is read for the second time."""


def _opened(inputs: Sequence[str], options: Options, rejects: Callable[[BadRow], None] | None) -> Iterator[CsvTable]:
    first: CsvTable | None = None
    for path in inputs:
        with CsvTable(path, encoding=options.encoding, delimiter=options.delimiter, reject=rejects) as table:
            check_free(table.names, source=table.path)
            first = first or table
            if table.names != first.names:
                raise DataError(
                    f"{table.path}: its header differs from that of {first.path}; "
                    "score files with different columns one by one"
                )
            yield table


def _output_schema(names: Sequence[str], model: Model) -> pa.Schema:
    empty = model.predict_arrow(pa.array([], pa.large_string())).schema
    added = [f.with_type(_SCORE) if pa.types.is_floating(f.type) else f for f in empty]
    return pa.schema([pa.field(name, pa.large_string()) for name in names] + added)


def _beside(batch: pa.RecordBatch, scored: pa.Table, schema: pa.Schema) -> pa.Table:
    score, *others = scored.columns
    decimal = pc.round(score, 6).cast(_SCORE)
    return pa.table([*batch.columns, decimal, *others], schema=schema)


def _check_outputs(inputs: Sequence[str], output: str, options: Options) -> None:
    for path in filter(None, (output, options.rejects)):
        if path == PIPE or not os.path.exists(path):
            _check_folder(path)
            continue
        if any(source != PIPE and os.path.exists(source) and os.path.samefile(source, path) for source in inputs):
            raise UsageError(f"{path}: is an input; name another file for the output")
        if not options.force:
            raise UsageError(f"{path}: exists already; --force replaces it")


def _check_folder(path: str) -> None:
    folder = Path(path).parent
    if path != PIPE and not folder.is_dir():
        raise UsageError(f"{path}: there is no folder {folder}")


def _writing(path: str) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdout.buffer) if path == PIPE else replacing(path)


@contextlib.contextmanager
def _writing_text(path: str | None) -> Iterator[TextIO | None]:
    if path is None:
        yield None
        return
    with replacing(path) as file:
        import io

        text = io.TextIOWrapper(file, "utf-8", newline="")
        yield text
        text.flush()
        text.detach()


class _Rejects:
    """Writes bad rows to a CSV of their own: row, reason, text."""

    def __init__(self, file: TextIO | None, summary: Summary) -> None:
        self._summary = summary
        self._writer = csv.writer(file) if file else None
        if self._writer:
            self._writer.writerow(["row", "reason", "text"])

    def __call__(self, bad: BadRow) -> None:
        self._summary.rejected += 1
        if self._writer:
            self._writer.writerow([bad.number, bad.reason, bad.text])


def _with_progress(table: CsvTable, wanted: bool) -> Iterator[pa.RecordBatch]:
    if not (wanted and sys.stderr.isatty()):
        yield from table.batches()
        return
    from tqdm import tqdm

    with tqdm(total=table.size, unit="B", unit_scale=True, desc=table.path, leave=False) as bar:
        for batch in table.batches():
            yield batch
            bar.update(table.position - bar.n)
