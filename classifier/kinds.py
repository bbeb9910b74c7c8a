"""What a token that is no word is called by a person: a phone, a card number, hidden characters."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """What kind of thing a token names.

    Attributes
    ----------
    id : str
        Never changes.
    en, ru, kk : str
    """

    id: str
    en: str
    ru: str
    kk: str


_PHONE = Kind("phone", "phone", "телефон", "телефон")
_CARD = Kind("card", "card number", "номер карты", "карта нөмірі")
_ACCOUNT = Kind("account", "bank account", "банковский счёт", "банк шоты")
_IIN = Kind("iin", "personal number", "ИИН", "ЖСН")
_BIN = Kind("bin", "firm's number", "БИН", "БСН")
_EMAIL = Kind("email", "e-mail", "эл. почта", "эл. пошта")
_HANDLE = Kind("handle", "user name", "ник", "ник")
_LINK = Kind("link", "link", "ссылка", "сілтеме")
_WHATSAPP = Kind("link-whatsapp", "WhatsApp link", "ссылка на WhatsApp", "WhatsApp сілтемесі")
_TELEGRAM = Kind("link-telegram", "Telegram link", "ссылка на Telegram", "Telegram сілтемесі")
_INSTAGRAM = Kind("link-instagram", "Instagram link", "ссылка на Instagram", "Instagram сілтемесі")
_KNOWN = Kind("link-known", "link to a known site", "ссылка на известный сайт", "белгілі сайт сілтемесі")
_LOOKALIKE = Kind("link-lookalike", "look-alike of a known site", "подделка под известный сайт", "жалған сайт")
_TIME = Kind("time", "time", "время", "уақыт")
_DATE = Kind("date", "date", "дата", "күні")
_YEAR = Kind("year", "year", "год", "жыл")
_AGE = Kind("age", "age", "возраст", "жас")
_AMOUNT = Kind("amount", "amount", "сумма", "сома")
_NUMBER = Kind("number", "number", "число", "сан")
_PERCENT = Kind("percent", "percentage", "процент", "пайыз")
_UNIT = Kind("currency", "currency", "валюта", "валюта")
_MIXED = Kind("mixed-letters", "letters of two alphabets", "буквы двух алфавитов", "екі әліпбидің әріптері")
_DIGITS = Kind("digits-in-words", "digits for letters", "цифры вместо букв", "әріп орнына сан")
_STRETCHED = Kind("stretched-letters", "stretched letters", "растянутые буквы", "созылған әріптер")
_HIDDEN = Kind("hidden-letters", "hidden characters", "скрытые символы", "жасырын таңбалар")
_STYLED = Kind("styled-letters", "styled letters", "декоративные буквы", "безендірілген әріптер")
_SPACED = Kind("spaced-letters", "letters set apart", "буквы вразбивку", "ажыратылған әріптер")

#: The kinds whose tokens bear other names.
_OF_TOKEN = {
    "<iban>": _ACCOUNT,
    "<%>": _PERCENT,
    "<%/day>": _PERCENT,
    "<%/month>": _PERCENT,
    **dict.fromkeys(("<тг>", "<$>", "<€>", "<₽>"), _UNIT),
    "<+>": _NUMBER,
} | {
    f"<{kind.id}>": kind
    for kind in (
        *(_PHONE, _CARD, _IIN, _BIN, _EMAIL, _HANDLE, _TIME, _DATE, _YEAR, _AGE),
        *(_LINK, _WHATSAPP, _TELEGRAM, _INSTAGRAM, _KNOWN, _LOOKALIKE),
        *(_MIXED, _DIGITS, _STRETCHED, _HIDDEN, _STYLED, _SPACED),
    )
}

KINDS = {kind.id: kind for kind in (*_OF_TOKEN.values(), _AMOUNT)}


def kind(token: str) -> str:
    """Give the id of the kind of thing that a token names; empty of a word.

    Examples
    --------
    >>> kind("<card>"), kind("<00000>"), kind("карта")
    ('card', 'amount', '')
    """
    if token[0] != "<":
        return _NUMBER.id if token.isdigit() else ""
    found = _OF_TOKEN.get(token)
    return found.id if found else _AMOUNT.id
