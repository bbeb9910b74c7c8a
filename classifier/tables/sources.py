"""The bytes of an input: a file, packed or not, or a pipe; watched so that none is read half old, half new."""

from __future__ import annotations

import io
import os
import select
import stat
import sys

import pyarrow as pa

from classifier.errors import DataError
from classifier.tables.formats import PIPE

#: How files begin that are not what their name says, and what to do about it.
_MAGIC = {
    b"\x1f\x8b": "packed by gzip; let its name end in .gz",
    b"\x28\xb5\x2f\xfd": "packed by zstd; let its name end in .zst",
    b"PAR1": "a Parquet file; let its name end in .parquet",
    b"PK\x03\x04": "a zip archive or an Excel workbook, not a text file; save the sheet as CSV UTF-8",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook, not a text file; save the sheet as CSV UTF-8",
    b"SQLite format 3": "a database, not a text file; export the table as CSV",
}

#: Seconds to wait for a pipe before looking whether anyone still wants to hear from it.
_PATIENCE = 0.2


class Source:
    """An input opened for reading.

    Parameters
    ----------
    path : str
        A file, or ``-`` for standard input.
    compression : str, optional
        ``gzip`` or ``zstd``.

    Attributes
    ----------
    name : str
        What to call it in a message.
    size : int or None
        Bytes on the disk, where that is known.
    can_be_read_again : bool

    Raises
    ------
    DataError
        If it cannot be opened; from `read` if it is damaged or changes meanwhile.
    """

    def __init__(self, path: str, compression: str | None = None) -> None:
        self.name = "standard input" if path == PIPE else path
        self._raw = os.fdopen(sys.stdin.fileno(), "rb", buffering=0, closefd=False) if path == PIPE else opened(path)
        self._state = os.fstat(self._raw.fileno())
        self.can_be_read_again = path != PIPE and stat.S_ISREG(self._state.st_mode)
        self._stopped = False
        self.size = self._state.st_size if self.can_be_read_again else None
        self._position = 0
        self._compression = compression
        self._stream = (
            pa.CompressedInputStream(pa.PythonFile(self._raw, mode="r"), compression) if compression else None
        )

    @property
    def position(self) -> int:
        """How many bytes have been read from the disk so far."""
        return int(self._raw.tell()) if self._stream and not self._raw.closed else self._position

    def read(self, size: int) -> bytes:
        """Read on; no bytes at the end."""
        try:
            data = bytes(self._stream.read(size)) if self._stream else self._taken(size)
        except OSError as error:
            raise DataError(f"{self.name}: {self._reason(error)}") from None
        if not self._position:
            self._check_beginning(data)
        self._position += len(data)
        self.check_unchanged()
        return data

    def _taken(self, size: int) -> bytes:
        return self._raw.read(size) if self.can_be_read_again else self._from_pipe(size)

    def stop(self) -> None:
        """Wait no longer for a pipe that nothing comes from: it ends here."""
        self._stopped = True

    def _from_pipe(self, size: int) -> bytes:
        """Gather as many bytes as are wanted, or all there are; a pipe hands out few at a time."""
        parts, wanted = [], size
        while wanted and not self._stopped:
            if os.name == "posix" and not select.select([self._raw], [], [], _PATIENCE)[0]:
                continue
            part = self._raw.read(wanted)
            if not part:
                break
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)

    def check_unchanged(self) -> None:
        """Raise an error if the file has grown or was written to since it was opened."""
        if not self.can_be_read_again or self._raw.closed:
            return
        now = os.fstat(self._raw.fileno())
        if (now.st_size, now.st_mtime_ns) != (self._state.st_size, self._state.st_mtime_ns):
            sizes = f"from {self._state.st_size:,} to {now.st_size:,} bytes "
            what = sizes if now.st_size != self._state.st_size else ""
            raise DataError(f"{self.name}: changed {what}while it was read; score it again once it is written whole")

    def close(self) -> None:
        """Let go of the file."""
        self._raw.close()

    def _reason(self, error: OSError) -> str:
        if self._compression and error.errno is None:
            return f"damaged, or not packed by {self._compression}: {error}"
        return f"cannot be read: {error.strerror or error}"

    def _check_beginning(self, data: bytes) -> None:
        for magic, what in _MAGIC.items():
            if data.startswith(magic):
                raise DataError(f"{self.name}: this is {what}")


def opened(path: str) -> io.FileIO:
    """Open a file for reading.

    Raises
    ------
    DataError
        If it cannot be.
    """
    try:
        return open(path, "rb", buffering=0)
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise DataError(f"{path}: this is a folder; name the files in it") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
