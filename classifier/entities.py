"""Named things: what a phone, a link, a card number or an amount is, however it is written.

Two steps, both pure functions. `thing` names what stands within one chunk (a link, an e-mail, an
IBAN). `join` looks at neighbours: groups of digits become one phone or one amount, «50 мың» and
«50к» one size, «5 % в день» a percentage by the day. A group of digits travels between the two as
a *raw number*, a token that begins with ``#``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from classifier.spelling import readings

#: How a token takes part in `join`: not at all, if beside one that does, or by itself.
ALONE, BESIDE, ITSELF = 0, 1, 2

#: So many number words in a row are a phone spelled out.
SPELLED = 5

#: No thing is made of more tokens than this.
_FARTHEST = 32

#: A card's number is written in so many groups of four.
CARD = 4

#: Digits of a raw number that are kept; of a longer one the first two and their count.
_KEPT = 4

_FIRMS = "olx|kaspi|kolesa|krisha|halyk|egov|kazpost|indrive|cdek|wildberries|ozon|market|bcc|jusan|freedom"
_KNOWN_SITE = re.compile(
    r"(?:[\w-]+\.)*(?:olx\.kz|kaspi\.kz|kolesa\.kz|krisha\.kz|market\.kz|satu\.kz|hh\.kz|enbek\.kz|egov\.kz|gov\.kz"
    r"|halykbank\.kz|homebank\.kz|bcc\.kz|post\.kz|kazpost\.kz|wildberries\.(?:kz|ru)|ozon\.(?:kz|ru)|2gis\.kz"
    r"|indrive\.com|cdek\.(?:kz|ru)|avito\.ru|lalafo\.kg)"
)
_CHATS = {
    "<link-whatsapp>": re.compile(r"(?:wa\.me|(?:api|chat|web)\.whatsapp\.com|whatsapp\.com)"),
    "<link-telegram>": re.compile(r"(?:t\.me|telegram\.(?:me|org|dog))"),
    "<link-instagram>": re.compile(r"(?:www\.)?(?:instagram\.com|instagr\.am)"),
}
_SUFFIXES = (
    "kz|ru|com|net|org|info|biz|me|io|site|online|shop|store|xyz|top|club|app|live|pro|link|delivery|pay|asia|cc|su"
    "|uz|kg|by|ua|cn|de|space|website|fun|vip|bet|win|dev|gl|ly|am"
)
#: A web address, once look-alike letters are read as Latin ones.
LINK = re.compile(
    rf"(?i)(?:https?://)?((?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,8}}(?:{_SUFFIXES}))(?!\.*[\w-])(?::\d+)?(?:/\S*)?"
)

_DATE = re.compile(r"(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:20|19)?\d\d")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_DECIMAL = re.compile(r"(\d+)[.,]\d{1,2}")

#: Words that multiply the number before them, by how many digits.
_TIMES = {
    3: "мың мыңнан мыңға мыңды мыңдай мыңдық мыңы мын мыннан мынга мынды myn mynnan mynga тыс тысяч тысячи тысяча "
    "тысячу тыщ тыща тыщи",
    6: "млн миллион миллиона миллионов миллионға миллионнан лям ляма лямов mln million",
}
_MULTIPLIERS = {word: digits for digits, words in _TIMES.items() for word in words.split()}


def _skeletons(words: str) -> frozenset[str]:
    return frozenset(readings(word)[-1] for word in words.split())


_DAY = _skeletons("день сутки дня ежедневно күніне күн күнде күнделікті тәулігіне kunine")
_MONTH = _skeletons("неделю неделя месяц месяца аптасына апта айына ай aiyna apta")
_IN = _skeletons("в за")
_FROM = _skeletons("от с со до старше")
_YEARS = _skeletons("лет года год жас жастан жасқа жаста жасқа дейін")
_DIGIT_WORDS = _skeletons(
    "ноль нуль один два три четыре пять шесть семь восемь девять десять двенадцать двадцать тридцать сорок пятьдесят "
    "шестьдесят семьдесят восемьдесят девяносто сто двести триста четыреста пятьсот шестьсот семьсот восемьсот "
    "девятьсот нөл бір екі үш төрт бес алты жеті сегіз тоғыз он жиырма отыз қырық елу алпыс жетпіс сексен тоқсан жүз"
)

#: Currencies by their words.
CURRENCY = {
    **dict.fromkeys(_skeletons("тг тнг тенге теңге kzt tg tenge"), "<тг>"),
    **dict.fromkeys(_skeletons("долл доллар доллара долларов бакс баксов usd"), "<$>"),
    **dict.fromkeys(_skeletons("руб рубль рубля рублей"), "<₽>"),
}
_BESIDE = _DAY | _MONTH | _IN | _FROM | _YEARS | _DIGIT_WORDS


def link(address: str) -> str:
    """Name the kind of a web address.

    Parameters
    ----------
    address : str
        What `LINK` matched.

    Returns
    -------
    str
        A token.

    Examples
    --------
    >>> link("https://wa.me/77000001234"), link("m.olx.kz/obyavlenie"), link("olx-kz.delivery/pay")
    ('<link-whatsapp>', '<link-known>', '<link-lookalike>')
    """
    found = LINK.match(address)
    host = found[1].lower() if found else address.lower()
    for token, pattern in _CHATS.items():
        if pattern.fullmatch(host):
            return token
    if _KNOWN_SITE.fullmatch(host):
        return "<link-known>"
    return "<link-lookalike>" if re.search(_FIRMS, host) else "<link>"


def number(written: str, thousands: bool = False) -> list[str]:
    """Read digits, with points or commas among them, as raw numbers, or as what their shape says.

    Parameters
    ----------
    written : str
        For example ``12.500``, ``1,5``, ``01.09.2026`` or ``4400000000001234``.
    thousands : bool
        Whether a «к» follows.

    Returns
    -------
    list of str
        Mostly one token; several for digits in groups.

    Examples
    --------
    >>> number("12.500"), number("50", thousands=True), number("8.700.000"), number("01.09.2026")
    (['#12~5'], ['#50~5.'], ['#87~7'], ['<date>'])
    """
    if _DATE.fullmatch(written):
        return ["<date>"]
    digits = re.sub("[.,]", "", written)
    decimal = _DECIMAL.fullmatch(written)
    if decimal:
        return [_raw(decimal[1], 3 * thousands, closed=True)]
    if digits == written or _THOUSANDS.fullmatch(written):
        return [_long_number(digits) or _raw(digits, 3 * thousands, closed=thousands)]
    return [_raw(group) for group in re.split("[.,]", written)]


def multiplier(word: str) -> str | None:
    """Give the token of a word that multiplies the number before it, such as «мың» or «млн».

    Examples
    --------
    >>> multiplier("мың"), multiplier("мин")
    ('*3мин', None)
    """
    digits = _MULTIPLIERS.get(word.lower())
    return f"*{digits}{readings(word)[-1]}" if digits else None


def role(token: str) -> int:
    """Say how a token takes part in `join`: `ALONE`, `BESIDE` or `ITSELF`."""
    if token[0] in "#*" or token == "<%>":
        return ITSELF
    return BESIDE if token in _BESIDE else ALONE


def alone(token: str) -> str:
    """Name a token that nothing joins: a phone in one, a small number itself, a year, or how many digits there are.

    Examples
    --------
    >>> alone("#12"), alone("#2019"), alone("#50~5."), alone("*3мин"), alone("карта")
    ('12', '<year>', '<00000>', 'мин', 'карта')
    """
    named, _ = _at([token], 0)
    return _name_of_number(named) if named[0] == "#" else named


def alike(token: str) -> str:
    """Give one token for all that `join` treats as it treats this one.

    There are thousands of raw numbers, but how they join depends on little: how many digits they
    have, whether they may begin a phone or be an age, whether a zero leads. Cards, whose digits are
    checked, are told from others by their groups, see `is_group_of_card`.

    Examples
    --------
    >>> alike("#455"), alike("#770"), alike("#35~6."), alike("#45"), alike("#9"), alike("карта")
    ('#100', '#770', '#10~6.', '#20', '#1', 'карта')
    """
    if token[0] != "#":
        return token
    digits, count = _leading(token), _count(token)
    kept = 2 if digits[0] in "78" else 1 if digits[0] == "0" else 0
    shown = digits[:kept] or ("2" if _may_be_age(digits, count) else "1")
    return _raw(shown.ljust(count, "0"), closed=token[-1] == ".")


def is_group_of_card(token: str) -> bool:
    """Whether a token may be one of the `CARD` groups of a card's number."""
    return token[0] == "#" and _count(token) == _KEPT


