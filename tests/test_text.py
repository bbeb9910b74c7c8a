"""Reading an ad as a person reads it: what is meant, in whatever spelling; what is honest, left alone."""

import string

import by_hand
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import characters, text

KAZAKH = "әғқңөұүһі"
#: Hypothesis seldom makes such texts by itself: our letters, marks, invisible and styled characters.
ODD_TEXT = st.text(
    st.one_of(
        st.sampled_from(
            string.ascii_letters + string.digits + " \n.-+/@%$" + "абвгдежзийклмнопрстуфхцчшщъыьэюяё" + KAZAKH
        ),
        st.sampled_from("\u200b\u00ad\u0301\u0306\u0308\ufe0f\u20e3\u2062\u202e\ue001\ue003𝟱ⓐＡᴀİßﬁ№½ªİ🅰❽"),
        st.characters(),
    ),
    max_size=60,
)

#: As it is written, as it is meant, why.
SPELLINGS = [
    # Latin letters that look like Cyrillic ones
    ("пpeдoплaтa", "предоплата", "Latin p, e, o, a"),
    ("кaртa", "карта", "Latin a"),
    ("Kaрта", "карта", "Latin K, a"),
    ("зaйм бeз oткaзa", "займ без отказа", "one Latin letter a word"),
    ("KAPTA", "карта", "wholly Latin capitals"),
    ("KAPTY", "карту", "wholly Latin capitals"),
    ("HET", "нет", "three Latin capitals"),
    ("TOPГ", "торг", "Latin but for one letter"),
    ("CPOЧHO", "срочно", "capitals of both"),
    ("Bыплaты", "выплаты", "Latin B for В"),
    ("Haличкa", "наличка", "Latin H for Н"),
    ("npedoплата", "предоплата", "handwriting: n for п, d for д"),
    ("npegonлama", "предоплата", "handwriting: n, g, m"),
    ("onлama", "оплата", "handwriting"),
    ("paбoтa", "работа", "the commonest word of all"),
    ("тeлeгpaм", "телеграм", "Latin e, p, a"),
    ("дoxoд", "доход", "Latin o, x"),
    ("нeдeля", "неделя", "Latin e"),
    ("Aлматы", "алматы", "a Latin first letter"),
    ("предоплатa", "предоплата", "a Latin last letter"),
    ("қapыз", "қарыз", "a Kazakh word with Latin a, p"),
    ("aқшa", "ақша", "a Kazakh word with Latin a"),
    ("тeңгe", "теңге", "a Kazakh word with Latin e"),
    ("жұмыc", "жұмыс", "Latin c"),
    ("ТEГIН", "тегін", "Latin E, I"),
    # and the reverse
    ("kаsрі", "kaspi", "Cyrillic а, р, і in a Latin word"),
    ("Каspi", "kaspi", "Cyrillic К, а"),
    ("оlx", "olx", "Cyrillic о"),
    ("wа.mе/77000001234", "wa.me/77000001234", "Cyrillic in an address"),
    ("t.mе/abcd", "t.me/abcd", "Cyrillic е in an address"),
    ("оlх-kz.delivеry", "olx-kz.delivery", "Cyrillic in a false shop's address"),
    # other alphabets and styles
    ("κάρτα", "карта", "Greek"),
    ("ᴋᴀᴘᴛᴀ", "карта", "small capitals"),
    ("ᏦᎪᎡᎢᎪ".replace("Ꭱ", "Ꮲ"), "карта", "Cherokee"),
    ("ԁеньги", "деньги", "Komi ԁ"),
    ("𝐤𝐚𝐫𝐭𝐚", "karta", "mathematical bold"),
    ("𝓽𝓮𝓵𝓮𝓰𝓻𝓪𝓶", "telegram", "mathematical script"),
    ("ｋａｓｐｉ", "kaspi", "full width"),
    ("ⓣⓔⓛⓔⓖⓡⓐⓜ", "telegram", "circled"),
    ("🅺🅰🆂🅿🅸", "kaspi", "white on black squares"),
    ("🄺🄰🅂🄿🄸", "kaspi", "squared"),
    ("𝟱𝟬 𝟬𝟬𝟬", "50 000", "mathematical digits"),
    ("５０ ０００", "50 000", "full-width digits"),
    ("5️⃣0️⃣ 0️⃣0️⃣0️⃣", "50 000", "keycaps"),
    ("❽❼⓿⓿⓿⓿⓿❶❷❸❹", "87000001234", "circled digits"),
    ("①⑧ лет", "18 лет", "circled digits"),
    ("ќарыз", "қарыз", "Macedonian ќ"),
    ("жўмыс", "жұмыс", "Belarusian ў"),
    ("жұмыѕ", "жұмыс", "Macedonian ѕ"),
    # hidden characters
    ("пред\u200bоплата", "предоплата", "zero-width space"),
    ("пред\u2062оплата", "предоплата", "invisible times"),
    ("кар\u00adта", "карта", "soft hyphen"),
    ("ка\u200dр\u200dта", "карта", "zero-width joiner"),
    ("ка\ufe0fрта", "карта", "variation selector"),
    ("\u202eза\u202cйм", "займ", "direction override"),
    ("\ufeffзайм", "займ", "byte order mark"),
    ("з\u0336а\u0336й\u0336м\u0336", "займ", "struck through"),
    ("з\u0301а\u0301и\u0306м", "займ", "accents, and й in two parts"),
    ("қ\u200bарыз", "қарыз", "zero-width space in Kazakh"),
    ("предоплата\u00a0на\u2009карту", "предоплата на карту", "other white space"),
    # letters spread out
    ("п р е д о п л а т а", "предоплата", "spaces"),
    ("з а й м", "займ", "spaces, four letters"),
    ("к.а.р.т.а", "карта", "dots"),
    ("з-а-й-м", "займ", "dashes"),
    ("к*а*р*т*а", "карта", "stars"),
    ("к_а_р_т_а", "карта", "underscores"),
    ("W h a t s A p p", "whatsapp", "spaces in Latin"),
    ("п р е д о п л а т а  н а  к а р т у", "предоплата на карту", "two spaces between words"),
    ("қ а р ы з", "қарыз", "spaces in Kazakh"),
    ("т.е.г.і.н", "тегін", "dots in Kazakh"),
    ("t . me/abcd", "t.me/abcd", "an address in parts"),
    ("п р e д o п л a т a", "предоплата", "spaces and Latin letters at once"),
    # digits for letters
    ("к4рта", "карта", "4 for а"),
    ("0тк4за", "отказа", "0 and 4"),
    ("0нлайн", "онлайн", "0 for о"),
    ("пр3доплата", "предоплата", "3 for е"),
    ("предопл4та", "предоплата", "4 for а"),
    ("раб0та", "работа", "0 for о"),
    ("зараб0т0к", "заработок", "twice"),
    ("акш4н", "акшан", "4 for а in Kazakh"),
    ("к@рта", "карта", "@ for а"),
    ("15ооо", "15000", "letters for zeros"),
    ("15OOO", "15000", "Latin O for zeros"),
    ("87O00001234", "87000001234", "O in a phone"),
    # stretched and doubled
    ("СРОООЧНО", "срочно", "stretched"),
    ("срооооочнооо", "срочно", "stretched twice"),
    ("ТЕЕЕГІН", "тегін", "stretched in Kazakh"),
    ("расрочка", "рассрочка", "a doubled letter missed"),
    ("акаунт", "аккаунт", "a doubled letter missed"),
    ("коммиссия", "комиссия", "a letter doubled too often"),
    ("телеграмм", "телеграм", "a letter doubled too often"),
    # Kazakh without its letters
    ("кепилдик", "кепілдік", "і"),
    ("жумыс", "жұмыс", "ұ"),
    ("акша", "ақша", "қ"),
    ("карыз", "қарыз", "қ"),
    ("толем", "төлем", "ө"),
    ("алдын ала толем", "алдын ала төлем", "ө"),
    ("тенге", "теңге", "ң, and it is the currency"),
    ("уй сатылады", "үй сатылады", "ү"),
    ("тажирибе", "тәжірибе", "ә, і"),
    ("багасы", "бағасы", "ғ"),
    ("каhарман", "қаһарман", "Latin h for һ"),
    ("iстеймін", "істеймін", "Latin i for і"),
    ("кəсіп", "кәсіп", "schwa for ә"),
    ("шугыл", "шұғыл", "ұ, ғ"),
    ("биз", "біз", "и for і"),
    ("быз", "біз", "ы for і"),
    # Kazakh in Latin letters
    ("kepildik", "кепілдік", "translit"),
    ("aqsha", "ақша", "q, sh"),
    ("akwa", "ақша", "k, w"),
    ("aqşa", "ақша", "the alphabet of 2021"),
    ("jumys", "жұмыс", "j"),
    ("zhumys", "жұмыс", "zh"),
    ("jumis", "жұмыс", "i for ы"),
    ("qaryz", "қарыз", "q"),
    ("karyz", "қарыз", "k"),
    ("aldyn ala tolem", "алдын ала төлем", "o"),
    ("tólem", "төлем", "the alphabet of 2018"),
    ("tenge", "теңге", "n"),
    ("pater", "пәтер", "a"),
    ("päter", "пәтер", "ä"),
    ("satylady", "сатылады", "y for ы"),
    ("satiladi", "сатылады", "i for ы"),
    ("tajiribe", "тәжірибе", "j"),
    ("shugyl", "шұғыл", "u, g"),
    ("nesie", "несие", "as it sounds"),
    ("qyzmetker kerek", "қызметкер керек", "q, y"),
    ("kunine 50 myn", "күніне 50 мың", "a sum in translit"),
    ("tauar", "тауар", "u"),
    ("tawar", "тауар", "w between vowels"),
    # Russian in Latin letters
    ("predoplata na kartu", "предоплата на карту", "translit"),
    ("srochno", "срочно", "ch"),
    ("zaym", "займ", "y for й"),
    ("dengi", "деньги", "no soft sign"),
    ("rabota", "работа", "as it sounds"),
    ("obyavlenie", "объявление", "ya"),
    ("nalichnye", "наличные", "ch, ye"),
    ("tsena", "цена", "ts"),
    ("cena", "цена", "c before e"),
    ("kvartira", "квартира", "as it sounds"),
    ("telegram", "телеграм", "one name, two alphabets"),
    ("kaspi", "каспи", "one name, two alphabets"),
    ("KASPI", "Каспи", "capitals"),
    # one messenger
    ("WhatsApp", "ватсап", "its own spelling"),
    ("whatsap", "ватсап", "one p"),
    ("вацап", "ватсап", "ц"),
    ("вотсап", "ватсап", "о"),
    ("уатсап", "ватсап", "Kazakh у"),
    # sums
    ("50000", "50 000", "no space"),
    ("50.000", "50 000", "a point"),
    ("50к", "50 000", "к"),
    ("50k", "50 000", "Latin k"),
    ("50 тыс", "50 000", "тыс"),
    ("50 мың", "50 000", "мың"),
    ("50мын", "50 000", "glued, without ң"),
    ("1,5 млн", "1 500 000", "a decimal"),
    ("2 ляма", "2 000 000", "slang"),
    ("50 000тг", "50 000 тенге", "glued currency"),
    ("50 000 ₸", "50 000 тенге", "the sign"),
    ("100 баксов", "100 $", "slang"),
    # words run together
    ("ПродамДиван", "продам диван", "capitals part them"),
    ("карту,срочно", "карту срочно", "a comma without a space"),
    ("пишите!Жду", "пишите жду", "no space after a stop"),
]

