"""From words and their weights to phrases as a reader would quote them.

Words that speak for fraud and stand side by side are one phrase, over a short word in between too;
a number takes its unit with it, a «без» its noun. A word that says nothing by itself is not quoted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from classifier.spelling import readings

#: A word joins a phrase if it weighs at least this share of the ad's weightiest.
STRONG = 0.25

#: No phrase is made of more strong words and bridges than this.
_LONGEST = 5

#: A phrase is quoted if it weighs at least this share of the weightiest.
_LOUD = 0.2

#: Of a very long ad only so many words are looked at.
_MOST_WORDS = 40

#: What may stand between two words of one phrase.
_JOINT = re.compile(r"[ \t\u00a0'\"«»„“”’/*_+~-]{0,3}")


def _skeletons(words: str) -> frozenset[str]:
    return frozenset(readings(word)[-1] for word in words.split())


#: Words that lean on the next one, so that no phrase ends with them.
_LEADING = _skeletons(
    "в во на по с со из за от до у к ко о об про для под над при через без не ни и а но или же как что чтобы если то "
    "это этот эта я ты мы вы он она они ваш наш мой твой свой все так уже ещё только когда где кто там тут есть бы "
    "да куда потому поэтому сондықтан себебі өйткені бірақ "
    "вам вас нам нас мне меня тебе бұл осы сол ол мен сен сіз біз әр бір және немесе әлде егер тек қазір кез ал "
    "са та или өз the a to of in and"
)

#: Words that lean on the one before, so that no phrase begins with them.
_TRAILING = _skeletons(
    "үшін дейін кейін бойынша туралы арқылы ғана да де та те ше ма ме ба бе па пе пен бен деп еді екен болса болып "
    "бар емес жоқ ғой шығар керек же ли бы то болады беремін береміз береді қарай бері соң"
)

_LEANING = _LEADING | _TRAILING

#: Words that link a phrase to what is not quoted, so that none begins with them.
_LINKING = _skeletons("и а но или что потому поэтому да және бірақ сондықтан себебі өйткені немесе the and")

#: Words that turn the next, or the one before, into its opposite.
_NEGATING, _NEGATED_BY = _skeletons("без не ни нет"), _skeletons("емес жоқ")

#: Words of two letters that tell something.
_SHORT = _skeletons("лс ип вк wb")

#: Two words that say something only together.
_SAYINGS = frozenset({("алдин", "ала"), ("кез", "келген"), ("бас", "тартусиз"), ("жеке", "адам")})

_UNITS = frozenset({"<тг>", "<$>", "<€>", "<₽>", "<%>", "<%/day>", "<%/month>", "<+>"})
_IN = _skeletons("в за")
_PERIODS = _skeletons(
    "день сутки неделю месяц час смену ежедневно күніне күн айына ай аптасына апта тәулігіне сағатына күніге kunine"
)
_BEFORE = _skeletons("күніне айына аптасына тәулігіне сағатына күніге kunine до от")
_NUMBER = re.compile(r"\d+|<0+>|<year>|<age>")


class Phrase(NamedTuple):
    """A few words side by side.

    Attributes
    ----------
    weight : float
        The sum of its words'.
    first, last : int
        The places of its words in the ad.
    """

    weight: float
    first: int
    last: int


class Passage(NamedTuple):
    """An ad as its words: all of the same length, in the order of the text.

    Attributes
    ----------
    ad : str
    tokens : sequence of str
    starts, stops : sequence of int
        Where each stands in the ad.
    weights : sequence of float
    """

    ad: str
    tokens: Sequence[str]
    starts: Sequence[int]
    stops: Sequence[int]
    weights: Sequence[float]

    def joined(self, place: int) -> bool:
        """Whether nothing parts a word from the next."""
        if not 0 <= place < len(self.tokens) - 1:
            return False
        start, stop = self.stops[place], self.starts[place + 1]
        return (stop - start == 1 and self.ad[start] == " ") or _JOINT.fullmatch(self.ad, start, stop) is not None

    def quoted(self, phrase: Phrase) -> str:
        """Quote a phrase as it stands, in one line and without what is not seen."""
        quote = " ".join(self.ad[self.starts[phrase.first] : self.stops[phrase.last]].split())
        return quote if quote.isprintable() else "".join(filter(str.isprintable, quote))


def strongest(passage: Passage, strong: Sequence[int], most: int) -> list[str]:
    """Quote the phrases that speak loudest for fraud.

    Parameters
    ----------
    passage : Passage
    strong : sequence of int
        Ascending places of the words to quote, such as weigh much.
    most : int

    Returns
    -------
    list of str
        Strongest first, each phrase once.

    Examples
    --------
    >>> tokens = ["тілек", "предоплата", "на", "карту", "болады"]
    >>> ad = "тілек: предоплата на карту, болады"
    >>> passage = Passage(ad, tokens, [0, 7, 18, 21, 28], [5, 17, 20, 26, 34], [0.1, 0.9, 0.0, 0.5, 0.1])
    >>> strongest(passage, [1, 3], 5)
    ['предоплата на карту']
    """
    if len(strong) > _MOST_WORDS:
        strong = sorted(sorted(strong, key=lambda place: -passage.weights[place])[:_MOST_WORDS])
    cut = [part for run in _runs(passage, strong) for part in _cut(passage, run)]
    if len(cut) > most:
        cut = sorted(sorted(cut, key=lambda part: -sum(passage.weights[part[0] : part[1] + 1]))[: most + 1])
    found = _apart([_whole(passage, first, last) for first, last in cut])
    telling = [phrase for phrase in found if _tells(passage, phrase)] or _heaviest(passage) or found
    ranked = sorted(_distinct(passage, telling), key=lambda phrase: -phrase.weight)
    loud = [phrase for phrase in ranked if phrase.weight >= _LOUD * abs(ranked[0].weight)][:most] or ranked[:1]
    return list(dict.fromkeys(filter(None, map(passage.quoted, loud))))


def _runs(passage: Passage, strong: Sequence[int]) -> list[list[int]]:
    """Give from which to which word each run of strong words reaches, over a short word in between."""
    runs: list[list[int]] = []
    for place in strong:
        if runs and _reaches(passage, runs[-1][1], place):
            runs[-1][1] = place
        else:
            runs.append([place, place])
    return runs


def _reaches(passage: Passage, last: int, place: int) -> bool:
    if place > last + 2 or not passage.joined(last):
        return False
    bridge = last + 1
    if place == bridge:
        return not (_is_number(passage.tokens[last]) and _is_number(passage.tokens[place]))
    return passage.joined(bridge) and (_leans(passage.tokens[bridge]) or passage.weights[bridge] > 0)


def _leans(token: str) -> bool:
    return token in _LEANING


def _cut(passage: Passage, run: Sequence[int]) -> list[tuple[int, int]]:
    """Cut a run that is too long to quote: the weightiest window, then what is left on either side."""
    first, last = run
    if last - first < _LONGEST:
        return [(first, last)] if first <= last else []
    windows = range(first, last - _LONGEST + 2)
    best = max(windows, key=lambda start: sum(passage.weights[start : start + _LONGEST]))
    left, right = (first, best - 1), (best + _LONGEST, last)
    return [*_cut(passage, left), (best, best + _LONGEST - 1), *_cut(passage, right)]


def _whole(passage: Passage, first: int, last: int) -> Phrase:
    """Let go of words that lean on what is not quoted, and take in what belongs to those that are."""
    tokens = passage.tokens
    while last > first and tokens[last] in _LEADING:
        last -= 1
    while first < last and (tokens[first] in _TRAILING or tokens[first] in _LINKING):
        first += 1
    if first == last and _leans(tokens[last]):
        first, last = _with_support(passage, last)
    if tokens[last] in _UNITS or _is_number(tokens[last]):
        last = _with_unit(passage, last)
    if passage.joined(first - 1) and _belongs_before(passage, first):
        first -= 1
    if passage.joined(last) and _belongs_after(passage, last, first == last):
        last += 1
    return Phrase(sum(passage.weights[first : last + 1]), first, last)


def _with_support(passage: Passage, place: int) -> tuple[int, int]:
    """Give from where to where a word reaches with the one that it leans on."""
    if passage.tokens[place] in _TRAILING:
        return place - passage.joined(place - 1), place
    return place, place + passage.joined(place)


def _with_unit(passage: Passage, last: int) -> int:
    """Give where a number that ends a phrase ends, its unit and its «в день» included."""
    tokens = passage.tokens
    if _is_number(tokens[last]) and passage.joined(last) and tokens[last + 1] in _UNITS:
        last += 1
    step = 2 if passage.joined(last) and tokens[last + 1] in _IN else 1
    return last + step if passage.joined(last + step - 1) and tokens[last + step] in _PERIODS else last


def _is_number(token: str) -> bool:
    return token[0] in "<0123456789" and _NUMBER.fullmatch(token) is not None


def _belongs_before(passage: Passage, place: int) -> bool:
    """Whether the word before a phrase is part of what its first word says."""
    before, token = passage.tokens[place - 1], passage.tokens[place]
    return (
        before in _NEGATING
        or (token in _UNITS and _is_number(before))
        or (before in _BEFORE and _is_number(token))
        or (before, token) in _SAYINGS
        or passage.ad[passage.stops[place - 1] : passage.starts[place]] == "-"
    )


def _belongs_after(passage: Passage, place: int, alone: bool) -> bool:
    """Whether the word after a phrase is part of what its last word says, or its only word needs it."""
    token, after = passage.tokens[place], passage.tokens[place + 1]
    if after in _NEGATED_BY or (token, after) in _SAYINGS:
        return True
    return alone and not _leans(after) and (_is_number(token) or passage.weights[place + 1] > 0)


def _apart(found: Sequence[Phrase]) -> list[Phrase]:
    """Join phrases that came to overlap."""
    apart: list[Phrase] = []
    for phrase in found:
        if apart and phrase.first <= apart[-1].last:
            before = apart.pop()
            apart.append(Phrase(before.weight + phrase.weight, before.first, max(before.last, phrase.last)))
        else:
            apart.append(phrase)
    return apart


def _tells(passage: Passage, phrase: Phrase) -> bool:
    """Whether there is anything in a phrase that says something by itself."""
    return any(map(_is_telling, passage.tokens[phrase.first : phrase.last + 1]))


def _heaviest(passage: Passage) -> list[Phrase]:
    """Give the weightiest word that says something, if there is one."""
    telling = [place for place, token in enumerate(passage.tokens) if _is_telling(token)]
    return [_whole(passage, place, place) for place in sorted(telling, key=lambda p: -passage.weights[p])[:1]]


def _is_telling(token: str) -> bool:
    if token[0] == "<":
        return token not in _UNITS and not re.fullmatch("<0{1,3}>", token)
    return token in _SHORT or (len(token) > 2 and not token.isdigit() and not _leans(token))


def _distinct(passage: Passage, found: Sequence[Phrase]) -> list[Phrase]:
    """Count a phrase that recurs, or that is part of a longer one, once, with the weight of all."""
    said: dict[frozenset[str], Phrase] = {}
    for phrase in sorted(found, key=lambda phrase: phrase.first - phrase.last):
        weight, first, last = phrase
        words = frozenset(passage.tokens[first : last + 1]) - _LEANING
        longer = next((known for known in said if words <= known), None)
        if longer is None:
            said[words] = phrase
        else:
            before = said[longer]
            said[longer] = Phrase(before.weight + weight, before.first, before.last)
    return list(said.values())
