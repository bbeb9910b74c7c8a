"""Score files: read, score and write a batch at a time, whatever the length."""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from classifier.ads import joined
from classifier.arrays import column
from classifier.atomic import is_device, part_of, replacing
from classifier.bands import threshold_for
from classifier.columns import OUTPUT, check_free, text_columns
from classifier.errors import DataError, UsageError
from classifier.flagged import Flagged
from classifier.model import BATCH, Model
from classifier.options import Options
from classifier.output import Output, check_outputs
from classifier.parallel import predicted, processes
from classifier.rejects import setting_aside
from classifier.resume import Journal, Progress, fingerprints, forget
from classifier.scored import beside, in_language
from classifier.selection import Top
from classifier.summary import Summary
from classifier.tables import (
    CSV,
    EXCEL,
    JSON_LINES,
    PARQUET,
    PIPE,
    SCORE,
    BadRow,
    Format,
    Reject,
    Table,
    TableWriter,
    files_of,
    format_of,
    open_table,
    writer_for,
)

#: What the page of flagged ads speaks unless told otherwise.
PAGE = "ru"

#: From which share of rows with question marks inside words a file is likely to have lost its Kazakh letters.
DAMAGED = 0.02

log = logging.getLogger("classifier")


def score_files(
    model: Model,
    inputs: Sequence[str],
    output: str,
    options: Options | None = None,
) -> Summary:
    """Score tables of ads that have the same columns into one table.

    Parameters
    ----------
    model : Model
    inputs : sequence of str
        Files, folders of files, or ``-`` for standard input.
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
        If the output may not be written, or the run cannot be resumed.
    OutputError
        If the output cannot be written.
    """
    options, files = options or Options(), files_of(inputs)
    form = _output_format(output, options)
    journal = _journal(model, files, output, form, options)
    done = journal().read() if journal and options.resume else None
    if done and done.finished and os.path.exists(output) and not part_of(output).exists():
        # It was interrupted after the output had got its name.
        forget(output)
        return done.summary
    others = [options.rejects, options.summary, options.report]
    check_outputs(files, output, others, force=options.force, resumed=done is not None)
    model = _banded(model, files, options, done)
    started, summary = time.monotonic(), _counted_so_far(done)
    with ExitStack() as stack:
        out = stack.enter_context(Output(output, journal, done))
        reject = stack.enter_context(_setting_aside(options.rejects, summary))
        counts = stack.enter_context(replacing(options.summary)) if options.summary else None
        page = stack.enter_context(replacing(options.report)) if options.report else None
        flagged = Flagged(model, options.text_columns) if page else None
        _Scoring(model, options, form, out, flagged).run(_opened(files, options, form, reject), summary, done)
        summary.seconds += time.monotonic() - started
        if page and flagged:
            page.write(flagged.page(", ".join(map(os.path.basename, files)), options.language or PAGE).encode())
        out.finish(alone=not any(others))
        if counts:
            counts.write(
                json.dumps(_report(files, output, model, summary), ensure_ascii=False, indent=1).encode() + b"\n"
            )
    return summary


