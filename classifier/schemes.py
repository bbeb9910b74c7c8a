"""The kinds of fraud that the text of an ad can tell apart, named in English, Russian and Kazakh.

A moderator's kinds, not a lawyer's: the 37 finer ones of the collection are gathered where their
ads read alike and ask for the same answer. Articles are of the Criminal Code of Kazakhstan.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from classifier.errors import UsageError


class Wording(NamedTuple):
    """What is said of a scheme to a moderator, in one language.

    Attributes
    ----------
    name : str
    advice : str
        One sentence.
    """

    name: str
    advice: str


class Scheme(NamedTuple):
    """A kind of fraud.

    Attributes
    ----------
    id : str
        Never changes; what ``fraud_scheme`` holds.
    gathers : tuple of str
        The finer kinds of the collection, as its column ``scheme`` names them.
    articles : tuple of str
        Of the Criminal Code of Kazakhstan.
    illegal : bool
        Whether the offer itself is a crime; every other scheme defrauds its reader.
    en, ru, kk : Wording
    """

    id: str
    gathers: tuple[str, ...]
    articles: tuple[str, ...]
    illegal: bool
    en: Wording
    ru: Wording
    kk: Wording


#: The languages in which schemes are named.
LANGUAGES = ("en", "ru", "kk")

#: Every scheme, in the order in which they are listed to a reader.
SCHEMES = (
    Scheme(
        "goods_prepayment",
        (
            "goods_prepayment",
            "auto_parts_prepay",
            "building_materials_prepay",
            "hay_coal_firewood_prepay",
            "livestock_prepay",
            "pet_prepay",
            "counterfeit_electronics",
            "game_account_trade",
        ),
        ("190",),
        False,
        Wording(
            "Goods paid for unseen",
            "See whether the goods can be looked at before paying, and to whose card the money goes.",
        ),
        Wording(
            "Предоплата за товар",
            "Проверьте, можно ли осмотреть товар до оплаты и на чью карту просят деньги.",
        ),
        Wording(
            "Тауарға алдын ала төлем",
            "Тауарды төлемес бұрын көруге бола ма, ақша кімнің картасына сұралады – соны тексеріңіз.",
        ),
    ),
    Scheme(
        "rental_deposit",
        ("rental_deposit", "rental_info_fee"),
        ("190",),
        False,
        Wording(
            "Rent: deposit before viewing",
            "See whether the flat can be viewed before any deposit, booking or fee for addresses is paid.",
        ),
        Wording(
            "Аренда: залог до просмотра",
            "Проверьте, показывают ли жильё до залога, брони или платы за адреса.",
        ),
        Wording(
            "Жалға беру: көрсетпей кепілақы алу",
            "Кепілақы, бронь не мекенжай үшін ақы алмай тұрып, баспана көрсетіле ме – соны тексеріңіз.",
        ),
    ),
    Scheme(
        "car_prepayment",
        ("cheap_car_prepay", "car_import_customs"),
        ("190",),
        False,
        Wording(
            "Cheap car, booking or customs fee",
            "Compare the price with the market, and see whether the car can be inspected before any money is sent.",
        ),
        Wording(
            "Дешёвое авто: бронь или растаможка",
            "Сравните цену с рынком и проверьте, можно ли осмотреть машину до перевода денег.",
        ),
        Wording(
            "Арзан көлік: бронь не кеден ақысы",
            "Бағасын нарықпен салыстырыңыз, ақша аудармай тұрып көлікті көруге бола ма – тексеріңіз.",
        ),
    ),
    Scheme(
        "travel_transport",
        ("tickets_tours_prepay", "umrah_hajj_prepay", "cargo_transport"),
        ("190",),
        False,
        Wording(
            "Tours, tickets, cargo paid ahead",
            "See whether a licensed firm and a contract are named, or only a private card.",
        ),
        Wording(
            "Туры, билеты, перевозки с предоплатой",
            "Проверьте, названы ли фирма с лицензией и договор или только личная карта.",
        ),
        Wording(
            "Тур, билет, жүк тасу: алдын ала ақы",
            "Лицензиясы бар фирма мен шарт көрсетілген бе, әлде жеке карта ғана ма – тексеріңіз.",
        ),
    ),
    Scheme(
        "link_prize",
        ("fake_delivery_phishing", "fake_lottery_giveaway"),
        ("190",),
        False,
        Wording(
            "Payment link or prize",
            "Do not open the link; see whether the site is the firm's own and whether money is asked for a prize.",
        ),
        Wording(
            "Ссылка на оплату или «приз»",
            "Не открывайте ссылку; проверьте, настоящий ли это сайт и не просят ли деньги за выигрыш.",
        ),
        Wording(
            "Төлем сілтемесі немесе «сыйлық»",
            "Сілтемені ашпаңыз; сайт шынайы ма, ұтыс үшін ақша сұралмай ма – тексеріңіз.",
        ),
    ),
    Scheme(
        "job_fee",
        ("fake_vacancy_fee", "visa_work_abroad"),
        ("190",),
        False,
        Wording(
            "Job or visa for a fee",
            "See whether the applicant must pay for papers, training, uniform or a visa: an employer takes no fee.",
        ),
        Wording(
            "Работа или виза за взнос",
            "Проверьте, просят ли с соискателя деньги за анкету, обучение, форму или визу: работодатель их не берёт.",
        ),
        Wording(
            "Жұмысқа не визаға алдын ала ақы",
            "Құжат, оқыту, киім не виза үшін ақша сұралмай ма – тексеріңіз: жұмыс беруші ақы алмайды.",
        ),
    ),
    Scheme(
        "paid_tasks",
        ("task_likes_job",),
        ("190",),
        False,
        Wording(
            "Paid likes and tasks",
            "See whether pay is promised for likes, reviews or clicks: later one is asked to pay in.",
        ),
        Wording(
            "Заработок на лайках и заданиях",
            "Проверьте, не обещают ли деньги за лайки, отзывы и клики: потом просят внести свои.",
        ),
        Wording(
            "Лайк пен тапсырмадан табыс",
            "Лайк, пікір, басу үшін ақша уәде етілмей ме – тексеріңіз: соңында өз ақшаңды салғызады.",
        ),
    ),
    Scheme(
        "unnamed_work",
        ("vague_easy_money",),
        ("190",),
        False,
        Wording(
            "Easy money, work unnamed",
            "Ask who hires and for what work: behind such ads stand paid tasks, rented cards and drug stashes.",
        ),
        Wording(
            "Лёгкие деньги, работа не названа",
            "Спросите, кто работодатель и что за работа: за этим бывают задания, аренда карт и закладки.",
        ),
        Wording(
            "Оңай ақша, жұмысы айтылмаған",
            "Жұмыс беруші кім, жұмысы қандай – сұраңыз: артында тапсырма, карта жалдау не «закладка» тұруы мүмкін.",
        ),
    ),
    Scheme(
        "drug_courier",
        ("drug_courier_recruit",),
        ("297",),
        True,
        Wording(
            "Drug couriers wanted",
            "Do not only delete it: pass it to the police; look for stashes, geotags, anonymity and weekly pay.",
        ),
        Wording(
            "Вербовка наркокурьеров",
            "Не только удалите, но и передайте в полицию; признаки – закладки, геометки, анонимность.",
        ),
        Wording(
            "Есірткі курьерін іздеу",
            "Өшіріп қана қоймай, полицияға хабарлаңыз; белгілері – «закладка», геонүкте, құпиялық.",
        ),
    ),
    Scheme(
        "account_trade",
        ("dropper_recruiting", "sim_account_trade"),
        ("232-1",),
        True,
        Wording(
            "Cards, accounts, SIMs bought or rented",
            "Remove it: giving one's card, account or SIM to a stranger is itself a crime, for both sides.",
        ),
        Wording(
            "Скупка и аренда карт, счетов, симок",
            "Снимите: передать чужому свою карту, счёт или симку – преступление для обеих сторон.",
        ),
        Wording(
            "Карта, шот, SIM сатып алу не жалдау",
            "Алып тастаңыз: картаны, шотты не SIM-ді бөтен адамға беру екі жаққа да қылмыс.",
        ),
    ),
    Scheme(
        "investment_pyramid",
        ("investment_crypto_trading", "pyramid_cooperative_mlm"),
        ("190", "217"),
        False,
        Wording(
            "Investment or pyramid",
            "See whether income is guaranteed or paid for bringing others in, and who licensed it (ARDFM, AFSA).",
        ),
        Wording(
            "Инвестиции или пирамида",
            "Проверьте, не гарантируют ли доход и плату за приведённых и есть ли лицензия (АРРФР, AFSA).",
        ),
        Wording(
            "Инвестиция немесе пирамида",
            "Табысқа кепілдік, адам әкелгенге ақы уәде етілмей ме, лицензия (ҚНРДА, AFSA) бар ма – тексеріңіз.",
        ),
    ),
    Scheme(
        "online_casino",
        ("online_casino",),
        ("307",),
        True,
        Wording(
            "Online casino and betting",
            "Remove it: online casinos, their cashiers and their advertising are banned in Kazakhstan.",
        ),
        Wording(
            "Онлайн-казино и ставки",
            "Снимите: онлайн-казино, их кассиры и реклама в Казахстане запрещены.",
        ),
        Wording(
            "Онлайн казино және бәс тігу",
            "Алып тастаңыз: онлайн казиноға, оның кассиріне де, жарнамасына да Қазақстанда тыйым салынған.",
        ),
    ),
    Scheme(
        "loan_debt_fee",
        ("loan_no_refusal_fee", "debt_writeoff", "recovery_scam"),
        ("190",),
        False,
        Wording(
            "Loan, debt relief or refund for a fee",
            "See whether a fee, insurance or duty is asked before the loan, the write-off or the returned money.",
        ),
        Wording(
            "Кредит, списание, возврат за взнос",
            "Проверьте, не просят ли комиссию, страховку или пошлину до кредита, списания или возврата денег.",
        ),
        Wording(
            "Несие, қарыз жабу, ақша қайтару – ақылы",
            "Несие, қарыз жабу не ақша қайтару алдында комиссия, сақтандыру, баж сұралмай ма – тексеріңіз.",
        ),
    ),
    Scheme(
        "state_benefit_fee",
        ("pension_early_withdrawal", "housing_queue", "fake_gov_payment"),
        ("190",),
        False,
        Wording(
            "State money, pension or housing for a fee",
            "See whether a share, a fee or personal data are asked for what the state gives free through eGov.",
        ),
        Wording(
            "Госвыплаты, пенсионные, жильё за плату",
            "Проверьте, не просят ли процент, взнос или личные данные за то, что через eGov бесплатно.",
        ),
        Wording(
            "Мемлекеттік төлем, зейнетақы, баспана – ақылы",
            "Мемлекет eGov арқылы тегін беретінге үлес, ақы не жеке дерек сұралмай ма – тексеріңіз.",
        ),
    ),
    Scheme(
        "forged_papers_data",
        ("forged_documents", "fake_hacker_service"),
        ("385", "147", "205"),
        True,
        Wording(
            "Forged papers, hacking, private data",
            "Remove it: forging papers and spying out data are crimes, and often only the money is taken.",
        ),
        Wording(
            "Поддельные документы, взлом, пробив",
            "Снимите: подделка документов и доступ к чужим данным – преступления, а деньги нередко просто забирают.",
        ),
        Wording(
            "Жалған құжат, бұзып кіру, дерек сату",
            "Алып тастаңыз: құжат жасау мен бөтен дерекке кіру – қылмыс, көбі ақшаны алып жоғалады.",
        ),
    ),
    Scheme(
        "healer_charity",
        ("healer_fortune", "fake_charity"),
        ("190",),
        False,
        Wording(
            "Healers, fortune tellers, collections",
            "Have a person decide: see whether the clinic, fund or diagnosis can be checked and whose card is named.",
        ),
        Wording(
            "Целители, гадание, сборы",
            "Решать человеку: проверьте, можно ли удостовериться в клинике, фонде, диагнозе и чья карта указана.",
        ),
        Wording(
            "Емші, балгер, ақша жинау",
            "Адам шешсін: клиника, қор, диагноз рас па, карта кімдікі – тексеріңіз.",
        ),
    ),
)

_BY_ID = {scheme.id: scheme for scheme in SCHEMES}
_GATHERED = {name: scheme.id for scheme in SCHEMES for name in (scheme.id, *scheme.gathers)}


def by_id(scheme: str) -> Scheme | None:
    """Find a scheme; None where it is empty or not ours.

    Examples
    --------
    >>> by_id("account_trade").articles
    ('232-1',)
    """
    return _BY_ID.get(scheme)


def gathered(name: str) -> str:
    """Give the id of the scheme that gathers a finer kind, or of the scheme itself; empty where unknown.

    Examples
    --------
    >>> gathered("livestock_prepay"), gathered("account_trade"), gathered("something else")
    ('goods_prepayment', 'account_trade', '')
    """
    return _GATHERED.get(name.strip(), "")


def names(ids: Iterable[str], language: str | None) -> list[str]:
    """Write schemes by their names in a language.

    Parameters
    ----------
    ids : iterable of str
        Ids; what is not one is left as it is.
    language : {"en", "ru", "kk"} or None
        With None they stay ids.

    Raises
    ------
    UsageError
        If the language is another.

    Examples
    --------
    >>> names(["online_casino", ""], "ru")
    ['Онлайн-казино и ставки', '']
    """
    if language is None:
        return list(ids)
    if language not in LANGUAGES:
        raise UsageError(f"schemes are named in {', '.join(LANGUAGES)}, not in {language!r}")
    return [getattr(_BY_ID[i], language).name if i in _BY_ID else i for i in ids]
