"""What a reader sees in one chunk of an ad: words, numbers and named things, each as a token.

An ad is read in three steps, all pure functions: `characters.repair` makes its characters plain,
`spans` reads each chunk between white space, `entities.join` names what neighbours are together.
Of chunks met for the first time, nearly nine in ten are a word with some punctuation: `words_of`
reads those all at once.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from classifier import entities, spelling
from classifier.characters import MARKS

#: Tokens that tell how something is written, not what; they stand between words and part none.
ASIDES = frozenset([*MARKS.values(), spelling.MIXED, spelling.DIGITS, spelling.STRETCHED])

_SIGNS = {"%": "<%>", "$": "<$>", "€": "<€>", "₸": "<тг>", "₽": "<₽>", "+": "<+>"}

_THING = re.compile(
    r"""
    (?P<email>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})
    | (?P<handle>(?<![^\W_])@[A-Za-z_][\w.]{2,})
    | (?P<iban>[Kk][Zz]\d\d[0-9A-Za-z]{16}(?![^\W_]))
    | (?P<time>(?:[01]?\d|2[0-3]):[0-5]\d(?!\d))
    | (?P<age>(?:1[4-9]|[2-6]\d)\+)
    | (?P<zeros>(?=\d*[oOоО]{2}|\d+[oOоО]\d)[\doOоО]{3,}(?![^\W_]))
    | (?P<number>(?!0[^\W\d_])\d++(?:[.,]\d++)*+)(?P<k>[kKкК](?![^\W_]))?
    | (?P<sign>[%$€₸₽]|\+(?!\d))
    | (?P<word>[^\W_²³](?:[^\W_²³]|@(?=[а-яё]))*)
    """,
    re.VERBOSE,
)
#: A line that is, among signs that mean nothing, one word: Cyrillic, not in camel case nor all «о», or Latin, not
#: of letters only that are taken for Cyrillic ones; or a number, letters such as its unit directly behind it.
_PLAIN = re.compile(
    rf"""
    ^ [^\w%$€₸₽+@\n]*
    (?:
        (
            (?! [оО]+ (?![^\W_]) ) (?: [А-ЯЁӘҒҚҢӨҰҮҺІ]{{1,64}} [а-яёәғқңөұүһі]{{0,64}} | [а-яёәғқңөұүһі]{{1,64}} )
            | (?! [{spelling.LOOK_ALIKES}]+ (?![^\W_]) ) [a-zA-Z]{{1,64}}
        )
        | ( [0-9]{{2,9}} ) ( (?! [oOоО]{{2}} ) [а-яёәғқңөұүһіa-z]{{0,16}} )
    )
    [^\w%$€₸₽+@\n]* $
    | ^.*$
    """,
    re.VERBOSE | re.MULTILINE,
)
_THOUSANDS = frozenset("kк")
_LETTERS_OR_DIGITS = re.compile(r"[^\W\d_]+|\d+")
_CUT = re.compile(r"(?<![^\W\d_])([^\W\d_]+)[/._*|\\-](?=([^\W\d_]+))")
_TWO_WORDS = re.compile("(?<=[а-яёәғқңөұүһі]{2})(?=[А-ЯЁӘҒҚҢӨҰҮҺІ][а-яёәғқңөұүһі]{2})")

Span = tuple[str, int, int]


def words(chunk: str) -> list[str]:
    """Read one chunk of a repaired text.

    Parameters
    ----------
    chunk : str
        A run of characters without white space, as `characters.repair` leaves it.

    Returns
    -------
    list of str
        Its tokens: skeletons of words, raw numbers (see `entities`), named things, and asides.

    Examples
    --------
    >>> words("Кепілдік,12000тг!")
    ['кепилдик', '#12~5', '<тг>']
    >>> words("предoплaта"), words("wa.me/77000001234")
    (['предоплата', '<mixed-letters>'], ['<link-whatsapp>'])
    """
    return [token for token, _, _ in spans(chunk)]


def words_of(chunks: Sequence[str]) -> list[list[str]]:
    """Read many chunks, each as `words` does.

    Parameters
    ----------
    chunks : sequence of str
        As `words` takes them, none empty.

    Examples
    --------
    >>> words_of(["«Сатам»,", "OLX"])
    [['сатам'], ['олх']]
    """
    plain = _PLAIN.findall("\n".join(chunks)) if chunks else []
    lines = "\n".join(word for word, _, _ in plain if word).lower()
    stretched = spelling.stretched(lines)
    said = zip(lines.split("\n"), spelling.skeletons(lines), strict=True)
    read = []
    for chunk, (has_word, digits, unit) in zip(chunks, plain, strict=True):
        word, skeleton = next(said) if has_word else ("", "")
        if 0 < len(word) <= spelling.LONGEST and word not in stretched and not entities.multiplier(word):
            read.append([entities.CURRENCY.get(skeleton, skeleton)])
        elif digits:
            read.append(_number_with_unit(digits, unit))
        else:
            read.append(words(chunk))
    return read


def _number_with_unit(digits: str, unit: str) -> list[str]:
    if unit in _THOUSANDS:
        return entities.number(digits, thousands=True)
    return entities.number(digits) + (words(unit) if unit else [])


@functools.lru_cache(maxsize=1 << 15)
def spans(chunk: str) -> tuple[Span, ...]:
    """Read one chunk and say where in it each token stands. Recent chunks are remembered.

    Returns
    -------
    tuple of (str, int, int)
        The token, and the start and end of its characters within the chunk.

    Examples
    --------
    >>> spans("«жұмыс»")
    (('жумис', 1, 6),)
    """
    if chunk in MARKS:
        return ((MARKS[chunk], 0, len(chunk)),)
    links = _links(chunk) if "." in chunk else []
    found: list[Span] = []
    place = 0
    for token, start, end in links:
        found += _things(chunk, place, start)
        found.append((token, start, end))
        place = end
    return (*found, *_things(chunk, place, len(chunk)))


def _links(chunk: str) -> list[Span]:
    latin = spelling.to_latin_print(chunk)
    # Behind an «@» stands the host of an e-mail.
    end = latin.find("@") if "@" in latin else len(latin)
    return [
        (entities.link(match[0]), *match.span()) for match in entities.LINK.finditer(latin) if match.start() <= end
    ]


def _things(chunk: str, start: int, end: int) -> list[Span]:
    found = [span for match in _THING.finditer(chunk, start, end) for span in _read(chunk, match)]
    return _with_halves_joined(chunk, found) if _CUT.search(chunk, start, end) else found


def _with_halves_joined(chunk: str, found: list[Span]) -> list[Span]:
    """Let the halves of «пред/оплата» be the whole word too, for the vocabulary to choose."""
    firsts = {cut.start(1): spelling.readings(cut[1] + cut[2]) for cut in _CUT.finditer(chunk)}
    seconds = {cut.start(2): firsts[cut.start(1)] for cut in _CUT.finditer(chunk)}
    return [
        (spelling.half(token, firsts.get(start), seconds.get(start)) if token[0] not in "#<*" else token, start, end)
        for token, start, end in found
    ]


def _read(chunk: str, match: re.Match[str]) -> list[Span]:
    start, end = match.span()
    kind = match.lastgroup if match.lastgroup != "k" else "number"
    if kind == "word":
        return _word(chunk, start, end)
    if kind == "number":
        return [(token, start, end) for token in entities.number(match["number"], bool(match["k"]))]
    if kind == "zeros":
        return [(entities.number(re.sub("[oOоО]", "0", match[0]))[0], start, end)]
    return [(_SIGNS[match[0]] if kind == "sign" else f"<{kind}>", start, end)]


def _word(chunk: str, start: int, end: int) -> list[Span]:
    run = chunk[start:end]
    if run.isalpha():
        cuts = [start, *(start + m.start() for m in _TWO_WORDS.finditer(run)), end]
        after_digit = chunk[start - 1 : start].isdigit() and not chunk[start - 2 : start - 1].isdigit()
        return [
            span
            for a, b in zip(cuts, cuts[1:], strict=False)
            for span in _letters(chunk[a:b], a, b, chunk[a - 1] if after_digit and a == start else "")
        ]
    mended = spelling.with_digits(run)
    if mended:
        longest = max(re.findall(r"[^\W\d_]+", run), key=len)
        return [("|".join([*mended, *spelling.readings(longest)]), start, end), (spelling.DIGITS, start, end)]
    return [
        span
        for part in _LETTERS_OR_DIGITS.finditer(run)
        for span in _part(part[0], start + part.start(), start + part.end())
    ]


def _part(part: str, start: int, end: int) -> list[Span]:
    if part[0].isdecimal():
        return [(token, start, end) for token in entities.number(part)]
    return _letters(part, start, end)


def _letters(word: str, start: int, end: int, digit: str = "") -> list[Span]:
    read = [*(spelling.with_digits(digit + word) if digit else []), *spelling.readings(word)]
    token = entities.multiplier(word) or "|".join(entities.CURRENCY.get(reading, reading) for reading in read)
    found = [(token, start, end)]
    if spelling.is_mixed(word):
        found.append((spelling.MIXED, start, end))
    if spelling.is_stretched(word):
        found.append((spelling.STRETCHED, start, end))
    return found