#: Of a digit before letters only a known word can tell that it is a letter; the digit stays beside it.
LEADING_DIGITS = [("3айм", "займ"), ("6ез", "без"), ("4ек", "чек"), ("6ас", "бас"), ("3ейнетақы", "зейнетақы")]

PHONES = [
    "87000001234",
    "+77000001234",
    "8 700 000 12 34",
    "+7 (700) 000-12-34",
    "8-700-000-12-34",
    "8.700.000.12.34",
    "8(700)0001234",
    "8700 000 1234",
    "7000001234",
    "700 000 12 34",
    "8 7 0 0 0 0 0 1 2 3 4",
    "восемь семьсот семь ноль ноль ноль двенадцать тридцать четыре",
    "сегіз жеті жүз жеті нөл нөл нөл он екі",
    "8 семьсот ноль ноль ноль 12 34",
    "8️⃣7️⃣0️⃣0️⃣0️⃣0️⃣0️⃣1️⃣2️⃣3️⃣4️⃣",
    "87OOOOO1234",
]

#: As it is written, its tokens; nothing in it is odd.
ODDITIES = [
    ("iPhone 13", ["ифоне", "13"]),
    ("iPhone-ды", ["ифоне", "ди"]),
    ("iPhoneды", ["ифонеди"]),
    ("WhatsAppқа", ["ватсапка"]),
    ("WhatsApp-қа", ["ватсап", "ка"]),
    ("Kaspi-ге", ["каспи", "ге"]),
    ("KASPIге", ["каспиге"]),
    ("Instagramда", ["инстаграмда"]),
    ("Toyotaның", ["тоиотанин"]),
    ("OLXта", ["олхта"]),
    ("Toyota Camry", ["тоиота", "камри"]),
    ("MAC OS", ["мак", "ос"]),
    ("BMW X5", ["бму", "х", "5"]),
    ("Xiaomi Redmi Note 9", ["хиаоми", "редми", "ноте", "9"]),
    ("S23Ultra", ["с", "23", "ултра"]),
    ("RTX3060", ["ртх", "<0000>"]),
    ("i5-8400", ["и", "5", "<0000>"]),
    ("256гб", ["<000>", "гб"]),
    ("4G LTE", ["4", "г", "лте"]),
    ("4х4", ["4", "х", "4"]),
    ("4WD", ["4", "уд"]),
    ("3комнатная", ["3", "комнатнаиа"]),
    ("3-комн", ["3", "комн"]),
    ("2к квартира", ["<0000>", "квартира"]),
    ("5этаж", ["5", "етаж"]),
    ("6месяцев", ["6", "месиатсев"]),
    ("3года", ["3", "года"]),
    ("4раза", ["4", "раза"]),
    ("3х5м", ["3", "х", "5", "м"]),
    ("м2", ["м", "2"]),
    ("65 м²", ["65", "м"]),
    ("12мм", ["12", "м"]),
    ("0,5л", ["0", "л"]),
    ("р. 42-44", ["р", "42", "44"]),
    ("размеры S M L XL", ["размери", "с", "м", "л", "хл"]),
    ("категории В С D Е", ["категори", "в", "с", "д", "е"]),
    ("5 А Б В Г классы", ["5", "а", "б", "в", "г", "класи"]),
    ("и т. д.", ["и", "т", "д"]),
    ("и т.д. и т.п.", ["и", "т", "д", "и", "т", "п"]),
    ("б/у", ["б", "у"]),
    ("к/к", ["к", "к"]),
    ("г. Алматы, ул. А. Б.", ["г", "алмати", "ул", "а", "б"]),
    ("купля-продажа", ["куплиа", "продажа"]),
    ("диван-кровать", ["диван", "кроват"]),
    ("24/7", ["24", "7"]),
    ("0-0-12", ["0", "0", "12"]),
    ("18:30", ["<time>"]),
    ("01.09.2026", ["<date>"]),
    ("2015 года", ["<year>", "года"]),
    ("пробег 180 000", ["пробег", "<000000>"]),
    ("180 тыс. км", ["<000000>", "км"]),
    ("№ 5", ["5"]),
    ("❤️ үй 🇰🇿 ☎️", ["уи"]),
    ("👍🏽 рахмет", ["рахмет"]),
    ("👩‍🌾 қой", ["кои"]),
    ("қызғылт", ["кизгилт"]),
    ("iстеймін", ["истеимин"]),
    ("əдемі", ["адеми"]),
    ("hәм", ["хам"]),
    ("Zoomда", ["зомда"]),
    ("ъ ь", ["ъ", "ь"]),
    ("ІІІ топ", ["и", "топ"]),
    ("500000000 тг", ["<000000000>", "<тг>"]),
    ("VIN 12345678901234567", ["вин", "<000000000000>"]),
    ("цены 4500 5200 6100 7000", ["тсени", "<0000>", "<0000>", "<0000>", "<0000>"]),
    ("2015 2016 2017 2018", ["<year>"] * 4),
    ("один два три", ["один", "два", "три"]),
    ("бір екі үш төрт", ["бир", "еки", "уш", "торт"]),
    ("15 мин", ["15", "мин"]),
    ("кв.м", ["кв", "м"]),
    ("5.5 сотки", ["5", "сотки"]),
    ("«Әже» дүкені", ["аже", "дукени"]),
]


