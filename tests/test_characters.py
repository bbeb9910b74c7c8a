"""Repair of characters: total, idempotent, and nothing where nothing is wrong."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_text import KAZAKH, ODD_TEXT

from classifier import characters
from classifier.characters import MARKS, repair

HIDDEN, STYLED, SPACED = (f" {mark}" for mark in MARKS)
ORDINARY = st.text(
    st.sampled_from("абвгдеёжзийклмнопрстуфхцчшщъыьэюя" + KAZAKH + KAZAKH.upper() + "azAZ09 \n.,!«»№₸👍❤\ufe0f🇰🇿"),
    max_size=40,
)


@pytest.mark.parametrize(
    ("written", "repaired"),
    [
        ("пред\u200bоплата", "предоплата" + HIDDEN),
        ("з\u0336а\u0336й\u0336м\u0336", "займ" + HIDDEN),
        ("𝟱𝟬𝟬", "500" + STYLED),
        ("8\ufe0f\u20e37\ufe0f\u20e3", "87" + STYLED),
        ("з а й м", "займ" + SPACED),
        ("үй\u00a0арзан", "үй арзан"),
        ("и\u0306", "й"),
        ("е\u0308", "ё"),
        ("ﬁ №5 ™", "fi №5 TM"),
        ("\u200bдиван\u200b", "диван"),
        ("👩\u200d🌾 ❤\ufe0f", "👩🌾 ❤\ufe0f"),
        ("", ""),
    ],
)
def test_repair(written, repaired):
    assert repair(written) == repaired


@given(ODD_TEXT)
def test_repair_is_idempotent(written):
    once = repair(written)
    assert repair(once) == once


@given(ODD_TEXT)
def test_a_repaired_text_is_never_much_longer(written):
    # U+FDFA becomes eighteen characters, more than any other.
    assert len(repair(written)) <= 18 * len(written) + 2 * len(MARKS)


@given(ORDINARY)
def test_what_is_not_odd_needs_no_repair(written):
    if not re.search(characters.ODD, written):
        assert repair(written) == written


@given(st.text(st.sampled_from("абвгёй" + KAZAKH + KAZAKH.upper()), max_size=20))
def test_kazakh_letters_survive(written):
    assert repair(unicodedata.normalize("NFD", written)) == written