class _Scoring:
    """The way of each batch: read, scored, selected, written, counted."""

    def __init__(self, model: Model, options: Options, form: Format, out: Output, flagged: Flagged | None) -> None:
        self._model, self._options, self._form, self._out, self._flagged = model, options, form, out, flagged
        self._top = Top(options.selection.top) if options.selection.top else None

    def run(self, tables: Iterable[Table], summary: Summary, done: Progress | None) -> None:
        """Score tables into one; what was written before an interruption is read, but not scored."""
        passed_over, writer = _PassedOver(done.summary.rows if done else 0), None
        try:
            for table in tables:
                writer = writer or self._writer(table, header=done is None)
                self._table(table, passed_over, writer, summary)
            if writer:
                self._end(writer, summary)
        except BaseException:
            if writer:
                writer.abandon()
            raise

    def _table(self, table: Table, passed_over: _PassedOver, writer: TableWriter, summary: Summary) -> None:
        with contextlib.closing(self._scored(table, passed_over)) as scored_batches:
            for batch, scored in scored_batches:
                named = in_language(scored, self._options.language)
                rows = self._options.selection.rows(_beside(batch, named))
                self._write(writer, rows, table.path)
                summary.add(scored, len(rows))
                if self._flagged:
                    self._flagged(batch, scored)
                self._out.advance(summary, self._model.thresholds)
        _warn_of_damage(table, summary)

    def _scored(self, table: Table, passed_over: _PassedOver) -> Generator[tuple[pa.RecordBatch, pa.Table]]:
        names = text_columns(table.names, self._options.text_columns, source=table.path)
        read = passed_over.of(_gathered(_with_progress(table, self._options.progress)))
        batches = ((batch, joined(batch, names)) for batch in read)
        jobs = processes(self._options.jobs, table.size)
        return predicted(self._model, batches, jobs, self._options.prevalence)

    def _writer(self, table: Table, *, header: bool) -> TableWriter:
        chosen = self._options.selection.names(table.names, source=table.path)
        fields = [table.schema.field(name) for name in chosen]
        schema = pa.schema([*fields, *_added(self._model)], table.schema.metadata)
        whole = self._options.selection.columns is None
        with self._out.writing() as file:
            return writer_for(self._form, file, schema, header=header, whole=whole)

    def _write(self, writer: TableWriter, rows: pa.Table, source: str) -> None:
        if self._top:
            self._top.add(rows, source)
            return
        with self._out.writing():
            writer.write(rows, source)

    def _end(self, writer: TableWriter, summary: Summary) -> None:
        with self._out.writing():
            if self._top:
                summary.written = min(summary.written, self._top.how_many)
                for rows, source in self._top.ranked():
                    writer.write(rows, source)
            writer.close()


