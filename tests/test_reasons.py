"""Why an ad was flagged: places, repairs, phrases, the answer for a person."""

import io
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_text import ODD_TEXT

from classifier import characters, cli
from classifier.person import for_a_person, wants_colour
from classifier.places import origins

FRAUD = "Нужны карты Каспи Голд, 50 000 тенге в день, пишите в телеграм"
ORDINARY = st.text(st.sampled_from("карта KAPTA 50 000 тг, в; «на»\n\t(8 700) %-/.ҚәsаЙё0"), min_size=1, max_size=60)


def logit(p):
    return np.log(p / (1 - p))


def explained(model, ad):
    return model.explain(ad) if not np.isnan(model.score([ad])[0]) else None


@settings(deadline=None, max_examples=200)
@given(ad=st.one_of(ORDINARY, ODD_TEXT))
def test_every_word_stands_where_it_says(model, ad):
    why = explained(model, ad)
    for word in why.words if why else []:
        assert ad[word.start : word.stop] == word.text
        assert 0 <= word.start <= word.stop <= len(ad)
        if word.pair:
            (a, b), (c, d) = word.pair
            assert (a, d) == (word.start, word.stop)
            assert a < b <= c < d or word.text == "" or characters.repair(ad) != ad


@settings(deadline=None, max_examples=100)
@given(ad=st.one_of(ORDINARY, ODD_TEXT))
def test_marks_are_apart_and_ascending(model, ad):
    why = explained(model, ad)
    places = [place for mark in (why.marks() if why else []) for place in (mark.start, mark.stop)]
    assert places == sorted(places)


def test_marks_hold_all_the_weight_that_has_a_place(model, texts):
    for ad in texts[::200]:
        why = model.explain(ad)
        placeless = sum(word.weight for word in why.words if word.start == word.stop)
        total = why.base + placeless + sum(mark.weight for mark in why.marks())
        assert abs(total - logit(why.fraud_score)) < 1e-9


@settings(deadline=None, max_examples=200)
@given(ad=ODD_TEXT)
def test_a_repaired_text_is_followed_back_in_order(ad):
    repaired = characters.repair(ad)
    starts, stops = origins(ad, repaired)
    assert len(starts) == len(repaired)
    assert (np.diff(starts) >= 0).all()
    assert ((starts <= stops) & (stops <= len(ad))).all()


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("пpeдoплaтa", "предоплата"),
        ("пр\u200bедоплата", "предоплата"),
        ("п р е д о п л а т а", "предоплата"),
        ("пред/оплата", "предоплата"),
        ("пр3доплата", "предоплата"),
        ("прдеоплата", "предоплата"),
        ("KAPTA", "карта"),
        ("карта", ""),
        ("KARTA", ""),
        ("Кепілдік", ""),
        ("кепилдик", ""),
        ("Жалақы", ""),
        ("WhatsAppқа", ""),
        ("iстеймін", ""),
    ],
)
def test_only_repairs_are_shown_as_repairs(model, written, read_as):
    why = model.explain(f"сатам {written} бугин")
    found = {word.text: word.read_as for word in why.words if word.pair is None and word.kind == ""}
    assert found.get(written, "") == read_as


def test_a_repaired_ad_is_quoted_as_it_stands(model):
    why = model.explain("Предоплата:  «на\nкарту», 8 700\u00a0000 12 34; пр\u200bедоплата 𝗸𝗮𝗿𝘁𝗮")
    kinds = {word.text: word.kind for word in why.words}
    assert {"Предоплата", "на\nкарту", "пр\u200bедоплата", "𝗸𝗮𝗿𝘁𝗮"} <= set(kinds)
    assert kinds["8 700\u00a0000 12 34"] == "phone"
    assert [word.kind for word in why.words if not word.text] == ["hidden-letters", "styled-letters"]


def test_a_lone_surrogate_breaks_no_place(model):
    ad = "пред\ud800оплата на карту"
    why = model.explain(ad)
    assert all(ad[word.start : word.stop] == word.text for word in why.words)


def test_named_things_are_named(model):
    why = model.explain("карта 4400 0000 0000 0000 8 701 000 12 34 wa.me/77010001234 olx-kz.delivery/pay 50 000 тг")
    assert {"phone", "link-whatsapp", "link-lookalike", "amount", "currency"} <= {word.kind for word in why.words}


def test_reasons_are_phrases_strongest_first(model):
    assert model.explain(FRAUD).reasons == ["Нужны карты Каспи Голд, 50 000 тенге в день"]
    assert (
        model.explain(f"Продам диван, самовывоз. {FRAUD}").reasons[0] == "Нужны карты Каспи Голд, 50 000 тенге в день"
    )


