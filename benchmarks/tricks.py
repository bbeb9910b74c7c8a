"""Eighteen ways to write an ad so that a filter does not read it.

Each is a function of a text and a source of randomness. Those that act on words act on about half
of the words of four letters or more, as people who evade filters do; the last few act on all.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Trick = Callable[[str, random.Random], str]

_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_LOOKALIKES = str.maketrans("асеорхуКМТВНАСЕОРХі", "aceopxyKMTBHACEOPXi")
_HANDWRITTEN = str.maketrans("птдгр", "nmdgp")
_OTHER_ALPHABETS = str.maketrans("аеокрсітухАЕОКРСМНТ", "αεοκρᴄιτυχΑΕΟΚΡᏟΜΗΤ")
_DIGITS = str.maketrans("озчбея", "034639"[:6])
_TO_RUSSIAN = str.maketrans("әғқңөұүһіӘҒҚҢӨҰҮҺІ", "агкноуухиАГКНОУУХИ")
_TO_LATIN = str.maketrans(
    dict(zip("абвгдежзийклмнопрстуфхцыэәғқңөұүһі", "abvgdejziyklmnoprstufhcyeagqnouuhi", strict=True))
    | {"ч": "ch", "ш": "sh", "щ": "sh", "ь": "", "ъ": "", "ю": "yu", "я": "ya", "ё": "e"}
)
_BOLD = {ord("a") + n: chr(0x1D41A + n) for n in range(26)}
_KEYCAPS = {ord(d): f"{d}\ufe0f\u20e3" for d in "0123456789"}


def _half_of_the_words(change: Callable[[str, random.Random], str]) -> Trick:
    def trick(text: str, rng: random.Random) -> str:
        return _LONG_WORD.sub(lambda word: change(word[0], rng) if rng.random() < 0.5 else word[0], text)

    trick.__doc__ = change.__doc__
    return trick


def _some_letters(word: str, rng: random.Random, table: dict[int, str], share: float) -> str:
    return "".join(char.translate(table) if rng.random() < share else char for char in word)


def _between(word: str, rng: random.Random, what: str, share: float) -> str:
    return "".join(char + (rng.choice(what) if rng.random() < share else "") for char in word[:-1]) + word[-1]


def _typo(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    swapped = word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
    return swapped if rng.random() < 0.5 else word[:at] + word[at + 1 :]


def _stretched(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    return word[:at] + word[at] * rng.randint(3, 6) + word[at:]


def _in_two(word: str, rng: random.Random) -> str:
    at = rng.randrange(2, len(word) - 1)
    return word[:at] + rng.choice("/.-_") + word[at:]


def _glued(text: str, rng: random.Random) -> str:
    return re.sub(" ", lambda _: "" if rng.random() < 0.3 else " ", text)


TRICKS: dict[str, Trick] = {
    "a third of letters look-alike": lambda t, r: _some_letters(t, r, _LOOKALIKES, 0.33),
    "all letters look-alike": lambda t, r: t.translate(_LOOKALIKES),
    "capitals, all look-alike": lambda t, r: t.upper().translate(_LOOKALIKES),
    "handwriting (npegonлата)": _half_of_the_words(lambda w, r: w.translate(_HANDWRITTEN).translate(_LOOKALIKES)),
    "Greek and other alphabets": _half_of_the_words(lambda w, r: _some_letters(w, r, _OTHER_ALPHABETS, 0.5)),
    "mathematical letters": _half_of_the_words(lambda w, r: w.lower().translate(_TO_LATIN).translate(_BOLD)),
    "zero-width characters": _half_of_the_words(lambda w, r: _between(w, r, "\u200b\u200d\u2060\u2062", 0.4)),
    "soft hyphens, variation selectors": _half_of_the_words(lambda w, r: _between(w, r, "\u00ad\ufe0f", 0.4)),
    "struck through": _half_of_the_words(lambda w, r: _between(w, r, "\u0336", 1.0)),
    "l e t t e r s spread out": _half_of_the_words(lambda w, r: f" {' '.join(w)} "),
    "l.e.t.t.e.r.s dotted, starred": _half_of_the_words(lambda w, r: r.choice(".*-_").join(w)),
    "digits for letters": _half_of_the_words(lambda w, r: _some_letters(w, r, _DIGITS, 0.5)),
    "stretched letters": _half_of_the_words(_stretched),
    "words cut in two": _half_of_the_words(_in_two),
    "typing errors": _half_of_the_words(_typo),
    "spaces left out": _glued,
    "without Kazakh letters, keycap digits": lambda t, r: t.translate(_TO_RUSSIAN).translate(_KEYCAPS),
    "all in Latin letters": lambda t, r: t.lower().translate(_TO_LATIN),
}
