"""The door `predict.py`: a table of ads in, the same table scored out; or one ad explained."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from classifier import MODEL, home
from classifier.cli.common import add_table_options, log, names, run
from classifier.errors import UsageError
from classifier.schemes import LANGUAGES

if TYPE_CHECKING:
    from classifier.model import Model
    from classifier.options import Options
    from classifier.reasons import Explanation

_PREDICT = """\
Score classified ads, in Kazakh and Russian, for their likelihood of fraud.

The table comes back with every row and column as it was, and four more:
  fraud_score    0 to 1, at even odds: 0.5 is as typical of fraud as of honesty
  fraud_band     clear, review or hold; unscored where there is nothing to read
  fraud_scheme   the kind of fraud that a flagged ad looks like; an id, or its name with --lang
  fraud_reasons  the phrases that speak loudest for fraud
"""

_PREDICT_EXAMPLES = """\
examples:
  %(prog)s ads.csv -o scored.csv
  %(prog)s monday.csv tuesday.jsonl.gz ads/ -o scored.parquet
  %(prog)s - < ads.csv > scored.csv
  %(prog)s excel.csv --encoding cp1251 --excel -o scored.csv
  %(prog)s ads.csv --text-columns subject,body --prevalence 0.01 -o scored.csv
  %(prog)s ads.csv --review-rate 0.08 -o scored.csv      as many as you can review
  %(prog)s ads.csv --only review,hold --columns id -o flagged.csv
  %(prog)s night.csv -o scored.csv --resume --rejects bad.csv --summary counts.json
  %(prog)s ads.csv -o scored.csv --report review.html    the flagged ads as a page to decide on
  %(prog)s ads.csv --ask 50 -o ask.csv --report ask.html   the 50 ads whose labels would teach most
  %(prog)s --text "Сатамын ..."

