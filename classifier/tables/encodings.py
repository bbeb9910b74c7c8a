"""Text in any encoding, read as UTF-8; what a file's encoding is likely to be."""

from __future__ import annotations

import codecs
import re

import numpy as np
import pyarrow as pa

from classifier.errors import DataError, UsageError
from classifier.tables.sources import Source

#: Stands where a byte could not be decoded, when a file is read once more to find its row: a code
#: point that Unicode keeps free for such uses.
MARK = "\ufdd0"
codecs.register_error("mark", lambda error: (MARK, error.end))  # type: ignore[attr-defined]

#: Encodings that Cyrillic files are met in, the commonest first. KZ-1048 is cp1251 with Kazakh letters.
LIKELY = ("cp1251", "cp866", "kz1048", "koi8-r")

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
#: Two letters of three in running text are one of these, in either language.
_COMMON = "оеаинтсрлвыі"
_OTHERS = "бгдёжзйкмпуфхцчшщъьэюяәғқңөұүһ"
_WEIGHTS = {
    **dict.fromkeys(_COMMON, 1.0),
    **dict.fromkeys(_COMMON.upper(), 0.9),
    **dict.fromkeys(_OTHERS, 0.5),
    **dict.fromkeys(_OTHERS.upper(), 0.4),
    **dict.fromkeys("«»—–№…", 0.5),
}
_HEAD = 2**16

#: From so many letters on, what a text is likely to be weighs more than what its encoding was said to be.
_ENOUGH = 16

#: A question mark right before a Cyrillic letter, in UTF-8; begins with the rare byte, to be quick.
_QUESTION = re.compile(rb"\?[\xd0-\xd3]")


class BadByte(Exception):
    """A byte that is not of the encoding.

    Attributes
    ----------
    what : str
        To be said to the user, after the place.
    """

    def __init__(self, byte: int, encoding: str, likely: str | None) -> None:
        unknown = "mend it, or name the file's encoding with --encoding"
        hint = f"it is likely {likely}: --encoding {likely}" if likely else unknown
        super().__init__(f"byte 0x{byte:02x} is not {encoding}; {hint}")


class Utf8Stream:
    """The text of a source, as UTF-8 bytes.

    Parameters
    ----------
    source : Source
    encoding : str
        A byte order mark of UTF-8 or UTF-16 goes before it.
    errors : str, default="strict"
        Or ``"mark"``, which puts `MARK` in the place of a bad byte.

    Attributes
    ----------
    damaged : int
        Question marks met inside words.

    Raises
    ------
    UsageError
        If there is no such encoding.
    DataError
        If the text reads well in another encoding and badly in this one.
    BadByte
        From `read`, if a byte is not of the encoding.
    """

    def __init__(self, source: Source, encoding: str, errors: str = "strict") -> None:
        self._source, self._errors = source, errors
        self._wanted = known_encoding(encoding)
        self._head = source.read(_HEAD)
        self._encoding = next((name for bom, name in _BOMS.items() if self._head.startswith(bom)), self._wanted)
        self._plain = self._encoding.startswith("utf-8") and errors == "strict"
        self._decoder = codecs.getincrementaldecoder(self._encoding)(errors)
        self._left = self._last = b""
        self.damaged = 0
        if self._encoding == "utf-8-sig" and self._plain:
            self._head = self._head[len(codecs.BOM_UTF8) :]
        elif not self._plain and errors == "strict":
            _check_plausible(self._head, self._encoding, source.name)

    def read(self, size: int) -> bytes:
        """Read on; no bytes at the end."""
        while raw := self._next(size):
            text = self._checked(raw) if self._plain else self._decoded(raw, final=False)
            # A character cut at the end of a block leaves no text yet, but the stream goes on.
            if text:
                self.damaged += question_marks(text)
                self._last = text
                return text
        return self._checked(b"") if self._plain else self._decoded(b"", final=True)

    def stop(self) -> None:
        """Wait no longer for a pipe."""
        self._source.stop()

    def _next(self, size: int) -> bytes:
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
            return data
        return self._source.read(size)

    def _checked(self, raw: bytes) -> bytes:
        """Check that bytes are UTF-8, as they need not be decoded; hold an unfinished character back."""
        whole = self._left + raw if self._left else raw
        end = _whole_characters(whole) if raw else len(whole)
        text, self._left = (whole, b"") if end == len(whole) else (whole[:end], whole[end:])
        if not _is_utf8(text):
            self._decoded(text, final=True)
        return text

    def _decoded(self, raw: bytes, final: bool) -> bytes:
        try:
            return self._decoder.decode(raw, final).encode()
        except UnicodeDecodeError as error:
            before = self._last[-_HEAD:] if self._plain else b""
            sample = before + error.object[max(0, error.start - _HEAD) : error.start + _HEAD]
            named = "utf-8" if self._plain else self._encoding
            raise BadByte(error.object[error.start], named, likely_encoding(sample, but=named)) from None
        except UnicodeEncodeError:
            raise DataError(
                f"{self._source.name}: {self._encoding} leaves half a character; is it the encoding?"
            ) from None


