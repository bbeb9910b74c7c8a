"""The door `train.py`: labelled ads in; a model, its card and its evaluation out."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from classifier import MODEL, home
from classifier.cli.common import add_table_options, check_folders, labelled, log, run
from classifier.errors import UsageError

if TYPE_CHECKING:
    from classifier.evaluation import Evaluation
    from classifier.model import Model
    from classifier.training import Trained

_TRAIN = """\
Train a model on labelled ads.

A table needs a column label (1/0, fraud/legit or true/false) and the ad's text in title,
description or text. A column group, if there is one, ties together ads that must not be split
between training and test, for example one seller's.

Decisions, the CSV that the page of predict.py --report saves or any such table, join what the
model was trained on. The new model is written if it is no worse on ads it has not seen. Keep
your files of decisions and pass all of them each time: what is not passed is forgotten.
"""

_TRAIN_EXAMPLES = """\
examples:
  %(prog)s                                  datasets/*.csv -> models/ads.zip and its card
  %(prog)s mine.csv more.csv -o models/mine.zip
  %(prog)s mine.csv -o mine.zip --pipeline mine.joblib
  %(prog)s --decisions decisions.csv more.csv     learn from decisions, unless that makes it worse
  %(prog)s --doubts doubts.csv --report doubts.html    labels to look at again
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
        "--model",
        default=str(MODEL),
        metavar="FILE",
        help="the model in use, to check or to compare with; default: the model that ships",
    )
    _add_learning_options(parser)
    parser.add_argument("--pipeline", metavar="FILE", help="also write the fitted scikit-learn pipeline (joblib)")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes for cross-validation; default: all cores")
    add_table_options(parser)
    parser.add_argument(
        "--from-excel",
        action="store_true",
        help="take off the apostrophes that predict.py --excel put before formulas",
    )
    return parser


def _add_learning_options(parser: argparse.ArgumentParser) -> None:
    learning = parser.add_argument_group("learning from decisions")
    learning.add_argument(
        "--decisions",
        nargs="+",
        metavar="FILE",
        help="tables of decisions (text, label; optional time, scheme, group) that join the labelled ads",
    )
    learning.add_argument("--accept-worse", action="store_true", help="write the model even if it is worse")
    learning.add_argument(
        "--doubts",
        metavar="FILE",
        help="train nothing; write the labelled ads whose label the other ads contradict, most doubtful first",
    )
    learning.add_argument("--report", metavar="FILE", help="with --doubts: the same as an HTML page to decide on")


def _train(options: argparse.Namespace) -> None:
    _check_usage(options)
    if options.check:
        _check(options)
    elif options.doubts:
        from classifier.cli.learning import doubt

        doubt(options, labelled(_inputs(options), options))
    elif options.decisions:
        _learn(options)
    else:
        _train_anew(options)


def _check_usage(options: argparse.Namespace) -> None:
    modes = {"--check": options.check, "--doubts": options.doubts, "--decisions": options.decisions}
    chosen = [name for name, given in modes.items() if given]
    if len(chosen) > 1:
        raise UsageError(f"{' and '.join(chosen)} are different things to do; choose one")
    if chosen and chosen != ["--decisions"] and (options.pipeline or options.full):
        raise UsageError(f"{chosen[0]} trains nothing; leave --pipeline and --full out")
    if options.doubts and options.output:
        raise UsageError("--doubts trains nothing; leave -o out")
    if options.decisions and options.full:
        raise UsageError("--full measures a training without --decisions; leave one of them out")
    if options.accept_worse and not options.decisions:
        raise UsageError("--accept-worse belongs to --decisions")
    if options.report and not options.doubts:
        raise UsageError("--report belongs to --doubts; for flagged ads it is predict.py --report")


def _inputs(options: argparse.Namespace) -> list[str]:
    return list(options.inputs or home.collection())


def _learn(options: argparse.Namespace) -> None:
    target = options.output or home.target()
    check_folders(target, options.pipeline)
    from classifier.cli.learning import learned

    _write(learned(options, _inputs(options)), target, options)


def _train_anew(options: argparse.Namespace) -> None:
    inputs, target = _inputs(options), options.output or home.target()
    check_folders(target, options.pipeline)
    from classifier import training

    log.info(f"training on {', '.join(inputs)} ...")
    ads = labelled(inputs, options)
    _write(training.train(ads, columns=options.text_columns, jobs=options.jobs, full=options.full), target, options)


def _write(trained: Trained, target: str, options: argparse.Namespace) -> None:
    from classifier import fitting
    from classifier.atomic import replacing

    model, evaluation = trained
    model.save(target)
    if options.pipeline:
        import joblib

        with replacing(options.pipeline) as file:
            joblib.dump(fitting.thaw(model), file)
    written = _write_report(model, evaluation, Path(target))
    log.info(f"wrote {', '.join([target, *written])}")


def _check(options: argparse.Namespace) -> None:
    if not options.inputs:
        raise UsageError("--check needs the tables of labelled ads to check the model on")
    check_folders(options.output)
    from classifier import report, store, training

    model = store.load(options.model)
    evaluation = training.check_model(model, labelled(options.inputs, options), columns=options.text_columns)
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
