"""One ad, answered for a person at a terminal: likelihood, scheme and advice, and the ad with its words marked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TextIO

from classifier.kinds import KINDS
from classifier.reasons import Explanation, Mark
from classifier.schemes import by_id

#: A word is marked if it weighs at least this share of the weightiest, for fraud or against.
_MARKED = 0.2

_WORDS = {
    "en": {
        "score": "fraud likelihood {score:.3f}, band {band}",
        "law": "Criminal Code of Kazakhstan, art. {articles}",
        "illegal": "an illegal offer",
        "reasons": "speaks for fraud",
        "read": "read as",
        "key": "for fraud, against",
    },
    "ru": {
        "score": "вероятность мошенничества {score:.3f}, {band}",
        "law": "УК РК, ст. {articles}",
        "illegal": "незаконное предложение",
        "reasons": "говорит за мошенничество",
        "read": "прочитано как",
        "key": "за мошенничество, против",
    },
    "kk": {
        "score": "алаяқтық ықтималдығы {score:.3f}, {band}",
        "law": "ҚР ҚК, {articles}-бап",
        "illegal": "заңсыз ұсыныс",
        "reasons": "алаяқтыққа меңзейді",
        "read": "былай оқылды",
        "key": "алаяқтыққа меңзейді, қарсы",
    },
}
_BANDS = {
    "ru": {"clear": "чисто (clear)", "review": "на проверку (review)", "hold": "задержать (hold)"},
    "kk": {"clear": "таза (clear)", "review": "тексеруге (review)", "hold": "тоқтатуға (hold)"},
}

#: What stands before and after a word that speaks for fraud, and one that speaks against.
_PLAIN = (("[", "]"), ("{", "}"))
_COLOURED = (("\x1b[1;31m", "\x1b[0m"), ("\x1b[32m", "\x1b[0m"))


def language_of(environment: Mapping[str, str]) -> str:
    """Give the language of a terminal: Russian or Kazakh where its locale says so, else English.

    Examples
    --------
    >>> language_of({"LANG": "kk_KZ.UTF-8"}), language_of({"LC_ALL": "C", "LANG": "ru_RU.UTF-8"})
    ('kk', 'en')
    """
    named = next(filter(None, map(environment.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return named[:2] if named[:2] in ("ru", "kk") else "en"


def wants_colour(stream: TextIO) -> bool:
    """Whether colour will be seen: on a terminal, unless NO_COLOR is set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def for_a_person(why: Explanation, language: str, *, colour: bool = False) -> str:
    """Lay out an explanation for a person to read.

    Parameters
    ----------
    why : Explanation
    language : {"en", "ru", "kk"}
    colour : bool, default=False
        Whether words are marked in colour; else in brackets.

    Returns
    -------
    str
        Lines; nothing in the ad can move the cursor or change colours.

    Examples
    --------
    >>> import classifier
    >>> text = for_a_person(classifier.load().explain("Нужны карты Каспи Голд, самовывоз"), "en")
    >>> text.splitlines()[0].startswith("fraud likelihood 0.9"), "[Нужны карты" in text
    (True, True)
    """
    words = _WORDS[language]
    band = _BANDS.get(language, {}).get(why.fraud_band, why.fraud_band)
    lines = [words["score"].format(score=why.fraud_score, band=band), *_scheme(why, language)]
    if why.reasons:
        lines.append(f"{words['reasons']}: {'; '.join(why.reasons)}")
    read = [
        f"«{seen}» {words['read']} «{_seen(word.read_as)}»"
        for word in why.repaired
        if (seen := _seen(word.text)).lower() != word.read_as.lower()
    ]
    kinds = [getattr(KINDS[word.kind], language) for word in why.words if word.kind and not word.text]
    (a, b), (c, d) = _COLOURED if colour else _PLAIN
    first, second = words["key"].split(", ")
    marked = _marked(why, _COLOURED if colour else _PLAIN)
    return "\n".join([*lines, *dict.fromkeys(read), *kinds, "", marked, "", f"{a}{first}{b} {c}{second}{d}", ""])


def _scheme(why: Explanation, language: str) -> list[str]:
    scheme = by_id(why.fraud_scheme)
    if scheme is None:
        return [why.fraud_scheme] if why.fraud_scheme else []
    words, wording = _WORDS[language], getattr(scheme, language)
    law = words["law"].format(articles=", ".join(scheme.articles))
    return [f"{wording.name} ({', '.join([law, words['illegal']] if scheme.illegal else [law])})", wording.advice]


def _marked(why: Explanation, signs: tuple[tuple[str, str], tuple[str, str]]) -> str:
    """Write the ad with the words that weigh much marked, side by side in one mark."""
    text, place = "", 0
    for mark in _loud(why):
        before, after = signs[mark.weight < 0]
        text += _seen(why.text[place : mark.start]) + before + _seen(why.text[mark.start : mark.stop]) + after
        place = mark.stop
    return (text + _seen(why.text[place:])).strip("\n")


def _loud(why: Explanation) -> list[Mark]:
    marks = why.marks()
    least = _MARKED * max((abs(mark.weight) for mark in marks), default=0.0)
    loud: list[Mark] = []
    for mark in marks:
        if not mark.weight or abs(mark.weight) < least:
            continue
        last = loud[-1] if loud else None
        if last and (last.weight > 0) == (mark.weight > 0) and why.text[last.stop : mark.start] in ("", " "):
            loud[-1] = Mark(last.start, mark.stop, last.weight + mark.weight)
        else:
            loud.append(mark)
    return loud


def _seen(text: str) -> str:
    """Leave out what is not seen and might drive a terminal, line breaks aside."""
    return "".join(char for char in text if char.isprintable() or char == "\n")
