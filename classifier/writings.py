"""In what letters an ad is written: a stand-in for its language where nobody has noted that."""

from __future__ import annotations

import re

_KAZAKH = re.compile("[әғқңөұүһі]", re.IGNORECASE)
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_LATIN = re.compile("[a-z]", re.IGNORECASE)


def writing(text: str) -> str:
    """Say in what letters an ad is written.

    Returns
    -------
    str
        ``kazakh`` if it has Cyrillic letters of Kazakh alone, ``latin`` if it has more Latin letters
        than Cyrillic ones, else ``cyrillic``.

    Examples
    --------
    >>> [writing(text) for text in ("Үй сатылады", "Продам iPhone", "Torghai balapandar")]
    ['kazakh', 'cyrillic', 'latin']
    """
    if _KAZAKH.search(text):
        return "kazakh"
    return "latin" if len(_LATIN.findall(text)) > len(_CYRILLIC.findall(text)) else "cyrillic"