def join(run: Sequence[str]) -> list[tuple[str, int, int]]:
    """Name what neighbouring tokens are together.

    Parameters
    ----------
    run : sequence of str
        Tokens side by side in an ad, each with a `role`.

    Returns
    -------
    list of (str, int, int)
        Tokens, and from where to where in `run` each reaches. A number that nothing joins stays raw,
        see `alone`.

    Examples
    --------
    >>> [token for token, _, _ in join(["#8", "#700", "#000", "#12", "#34"])]
    ['<phone>']
    >>> join(["#50", "#000", "#5", "<%>", "в", "ден"])
    [('<00000>', 0, 2), ('#5', 2, 3), ('<%/day>', 3, 4), ('в', 4, 5), ('ден', 5, 6)]
    """
    found, place = [], 0
    while place < len(run):
        token, length = _at(run, place)
        found.append((token, place, place + length))
        place += length
    return found


def _at(run: Sequence[str], place: int) -> tuple[str, int]:
    spelled = _spelled_phone(run, place)
    if spelled:
        return "<phone>", spelled
    token = run[place]
    if token[0] == "#":
        return _number_at(run, place)
    if token == "<%>":
        return _percent_at(run, place), 1
    return (token[2:] if token[0] == "*" else token), 1


def _number_at(run: Sequence[str], place: int) -> tuple[str, int]:
    groups = _open_groups(run, place)
    for name, length in (("<phone>", _phone(groups)), ("<card>", _card(groups))):
        if length:
            return name, length
    length = _grouped(groups)
    digits, written = sum(_count(group) for group in run[place : place + length]), run[place]
    following = run[place + length] if place + length < len(run) else ""
    if following[:1] == "*":
        return _sized(digits + int(following[1])), length + 1
    if length == 1 and digits == 2 and _is_age(run, place):
        return "<age>", 2
    return (written if length == 1 else _sized(digits)), length


