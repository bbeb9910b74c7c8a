"""The two doors, `predict.py` and `train.py`: options in, one-line errors and a status out."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from classifier import MODEL
from classifier.errors import ClassifierError, UsageError
from classifier.schemes import LANGUAGES

if TYPE_CHECKING:
    import pandas as pd

    from classifier.evaluation import Evaluation
    from classifier.model import Model
    from classifier.reasons import Explanation

DONE, FAILED, USAGE = 0, 1, 2

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
  python predict.py ads.csv -o scored.csv
  python predict.py monday.csv tuesday.csv -o scored.csv
  python predict.py - < ads.csv > scored.csv
  python predict.py excel.csv --encoding cp1251 -o scored.csv
  python predict.py ads.csv --text-columns subject,body --prevalence 0.01 -o scored.csv
  python predict.py ads.csv --review-rate 0.08 -o scored.csv      as many as you can review
  python predict.py --text "Сатамын ..."

The text is taken from the columns title, description and text (or their Russian or Kazakh
names), or from those named by --text-columns; a table of one column is text.
A score is a lead for a moderator, never a verdict.
"""

_TRAIN = """\
Train a model on labelled ads.

A table needs a column label (1/0, fraud/legit or true/false) and the ad's text in title,
description or text. A column group, if there is one, ties together ads that must not be split
between training and test, for example one seller's.
"""

