"""What a word does in a phrase: leans on a neighbour, counts, tells of money, or says something by itself."""

from __future__ import annotations

import functools
import re

from classifier.spelling import readings

#: Leans on the next word.
LEADING = 1
#: Leans on the word before.
TRAILING = 2
#: Turns the next word into its opposite.
NEGATING = 4
#: Counts what comes next.
NUMBER = 8
#: Says what the number before counts.
UNIT = 16
#: Says how often: the «в день» of a wage.
PERIOD = 32
#: Names a sum, a card, a payment, or a code that opens an account.
MONEY = 64
#: Says where to reach someone, which belongs to no phrase.
CONTACT = 128
#: Says something by itself.
TELLING = 256


def _skeletons(words: str) -> frozenset[str]:
    return frozenset(readings(word)[-1] for word in words.split())


_LEADING = _skeletons(
    "в во на по с со из за от до у к ко о об про для под над при через без не ни и а но или же как что чтобы если то "
    "это этот эта я ты мы вы он она они ваш наш мой твой свой все так уже ещё только когда где кто там тут есть бы "
    "да куда потому поэтому сондықтан себебі өйткені бірақ "
    "вам вас нам нас мне меня тебе бұл осы сол ол мен сен сіз біз әр бір және немесе әлде егер тек қазір кез ал "
    "менің сенің сіздің біздің алдын жеке бас са та или өз the a to of in and"
)
_TRAILING = _skeletons(
    "үшін дейін кейін бойынша туралы арқылы ғана да де та те ше ма ме ба бе па пе пен бен деп еді екен болса болып "
    "бар емес жоқ ғой шығар керек же ли бы то болады беремін береміз береді қарай бері соң сайын жуық "
    "ала келген тартусыз"
)
_NEGATING = _skeletons("без не ни нет")
_PERIODS = _skeletons(
    "день сутки неделю месяц час смену ежедневно күніне күн айына ай аптасына апта тәулігіне сағатына күніге kunine"
)
_UNITS = frozenset({"<тг>", "<$>", "<€>", "<₽>", "<%>", "<%/day>", "<%/month>", "<+>"})
_CONTACTS = frozenset({"<phone>", "<email>", "<handle>"})
_NUMBER = re.compile(r"\d+|<0+>|<year>|<age>")

#: Words of two letters that tell something.
_SHORT = _skeletons("лс ип вк wb")

_SUMS = r"<0{4,}>|<тг>|<\$>|<₽>|<%/day>|<%/month>|<card>|<iban>"
_STEMS = _skeletons(
    "карт каспи kaspi халык счёт счет перевод перевед перечисл аудар оплат предоплат платит плачу аванс депозит брон "
    "задат залог взнос комисс жарна акша ақша деньг төле саласы салсаң салып салын ақысы вперёд код смс иин жсн эцп"
)
_MONEY = re.compile("|".join([_SUMS, *sorted(_STEMS)]))


@functools.lru_cache(maxsize=1 << 16)
def role(token: str) -> int:
    """Say what a token does in a phrase.

    Parameters
    ----------
    token : str
        As reading gives it, see `classifier.text`.

    Returns
    -------
    int
        The sum of what applies, of the constants of this module.

    Examples
    --------
    >>> role("картага") == MONEY | TELLING, role("без") == LEADING | NEGATING, role("<тг>") == UNIT | MONEY
    (True, True, True)
    """
    return (
        LEADING * (token in _LEADING)
        | TRAILING * (token in _TRAILING)
        | NEGATING * (token in _NEGATING)
        | NUMBER * bool(_NUMBER.fullmatch(token))
        | UNIT * (token in _UNITS)
        | PERIOD * (token in _PERIODS)
        | MONEY * bool(_MONEY.match(token))
        | CONTACT * (token in _CONTACTS)
        | TELLING * _tells(token)
    )


def _tells(token: str) -> bool:
    if token[0] == "<":
        return token not in _UNITS and not _NUMBER.fullmatch(token)
    leans = token in _LEADING or token in _TRAILING
    return token in _SHORT or (len(token) > 2 and not token.isdigit() and not leans)