def _open_groups(run: Sequence[str], place: int) -> list[str]:
    groups: list[str] = []
    for token in run[place : place + _FARTHEST]:
        if token[0] != "#" or (token[-1] == "." and groups):
            break
        groups.append(token)
        if token[-1] == ".":
            break
    return groups


def _phone(groups: Sequence[str]) -> int:
    """Give how many groups make a number of Kazakhstan: +7 or 8, or neither, then 7xx and seven digits."""
    if groups[0][-1] == ".":
        return 0
    counts, digits = [_count(group) for group in groups], 0
    start = "".join(_leading(group) for group in groups[:2])
    for place, count in enumerate(counts):
        digits += count
        if digits == 11 and counts[0] in (1, 4, 7, 11) and re.match("[78]7", start):
            return place + 1
        if digits == 10 and counts[0] in (3, 6, 10) and re.match("7[0-7]", start):
            return place + 1
    return 0


def _card(groups: Sequence[str]) -> int:
    digits = "".join(_leading(group) for group in groups[:4])
    return 4 if [_count(group) for group in groups[:4]] == [4] * 4 and _is_card(digits) else 0


def _grouped(groups: Sequence[str]) -> int:
    """Give how many groups make one amount: up to three digits, then threes."""
    if groups[0][-1] == "." or _count(groups[0]) > 3 or groups[0][1] == "0":
        return 1
    length = 1
    while length < len(groups) and _count(groups[length]) == 3 and groups[length][-1] != ".":
        length += 1
    return length