Formats go by the name's end: .csv .tsv .jsonl (also .gz, .zst) and .parquet, mixed freely.
The text is taken from the columns title, description and text (or their Russian or Kazakh
names), or from those named by --text-columns; a table of one column is text.
A score is a lead for a moderator, never a verdict.
"""


def predict_main(argv: Sequence[str] | None = None) -> int:
    """Run `predict.py`.

    Parameters
    ----------
    argv : sequence of str, optional
        By default the command line's.

    Returns
    -------
    int
        0 done, 1 failed, 2 wrong usage.
    """
    return run(_predict, _predict_parser().parse_args(argv))


def _predict_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=home.command("predict"),
        description=_PREDICT,
        epilog=_PREDICT_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "inputs", nargs="*", metavar="FILE", help="tables of ads, or folders of them; - is standard input"
    )
    parser.add_argument(
        "-o", "--output", default="-", metavar="FILE", help="where to write; default: standard output"
    )
    parser.add_argument("--text", metavar="AD", help="score this one ad and explain it to a person")
    parser.add_argument(
        "--lang",
        choices=LANGUAGES,
        help="name schemes in this language; default: ids in tables, the terminal's language with --text",
    )
    parser.add_argument("--model", default=str(MODEL), metavar="FILE", help="default: the model that ships")
    parser.add_argument(
        "--prevalence",
        type=float,
        metavar="P",
        help="restate scores for a stream with this share of fraud, e.g. 0.01",
    )
    bands = parser.add_mutually_exclusive_group()
    bands.add_argument(
        "--false-alarms",
        type=_one_or_two,
        metavar="R[,H]",
        help="cut the bands for these shares of honest ads alarmed, by review (and hold), e.g. 0.02,0.002; H is R/10",
    )
    bands.add_argument(
        "--threshold",
        type=_one_or_two,
        metavar="R[,H]",
        help="cut the bands at these scores (at even odds), e.g. 0.6,0.95",
    )
    bands.add_argument(
        "--review-rate", type=float, metavar="S", help="review or above is the top share S of this file, e.g. 0.08"
    )
    add_table_options(parser)
    _add_output_options(parser)
    parser.add_argument("--jobs", type=int, metavar="N", help="processes; default: all cores for a large file")
    parser.add_argument("--quiet", action="store_true", help="no progress bar, no summary; warnings and errors only")
    return parser


def _add_output_options(parser: argparse.ArgumentParser) -> None:
    smaller = parser.add_argument_group("smaller outputs")
    smaller.add_argument("--only", type=names, metavar="BANDS", help="only rows of these bands, e.g. review,hold")
    smaller.add_argument("--min-score", type=float, metavar="S", help="only rows with at least this score")
    smaller.add_argument("--top", type=int, metavar="N", help="only the N highest scores, highest first")
    smaller.add_argument("--columns", type=names, metavar="A,B", help="only these columns of the input, and our four")
    smaller.add_argument(
        "--ask", type=int, metavar="N", help="only the N ads whose labels would teach the model most, to be labelled"
    )
    out = parser.add_argument_group("outputs")
    out.add_argument(
        "--format",
        choices=("csv", "tsv", "jsonl"),
        default="csv",
        help="what pipes hold, and files whose name does not say; default: csv",
    )
    out.add_argument("--report", metavar="FILE", help="write the flagged ads as an HTML page to decide on")
    out.add_argument("--rejects", metavar="FILE", help="set bad rows aside in this CSV with file, row and reason")
    out.add_argument("--summary", metavar="FILE", help="write the counts to this file as JSON")
    out.add_argument(
        "--excel", action="store_true", help="write CSV that Excel opens well; an apostrophe goes before formulas"
    )
    out.add_argument("--force", action="store_true", help="replace files that exist; start an interrupted run anew")
    out.add_argument(
        "--resume", action="store_true", help="go on from where an interrupted run came to, if there is one"
    )


def _one_or_two(value: str) -> tuple[float, float | None]:
    try:
        numbers = [float(part) for part in value.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 2):
        raise argparse.ArgumentTypeError(f"one number is expected, or two with a comma, not {value!r}")
    return numbers[0], numbers[1] if len(numbers) == 2 else None


def _predict(options: argparse.Namespace) -> None:
    from classifier import store

    if options.text is None and not options.inputs:
        raise UsageError("name a table of ads, or - for standard input, or pass --text; --help shows examples")
    if options.text is not None and options.inputs:
        raise UsageError("--text scores one ad; leave the files out")
    model = _banded(store.load(options.model), options)
    if options.text is not None:
        _tell(model.explain(options.text), options.lang)
        return
    if options.ask is not None:
        _ask(model, options)
        return
    from classifier.batch import score_files

    summary = score_files(model, options.inputs, options.output, _options(options))
    log.info(summary)


def _ask(model: Model, options: argparse.Namespace) -> None:
    """Write the ads to label as a table and, where it is named, as a page."""
    from classifier import asking, sheet
    from classifier.output import check_outputs
    from classifier.tables import files_of

    _check_asking(options)
    files = files_of(options.inputs)
    sheet.check_name(options.output)
    check_outputs(files, options.output, [options.report], force=options.force, resumed=False)
    cases = asking.ask(model, files, options.ask, _options(options))
    if options.report:
        source = ", ".join(map(os.path.basename, files))
        _write(options.report, asking.page(cases, source, options.lang or "ru"))
    _write(options.output, sheet.sheet(cases))
    log.info(f"{len(cases):,} ads to label, the one that teaches most first; then train.py --decisions")


def _check_asking(options: argparse.Namespace) -> None:
    if options.ask < 1:
        raise UsageError(f"--ask {options.ask}: ask for one ad or more")
    unfit = (
        "only",
        "min_score",
        "top",
        "columns",
        "review_rate",
        "rejects",
        "summary",
        "excel",
        "resume",
        "prevalence",
    )
    for name in unfit:
        if getattr(options, name):
            raise UsageError(f"--ask picks ads to label, whatever their score; leave --{name.replace('_', '-')} out")


def _write(path: str, content: str) -> None:
    from classifier.atomic import replacing

    if path == "-":
        sys.stdout.buffer.write(content.encode())
        return
    with replacing(path) as file:
        file.write(content.encode())


def _options(options: argparse.Namespace) -> Options:
    from classifier.options import Options
    from classifier.selection import Selection

    return Options(
        encoding=options.encoding,
        delimiter=options.delimiter,
        default_format=options.format,
        text_columns=options.text_columns,
        prevalence=options.prevalence,
        language=options.lang,
        review_rate=options.review_rate,
        selection=Selection(options.only, options.min_score, options.top, options.columns),
        for_excel=options.excel,
        rejects=options.rejects,
        summary=options.summary,
        report=options.report,
        jobs=options.jobs,
        force=options.force,
        resume=options.resume,
        progress=not options.quiet,
    )


def _banded(model: Model, options: argparse.Namespace) -> Model:
    """Cut the bands as the options say; see `_one_or_two`."""
    if options.false_alarms:
        review, hold = options.false_alarms
        return model.with_false_alarms(review, review / 10 if hold is None else hold)
    if options.threshold:
        review, hold = options.threshold
        return model.with_thresholds(review, max(review, model.thresholds.hold) if hold is None else hold)
    return model


def _tell(why: Explanation, language: str | None) -> None:
    from classifier.person import for_a_person, language_of, wants_colour

    said = for_a_person(why, language or language_of(os.environ), colour=wants_colour(sys.stdout))
    # An ad may hold what the terminal's encoding does not.
    sys.stdout.buffer.write(said.encode(sys.stdout.encoding, "replace"))
