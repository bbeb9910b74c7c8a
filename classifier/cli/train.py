"""The door `train.py`: labelled ads in; a model, its card and its evaluation out."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from classifier import MODEL, home
from classifier.cli.common import add_table_options, log, run
from classifier.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from classifier.evaluation import Evaluation
    from classifier.model import Model

_TRAIN = """\
Train a model on labelled ads.

A table needs a column label (1/0, fraud/legit or true/false) and the ad's text in title,
description or text. A column group, if there is one, ties together ads that must not be split
between training and test, for example one seller's.
"""

_TRAIN_EXAMPLES = """\
examples:
  %(prog)s                                  datasets/*.csv -> models/ads.zip and its card
  %(prog)s mine.csv more.csv -o models/mine.zip
  %(prog)s mine.csv -o mine.zip --pipeline mine.joblib
  %(prog)s --check mine.csv                 how the model that ships does on your ads
  %(prog)s --check mine.csv --model models/mine.zip -o check.html
"""


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
    return run(_train, _train_parser().parse_args(argv))


def _train_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=home.command("train"),
        description=_TRAIN,
        epilog=_TRAIN_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "inputs", nargs="*", metavar="FILE", help="labelled ads, or folders of them; default: datasets/*.csv"
    )
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
    add_table_options(parser)
    parser.add_argument(
        "--from-excel",
        action="store_true",
        help="take off the apostrophes that predict.py --excel put before formulas",
    )
    return parser


def _train(options: argparse.Namespace) -> None:
    if options.check:
        _check(options)
        return
    inputs = options.inputs or home.collection()
    target = options.output or home.target()
    _check_folders(target, options.pipeline)
    from classifier import training
    from classifier.atomic import replacing

    log.info(f"training on {', '.join(inputs)} ...")
    ads = _labelled(inputs, options)
    model, evaluation = training.train(ads, columns=options.text_columns, jobs=options.jobs, full=options.full)
    model.save(target)
    if options.pipeline:
        import joblib

        with replacing(options.pipeline) as file:
            joblib.dump(training.thaw(model), file)
    written = _write_report(model, evaluation, Path(target))
    log.info(f"wrote {', '.join([target, *written])}")


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
        log.info(report.summary(evaluation))
        return
    log.info(f"wrote {', '.join(_write_report(model, evaluation, Path(options.output), trained=False))}")


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
    log.info(report.summary(evaluation))
    return [str(path) for path in contents]


def _labelled(inputs: Sequence[str], options: argparse.Namespace) -> pd.DataFrame:
    import pandas as pd

    from classifier.tables import read_all

    tables = read_all(inputs, encoding=options.encoding, delimiter=options.delimiter, from_excel=options.from_excel)
    frames: list[pd.DataFrame] = [table.to_pandas() for table in tables]
    return pd.concat(frames, ignore_index=True)


def _check_folders(*paths: str | None) -> None:
    for path in filter(None, paths):
        if not Path(path).parent.is_dir():
            raise UsageError(f"{path}: there is no folder {Path(path).parent}")
