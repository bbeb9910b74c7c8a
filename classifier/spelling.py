"""One skeleton for every spelling of a word.

«Кепілдік», «кепилдик», «kepildik» and «KEПIЛДІК» with Latin letters in it are one word to a reader,
so they are one token here. A skeleton is written in lower-case Russian letters without й, ы, э, ь,
ъ, щ and doubled letters, which typists of Kazakh and of translit do not agree on.

Where letters alone cannot tell what is meant («KAPTA» is «карта» in Latin letters, «TOYOTA» is
not), a token holds its readings with ``|`` between them, the plain one last; which of them is a
known word is for the vocabulary to say. The second half of a word cut in two («пред/оплата») names
the whole between two ``=``.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from itertools import islice, product

#: Reported beside a word whose look-alike letters, or digits in place of letters, were read.
MIXED, DIGITS, STRETCHED = "<mixed-letters>", "<digits-in-words>", "<stretched-letters>"

#: Letters of a token that are looked at; no word is longer.
LONGEST = 64

#: The most readings of a token.
_READINGS = 8

#: The most ways to write a token that are tried to show what it was read as.
_SPELLINGS = 64

_LATIN = re.compile("[a-zA-ZäÄáÁəƏöÖóÓüÜúÚūŪğĞǵǴşŞñÑńŃıýÝ]")
_CYRILLIC = re.compile("[А-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]")

#: What Kazakh Cyrillic, Kazakh without its letters, Russian, and the transliteration of each share.
_SHARED = str.maketrans(
    dict(zip("әғқңөұүһіыйёэщ", "агкноуухиииееш", strict=True)) | {"ь": "", "ъ": "", "ц": "тс", "ю": "иу", "я": "иа"}
)

#: Latin letters that typists of Kazakh use for Kazakh ones; no sign of anything.
_KAZAKH_HABITS = str.maketrans("iIəƏh", "іІәӘһ")

#: Latin letters that look like Cyrillic ones, in print and, after them, in handwriting.
_PRINT = dict(zip("aceopxykKmMtTBHACEOPXYb", "асеорхукКмМтТВНАСЕОРХУь", strict=True))
_SCRIPT = _PRINT | dict(zip("ngdumrNRW", "пддитгИЯШ", strict=True))
#: Cyrillic letters that look like Latin ones.
_LATIN_PRINT = dict(zip("асеорхуіһкАВЕКМНОРСТХУІ", "aceopxyihkABEKMHOPCTXYI", strict=True))

_TO_PRINT, _TO_SCRIPT, _TO_LATIN = map(str.maketrans, (_PRINT, _SCRIPT, _LATIN_PRINT))

#: The Latin letters that may be taken for Cyrillic ones.
LOOK_ALIKES = "".join(_SCRIPT)

_NAME = re.compile("[a-zA-Z]{3,}")

#: Endings that Kazakh puts on a foreign name: «Toyotaны», «OLXта».
_KAZAKH_ENDING = re.compile(
    "(?:[гқкғнтд][аеыі](?:н|ң|ғы|гі)?|[мбп]ен|[нтд]ың|[нтд]ің|[лдт][ае]р|сы|сі)(?:[а-яәғқңөұүһі]{0,4})"
)

#: Ad-hoc Latin of both languages, longest first. «w» is ш before a vowel («aqwa»), else у («waqyt» apart).
_DIGRAPHS = (
    ("shch", "ш"), ("sch", "ш"), ("sh", "ш"), ("zh", "ж"), ("ch", "ч"), ("kh", "х"), ("gh", "г"), ("ts", "тс"),
    ("ck", "к"), ("ph", "ф"),
)  # fmt: skip
_LATIN_RULES = tuple((re.compile(old), new) for old, new in (
    ("(?<=[aeiouy])w|w(?![aeiouy])", "у"), ("w", "ш"), ("c(?=[eiy])", "тс"),
))  # fmt: skip
_LATIN_LETTERS = str.maketrans(
    dict(zip("abcdefghijklmnopqrstuvxyz", "абкдефгхижклмнопкрстувхиз", strict=True))
    | dict(zip("äáəöóüúūğǵşñńıý", "аааооуууггшнниу", strict=True))
    | {"'": ""}
)

_WHATSAPP = re.compile("^(?:ух?а|уо|вха|во)тсап", re.MULTILINE)
_DOUBLED = re.compile(r"(.)\1+")
_STRETCHED = re.compile(r"([^\W\d_])\1\1")
_STRETCHED_LINE = re.compile(rf"^.*?{_STRETCHED.pattern}.*$", re.MULTILINE)

#: Digits for letters, the likelier reading first; after a consonant a vowel is likelier.
_DIGIT_LETTERS = {"0": "о", "3": "зе", "4": "ча", "6": "б", "9": "я", "1": "и", "8": "в", "@": "а"}
_DIGITS_BETWEEN = re.compile(r"(?<=[^\W\d_])[\d@](?=[^\W\d_])")


def readings(word: str) -> list[str]:
    """Read a run of letters as every word that it may be meant for.

    Parameters
    ----------
    word : str
        Letters only, in their own case.

    Returns
    -------
    list of str
        Skeletons, distinct, the likeliest first; the last one is the plain reading, which holds
        where none is a known word.

    Examples
    --------
    >>> readings("Кепілдік"), readings("kepildik"), readings("предoплaта")
    (['кепилдик'], ['кепилдик'], ['предоплата'])
    >>> readings("KAPTA"), readings("WhatsAppқа")
    (['карта', 'капта'], ['ватсапка'])
    """
    word = word[:LONGEST]
    if not _LATIN.search(word):
        return [_shared(word)]
    if not _CYRILLIC.search(word):
        return _distinct([*_as_cyrillic(word), _shared(_from_latin(word))])
    return _distinct(_of_both_alphabets(word))


def skeletons(words: str) -> list[str]:
    r"""Fold words of one alphabet each to their skeletons; what has none, such as «ь», stays.

    Parameters
    ----------
    words : str
        Lower-case letters, a word a line: what is done to a long text at once costs next to nothing a word.

    Examples
    --------
    >>> skeletons("кепілдік\nkepildik\nь")
    ['кепилдик', 'кепилдик', 'ь']
    """
    cyrillic = _from_latin(words) if _LATIN.search(words) else words
    return [short or word for short, word in zip(_folded(cyrillic).split("\n"), cyrillic.split("\n"), strict=True)]


def to_latin_print(text: str) -> str:
    """Write the Cyrillic letters that look like Latin ones as those, leaving the length as it is.

    Examples
    --------
    >>> to_latin_print("wа.mе") == "wa.me"
    True
    """
    return text.translate(_TO_LATIN)


def half(token: str, whole: list[str] | None, other_whole: list[str] | None) -> str:
    """Give the token of a half of a word that was cut in two.

    Parameters
    ----------
    token : str
        What the half would be by itself.
    whole, other_whole : list of str or None
        Readings of the word of which it is the first half, and of that of which it is the second.

    Examples
    --------
    >>> half("пред", ["предоплата"], None), half("оплата", None, ["предоплата"])
    ('предоплата|пред', '=предоплата=оплата')
    """
    if whole:
        token = "|".join([*whole, token])
    return f"={'|'.join(other_whole)}={token}" if other_whole else token


def choose(token: str, known: Container[str]) -> str:
    """Choose among the readings of a token the first that is a known word, else the plain one.

    Returns
    -------
    str
        One reading; empty for the second half of a known word, which the first half stands for.

    Examples
    --------
    >>> choose("карта|капта", {"карта"}), choose("карта|капта", set())
    ('карта', 'капта')
    >>> choose("=предоплата=оплата", {"предоплата"}), choose("=предоплата=оплата", set())
    ('', 'оплата')
    """
    if token[:1] == "=":
        _, whole, token = token.split("=", 2)
        if any(reading in known for reading in whole.split("|")):
            return ""
    if "|" not in token:
        return token
    *others, plain = token.split("|")
    return next((reading for reading in others if reading in known), plain)


def is_mixed(word: str) -> bool:
    """Whether letters of one alphabet stand in a word of the other, other than by honest habit.

    Examples
    --------
    >>> is_mixed("кaртa"), is_mixed("iстеймін"), is_mixed("WhatsAppқа"), is_mixed("Kaspi")
    (True, False, False, False)
    """
    if not (_LATIN.search(word) and _CYRILLIC.search(word)):
        return False
    habitual = word.translate(_KAZAKH_HABITS)
    return bool(_LATIN.search(habitual)) and not _is_name_with_ending(word)


def with_digits(run: str) -> list[str]:
    """Read a run of letters with digits in it as the words that it may be meant for.

    Parameters
    ----------
    run : str
        Letters and digits.

    Returns
    -------
    list of str
        Skeletons; empty where digits are digits, as in «iphone13», «4х4» or «3комнатная».

    Examples
    --------
    >>> with_digits("пр3доплата"), with_digits("3айм"), with_digits("4х4")
    (['предоплата', 'прздоплата'], ['заим'], [])
    """
    places = [m.start() for m in _DIGITS_BETWEEN.finditer(run)]
    if len(run) > 1 and run[0].isdigit() and not run[1].isdigit():
        places.insert(0, 0)
    letters = sum(char.isalpha() for char in run)
    digits = len(run) - letters
    if not places or digits != len(places) or letters < 2 * digits or not _CYRILLIC.search(run):
        return []
    if any(run[place] not in _DIGIT_LETTERS for place in places):
        return []
    found: list[str] = []
    for mended in _with_letters(run, places):
        found += readings(mended)
        if len(found) >= _READINGS:
            break
    return _distinct(found)


def undone(word: str, skeleton: str) -> str:
    """Give the letters in which a word was read that was not read as it stands.

    Parameters
    ----------
    word : str
        Letters, and digits or signs among them.
    skeleton : str
        What it was read as.

    Returns
    -------
    str
        In lower case; the skeleton itself where a slip of the finger was undone; empty where the word
        was read as it stands, in whatever case and spelling.

    Examples
    --------
    >>> undone("пpeдoплaтoй", "предоплатои"), undone("KAPTA", "карта"), undone("3айм", "заим")
    ('предоплатой', 'карта', 'займ')
    >>> undone("kepildik", "кепилдик"), undone("Жалақы", "жалаки"), undone("прдеоплата", "предоплата")
    ('', '', 'предоплата')
    """
    letters = re.sub(r"[\W_]", "", word)
    if letters == word and word.isalpha() and not is_mixed(word) and readings(word)[-1] == skeleton:
        return ""
    digits = [place for place, char in enumerate(letters) if char in _DIGIT_LETTERS]
    whole = _with_letters(letters, digits) if digits else [letters]
    tables = (_TO_PRINT, _TO_SCRIPT, _TO_LATIN)
    spelled = (mended.translate(table).lower() for mended in whole for table in ({}, *tables))
    likely = (each for each in islice(spelled, _SPELLINGS) if each != word.lower() and not is_mixed(each))
    return next((each for each in likely if readings(each)[-1] == skeleton), skeleton)


def is_stretched(word: str) -> bool:
    """Whether a letter stands three times in a row, other than in a Roman number.

    Examples
    --------
    >>> is_stretched("СРОООЧНО"), is_stretched("рассрочка"), is_stretched("III")
    (True, False, False)
    """
    return bool(_STRETCHED.search(word.lower())) and len(set(word)) > 1


def stretched(words: str) -> set[str]:
    r"""Find those of many words, in lower case and one a line, that may be stretched.

    Examples
    --------
    >>> stretched("срооочно\nрассрочка")
    {'срооочно'}
    """
    return {found[0] for found in _STRETCHED_LINE.finditer(words)}


def _with_letters(run: str, places: list[int]) -> Iterator[str]:
    """Write letters for the digits at some places, the likeliest first."""
    for chosen in product(*(_likely(run, place) for place in places)):
        mended = list(run)
        for place, letter in zip(places, chosen, strict=True):
            mended[place] = letter
        yield "".join(mended)


def _likely(run: str, place: int) -> str:
    letters = _DIGIT_LETTERS[run[place]]
    if place == 0:
        return letters[0]
    after_consonant = run[place - 1].lower() not in "аеиоуыэюяәөұүіaeiouy"
    return letters if len(letters) == 1 or not after_consonant else letters[1:] + letters[0]


def _shared(word: str) -> str:
    lower = word.lower()
    return _folded(lower) or lower


def _folded(lower: str) -> str:
    return _WHATSAPP.sub("ватсап", _DOUBLED.sub(r"\1", lower.translate(_SHARED)))


def _from_latin(word: str) -> str:
    """Write a word of Latin letters, and whatever Cyrillic ones it has, in Cyrillic."""
    lower = word.lower()
    for old, new in _DIGRAPHS:
        lower = lower.replace(old, new)
    for pattern, new in _LATIN_RULES:
        lower = pattern.sub(new, lower)
    return lower.translate(_LATIN_LETTERS)


def _as_cyrillic(word: str) -> list[str]:
    """Give the Cyrillic words that a word wholly of look-alikes may be taken for."""
    if len(word) < 3 or not _SCRIPT.keys() >= set(word):
        return []
    tables = [_TO_PRINT, _TO_SCRIPT] if _PRINT.keys() >= set(word) else [_TO_SCRIPT]
    return [_shared(word.translate(table)) for table in tables]


def _of_both_alphabets(word: str) -> list[str]:
    habitual = word.translate(_KAZAKH_HABITS)
    latin = set(_LATIN.findall(habitual))
    translit = _shared(_from_latin(word))
    if not latin:
        return [_shared(habitual)]
    if _is_name_with_ending(word):
        return [_shared(word.translate(_TO_PRINT)), translit] if _PRINT.keys() >= latin else [translit]
    if _PRINT.keys() >= latin:
        return [_shared(word.translate(_TO_SCRIPT)), _shared(habitual.translate(_TO_PRINT))]
    if _LATIN_PRINT.keys() >= set(_CYRILLIC.findall(word)):
        return [_shared(_from_latin(word.translate(_TO_LATIN)))]
    if _SCRIPT.keys() >= latin:
        return [_shared(word.translate(_TO_SCRIPT)), translit]
    return [translit]


def _is_name_with_ending(word: str) -> bool:
    """Whether a word is a Latin name of three letters or more with a Kazakh ending."""
    stem = _NAME.match(word)
    return stem is not None and bool(_KAZAKH_ENDING.fullmatch(word[stem.end() :].lower()))


def _distinct(words: list[str]) -> list[str]:
    """Keep the last place of the plain reading, the first of every other."""
    *others, plain = words
    return [*dict.fromkeys(w for w in others if w != plain), plain][-_READINGS:]
