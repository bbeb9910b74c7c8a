"""What both doors share: options of a table, messages, a status."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.errors import ClassifierError, UsageError

if TYPE_CHECKING:
    import pandas as pd

DONE, FAILED, USAGE = 0, 1, 2

log = logging.getLogger("classifier")


def add_table_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how a table is read."""
    parser.add_argument("--text-columns", type=names, metavar="A,B", help="the columns that hold the text")
    parser.add_argument(
        "--encoding", default="utf-8", metavar="NAME", help="default: utf-8; Excel often writes cp1251"
    )
    parser.add_argument("--delimiter", type=one_char, metavar="CHAR", help="of CSV; default: found from the header")


def names(value: str) -> list[str]:
    """Read names with commas between them."""
    return [name.strip() for name in value.split(",") if name.strip()]


def one_char(value: str) -> str:
    """Read a delimiter."""
    value = {"\\t": "\t", "tab": "\t"}.get(value, value)
    if len(value) != 1 or not value.isascii():
        raise argparse.ArgumentTypeError("a delimiter is one ASCII character, or tab")
    return value


def labelled(inputs: Sequence[str], options: argparse.Namespace) -> pd.DataFrame:
    """Read tables into one, every cell as text."""
    import pandas as pd

    from classifier.tables import read_all

    tables = read_all(inputs, encoding=options.encoding, delimiter=options.delimiter, from_excel=options.from_excel)
    frames: list[pd.DataFrame] = [table.to_pandas() for table in tables]
    return pd.concat(frames, ignore_index=True)


def check_folders(*paths: str | None) -> None:
    """Refuse outputs whose folder does not exist, before any work is done."""
    for path in filter(None, paths):
        if not Path(path).parent.is_dir():
            raise UsageError(f"{path}: there is no folder {Path(path).parent}")


def run(work: Callable[[argparse.Namespace], None], options: argparse.Namespace) -> int:
    """Do a door's work; turn what can go wrong into one line on standard error and a status."""
    log.handlers = [_StandardError()]
    log.setLevel(logging.WARNING if getattr(options, "quiet", False) else logging.INFO)
    try:
        work(options)
    except UsageError as error:
        return _failed(error, USAGE)
    except ClassifierError as error:
        return _failed(error)
    except KeyboardInterrupt as interruption:
        return _failed(str(interruption) or "interrupted; no output was written")
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain once more when it closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        return _failed(f"{error.filename or 'output'}: {error.strerror or error}")
    return DONE


def _failed(message: object, status: int = FAILED) -> int:
    log.error(message)
    return status


class _StandardError(logging.Handler):
    """One line a message; anything worse than information says what it is."""

    def emit(self, record: logging.LogRecord) -> None:
        label = f"{record.levelname.lower()}: " if record.levelno > logging.INFO else ""
        sys.stderr.write(f"{label}{record.getMessage()}\n")
