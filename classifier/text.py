"""What a reader sees: Unicode repair, spelling folded to one skeleton, words.

An ad is read in two steps, both pure functions. `repair` mends a whole text: it undoes what a
typist or a fraudster did to its characters. `words` reads one whitespace-separated chunk of a
repaired text and gives its words as skeletons: lower case, and Kazakh letters as people type them
on a Russian keyboard, so that «кепілдік» and «кепилдик» are one word.

Most ads need no repair. `ODD` is a pattern, in the syntax that Arrow's RE2 and Python's `re`
share, that finds the few that do; for every other text `repair` is `plain`, which Arrow can do
for a whole column at once.
"""

from __future__ import annotations

import re
import unicodedata

#: Everything an ordinary ad is typed with: ASCII, Russian and Kazakh letters, common signs.
_ORDINARY = r"\t\n\r -~А-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі«»“”„–—…№₸€°•"

#: Matches a text with any other character in it.
ODD = f"[^{_ORDINARY}]"

_ODD = re.compile(f"{ODD}+")

#: Kazakh letters, and letters typed in their stead, to what people type on a Russian keyboard.
_KAZAKH = str.maketrans("әəғқңӊөұүўһі", "аагкнноууухи")

_WORD = re.compile(r"[^\W\d_]+|\d+")
_SHORT_NUMBER = 2


def plain(text: str) -> str:
    """Lower-case a text and write ё as е: all that an ordinary text needs.

    Examples
    --------
    >>> plain("Ёлка Қымбат")
    'елка қымбат'
    """
    return text.lower().replace("ё", "е")


def repair(text: str) -> str:
    r"""Undo what was done to a text's characters.

    Compatibility forms become ordinary ones (NFKC), invisible and combining characters go,
    every kind of white space becomes a space, and the rest is `plain`. Idempotent.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The same words in ordinary lower-case characters.

    Examples
    --------
    >>> repair("пред\u200bоплата 𝟱𝟬𝟬")
    'предоплата 500'
    """
    while (mended := _repair_once(text)) != text:
        text = mended
    return text


def _repair_once(text: str) -> str:
    # Only odd characters take their compatibility form: «№» and «…» are as ordinary as letters.
    text = _ODD.sub(lambda run: unicodedata.normalize("NFKC", run[0]), unicodedata.normalize("NFC", text))
    return plain("".join(_visible(char) for char in text))


def _visible(char: str) -> str:
    if char.isspace():
        return char if char in "\t\n\r " else " "
    return "" if unicodedata.category(char) in _INVISIBLE else char


#: Unicode categories of what a reader does not see: marks, controls, formats, private use, surrogates.
_INVISIBLE = frozenset({"Mn", "Me", "Cc", "Cf", "Co", "Cs", "Cn"})


def words(chunk: str) -> list[str]:
    """Read one chunk of a repaired text.

    Parameters
    ----------
    chunk : str
        A run of characters without white space, as `repair` or `plain` leave it.

    Returns
    -------
    list of str
        The skeletons of its words, and its numbers: short ones as they are, longer ones as
        their number of digits, since a sum says less than its size.

    Examples
    --------
    >>> words("кепілдік,12000тг!")
    ['кепилдик', '<00000>', 'тг']
    """
    return [token for token, _, _ in spans(chunk)]


def spans(chunk: str) -> list[tuple[str, int, int]]:
    """Read one chunk and say where in it each word stands.

    Returns
    -------
    list of (str, int, int)
        The token, and the start and end of its characters within the chunk.

    Examples
    --------
    >>> spans("«жұмыс»")
    [('жумыс', 1, 6)]
    """
    return [(_skeleton(match[0]), *match.span()) for match in _WORD.finditer(chunk)]


def _skeleton(word: str) -> str:
    if word.isdigit():
        return word if len(word) <= _SHORT_NUMBER else f"<{'0' * len(word)}>"
    return word.translate(_KAZAKH)