@pytest.mark.parametrize(("written", "meant", "why"), SPELLINGS)
def test_a_spelling_reads_as_what_is_meant(written, meant, why):
    expected = by_hand.words(meant)
    assert by_hand.words(written, known=set(expected)) == expected, why


@pytest.mark.parametrize(("written", "meant"), LEADING_DIGITS)
def test_a_leading_digit_is_a_letter_where_that_makes_a_known_word(written, meant):
    (expected,) = by_hand.words(meant)
    assert by_hand.words(written, known={expected}) == [written[0], expected]
    assert expected not in by_hand.words(written, known=())


def test_there_are_many_spellings_each_with_its_reason():
    assert len({written for written, *_ in [*SPELLINGS, *LEADING_DIGITS]}) >= 150
    assert all(why for _, _, why in SPELLINGS)
    assert len(ODDITIES) >= 60


@pytest.mark.parametrize("written", PHONES)
def test_a_phone_is_a_phone_however_written(written):
    assert by_hand.words(f"звоните {written} вечером") == ["звоните", "<phone>", "вечером"]


@pytest.mark.parametrize(("written", "read"), ODDITIES)
def test_an_honest_oddity_stays_as_it_is(written, read):
    assert by_hand.tokens(written) == read


@pytest.mark.parametrize(
    ("written", "aside"),
    [
        ("кaртa", "<mixed-letters>"),
        ("kаsрі", "<mixed-letters>"),
        ("к4рта", "<digits-in-words>"),
        ("срооочно", "<stretched-letters>"),
        ("кар\u200bта", "<hidden-letters>"),
        ("𝐤𝐚𝐫𝐭𝐚", "<styled-letters>"),
        ("к а р т а", "<spaced-letters>"),
    ],
)
def test_what_was_repaired_stays_visible(written, aside):
    assert by_hand.asides(written) == {aside}


