"""Reading one ad: repair, spelling, words."""

import re
import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import text

KAZAKH = "әғқңөұүһі"
#: Hypothesis seldom makes such texts by itself: our letters, marks, invisible and styled characters.
ODD_TEXT = st.text(
    st.one_of(
        st.sampled_from(
            string.ascii_letters + string.digits + " \n.-+/" + "абвгдежзийклмнопрстуфхцчшщъыьэюяё" + KAZAKH
        ),
        st.sampled_from("\u200b\u00ad\u0301\u0306\u0308\ufe0f\u20e3\u2062\u202e𝟱ⓐＡᴀİßﬁ№½ªİ"),
        st.characters(),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Кепілдік", ["кепилдик"]),
        ("КЕПИЛДИК", ["кепилдик"]),
        ("қымбат,арзан", ["кымбат", "арзан"]),
        ("ёлка", ["елка"]),
        ("б/у", ["б", "у"]),
        ("24/7", ["24", "7"]),
        ("500000тг", ["<000000>", "тг"]),
        ("iPhone", ["iphone"]),
        ("...!!!", []),
        ("үй", ["уй"]),
    ],
)
def test_words_of_a_chunk(written, read):
    assert text.words(text.plain(written)) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("пред\u200bоплата", "предоплата"),
        ("пред\u00adоплата", "предоплата"),
        ("з\u0336а\u0336й\u0336м\u0336", "займ"),
        ("й", "й"),
        ("и\u0306ё", "йе"),
        ("𝟱𝟬𝟬", "500"),
        ("ⓦⓗⓐⓣⓢ", "whats"),
        ("8\ufe0f\u20e37\ufe0f\u20e3", "87"),
        ("үй\u00a0арзан", "үй арзан"),
    ],
)
def test_repair(written, read):
    assert text.repair(written) == read


@given(ODD_TEXT)
def test_repair_is_idempotent(written):
    once = text.repair(written)
    assert text.repair(once) == once


@given(st.text(st.sampled_from("абвгдеёжзийклмнопрстуфхцчшщъыьэюя" + KAZAKH + KAZAKH.upper() + "azAZ09 \n.,!«»")))
def test_ordinary_texts_need_no_repair(written):
    assert not re.search(text.ODD, written)
    assert text.repair(written) == text.plain(written)


def test_kazakh_letters_survive_repair():
    assert text.repair(KAZAKH + unicodedata.normalize("NFD", "йё")) == KAZAKH + "йе"


@given(ODD_TEXT)
def test_spans_point_at_the_words(written):
    for chunk in text.repair(written).split():
        for token, start, end in text.spans(chunk):
            assert text.words(chunk[start:end]) == [token]
