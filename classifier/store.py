"""The model file: a zip of JSON and ``.npy``, data and never code.

Members, all required and no others: ``manifest.json`` (format number, numbers, and a SHA-256 and
size for each other member), ``tokens.json``, ``pieces.json`` and one ``.npy`` for each array. Since
format 2 also ``schemes.json`` and the arrays of the scheme model, empty where there is none.
Nothing is unpacked to disk, no member is read before its size is known to be sane, and arrays are
read with ``allow_pickle=False``.
"""

from __future__ import annotations

import hashlib
import io
import json
import operator
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.atomic import replacing
from classifier.bands import HeldOut, Thresholds
from classifier.errors import ModelFileError
from classifier.model import Model
from classifier.scheme_model import SchemeModel
from classifier.vocabulary import Vocabulary

#: Raised whenever the members change their meaning; a release reads every format up to its own.
FORMAT = 2

#: No member of an honest model comes near this size, in bytes.
LARGEST_MEMBER = 256 * 2**20

_MANIFEST = "manifest.json"
_ARRAYS = {
    "token_idf": np.float64,
    "pairs": np.int64,
    "pair_idf": np.float64,
    "piece_idf": np.float64,
    "coefficients": np.float64,
    "honest": np.float64,
    "fraud": np.float64,
}
_SCHEME_ARRAYS = {
    "scheme_pieces": np.int8,
    "scheme_pairs": np.int8,
    "scheme_scales": np.float64,
    "scheme_intercepts": np.float64,
}
_LISTS = ("tokens", "pieces")
_SINCE_1 = frozenset([_MANIFEST, *(f"{n}.json" for n in _LISTS), *(f"{n}.npy" for n in _ARRAYS)])
_SINCE_2 = frozenset(["schemes.json", *(f"{n}.npy" for n in _SCHEME_ARRAYS)])

#: The members of each format that this program reads.
_MEMBERS = {1: _SINCE_1, 2: _SINCE_1 | _SINCE_2}
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def save(model: Model, path: str | os.PathLike[str]) -> None:
    """Write a model file, whole or not at all; the same model gives the same bytes.

    Parameters
    ----------
    model : Model
    path : path-like
    """
    members = _members(model)
    manifest = {
        "format": FORMAT,
        "members": {name: {"sha256": _digest(data), "bytes": len(data)} for name, data in members.items()},
        "intercept": model.intercept,
        "thresholds": model.thresholds._asdict(),
        "unseen_idf": model.vocabulary.unseen_idf,
        "piece_lengths": list(model.vocabulary.piece_lengths),
        "about": model.about,
    }
    with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {_MANIFEST: _json(manifest), **members}.items():
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), data, zipfile.ZIP_DEFLATED, 9)


def load(path: str | os.PathLike[str]) -> Model:
    """Read a model file.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    Model

    Raises
    ------
    ModelFileError
        If there is no such file, or it is not a model file, or not a whole one.
    """
    name = Path(path)
    try:
        with zipfile.ZipFile(name) as archive:
            return _model(_Opened(archive, str(name)))
    except FileNotFoundError:
        raise ModelFileError(f"{name}: there is no such model file; train.py makes one") from None
    except OSError as error:
        raise ModelFileError(f"{name}: cannot be read: {error.strerror or error}") from None
    except ModelFileError:
        raise
    except Exception as error:  # noqa: BLE001 a hostile zip may break its reader in any way
        raise ModelFileError(
            f"{name}: not a model file of this program ({type(error).__name__}); train.py makes one"
        ) from None


class _Opened:
    """An archive of which each member is checked before it is believed."""

    def __init__(self, archive: zipfile.ZipFile, path: str) -> None:
        self._archive = archive
        self._path = path
        self._sizes = {info.filename: info.file_size for info in archive.infolist()}
        self.manifest = self._manifest()
        members = _MEMBERS[self.manifest["format"]]
        if len(self._sizes) != len(archive.infolist()) or set(self._sizes) != members:
            odd = sorted(set(self._sizes) ^ members)[:3]
            raise self.error(f"not a model file of this program (members missing or foreign: {', '.join(odd)})")

    def error(self, what: str) -> ModelFileError:
        return ModelFileError(f"{self._path}: {what}")

    def array(self, name: str) -> npt.NDArray[Any]:
        data = io.BytesIO(self._member(f"{name}.npy"))
        array: npt.NDArray[Any] = np.load(data, allow_pickle=False)
        dtype = np.dtype((_ARRAYS | _SCHEME_ARRAYS)[name])
        if array.dtype != dtype or not np.isfinite(array).all():
            raise self.error(f"{name}.npy does not hold finite numbers of type {dtype}")
        return array

    def strings(self, name: str) -> list[str]:
        strings = json.loads(self._member(f"{name}.json"))
        if not isinstance(strings, list) or not all(isinstance(s, str) and s for s in strings):
            raise self.error(f"{name}.json is not a list of texts")
        if not all(map(operator.lt, strings, strings[1:])):
            raise self.error(f"{name}.json does not hold distinct texts in ascending order")
        return strings

    def _manifest(self) -> dict[str, Any]:
        manifest = json.loads(self._read(_MANIFEST))
        number = manifest["format"]
        if type(number) is not int or number not in _MEMBERS:
            raise self.error(
                f"model format {number!r}, but this program reads formats up to {FORMAT}; "
                "update the program or retrain"
            )
        return dict(manifest)

    def _member(self, name: str) -> bytes:
        data, promised = self._read(name), self.manifest["members"][name]
        if len(data) != promised["bytes"] or _digest(data) != promised["sha256"]:
            raise self.error(f"{name} does not match its checksum; the file is damaged, fetch or train it again")
        return data

    def _read(self, name: str) -> bytes:
        if self._sizes[name] > LARGEST_MEMBER:
            raise self.error(f"{name} claims {self._sizes[name]} bytes, more than any model has")
        with self._archive.open(name) as member:
            return member.read(LARGEST_MEMBER + 1)


