"""A scored table on its way to the disk: whole or not at all and, where it can be, resumable."""

from __future__ import annotations

import contextlib
import copy
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from classifier.atomic import Part, is_device
from classifier.errors import ClassifierError, OutputError, UsageError
from classifier.resume import Journal, Progress, forget, journal_of
from classifier.summary import Summary
from classifier.tables import PIPE

#: Seconds between two records of how far a run has come.
CHECKPOINT = 5.0


class Output:
    """A file that a table is written to; a context that ends with the file in its place, or without it.

    Where the block is left by an interruption or for want of space, what was written is kept for
    ``--resume``, if there is a journal; where it is left by an error in the input, nothing is kept.

    Parameters
    ----------
    path : str
        A file, or ``-`` for standard output.
    journal : callable, optional
        Makes the journal, when it is first needed, for its fingerprints take time; without it the run
        cannot be resumed.
    resumed : Progress, optional
        How far an interrupted run came.

    Attributes
    ----------
    file : BinaryIO
        To write to, within `writing`.

    Raises
    ------
    OutputError
        If it cannot be written.
    """

    def __init__(
        self, path: str, journal: Callable[[], Journal] | None = None, resumed: Progress | None = None
    ) -> None:
        self._path = path
        self._make_journal = journal
        self._journal = journal() if journal and resumed else None
        self._done = resumed
        self._recorded = time.monotonic()
        self._part = None if path == PIPE or is_device(path) else Part(path)
        if self._part is None:
            self.file: BinaryIO = sys.stdout.buffer if path == PIPE else open(path, "wb")  # noqa: SIM115
            return
        self.file = self._part.file
        try:
            if resumed is None:
                forget(path)
            self._part.begin(resumed.length if resumed else 0)
        except BaseException:
            self._part.close(keep=resumed is not None)
            raise

    def __enter__(self) -> Output:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if self._part is None:
            self.file.flush()
            if self._path != PIPE:
                self.file.close()
        elif error is None:
            self._part.commit()
            forget(self._path)
        else:
            self._abandon(self._part, error)

    @contextlib.contextmanager
    def writing(self) -> Iterator[BinaryIO]:
        """Give the file to write to; what the system says about it becomes one line."""
        with self._part.explained() if self._part else contextlib.nullcontext():
            yield self.file

    def advance(self, summary: Summary, thresholds: tuple[float, float]) -> None:
        """Take note that all rows counted so far are written; from time to time, on the disk."""
        if self._make_journal is None:
            return
        self._done = Progress(self.file.tell(), copy.deepcopy(summary), thresholds)
        if time.monotonic() - self._recorded >= CHECKPOINT:
            self._record(finished=False)

    def finish(self, *, alone: bool) -> None:
        """Take note, on the disk, that all rows are written, so that other files of this run may appear.

        Where this one is alone and nothing was noted before, its renaming says as much.
        """
        if self._journal or not alone:
            self._record(finished=True)

    def _record(self, *, finished: bool) -> None:
        if self._part is None or self._make_journal is None or self._done is None:
            return
        try:
            self._journal = self._journal or self._make_journal()
        except OSError:
            # An input was removed while it is read: it can be read to its end, but not again.
            self._make_journal = None
            return
        self._part.sync()
        self._journal.record(self._done, finished=finished)
        self._recorded = time.monotonic()

    def _abandon(self, part: Part, error: BaseException) -> None:
        in_the_input = isinstance(error, ClassifierError) and not isinstance(error, OutputError)
        if in_the_input or not self._is_kept(error):
            part.close()
            forget(self._path)
            return
        part.close(keep=True)
        rows = self._done.summary.rows if self._done else 0
        if isinstance(error, (KeyboardInterrupt, OutputError)):
            said = str(error) or "interrupted"
            raise type(error)(f"{said}; the same command with --resume goes on after {rows:,} ads") from None

    def _is_kept(self, error: BaseException) -> bool:
        """Whether there is on the disk from where to go on; an interruption leaves time to see to it."""
        if isinstance(error, KeyboardInterrupt) and self._done:
            with contextlib.suppress(OutputError):
                self._record(finished=False)
        return self._journal is not None


def check_outputs(
    inputs: Sequence[str], output: str, others: Sequence[str | None], *, force: bool, resumed: bool
) -> None:
    """Refuse to write over an input, over another output, and, unless forced, over anything.

    Parameters
    ----------
    inputs : sequence of str
    output : str
    others : sequence of (str or None)
        What is written beside `output`.
    force, resumed : bool
        A run that is resumed may have written the others already.

    Raises
    ------
    UsageError
        Naming the file.
    """
    paths = [path for path in (output, *others) if path is not None and path != PIPE and not is_device(path)]
    for number, path in enumerate(paths):
        if not Path(path).parent.is_dir():
            raise UsageError(f"{path}: there is no folder {Path(path).parent}")
        if any(_same(path, source) for source in inputs):
            raise UsageError(f"{path}: is an input; name another file for the output")
        if any(_same(path, before) for before in paths[:number]):
            raise UsageError(f"{path}: is named for two outputs")
        if os.path.isdir(path):
            raise UsageError(f"{path}: is a folder; name a file in it")
        if os.path.exists(path) and not (force or (resumed and path != output)):
            raise UsageError(f"{path}: exists already; --force replaces it")
    if paths[:1] == [output] and journal_of(output).exists() and not (force or resumed):
        raise UsageError(f"{output}: an interrupted run is there; --resume goes on with it, --force starts anew")


def _same(path: str, other: str) -> bool:
    if other == PIPE:
        return False
    if os.path.exists(path) and os.path.exists(other):
        return os.path.samefile(path, other)
    return os.path.realpath(path) == os.path.realpath(other)
