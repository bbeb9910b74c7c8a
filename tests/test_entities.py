"""Named things, the false ones as hard as the true ones."""

import by_hand
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import entities


@pytest.mark.parametrize(
    ("written", "token"),
    [
        ("wa.me/77000001234", "<link-whatsapp>"),
        ("https://api.whatsapp.com/send?phone=77000001234", "<link-whatsapp>"),
        ("t.me/invented_name", "<link-telegram>"),
        ("https://t.me/+AbCdEf", "<link-telegram>"),
        ("instagram.com/invented", "<link-instagram>"),
        ("https://www.olx.kz/d/obyavlenie", "<link-known>"),
        ("krisha.kz", "<link-known>"),
        ("kaspi.kz/shop", "<link-known>"),
        ("olx-kz.delivery/pay/123", "<link-lookalike>"),
        ("kaspi-pay.online", "<link-lookalike>"),
        ("http://krisha.kz.pay-safe.site", "<link-lookalike>"),
        ("divan-taraz.kz", "<link>"),
        ("name@mail.example.ru", "<email>"),
        ("@invented_name", "<handle>"),
        ("4400000000001230", "<000000000000>"),
        ("4400000000000008", "<card>"),
        ("4400 0000 0000 0008", "<card>"),
        ("4400-0000-0000-0008", "<card>"),
        ("KZ000000000000001234", "<iban>"),
        ("900101300007", "<iin>"),
        ("900140300000", "<bin>"),
        ("18+", "<age>"),
        ("18:30", "<time>"),
        ("01.09.2026", "<date>"),
        ("2019", "<year>"),
    ],
)
def test_a_thing_has_its_name(written, token):
    assert by_hand.words(written) == [token]


@pytest.mark.parametrize(
    "written",
    [
        "150 000 000",
        "пробег 87 000 км",
        "8 700 000 тг",
        "7 500 000",
        "цена 70 000 или 75 000",
        "площадь 77.5 кв.м",
        "кадастр 03:068:012:1234",
        "с 8 до 17",
        "2015 2016 2017",
        "87 000 000",
        "ГОСТ 7473-2010",
        "арт. 5473201012",
        "36 38 40 42 44 46",
        "1234567890123",
        "размеры 80 190 200",
        "iPhone 8 128",
    ],
)
def test_what_is_no_phone_or_card_is_none(written):
    assert not {"<phone>", "<card>", "<iin>", "<bin>"} & set(by_hand.words(written))


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("5% в день", ["5", "<%/day>", "в", "ден"]),
        ("күніне 5 %", ["кунине", "5", "<%/day>"]),
        ("15 % в месяц", ["15", "<%/month>", "в", "месиатс"]),
        ("скидка 15 %", ["скидка", "15", "<%>"]),
        ("от 18 лет", ["от", "<age>"]),
        ("18 жастан", ["<age>"]),
        ("дому 18 лет", ["дому", "18", "лет"]),
        ("опыт от 3 лет", ["опит", "от", "3", "лет"]),
        ("50 000 тг", ["<00000>", "<тг>"]),
        ("за 50 000, 8 700 000 12 34", ["за", "<00000>", "<phone>"]),
        ("8 700 000 12 34 цена 5000", ["<phone>", "тсена", "<0000>"]),
        ("1,5 млн", ["<0000000>"]),
        ("5 мың", ["<0000>"]),
        ("мың рахмет", ["мин", "рахмет"]),
        ("2 комн 3 этаж", ["2", "комн", "3", "етаж"]),
    ],
)
def test_neighbours_are_read_together(written, tokens):
    assert by_hand.words(written) == tokens


@pytest.mark.parametrize(("digits", "valid"), [("4400000000000008", True), ("4400000000000009", False)])
def test_luhn(digits, valid):
    assert entities.passes_luhn(digits) is valid


@given(st.lists(st.one_of(
    st.from_regex(r"[0-9]{1,7}", fullmatch=True).map(lambda digits: entities.number(digits)[0]),
    st.sampled_from(["#5.", "#50~5.", "#2019", "<%>", "*3тис", "от", "лет", "жас", "в", "ден", "алти"]),
), min_size=1))  # fmt: skip
def test_numbers_that_are_alike_join_alike(run):
    if sum(map(entities.is_group_of_card, run)) < entities.CARD:
        found, expected = entities.join([entities.alike(token) for token in run]), entities.join(run)
        assert [place for _, *place in found] == [place for _, *place in expected]
        assert [name[0] == "#" or name for name, *_ in found] == [name[0] == "#" or name for name, *_ in expected]
