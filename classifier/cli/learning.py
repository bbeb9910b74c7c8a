"""What `train.py` does with decisions, and with doubts about labels."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from classifier.cli.common import check_folders, labelled, log
from classifier.errors import TrainingError

if TYPE_CHECKING:
    import pandas as pd

    from classifier.decisions import Source
    from classifier.retraining import Retrained
    from classifier.training import Trained


#: How the collection that ships is written, whatever the options say of the tables that a user names.
_SHIPPED = argparse.Namespace(encoding="utf-8", delimiter=None, from_excel=False, text_columns=None)


def learned(options: argparse.Namespace, collection: Sequence[str]) -> Trained:
    """Train on the tables of a collection and decisions, unless that is worse; say how it compares.

    Raises
    ------
    TrainingError
        If the decisions cannot be used, or make the model worse.
    """
    from classifier import decisions, retraining, store

    gathered = decisions.gather(_sources(options.decisions, options), options.text_columns)
    decisions.check_enough(gathered.ads["label"].to_numpy())
    reading = options if options.inputs else _SHIPPED
    joined = decisions.join(labelled(collection, reading), gathered, reading.text_columns)
    news = retraining.look_through(joined, store.load(options.model), options.model)
    for note in news.notes:
        log.info(note)
    log.info(f"training without and with {int(news.fresh.sum()):,} new decisions ...")
    retrained = retraining.retrain(news, options.jobs)
    _tell(retrained, accept=options.accept_worse)
    return retrained.trained(options.jobs)


def _sources(paths: Sequence[str], options: argparse.Namespace) -> list[Source]:
    from classifier.decisions import Source
    from classifier.tables import files_of

    return [Source(path, labelled([path], options)) for path in files_of(paths)]


def _tell(retrained: Retrained, *, accept: bool) -> None:
    """Print the comparison.

    Raises
    ------
    TrainingError
        If the model is worse and that is not accepted.
    """
    log.info("without the new decisions -> with them, of ads not trained on; change and its 95 % interval")
    for compared in retrained.compared:
        log.info(str(compared))
    worse = retrained.worse
    if worse and not accept:
        raise TrainingError(
            f"the model would be worse and was not written. {worse}; "
            "look at the decisions again, or pass --accept-worse"
        )
    log.info(f"worse, and accepted: {worse}" if worse else "not worse")


def doubt(options: argparse.Namespace, ads: pd.DataFrame) -> None:
    """Write the labelled ads whose labels are doubtful, as a table and, where it is named, as a page."""
    check_folders(options.doubts, options.report)
    from classifier import doubts, store
    from classifier.atomic import replacing
    from classifier.labelled import check
    from classifier.sheet import check_name, sheet

    check_name(options.doubts)

    model = store.load(options.model)
    checked = check(ads, options.text_columns)
    log.info(f"looking for doubtful labels among {len(ads):,} ads ...")
    found = doubts.cases(ads, checked, doubts.doubts(checked, options.jobs), model)
    contents = {options.doubts: sheet(found)}
    if options.report:
        contents[options.report] = doubts.page(found, ", ".join(options.inputs) or "datasets/")
    for path, content in contents.items():
        with replacing(path) as file:
            file.write(content.encode())
    share = len(found) / len(ads)
    log.info(f"{len(found):,} labels, {share:.1%}, are doubtful; wrote {options.doubts}, most doubtful first")
