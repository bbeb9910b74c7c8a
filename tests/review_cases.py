"""Ads to decide on, as tests of the review page need them."""

from classifier.review import LANGUAGES, Case, Scheme

SCHEMES = {"dropper": {code: Scheme("Карты", "Спросите, чьи.") for code in LANGUAGES}}

#: What an ad may try in order to become more than text.
HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "<!--<script>",
    "]]><svg onload=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "<a href='javascript:alert(1)'>сюда</a>",
    "javascript:alert(1)",
    "{{ 7 * 7 }} {% raw %} ${7*7} {# x #}",
    "&lt;b&gt; &amp; &#x3c;",
    "\u202eтрак ынжуН\u202c",
    "a\x00b\x1b\u2028c\u2029\ufeff",
    "constructor",
    "__proto__",
]


def ad(text="Нужны карты", *, row=1, **fields):
    plain = {"score": 0.98, "band": "hold", "scheme": "", "category": "", "reasons": [], "marks": [], "repaired": []}
    return Case(key=str(row), row=row, text=text, **{**plain, **fields})


def everywhere(text):
    """An ad that has the same text in every field that comes from outside."""
    return Case(text, 1, text, 0.9, text, text, text, [text], [(0, 1, 1.0)], [(0, 1, text)], text)