def _is_age(run: Sequence[str], place: int) -> bool:
    before = run[place - 1] if place else ""
    after = run[place + 1] if place + 1 < len(run) else ""
    of_kazakh = after.startswith("жас")
    return after in _YEARS and (of_kazakh or before in _FROM) and _may_be_age(_leading(run[place]), 2)


def _may_be_age(digits: str, count: int) -> bool:
    return count == 2 and 14 <= int(digits) <= 80


def _percent_at(run: Sequence[str], place: int) -> str:
    near = [*run[max(0, place - 2) : place], *(t for t in run[place + 1 : place + 3])]
    if any(token in _DAY for token in near):
        return "<%/day>"
    return "<%/month>" if any(token in _MONTH for token in near) else "<%>"


def _spelled_phone(run: Sequence[str], place: int) -> int:
    end = place
    farthest = min(len(run), place + _FARTHEST)
    while end < farthest and (run[end] in _DIGIT_WORDS or run[end][0] == "#"):
        end += 1
    words = sum(token in _DIGIT_WORDS for token in run[place:end])
    return end - place if end - place >= SPELLED and words >= 3 else 0


def _raw(digits: str, zeros: int = 0, *, closed: bool = False) -> str:
    count = len(digits) + zeros
    shown = digits + "0" * zeros if count <= _KEPT else f"{(digits + '0')[:2]}~{count}"
    return f"#{shown}{'.' if closed else ''}"


@functools.lru_cache(maxsize=1 << 16)
def _leading(raw: str) -> str:
    return re.split("[~.]", raw[1:])[0]


@functools.lru_cache(maxsize=1 << 16)
def _count(raw: str) -> int:
    digits, _, count = raw[1:].rstrip(".").partition("~")
    return int(count) if count else len(digits)


def _name_of_number(raw: str) -> str:
    digits, count = _leading(raw), _count(raw)
    if count <= 2:
        return digits
    is_year = raw[-1] != "." and re.fullmatch("19[5-9].|20[0-3].", digits)
    return "<year>" if count == _KEPT and is_year else _sized(count)


def _sized(digits: int) -> str:
    return f"<{'0' * min(digits, 12)}>"


def _long_number(digits: str) -> str | None:
    if len(digits) == 16 and _is_card(digits):
        return "<card>"
    if len(digits) == 12 and passes_iin(digits):
        # Of a firm's number the fifth digit is 4, 5 or 6, where a person's has the day of birth.
        return "<bin>" if digits[4] in "456" else "<iin>"
    return None


def _is_card(digits: str) -> bool:
    return bool(re.match("[4569]|2[2-7]", digits)) and passes_luhn(digits)


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812-1 (Luhn), as on payment cards.

    Examples
    --------
    >>> passes_luhn("79927398713"), passes_luhn("79927398710")
    (True, False)
    """
    doubled = (int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits)))
    return sum(n - 9 * (n > 9) for n in doubled) % 10 == 0


def passes_iin(digits: str) -> bool:
    """Whether the twelfth digit checks the others, as in Kazakhstan's IIN and BIN.

    Weights 1 to 11 and, where those give 10, weights 3 to 11, 1 and 2, modulo 11 (Government
    Decree No. 853 of 22 July 2003).

    Examples
    --------
    >>> passes_iin("000000000000"), passes_iin("123456789012")
    (True, False)
    """
    for shift in (0, 2):
        check = sum(int(d) * ((place + shift) % 11 + 1) for place, d in enumerate(digits[:11])) % 11
        if check != 10:
            return check == int(digits[11])
    return False
