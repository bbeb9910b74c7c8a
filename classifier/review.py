"""Flagged ads as one page to decide on: no network, no server, and nothing in an ad can become markup."""

from __future__ import annotations

import base64
import hashlib
import heapq
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from classifier.errors import UsageError

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

#: How many ads a page holds unless told otherwise: some days of work, and a file that a phone opens.
MOST = 5000

#: The languages a page speaks, its default first.
LANGUAGES = ("ru", "kk", "en")

#: Marks that weigh less than this, in logits, would not be shaded and are left out of the page.
FAINTEST = 0.1

_SCRIPTS = ("decisions", "ad", "page")


class Case(NamedTuple):
    """An ad to decide on.

    Attributes
    ----------
    key : str
        The value of the column ``id``, or else the row number.
    row : int
        1 is the first row of data.
    text : str
        The ad as it came.
    score : float
        From 0 to 1.
    band : str
    scheme, category : str
        Empty where there is none.
    reasons : list of str
    marks : list of (int, int, float)
        From where to where in `text` (in code points), and the weight in logits; ascending, not overlapping.
    repaired : list of (int, int, str)
        From where to where in `text`, and what it was read as; ascending, not overlapping.
    label : str
        The label it was given before, ``fraud`` or ``legit``, where that is to be checked.
    """

    key: str
    row: int
    text: str
    score: float
    band: str
    scheme: str
    category: str
    reasons: list[str]
    marks: list[tuple[int, int, float]]
    repaired: list[tuple[int, int, str]]
    label: str = ""


class Scheme(NamedTuple):
    """A kind of fraud in one language: its name, and a sentence of advice to the moderator."""

    name: str
    advice: str


class Strongest:
    """Keeps the strongest cases of a stream; of equal ones the earlier.

    Parameters
    ----------
    limit : int, default=MOST

    Attributes
    ----------
    more : int
        How many cases there were beyond those kept.

    Examples
    --------
    >>> kept = Strongest(limit=1)
    >>> for row, score in enumerate([0.8, 0.9, 0.7], start=1):
    ...     kept.add(Case(str(row), row, "Нужны карты", score, "review", "", "", [], [], []))
    >>> [case.row for case in kept.cases()], kept.more, kept.floor
    ([2], 2, 0.9)
    """

    def __init__(self, limit: int = MOST) -> None:
        self.more = 0
        self._limit = limit
        self._seen = 0
        self._heap: list[tuple[float, int, Case]] = []

    @property
    def floor(self) -> float:
        """A case that scores no more than this is not kept; whoever spares making it counts it in `more`."""
        return self._heap[0][0] if len(self._heap) == self._limit else -1.0

    def add(self, case: Case) -> None:
        """Keep the case if it is among the strongest so far."""
        self._seen += 1
        entry = (case.score, -self._seen, case)
        if len(self._heap) < self._limit:
            heapq.heappush(self._heap, entry)
        else:
            heapq.heappushpop(self._heap, entry)
            self.more += 1

    def cases(self) -> list[Case]:
        """Give what was kept, strongest first."""
        return [case for *_, case in sorted(self._heap, reverse=True)]


class About(NamedTuple):
    """What a page says of its ads as a whole.

    Attributes
    ----------
    source : str
        Where they come from, such as the name of a file.
    more : int
        How many were left out, weaker than these.
    heading, intro : mapping of str to str, optional
        By language, in place of what a page of flagged ads says.
    """

    source: str = ""
    more: int = 0
    heading: Mapping[str, str] | None = None
    intro: Mapping[str, str] | None = None


def page(
    cases: Iterable[Case],
    *,
    schemes: Mapping[str, Mapping[str, tuple[str, str]]],
    about: About | None = None,
    language: str = LANGUAGES[0],
) -> str:
    """Write the page.

    Parameters
    ----------
    cases : iterable of Case
        In the order in which they are to be shown.
    schemes : mapping of str to mapping of str to Scheme
        By id and language, the name of a scheme and a sentence of advice.
    about : About, optional
    language : str, default="ru"
        What the page speaks at first: ``ru``, ``kk`` or ``en``; the reader may switch.

    Returns
    -------
    str
        HTML that needs nothing else. It holds no character that UTF-8 cannot write.

    Raises
    ------
    UsageError
        If the page does not speak the language.

    Examples
    --------
    >>> case = Case("a1", 1, "<script>alert(1)</script>", 0.98, "hold", "", "", [], [], [])
    >>> "<script>alert" in page([case], schemes={})
    False
    """
    if language not in LANGUAGES:
        raise UsageError(f"the page does not speak {language!r}; choose one of {', '.join(LANGUAGES)}")
    about = about or About()
    ads = _json([_plain(case) for case in cases])
    words = _words(about)
    return _template().render(
        ads=_markup(ads),
        words=_markup(_json(words)),
        schemes=_markup(_json(schemes)),
        say=words[language],
        languages={code: words[code]["language"] for code in LANGUAGES},
        language=language,
        # Decisions are kept under the content, so that two pages never mix theirs.
        key=hashlib.sha256(ads.encode()).hexdigest()[:24],
        source=about.source,
        more=about.more,
    )


def _plain(case: Case) -> dict[str, Any]:
    """Write a case as the browser counts: in UTF-16 code units."""
    at = _utf16(case.text)
    marks = [(at(start), at(stop), round(weight, 2)) for start, stop, weight in case.marks if abs(weight) >= FAINTEST]
    repaired = [(at(start), at(stop), read) for start, stop, read in case.repaired]
    return {**case._asdict(), "score": round(case.score, 6), "marks": marks, "repaired": repaired}


def _utf16(text: str) -> Callable[[int], int]:
    """Give a function from places in code points to places in UTF-16 code units."""
    if max(text, default="") <= "\uffff":
        return lambda place: place
    return list(accumulate((1 + (char > "\uffff") for char in text), initial=0)).__getitem__


#: What may not stand in a <script> element as it is: the beginning of a tag, comment or entity, what
#: JavaScript or an HTML parser takes for a line break or replaces, and halves of characters.
_UNSAFE = re.compile("[<>&\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def _json(data: object) -> str:
    written = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def _words(about: About) -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = json.loads(_file("review.json"))
    for name, own in (("heading", about.heading), ("intro", about.intro)):
        for language, text in (own or {}).items():
            words[language][name] = text
    return words


def _markup(text: str) -> Markup:
    """Vouch for text that is our own, or made safe by `_json`, so that it is not escaped."""
    from markupsafe import Markup

    return Markup(text)


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    style = _file("review.css")
    script = '"use strict";\n' + "\n".join(_file(f"review.{name}.js") for name in _SCRIPTS)
    environment.globals.update(
        style=_markup(style), script=_markup(script), style_hash=_hash(style), script_hash=_hash(script)
    )
    return environment.from_string(_file("review.html.j2"))


def _hash(content: str) -> str:
    """Name a script or style as a content security policy does."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def _file(name: str) -> str:
    return files("classifier").joinpath("templates", name).read_text("utf-8")
