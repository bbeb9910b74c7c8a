"""What was done to the characters of an ad: invisible, styled and spaced-out letters made plain.

Most ads need no repair. `ODD` is a pattern, in the syntax that Arrow's RE2 and Python's `re` share,
that finds the few that may; `repair` leaves every other text as it is. `reading` tests with it only
chunks that it has never met, and ads whose chunks may be odd together.

What was mended stays visible: `repair` ends a text with a mark for each kind of it, a character
that no typist can make, which is read as a token of its own.
"""

from __future__ import annotations

import re
import unicodedata

#: What `repair` leaves at the end of a text that it mended, and the tokens that it is read as.
MARKS = {"\ue001": "<hidden-letters>", "\ue002": "<styled-letters>", "\ue003": "<spaced-letters>"}
_HIDDEN, _STYLED, _SPACED = MARKS
_NO_MARKS = {ord(mark): None for mark in MARKS}

#: The letters that ads are typed with, those of the Latin alphabets of Kazakh included.
LETTERS = "A-Za-zА-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІіäÄáÁəƏöÖóÓüÜúÚūŪğĞǵǴşŞñÑńŃıýÝ"

#: Follows a sign that is to be drawn as a picture; after a letter or digit it hides.
_PICTURE = "\ufe0f"

#: Puts the digit before it on a key.
_KEYCAP = "\u20e3"

#: What else an ordinary ad holds: ASCII, common signs, and emoji that are pictures, not letters.
_ORDINARY = (
    rf"\t\n\r -~{LETTERS}«»“”„’–—…№₸₽€°•·²³×"
    f"\u2190-\u21ff\u2600-\u2775\u2794-\u27bf\u2b00-\u2bff{_PICTURE}"
    "\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff"
)

#: What may stand between letters that are spread out.
_GAP = r"[ .*_/|·-]"
_SPREAD = rf"[{LETTERS}](?:{_GAP}[{LETTERS}]){{3,}}"
_PARTED_LINK = r"(?:[tт]|[wш][aа]) ?[.] ?[mм][eе]"

#: Matches a text in which there may be something to repair.
ODD = (
    rf"[^{_ORDINARY}]|[{LETTERS}0-9]{_PICTURE}|(?:^|[^{LETTERS}0-9]){_SPREAD}(?:[^{LETTERS}0-9]|$)"
    rf"|(?:^|[^{LETTERS}]){_PARTED_LINK}(?:[^{LETTERS}]|$)"
)

#: What a chunk between white space shows of an odd text around it: letters spread over chunks stand alone at
#: the end of one and at the beginning of the next; a link may go on with «me».
LETTER_LAST = rf"(?:^|[^{LETTERS}0-9])[{LETTERS}]$"
LETTER_FIRST = rf"^[{LETTERS}](?:[^{LETTERS}0-9]|$)"
REST_OF_LINK = rf"^[.]?[mм][eе](?:[^{LETTERS}]|$)"

#: Letters of other alphabets, and odd forms of ours, to those that they are taken for.
_BORROWED = {
    "αβεηικμνορτυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ": "abenikmvoptuxwABEZHIKMNOPTYX",
    "ѕјԛԝԁӏєґӊҝҳӯ": "sjqwdlегңкху",
    "ɑɡſʏøØłŁđ": "agsyoOlLd",
}
_DRAWN = {
    "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ": "ABCDEFGHIJKLMNOPRSTUVWYZ",
    "ᴦᴧᴨᴩᴫʍɯɸᴎᴙ": "глпрлмшфия",
    "ᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᏔᏃ": "ABCDEHJKLMPRSTVWZ",
}


def _table(alphabets: dict[str, str]) -> dict[int, str]:
    return {ord(odd): plain for these, those in alphabets.items() for odd, plain in zip(these, those, strict=True)}


# Borrowed letters leave no mark: in a word of ours they are seen as letters of another alphabet anyway.
_TAKEN_FOR = _table(_BORROWED)
_STYLED_AS = _table(_DRAWN)
_STYLED_AS |= {ord(first) + n: chr(65 + n) for first in "\U0001f130\U0001f150\U0001f170" for n in range(26)}
_STYLED_AS |= {ord(first) + n: str(n + 1) for first in "\u2776\u2780\u278a" for n in range(9)}
_STYLED_AS |= {ord("\u24ff"): "0", ord("\U0001f10c"): "0"}