_TRAIN_EXAMPLES = """\
examples:
  python train.py                                  datasets/*.csv -> models/ads.zip and its card
  python train.py mine.csv more.csv -o models/mine.zip
  python train.py mine.csv -o mine.zip --pipeline mine.joblib
  python train.py --check mine.csv                 how the model that ships does on your ads
  python train.py --check mine.csv --model models/mine.zip -o check.html
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
    return _run(_predict, _predict_parser().parse_args(argv))


def train_main(argv: Sequence[str] | None = None) -> int:
    """Run `train.py`.

    Parameters
    ----------
    argv : sequence of str, optional
        By default the command line's.

    Returns
    -------
    int
        0 done, 1 failed, 2 wrong usage.
    """
    return _run(_train, _train_parser().parse_args(argv))


def _predict_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="predict.py",
        description=_PREDICT,
        epilog=_PREDICT_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("inputs", nargs="*", metavar="CSV", help="tables of ads with one header; - is standard input")
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
    _add_table_options(parser)
    parser.add_argument("--rejects", metavar="FILE", help="set rows with too many or too few cells aside in this CSV")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes; default: all cores for a large file")
    parser.add_argument("--force", action="store_true", help="replace files that exist")
    parser.add_argument("--quiet", action="store_true", help="no progress bar and no summary")
    return parser


def _train_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="train.py",
        description=_TRAIN,
        epilog=_TRAIN_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("inputs", nargs="*", metavar="CSV", help="labelled ads; default: datasets/*.csv")
    parser.add_argument("-o", "--output", metavar="FILE", help="default: models/ads.zip; its card goes beside it")
    parser.add_argument(
        "--full", action="store_true", help="also measure recall on schemes never seen and what a random split claims"
    )
    parser.add_argument("--check", action="store_true", help="train nothing; say how --model does on these ads")
    parser.add_argument(
        "--model", default=str(MODEL), metavar="FILE", help="for --check; default: the model that ships"
    )
    parser.add_argument("--pipeline", metavar="FILE", help="also write the fitted scikit-learn pipeline (joblib)")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes for cross-validation; default: all cores")
    _add_table_options(parser)
    return parser


def _add_table_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--text-columns", type=_names, metavar="A,B", help="the columns that hold the text")
    parser.add_argument(
        "--encoding", default="utf-8", metavar="NAME", help="default: utf-8; Excel often writes cp1251"
    )
    parser.add_argument("--delimiter", type=_one_char, metavar="CHAR", help="default: found from the header")


def _names(value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]


def _one_or_two(value: str) -> tuple[float, float | None]:
    try:
        numbers = [float(part) for part in value.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 2):
        raise argparse.ArgumentTypeError(f"one number is expected, or two with a comma, not {value!r}")
    return numbers[0], numbers[1] if len(numbers) == 2 else None


def _one_char(value: str) -> str:
    value = {"\\t": "\t", "tab": "\t"}.get(value, value)
    if len(value) != 1 or not value.isascii():
        raise argparse.ArgumentTypeError("a delimiter is one ASCII character, or tab")
    return value


def _run(work: Callable[[argparse.Namespace], None], options: argparse.Namespace) -> int:
    try:
        work(options)
    except UsageError as error:
        return _say(error, USAGE)
    except ClassifierError as error:
        return _say(error, FAILED)
    except KeyboardInterrupt:
        return _say("interrupted; no output was written", FAILED)
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain once more when it closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        return _say(f"{error.filename or 'output'}: {error.strerror or error}", FAILED)
    return DONE


def _say(message: object, status: int = DONE) -> int:
    sys.stderr.write(f"{message if status == DONE else f'error: {message}'}\n")
    return status


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
    from classifier.batch import Options, score_files

    summary = score_files(
        model,
        options.inputs,
        options.output,
        Options(
            encoding=options.encoding,
            delimiter=options.delimiter,
            text_columns=options.text_columns,
            prevalence=options.prevalence,
            language=options.lang,
            review_rate=options.review_rate,
            jobs=options.jobs,
            rejects=options.rejects,
            force=options.force,
            progress=not options.quiet,
        ),
    )
    if not options.quiet:
        _say(summary)


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


def _train(options: argparse.Namespace) -> None:
    if options.check:
        _check(options)
        return
    inputs = options.inputs or sorted(str(path) for path in (MODEL.parent.parent / "datasets").glob("*.csv"))
    if not inputs:
        raise UsageError("there is no CSV in datasets/; name the tables of labelled ads to train on")
    target = options.output or str(MODEL)
    _check_folders(target, options.pipeline)
    from classifier import training
    from classifier.atomic import replacing

    _say(f"training on {', '.join(inputs)} ...")
    ads = _labelled(inputs, options)
    model, evaluation = training.train(ads, columns=options.text_columns, jobs=options.jobs, full=options.full)
    model.save(target)
    if options.pipeline:
        import joblib

        with replacing(options.pipeline) as file:
            joblib.dump(training.thaw(model), file)
    written = _write_report(model, evaluation, Path(target))
    _say(f"wrote {', '.join([target, *written])}")


def _check(options: argparse.Namespace) -> None:
    if not options.inputs:
        raise UsageError("--check needs the tables of labelled ads to check the model on")
    if options.pipeline or options.full:
        raise UsageError("--check trains nothing; leave --pipeline and --full out")
    _check_folders(options.output)
    from classifier import report, store, training

    model = store.load(options.model)
    evaluation = training.check_model(model, _labelled(options.inputs, options), columns=options.text_columns)
    if options.output is None:
        _say(report.summary(evaluation))
        return
    _say(f"wrote {', '.join(_write_report(model, evaluation, Path(options.output), trained=False))}")


def _write_report(model: Model, evaluation: Evaluation, beside: Path, *, trained: bool = True) -> list[str]:
    """Print the summary and write the figures, the page and, of a model just trained, its card."""
    import json

    from classifier import report
    from classifier.atomic import replacing
    from classifier.page import page

    data = report.figures(model, evaluation, beside.with_suffix(".evasion.json") if trained else None)
    # The page of the model that ships is models/report.html; any other bears its model's name.
    of_page = (
        beside.with_name("report.html") if trained and beside.resolve() == MODEL else beside.with_suffix(".html")
    )
    contents = {
        of_page: page(data),
        of_page.with_suffix(".json"): json.dumps(data, ensure_ascii=False, indent=1) + "\n",
    }
    if trained:
        contents[beside.with_suffix(".md")] = report.card(data)
    for path, content in contents.items():
        with replacing(path) as file:
            file.write(content.encode())
    _say(report.summary(evaluation))
    return [str(path) for path in contents]


def _labelled(inputs: Sequence[str], options: argparse.Namespace) -> pd.DataFrame:
    import pandas as pd

    from classifier.tables import read_all

    tables = read_all(inputs, encoding=options.encoding, delimiter=options.delimiter)
    frames: list[pd.DataFrame] = [table.to_pandas() for table in tables]
    return pd.concat(frames, ignore_index=True)


def _check_folders(*paths: str | None) -> None:
    for path in filter(None, paths):
        if not Path(path).parent.is_dir():
            raise UsageError(f"{path}: there is no folder {Path(path).parent}")