@given(ODD_TEXT)
def test_spans_point_at_what_was_read(written):
    for chunk in characters.repair(written).split():
        for _, start, end in text.spans(chunk):
            assert 0 <= start < end <= len(chunk)


@given(ODD_TEXT)
def test_any_text_is_read_and_no_longer_than_it_is(written):
    repaired = characters.repair(written)
    assert len(by_hand.tokens(written)) <= 2 * len(repaired) + len(characters.MARKS)
    assert all(by_hand.tokens(written))


def test_kazakh_letters_survive():
    assert characters.repair(KAZAKH + KAZAKH.upper()) == KAZAKH + KAZAKH.upper()
    assert by_hand.tokens("үй") != by_hand.tokens("ү й")


@given(st.text(st.one_of(st.characters(), st.sampled_from("0123456789½²٣+7.,/-oоКк@кgРр")), min_size=1))
def test_any_chunk_is_read(chunk):
    for piece in chunk.split():
        assert all(text.words_of([piece])[0])


@pytest.mark.parametrize(
    "piece", ["а.", "a.kz.", "аб.", "1 ", "8 7 ", "a+", "один ", "5 % в ", "пред/оплата", "\u200bа"]
)
def test_time_grows_with_length_not_with_its_square(model, piece):
    """Were it the square, each of these would take minutes."""
    assert np.isfinite(model.score([piece * 50_000]))