def test_who_pays_what_to_whom_is_quoted_in_one_phrase(model):
    ad = (
        "Кладовщик на новый склад\nОклад 340 000 тенге, обеды, форма. График пять дней в неделю, автобус утром.\n"
        "Спецодежду оплачивает кандидат переводом на карту, 6 900 тенге. Работаем в три смены, склад тёплый."
    )
    decisive = next(reason for reason in model.explain(ad).reasons if "оплачивает" in reason)
    assert "кандидат переводом на карту" in decisive


def test_a_short_ad_is_quoted_whole(model):
    ad = "Права поможем, на экзамен не ходить. В лс"
    assert model.explain(ad).reasons == [ad]


def one_line(text):
    return "".join(filter(str.isprintable, " ".join(text.split())))


@settings(deadline=None, max_examples=200)
@given(ads=st.lists(st.one_of(ORDINARY, ODD_TEXT), min_size=1, max_size=5))
def test_reasons_stand_in_the_ad_and_do_not_depend_on_its_company(model, ads):
    found = model.with_thresholds(0.0, 1.0).predict(ads)["fraud_reasons"].tolist()
    for ad, reasons in zip(ads, found, strict=True):
        alone = explained(model, ad)
        assert reasons == "; ".join(alone.reasons if alone else [])
        assert all(reason in one_line(ad) for reason in (alone.reasons if alone else []))


def test_no_phrase_of_a_longer_ad_reaches_over_a_full_stop_and_none_overlap(model, texts):
    for ad in texts[::50]:
        why = model.explain(ad)
        if len(ad.split()) > 20:
            assert not any(". " in reason or "! " in reason for reason in why.reasons)
            assert sum(map(len, why.reasons)) <= len(ad)


def test_no_reason_is_a_scrap_and_none_is_said_twice(model, texts):
    scraps = {"т", "%", ";", "на", "в", "и", "тг", "үшін", "без", "не", "по", "с"}
    found = model.predict(texts)
    for reasons in found["fraud_reasons"]:
        quoted = reasons.split("; ") if reasons else []
        assert len(quoted) <= 5
        assert len({quote.lower() for quote in quoted}) == len(quoted)
        assert not scraps & {quote.lower() for quote in quoted}


def test_a_number_keeps_its_unit_and_a_negation_its_noun(model):
    ads = ["Нужны карты Каспи Голд, 15 000 тг в неделю", "Карты Каспи Голд без отказа, 40 000 күніне"]
    first, second = ("; ".join(model.explain(ad).reasons) for ad in ads)
    assert "15 000 тг" in first or "15 000" not in first
    assert "отказа" not in second or "без отказа" in second


def test_reasons_cannot_hold_what_is_not_seen(model):
    why = model.explain("Нужны ка\u202eрты Каспи Го\u200bлд, 50 000 в день\x1b[31m")
    assert why.reasons
    assert all(reason.isprintable() for reason in why.reasons)


def test_every_flagged_ad_has_reasons_even_where_all_are_flagged(model, texts):
    found = model.with_thresholds(0.0, 1.0).predict(texts[:1000])
    assert (found["fraud_reasons"] != "").all()


def test_a_person_sees_the_scheme_its_advice_and_the_words(model):
    said = for_a_person(model.explain(FRAUD), "ru")
    assert "Скупка и аренда карт, счетов, симок" in said
    assert "232-1" in said
    assert "[Нужны карты Каспи Голд]" in said


def test_an_ad_cannot_drive_the_terminal(model):
    said = for_a_person(model.explain(f"\x1b]0;title\x07{FRAUD}\u202e\r"), "en")
    assert not {"\x1b", "\x07", "\u202e", "\r"} & set(said)


def test_colour_is_for_terminals_that_want_it(model, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert wants_colour(Terminal())
    assert not wants_colour(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_colour(Terminal())
    assert "\x1b[1;31mНужны карты Каспи Голд\x1b[0m" in for_a_person(model.explain(FRAUD), "en", colour=True)


def test_a_table_names_schemes_in_a_language(tmp_path):
    (tmp_path / "a.csv").write_text(f'text,n\n"{FRAUD}",1\nДиван,2\n', "utf-8")
    for options, expected in (([], "account_trade"), (["--lang", "kk"], "Карта, шот, SIM сатып алу не жалдау")):
        target = tmp_path / f"b{len(options)}.csv"
        assert cli.predict_main([str(tmp_path / "a.csv"), "-o", str(target), "--quiet", *options]) == 0
        assert expected in target.read_text("utf-8")


def test_the_longest_word_costs_no_more_than_its_length(model):
    letters = random.Random(1).choices("абвгдежз", k=200_000)
    why = model.explain("з\u200b а й м " + "".join(letters))
    assert why.fraud_score == pytest.approx(model.score([why.text])[0])


def test_a_very_long_ad_has_reasons_in_good_time(model):
    ad = " ".join(f"карта{n} голд" for n in range(20_000))
    assert 1 <= len(model.explain(ad).reasons) <= 5
