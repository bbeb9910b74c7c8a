"""Slips of the finger, against a search of every known word."""

import by_hand
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.slips import Slips

KNOWN = ["предоплата", "карта", "кредит", "кредиты", "тапсирма", "тапсирис", "карат"]
WORD = st.one_of(
    st.text("аекрт", max_size=7), st.sampled_from(KNOWN).flatmap(lambda w: st.permutations(w).map("".join))
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("прдеоплата", "предоплата"),
        ("предплата", "предоплата"),
        ("предоплаата", "предоплата"),
        ("тапсрима", "тапсирма"),
        ("тапсирм", "тапсирм"),
        ("рпедоплата", "рпедоплата"),
        ("парта", "парта"),
        ("кара", "кара"),
    ],
)
def test_slips(typed, meant):
    assert Slips(KNOWN).undo([typed]) == [meant]


@given(st.lists(WORD))
def test_slips_are_found_as_a_search_would(words):
    assert Slips(KNOWN).undo(words) == [by_hand.undo_slip(word, KNOWN) for word in words]