def known_encoding(name: str) -> str:
    """Give an encoding's usual name.

    Raises
    ------
    UsageError
        If there is no such encoding of texts.
    """
    try:
        "".encode(name)
        return codecs.lookup(name).name
    except (LookupError, UnicodeError):
        raise UsageError(f"there is no encoding {name!r}; try utf-8, utf-16, cp1251 or cp866") from None


def likely_encoding(sample: bytes, *, but: str = "") -> str | None:
    r"""Guess a Cyrillic file's encoding by which reading has the commonest letters.

    Parameters
    ----------
    sample : bytes
    but : str, optional
        What it is known not to be.

    Returns
    -------
    str or None
        None where no reading looks like Russian or Kazakh.

    Examples
    --------
    >>> likely_encoding("Продам диван".encode("cp866"))
    'cp866'
    >>> likely_encoding("Қызметкер керек".encode("kz1048"))
    'kz1048'
    """
    if sample.count(0) > len(sample) // 4:
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    found = {name: plausibility(sample, name) for name in ("utf-8", *LIKELY) if name != but or name == "utf-8"}
    best = max(found, key=lambda name: found[name])
    return best if best != "utf-8" and found[best] > 0.5 else None


def plausibility(sample: bytes, encoding: str) -> float:
    """Say how much like Russian or Kazakh a sample reads: 0 to 1.

    The mean over all that is not ASCII: 1 for a letter common in running text, half for any other
    letter of the two languages, a little less for capitals, 0 for what neither writes. Running
    text comes to about 0.8, another Cyrillic encoding's reading of it to less than 0.6.
    """
    text = sample.decode(encoding, "replace")
    weights = [_WEIGHTS.get(char, 0.0) for char in text[:_HEAD] if char > "\x7f"]
    return sum(weights) / len(weights) if weights else 1.0


def question_marks(text: bytes) -> int:
    """Count question marks right before a Cyrillic letter of UTF-8 text.

    An encoding without Kazakh letters, as cp1251 is, leaves a question mark in the place of each.

    Examples
    --------
    >>> question_marks("к?нде, ?алай? иә".encode())
    2
    """
    return len(_QUESTION.findall(text))


def _check_plausible(head: bytes, encoding: str, name: str) -> None:
    sample = head[: _whole_characters(head)]
    if not encoding.startswith("utf") and not sample.isascii() and _is_utf8(sample):
        raise DataError(f"{name}: this is utf-8, not {encoding}; leave --encoding out")
    enough = sum(byte > 0x7F for byte in sample) >= _ENOUGH
    if enough and encoding in LIKELY and (likely := likely_encoding(sample, but=encoding)):
        here, there = plausibility(sample, encoding), plausibility(sample, likely)
        if here < 0.66 and there > here + 0.15:
            raise DataError(
                f"{name}: the text makes no sense as {encoding}; it is likely {likely}: --encoding {likely}"
            )


def _is_utf8(text: bytes) -> bool:
    """Whether all of it is; Arrow tells many times faster than decoding does."""
    offsets = pa.py_buffer(np.array([0, len(text)], np.int64))
    column = pa.Array.from_buffers(pa.large_binary(), 1, [None, offsets, pa.py_buffer(text)])
    try:
        column.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _whole_characters(text: bytes) -> int:
    """Where the last character that is whole ends: at most three bytes before the end."""
    for back in range(1, min(4, len(text)) + 1):
        byte = text[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(text) - back if length > back else len(text)
        if byte < 0x80:
            break
    return len(text)