class _PassedOver:
    """Leaves out the first rows of all tables together."""

    def __init__(self, rows: int) -> None:
        self._rows = rows

    def of(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            passed = min(self._rows, len(batch))
            self._rows -= passed
            if passed < len(batch):
                yield batch.slice(passed)


def _gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Put small batches together: a word that stands in many ads of a batch is looked up once."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        if waiting and sum(map(len, waiting)) + len(batch) > BATCH:
            yield _one(waiting)
            waiting = []
        waiting.append(batch)
    if waiting:
        yield _one(waiting)


def _one(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    return batches[0] if len(batches) == 1 else pa.Table.from_batches(batches).combine_chunks().to_batches()[0]


def _journal(
    model: Model, files: Sequence[str], output: str, form: Format, options: Options
) -> Callable[[], Journal] | None:
    """Make what makes the journal of this run, if it is one that can be resumed."""
    obstacle = _obstacle(files, output, form, options)
    if obstacle and options.resume:
        raise UsageError(f"--resume cannot go on with {obstacle}; leave it out")
    if obstacle:
        return None
    return functools.cache(lambda: Journal(output, fingerprints(files, model, options.deciding())))


def _obstacle(files: Sequence[str], output: str, form: Format, options: Options) -> str | None:
    if output == PIPE or is_device(output):
        return "a pipe as output"
    if any(path == PIPE or is_device(path) for path in files):
        return "a pipe as input, which cannot be read again"
    if form.kind == PARQUET:
        return "a Parquet file, which makes no sense before its end"
    if options.report:
        return "--report, whose page must see every ad"
    if options.selection.top:
        return "--top, which writes nothing before the end"
    return None


def _counted_so_far(done: Progress | None) -> Summary:
    if done is None:
        return Summary()
    # The inputs are read from their beginning, so these two are counted from the beginning too.
    done.summary.rejected = done.summary.damaged = 0
    return done.summary


def _banded(model: Model, files: Sequence[str], options: Options, done: Progress | None) -> Model:
    if options.review_rate is None:
        return model
    if done:
        return model.with_thresholds(*done.thresholds)
    return _with_review_rate(model, files, options, options.review_rate)


def _with_review_rate(model: Model, files: Sequence[str], options: Options, rate: float) -> Model:
    """Set the review threshold so that it alarms the top share of these very ads."""
    if not 0.0 < rate < 1.0:
        raise UsageError(f"the review rate must be between 0 and 1, for example 0.08, not {rate:g}")
    if any(path == PIPE or is_device(path) for path in files):
        raise UsageError("a review rate needs files, which can be read twice; a pipe cannot")
    scores = [
        model.score(joined(batch, text_columns(table.names, options.text_columns, source=table.path)))
        for table in _opened(files, options, Format(JSON_LINES), _ignore if options.rejects else None)
        for batch in _with_progress(table, options.progress)
    ]
    found = np.concatenate([np.empty(0), *scores])
    review = min(1.0, threshold_for(found[~np.isnan(found)], rate))
    return model.with_thresholds(review, max(review, model.thresholds.hold))


def _ignore(_: BadRow) -> None:
    """Pass over a bad row: it is set aside when the file is read for the second time."""


def _opened(files: Sequence[str], options: Options, form: Format, reject: Reject | None) -> Iterator[Table]:
    first: Table | None = None
    for path in files:
        opened = open_table(
            path,
            encoding=options.encoding,
            delimiter=options.delimiter,
            default=options.default_format,
            reject=reject,
        )
        with opened as table:
            check_free(table.names, source=table.path)
            first = first or table
            _check_same(table, first, form, options)
            yield table


def _check_same(table: Table, first: Table, form: Format, options: Options) -> None:
    """Refuse a table whose columns are others than the first one's, unless their lines are kept as they are."""
    if form.kind == JSON_LINES or options.selection.columns is not None:
        return
    differ = sorted(set(table.names) ^ set(first.names))
    if differ:
        raise DataError(
            f"{table.path}: its header differs from that of {first.path} ({', '.join(map(repr, differ[:5]))}); "
            "score files with different columns one by one, or name those in common with --columns"
        )


def _added(model: Model) -> list[pa.Field]:
    empty = model.predict_arrow(column([])).schema
    return [field.with_type(SCORE) if field.name == OUTPUT[0] else field for field in empty]


def _beside(batch: pa.RecordBatch, scored: pa.Table) -> pa.Table:
    decimal = pc.round(scored.column(OUTPUT[0]), 6).cast(SCORE)
    return beside(batch, scored.set_column(0, OUTPUT[0], decimal))


def _output_format(output: str, options: Options) -> Format:
    form = format_of(output, options.default_format)
    if not options.for_excel:
        return form
    if form != Format(CSV):
        raise UsageError("--excel writes CSV; let the output end in .csv")
    return Format(EXCEL)


@contextlib.contextmanager
def _setting_aside(path: str | None, summary: Summary) -> Iterator[Reject | None]:
    if path is None:
        yield None
        return
    with setting_aside(path) as write:

        def reject(bad: BadRow) -> None:
            summary.rejected += 1
            write(bad)

        yield reject


def _warn_of_damage(table: Table, summary: Summary) -> None:
    summary.damaged += table.damaged
    if table.damaged >= max(3, DAMAGED * summary.rows):
        log.warning(
            f"{table.path}: {table.damaged:,} question marks inside words; cp1251 and its like have no Kazakh "
            "letters and leave one in the place of each: export the table as UTF-8 from where it was whole"
        )


def _report(files: Sequence[str], output: str, model: Model, summary: Summary) -> dict[str, object]:
    return {"inputs": list(files), "output": output, "thresholds": model.thresholds._asdict(), **summary.figures()}


def _with_progress(table: Table, wanted: bool) -> Iterator[pa.RecordBatch]:
    if not (wanted and sys.stderr.isatty()):
        yield from table.batches()
        return
    from tqdm import tqdm

    with tqdm(total=table.size, unit="B", unit_scale=True, desc=table.path, leave=False) as bar:
        for batch in table.batches():
            yield batch
            bar.update(table.position - bar.n)
