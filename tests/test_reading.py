"""Columns of ads to columns of tokens: the fast path against a plain loop."""

import by_hand
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from test_text import ODD_TEXT

from classifier.arrays import column
from classifier.reading import Reader


def read(ads, reader=None):
    reader = reader or Reader()
    tokens = reader.read(column(ads))
    found = [[] for _ in ads]
    for ad, code in zip(tokens.ads, tokens.codes, strict=True):
        found[ad].append(reader.tokens[code])
    return found


def test_the_collection_is_read_as_a_loop_would(texts):
    assert read(texts) == [by_hand.tokens(ad, known=None) for ad in texts]


@given(st.lists(st.one_of(st.none(), ODD_TEXT), max_size=8))
def test_any_texts_are_read_as_a_loop_would(ads):
    assert read(ads) == [by_hand.tokens(ad, known=None) for ad in ads]


@given(st.lists(ODD_TEXT, max_size=8))
def test_what_was_read_before_does_not_matter(ads):
    used = Reader()
    read(["Сатамын үй", *reversed(ads)], used)
    assert read(ads, used) == read(ads)


def test_an_ad_without_words_is_not_readable():
    tokens = Reader().read(pa.array(["үй", "", None, "!!!"]))
    assert tokens.readable.tolist() == [True, False, False, False]


def test_lone_surrogates_do_no_harm():
    assert read(["сатам \ud83d үй"]) == [["сатам", "уи"]]