def _model(opened: _Opened) -> Model:
    manifest = opened.manifest
    shortest, longest = map(int, manifest["piece_lengths"])
    vocabulary = Vocabulary(
        tokens=opened.strings("tokens"),
        token_idf=opened.array("token_idf"),
        unseen_idf=float(manifest["unseen_idf"]),
        pairs=opened.array("pairs"),
        pair_idf=opened.array("pair_idf"),
        pieces=opened.strings("pieces"),
        piece_idf=opened.array("piece_idf"),
        piece_lengths=(shortest, longest),
    )
    thresholds = Thresholds(float(manifest["thresholds"]["review"]), float(manifest["thresholds"]["hold"]))
    model = Model(
        vocabulary,
        opened.array("coefficients"),
        float(manifest["intercept"]),
        thresholds,
        HeldOut(opened.array("honest"), opened.array("fraud")),
        dict(manifest["about"]),
        _schemes(opened),
    )
    problem = _disagreement(model)
    if problem:
        raise opened.error(problem)
    return model


def _schemes(opened: _Opened) -> SchemeModel | None:
    if opened.manifest["format"] < 2:
        return None
    ids, arrays = tuple(opened.strings("schemes")), [opened.array(name) for name in _SCHEME_ARRAYS]
    return SchemeModel(ids, *arrays) if ids else None


def _disagreement(model: Model) -> str:
    """Say in what the parts of a model do not fit each other; empty where they do."""
    words, n_pairs = model.vocabulary, len(model.vocabulary.pairs)
    shapes = {
        "token_idf": words.token_idf.shape == (len(words.tokens),),
        "pairs": words.pairs.shape == (n_pairs, 2),
        "pair_idf": words.pair_idf.shape == (n_pairs,),
        "piece_idf": words.piece_idf.shape == (len(words.pieces),),
        "coefficients": model.coefficients.shape == (len(words.pieces) + n_pairs,),
        "piece_lengths": 1 <= words.piece_lengths[0] <= words.piece_lengths[1] <= 32,
        "honest": _are_shares(model.held_out.honest),
        "fraud": _are_shares(model.held_out.fraud),
        "thresholds": 0 <= model.thresholds.review <= model.thresholds.hold <= 1,
        "numbers": bool(np.isfinite([model.intercept, words.unseen_idf]).all()),
    }
    if model.schemes:
        shapes |= _of_schemes(model.schemes, len(words.pieces), n_pairs)
    wrong = [name for name, fits in shapes.items() if not fits]
    if not wrong and n_pairs and not (words.pairs.min() >= 0 and words.pairs.max() < len(words.tokens)):
        wrong = ["pairs"]
    return f"{', '.join(wrong)} do not fit the rest of the model" if wrong else ""


def _of_schemes(schemes: SchemeModel, n_pieces: int, n_pairs: int) -> dict[str, bool]:
    n = len(schemes.ids)
    return {
        "scheme_pieces": schemes.of_pieces.shape == (n_pieces, n),
        "scheme_pairs": schemes.of_pairs.shape == (n_pairs, n),
        "scheme_scales": schemes.scales.shape == (n,),
        "scheme_intercepts": schemes.intercepts.shape == (n,),
    }


def _are_shares(array: npt.NDArray[Any]) -> bool:
    return array.ndim == 1 and bool(np.all((array >= 0) & (array <= 1)))


def _members(model: Model) -> dict[str, bytes]:
    words = model.vocabulary
    members = {f"{name}.json": _json(getattr(words, name)) for name in _LISTS}
    of_model = {"coefficients": model.coefficients, "honest": model.held_out.honest, "fraud": model.held_out.fraud}
    for name, dtype in _ARRAYS.items():
        array = of_model[name] if name in of_model else getattr(words, name)
        members[f"{name}.npy"] = _npy(array.astype(dtype))
    schemes = model.schemes or SchemeModel.empty(len(words.pieces), len(words.pairs))
    members["schemes.json"] = _json(list(schemes.ids))
    arrays: tuple[npt.NDArray[Any], ...] = (
        schemes.of_pieces,
        schemes.of_pairs,
        schemes.scales,
        schemes.intercepts,
    )
    return members | {f"{name}.npy": _npy(array) for name, array in zip(_SCHEME_ARRAYS, arrays, strict=True)}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=0 if isinstance(value, list) else 1).encode()


def _npy(array: npt.NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
