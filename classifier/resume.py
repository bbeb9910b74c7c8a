"""How far a run has come, on the disk: what a run that was interrupted goes on from.

Beside the hidden part of an output, ``.scored.csv.part``, stands ``.scored.csv.resume``: JSON with
fingerprints of the inputs, the model and the options, how many rows were scored, how many bytes of
the part they take, and the counts so far. It is written only after those bytes are on the disk, so
that whatever follows them in the part may be cut off. A run that goes on reads the inputs from
their beginning but scores only what is new.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from classifier.atomic import part_of, replacing
from classifier.errors import UsageError
from classifier.summary import Summary

#: Raised whenever the file or the bytes of an output change their form.
FORMAT = 1

#: How much of the beginning and of the end of an input is hashed.
_ENDS = 2**20


@dataclasses.dataclass(frozen=True)
class Progress:
    """How far a run has come.

    Attributes
    ----------
    length : int
        Bytes of the output.
    summary : Summary
        Counts of all rows in them.
    thresholds : (float, float)
        Of the bands.
    finished : bool
        Whether nothing is left but to give the file its name.
    """

    length: int
    summary: Summary
    thresholds: tuple[float, float]
    finished: bool = False


class Journal:
    """The file that says how far a run has come.

    Parameters
    ----------
    output : str
    prints : dict
        What `fingerprints` gave.
    """

    def __init__(self, output: str, prints: dict[str, Any]) -> None:
        self._output, self._prints = output, prints
        self._path = journal_of(output)

    def record(self, progress: Progress, *, finished: bool) -> None:
        """Write it, whole or not at all."""
        data = {
            "format": FORMAT,
            **self._prints,
            "length": progress.length,
            "summary": vars(progress.summary),
            "thresholds": progress.thresholds,
            "finished": finished,
        }
        with replacing(self._path) as file:
            file.write(json.dumps(data, ensure_ascii=False, indent=1).encode())

    def read(self) -> Progress | None:
        """Read how far an earlier run came; None where there was none.

        Raises
        ------
        UsageError
            If it was of other inputs, another model or other options: says which.
        """
        try:
            data = json.loads(self._path.read_bytes())
            if data["format"] != FORMAT:
                raise ValueError
            self._compare(data)
            summary = Summary(**data["summary"])
            summary.bands, summary.schemes = Counter(summary.bands), Counter(summary.schemes)
            return Progress(int(data["length"]), summary, tuple(data["thresholds"]), bool(data["finished"]))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            if isinstance(error, UsageError):
                raise
            raise UsageError(f"{self._path}: not a file of this program or version; --force starts anew") from None

    def _compare(self, data: dict[str, Any]) -> None:
        differ = [name for name, value in self._prints["options"].items() if data["options"].get(name) != value]
        if data["inputs"] != self._prints["inputs"]:
            differ.insert(0, "inputs")
        if data["model"] != self._prints["model"]:
            differ.insert(0, "model")
        if differ:
            what = ", ".join(differ)
            raise UsageError(
                f"{self._output}: the interrupted run had other {what}; --force without --resume starts anew"
            )


def journal_of(output: str | os.PathLike[str]) -> Path:
    """Name the file beside an output that says how far its run has come."""
    part = part_of(output)
    return part.with_name(part.name.removesuffix(".part") + ".resume")


def forget(output: str) -> None:
    """Take the journal of an output away: it is whole, or nothing of it is to be gone on with."""
    journal = journal_of(output)
    for path in (journal, part_of(journal)):
        path.unlink(missing_ok=True)


def fingerprints(files: Sequence[str], model: object, options: dict[str, Any]) -> dict[str, Any]:
    """Tell a run by what it reads and how.

    Parameters
    ----------
    files : sequence of str
    model : Model
    options : dict
        Those that decide what is written; JSON values.

    Returns
    -------
    dict
    """
    return {"inputs": [_of_file(path) for path in files], "model": digest(model), "options": options}


def _of_file(path: str) -> dict[str, Any]:
    with open(path, "rb") as file:
        state = os.fstat(file.fileno())
        hashed = hashlib.sha256(file.read(_ENDS))
        file.seek(max(0, state.st_size - _ENDS))
        hashed.update(file.read(_ENDS))
    return {"path": path, "size": state.st_size, "mtime_ns": state.st_mtime_ns, "sha256_of_ends": hashed.hexdigest()}


def digest(value: object) -> str:
    """Hash a model, or whatever else is made of data classes, arrays, lists and plain values.

    Examples
    --------
    >>> digest([1, "а"]) == digest([1, "а"]), digest([1, "а"]) == digest([1, "б"])
    (True, False)
    """
    hashed = hashlib.sha256()
    _hash_into(hashed, value)
    return hashed.hexdigest()


def _hash_into(hashed: Any, value: object) -> None:  # noqa: ANN401
    hashed.update(type(value).__name__.encode())
    if isinstance(value, np.ndarray):
        hashed.update(f"{value.dtype}{value.shape}".encode())
        hashed.update(np.ascontiguousarray(value))
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            _hash_into(hashed, getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            _hash_into(hashed, item)
    else:
        hashed.update(json.dumps(value, ensure_ascii=False, sort_keys=True, default=repr).encode())
