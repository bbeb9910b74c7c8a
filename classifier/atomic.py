"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from classifier.errors import OutputError

try:
    import fcntl
except ImportError:  # not on Windows, where an open file cannot be replaced anyhow
    fcntl = None  # type: ignore[assignment]


class Part:
    """A file being written, under a hidden name beside the one it will bear: ``.scored.csv.part``.

    It is locked while it is open. A part that was left behind is ours, and `begin` says what becomes of it.

    Parameters
    ----------
    path : path-like
        What the file will be called; where that is a link, what it points to.

    Attributes
    ----------
    file : BinaryIO
        Open for writing.

    Raises
    ------
    OutputError
        If it cannot be written, or another process is writing it.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._final = Path(os.path.realpath(path))
        self._path = part_of(path)
        self._given = str(path)
        with self.explained():
            self.file = self._opened()

    def begin(self, keep: int = 0) -> None:
        """Cut off all but the first bytes of what an earlier run left, and go on behind them.

        Raises
        ------
        OutputError
            If there are not so many.
        """
        if os.fstat(self.file.fileno()).st_size < keep:
            raise OutputError(f"{self._given}: what the interrupted run wrote has been cut; --force starts anew")
        with self.explained():
            self.file.seek(keep)
            self.file.truncate()

    def sync(self) -> None:
        """See to it that all that was written is on the disk."""
        with self.explained():
            self.file.flush()
            os.fsync(self.file.fileno())

    def commit(self) -> None:
        """Let the file appear under its name, in the place of whatever bore it."""
        self.sync()
        with self.explained():
            if fcntl is None:
                self.file.close()
            os.replace(self._path, self._final)
            self.file.close()
            _sync_folder(self._final.parent)

    def close(self, *, keep: bool = False) -> None:
        """Stop writing; nothing is left unless it is to be kept. After `commit` it does nothing."""
        if self.file.closed:
            return
        if not keep:
            self._path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.file.close()

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what the system says about this file into one line that names it."""
        try:
            yield
        except OSError as error:
            raise _explained(self._given, error) from None

    def _opened(self) -> BinaryIO:
        while True:
            file = os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666), "r+b")
            if fcntl:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    file.close()
                    raise OutputError(f"{self._given}: another process is writing this file") from None
            # Between opening and locking it, its writer may have finished and renamed it.
            if self._path.exists() and os.path.samestat(os.stat(self._path), os.fstat(file.fileno())):
                return file
            file.close()


def part_of(path: str | os.PathLike[str]) -> Path:
    """Name the file in which an output is written until it is whole."""
    final = Path(os.path.realpath(path))
    return final.with_name(f".{final.name}.part")


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Write a file under a hidden name beside it and rename it once all is on the disk.

    Parameters
    ----------
    path : path-like
        What the file will be called. Whatever bears the name stays until the block ends well; a
        device or named pipe is written to as it is.

    Yields
    ------
    BinaryIO
        Open for writing. If the block raises, nothing is left of it.

    Raises
    ------
    OutputError
        If it cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replacing(Path(folder, "a.txt")) as file:
    ...         _ = file.write(b"whole")
    ...     os.listdir(folder)
    ['a.txt']
    """
    if is_device(path):
        with open(path, "wb") as file:
            yield file
        return
    part = Part(path)
    try:
        part.begin()
        with part.explained():
            yield part.file
        part.commit()
    finally:
        part.close()


def is_device(path: str | os.PathLike[str]) -> bool:
    """Whether the path is there and is no file: ``/dev/null``, a named pipe."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _explained(path: str, error: OSError) -> OSError | OutputError:
    if isinstance(error, (OutputError, BrokenPipeError)):
        return error
    advice = {
        errno.ENOSPC: "; free some space",
        errno.EFBIG: "; free some space, or raise the limit",
        errno.EACCES: "; choose a folder that you may write to",
    }
    return OutputError(f"{path}: cannot be written: {error.strerror or error}{advice.get(error.errno or 0, '')}")


def _sync_folder(folder: Path) -> None:
    """See to it that the renaming is on the disk; where a folder cannot be opened, the system does so itself."""
    with contextlib.suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