#: Unicode categories of what a reader does not see: marks, controls, formats, private use, surrogates.
_INVISIBLE = frozenset({"Mn", "Me", "Cc", "Cf", "Co", "Cs", "Cn"})

#: Compatibility forms that change how a letter looks; others, such as those of ½ and ™, mean something.
_STYLES = ("<font>", "<circle>", "<wide>", "<square>", "<narrow>", "<small>")

_ODD_CHARACTERS = re.compile(f"[^{_ORDINARY}]+|(?<=[{LETTERS}0-9]){_PICTURE}")
_SPREAD_OUT = re.compile(rf"(?<![{LETTERS}0-9]){_SPREAD}(?![{LETTERS}0-9])")
_NEXT_TO_SPREAD = re.compile(rf"(?<![{LETTERS}0-9])[{LETTERS}](?:{_GAP}[{LETTERS}])+(?![{LETTERS}0-9])")
_PARTED = re.compile(rf"(?<![{LETTERS}]){_PARTED_LINK}(?![{LETTERS}])")

#: Letters that people do list one by one: sizes of clothes, classes of driving licences and of schools.
_LISTED = frozenset("abcdesmlxабвгдесмлх")


def repair(text: str) -> str:
    r"""Undo what was done to a text's characters. Idempotent.

    Styled letters and digits become plain (NFKC and a table of look-alikes from other alphabets),
    invisible and combining characters go, every kind of white space becomes a space, letters that
    are spread out come together. Case, spelling and look-alike letters within a word stay: they
    are a word's own, see `classifier.spelling`.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The same words in ordinary characters, then the `MARKS` of what was mended.

    Examples
    --------
    >>> repair("Пред\u200bоплата") == "Предоплата \ue001"
    True
    >>> repair("з а й м  𝟱𝟬𝟬") == "займ  500 \ue002 \ue003"
    True
    """
    marks = {mark for mark in MARKS if mark in text}
    body = text.translate(_NO_MARKS) if marks else text
    while (mended := _mended(body, marks)) != body:
        body = mended
    return " ".join([body, *sorted(marks)]) if marks else body


def _mended(text: str, marks: set[str]) -> str:
    """Do all that is to be done, once; one thing mended may show another."""
    text = _seen(unicodedata.normalize("NFC", text), marks)
    text = _together(_PARTED.sub(_link, text), marks)
    return text.rstrip() if marks else text


def _seen(text: str, marks: set[str]) -> str:
    """Make odd characters plain; note whether letters were hidden or styled."""

    def plain(run: re.Match[str]) -> str:
        shown = "".join(_plain(char, marks) for char in run[0])
        if not shown and _between_letters(text, *run.span()):
            marks.add(_HIDDEN)
        return shown

    return _ODD_CHARACTERS.sub(plain, text)


def _plain(char: str, marks: set[str]) -> str:
    if char.isspace():
        return " "
    char = _bare(char)
    if char == _KEYCAP:
        marks.add(_STYLED)
    if ord(char) in _TAKEN_FOR:
        return _TAKEN_FOR[ord(char)]
    if ord(char) in _STYLED_AS:
        marks.add(_STYLED)
        return _STYLED_AS[ord(char)]
    if unicodedata.decomposition(char).startswith(_STYLES):
        marks.add(_STYLED)
    # A compatibility form may itself hold characters that are not seen.
    return "".join(c for c in unicodedata.normalize("NFKC", char) if unicodedata.category(c) not in _INVISIBLE)


def _bare(char: str) -> str:
    """Take the accent off a letter that we do not type with one: ά, ў, İ."""
    parts = unicodedata.normalize("NFD", char)
    return parts[0] if len(parts) > 1 and all(map(unicodedata.combining, parts[1:])) else char


def _between_letters(text: str, start: int, end: int) -> bool:
    return start > 0 and end < len(text) and text[start - 1].isalnum() and text[end].isalnum()


def _link(match: re.Match[str]) -> str:
    return match[0].replace(" ", "")


def _together(text: str, marks: set[str]) -> str:
    if not any(_is_word(run[0]) for run in _SPREAD_OUT.finditer(text)):
        return text
    marks.add(_SPACED)
    return _NEXT_TO_SPREAD.sub(lambda run: re.sub(_GAP, "", run[0]), text)


def _is_word(run: str) -> bool:
    return not _LISTED.issuperset(re.sub(_GAP, "", run.lower()))
