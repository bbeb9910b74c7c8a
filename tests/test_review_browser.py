"""The review page as a moderator has it: opened from a file in a real Chromium, decided on, saved."""

import csv
import io
import shutil
import unicodedata

import pytest
from review_cases import HOSTILE, SCHEMES, ad, everywhere
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

from classifier import cli, review

#: What `KeyboardEvent.code` is called, and the letter on a Latin, a Russian and a Kazakh layout.
LAYOUTS = {
    "latin": {"KeyF": "f", "KeyH": "h", "KeyU": "u", "KeyJ": "j", "KeyK": "k"},
    "cyrillic": {"KeyF": "а", "KeyH": "р", "KeyU": "г", "KeyJ": "о", "KeyK": "л"},
}


@pytest.fixture(scope="module")
def browser():
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        pytest.fail("the review page is tested in a real browser: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "window-size=1280,900"):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with webdriver.Chrome(options, webdriver.ChromeService(driver)) as chrome:
        yield chrome


class Page:
    """A page opened in the browser, and what a moderator does with it."""

    def __init__(self, browser, path):
        self.browser, self.path = browser, path
        browser.execute_cdp_cmd(
            "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(path.parent)}
        )
        self.open()

    def open(self):
        self.browser.get(self.path.as_uri())

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def js(self, code):
        return self.browser.execute_script(code)

    def press(self, *codes, layout="latin", **more):
        for code in codes:
            key = LAYOUTS[layout].get(code, code)
            typed = {"text": key} if len(key) == 1 else {}
            self.browser.execute_cdp_cmd(
                "Input.dispatchKeyEvent", {"type": "keyDown", "key": key, "code": code, **typed, **more}
            )
            self.browser.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "keyUp", "key": key, "code": code})

    def click(self, selector):
        button = self.one(selector)
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
        button.click()

    def choose(self, name, value):
        Select(self.one(f"#{name}")).select_by_value("=" + value)

    def options(self, name):
        return [option.text for option in Select(self.one(f"#{name}")).options]

    def search(self, words):
        field = self.one("#words")
        field.clear()
        field.send_keys(words)
        self.wait(lambda: not self.js("return waiting && (clearTimeout(waiting), waiting = 0, show(), false)"))

    def wait(self, condition):
        return WebDriverWait(self.browser, 20).until(lambda _: condition())

    @property
    def status(self):
        return self.one("#status").text

    @property
    def shown(self):
        """The numbers of the ads that stand in the page."""
        return [int(head.get_attribute("id")[3:]) + 1 for head in self.all("article h2")]

    @property
    def focused(self):
        return self.js("return document.activeElement.closest('article')?.querySelector('h2').id")

    @property
    def decided(self):
        return {n: label for n, label in self.js("return [...decisions.made].map(([n, {label}]) => [n + 1, label])")}

    def save(self):
        """Press the button, and read the file that comes."""
        target = self.path.parent / "decisions.csv"
        target.unlink(missing_ok=True)
        self.one("#save").click()
        self.wait(target.exists)
        data = target.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf"), "Excel takes it for another encoding"
        return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.fixture
def opened(browser, tmp_path):
    pages = []

    def opened(cases, name="review.html", language="en", **more):
        path = tmp_path / name
        path.write_text(review.page(cases, schemes=SCHEMES, language=language, **more), "utf-8")
        pages.append(Page(browser, path))
        return pages[-1]

    yield opened
    quiet = [line for line in browser.get_log("browser") if line["level"] == "SEVERE"]
    pages[-1].js("localStorage.clear()")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert quiet == []


def ads(count, **fields):
    return [ad(f"Объявление {n}", row=n, **fields) for n in range(1, count + 1)]


def test_deciding_by_keys_is_kept_and_saved(opened):
    page = opened(ads(5))
    page.press("KeyF", "KeyH", "ArrowDown", "KeyF", "ArrowUp", "KeyK", "KeyJ")
    assert page.decided == {1: "fraud", 2: "legit", 4: "fraud"}
    assert page.status == "No. 4: Fraud. Decided 3 of 5"
    assert page.focused == "ad-3"
    page.press("KeyU")
    assert page.status == "No. 4: decision undone. Decided 2 of 5"
    page.open()
    assert page.decided == {1: "fraud", 2: "legit"}
    assert page.focused == "ad-2", "one goes on where one left"
    assert [(r["id"], r["row"], r["text"], r["label"]) for r in page.save()] == [
        ("1", "1", "Объявление 1", "fraud"),
        ("2", "2", "Объявление 2", "legit"),
    ]
    assert page.status == "Decisions saved: 2. Decided 2 of 5"
    page.press("KeyU", "KeyU", "KeyU")
    page.open()
    assert page.decided == {}
    assert not page.one("#save").is_enabled()


def test_keys_are_where_they_lie_on_a_cyrillic_layout(opened):
    page = opened(ads(4))
    page.press("KeyF", "KeyJ", "KeyH", "KeyF", "KeyU", "KeyK", layout="cyrillic")
    assert page.decided == {1: "fraud", 3: "legit"}
    assert page.focused == "ad-2"


def test_a_key_held_down_decides_once_and_a_shortcut_of_the_browser_not_at_all(opened):
    page = opened(ads(4))
    page.press("KeyF", autoRepeat=True)
    page.press("KeyF", modifiers=2)
    assert page.decided == {}


def test_letters_in_the_search_field_are_letters_and_keys_can_be_switched_off(opened):
    page = opened(ads(3))
    page.one("#words").click()
    page.press("KeyF", "KeyH")
    assert page.one("#words").get_attribute("value") == "fh"
    assert page.decided == {}
    page.one("#words").clear()
    page.one("summary").click()
    page.one("#keys").click()
    page.open()
    page.press("KeyF")
    assert page.decided == {}


def test_buttons_decide_change_and_withdraw(opened):
    page = opened(ads(3))
    page.one("article [value=fraud]").click()
    assert page.focused == "ad-1"
    assert page.one("article [value=fraud]").get_attribute("aria-pressed") == "true"
    page.one("article [value=legit]").click()
    assert page.decided == {1: "legit"}
    page.one("#undo").click()
    assert page.decided == {1: "fraud"}, "undo gives back what was decided before"
    page.one("article [value=fraud]").click()
    assert page.decided == {}


def test_filters_narrow_and_count(opened):
    cases = [
        ad("Нужны КАРТЫ банка", row=1, scheme="dropper", category="work"),
        ad("Куплю п р е д о п л а т у", row=2, band="review", repaired=[(6, 25, "предоплату")]),
        ad("Щенок, ёлка", row=3, band="review", category="work"),
    ]
    page = opened(cases)
    assert page.options("band") == ["All (3)", "Hold (1)", "Review (2)"]
    assert page.options("scheme") == ["All (3)", "Карты (1)", "Not stated (2)"]
    page.choose("band", "review")
    assert page.shown == [2, 3]
    page.choose("category", "work")
    assert page.shown == [3]
    assert page.one("#shown").text == "Showing 1 of 3"
    assert page.options("band") == ["All (2)", "Hold (1)", "Review (1)"]
    assert page.options("scheme") == ["All (1)", "Карты (0)", "Not stated (1)"]
    page.one("#clear").click()
    for words, found in {"карты": [1], "БАНКА нужны": [1], "предоплат": [2], "елка": [3], "нет такого": []}.items():
        page.search(words)
        assert page.shown == found, words
    assert page.one("#shown").text == "There are no such ads"
    page.one("#clear").click()
    page.choose("scheme", "")
    assert page.shown == [2, 3]


def test_what_is_decided_leaves_the_undecided_and_undo_brings_it_back(opened):
    page = opened(ads(4))
    page.choose("decision", "undecided")
    page.js("document.activeElement.blur()")
    page.press("KeyF", "KeyH")
    assert page.shown == [3, 4]
    assert page.focused == "ad-2"
    page.press("KeyU")
    assert page.shown == [2, 3, 4]
    assert page.focused == "ad-1"
    page.press("KeyF", "KeyF", "KeyF")
    assert page.shown == []
    assert page.status.endswith("Decided 4 of 4")


#: Texts that a careless table would break or change.
AWKWARD = [
    '"кавычки", запятая; точка',
    "две\nстроки\r\nи три",
    "=1+1",
    "+7 701 000 12 34",
    "-50%",
    "@карта",
    "🙂\t\u202e ",
]


def test_the_saved_table_holds_every_text_as_it_was_and_trains(opened, capsys):
    texts = [*AWKWARD, *(f"нужна карта {n}" for n in range(20)), *(f"продам диван {n}" for n in range(20))]
    page = opened([ad(text, row=n) for n, text in enumerate(texts, start=1)])
    page.press(*["KeyF"] * (len(AWKWARD) + 20), *["KeyH"] * 20)
    rows = page.save()
    assert [row["text"] for row in rows] == texts
    assert list(rows[0]) == ["id", "row", "text", "label", "time"]
    assert all(len(row["time"]) == 20 and row["time"].endswith("Z") for row in rows)
    target = page.path.parent / "decisions.csv"
    kept = [row for row in rows if any(char.isalnum() for char in row["text"])]
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(kept)
    assert cli.train_main(["--check", str(target)]) == 0, capsys.readouterr().err


def test_hostile_ads_do_nothing(opened):
    page = opened([everywhere(text) for text in HOSTILE], about=review.About(source=HOSTILE[0]))
    for summary in page.all("summary"):
        if summary.is_displayed():
            summary.click()
    page.js("for (const card of document.querySelectorAll('article')) card.click()")
    page.press("KeyF", "ArrowDown")
    assert page.js("return document.title") == "Suspicious ads", "an alert would have stopped this"
    made = {"article", "header", "h2", "h3", "p", "div", "span", "bdi", "ul", "li", "b", "mark", "button", "kbd"}
    found = set(page.js("return [...document.querySelectorAll('main *')].map((node) => node.localName)"))
    assert found <= made
    names = "return [...document.querySelectorAll('body *')].flatMap((n) => n.getAttributeNames())"
    assert not {name for name in page.js(names) if name.startswith("on") or name in ("src", "style")}
    assert page.js("return document.links.length") == 1
    assert page.js("return document.scripts.length") == 4
    shown = [text.get_property("textContent") for text in page.all(".text")]
    assert shown[:11] == HOSTILE[:11]


def test_what_turns_or_hides_text_is_made_to_show(opened):
    page = opened([ad("\u202eтрак\u202c пред\u200b\u200b\u200bоплата\x00 🙂 👨‍👩‍👧 ❤️")])
    assert page.one(".text").text == "202Eтрак202C пред200B×3оплата0000 🙂 👨‍👩‍👧 ❤️"
    for char in page.js("return document.body.innerText"):
        assert char in "\u200d\ufe0f" or unicodedata.category(char) != "Cf"


def test_words_are_shaded_by_weight_in_their_place(opened):
    text = "🙂🙂 нужна предоплата, осмотр дома"
    weights = {"нужна": 0.05, "предоплата": 1.5, "осмотр": -0.5}
    marks = [(text.index(word), text.index(word) + len(word), weight) for word, weight in weights.items()]
    page = opened([ad(text, marks=marks, repaired=[(9, 19, "предоплата")], reasons=["предоплата"], scheme="dropper")])
    found = [(mark.text, mark.get_attribute("class")) for mark in page.all(".text mark")]
    assert found == [("предоплата", "fraud w4 repaired"), ("осмотр", "honest w2")]
    assert page.one(".text").text == text
    assert (
        page.one(".notes").text
        == "Карты\nСпросите, чьи.\nSpeaks for fraud\nпредоплата\nRead as\nпредоплата → предоплата"
    )


def test_a_look_alike_letter_is_told_from_the_one_it_was_read_as(opened):
    page = opened([ad("пpeдoплaтa", repaired=[(0, 10, "предоплата")])])
    assert [letter.text for letter in page.all(".notes b")] == ["p", "e", "o", "a", "a"]


def test_a_huge_ad_is_cut_until_one_asks(opened):
    text = "a" * 1999 + "🙂" + "б" * 60_000
    page = opened([ad(text, marks=[(59_000, 59_002, 2.0)]), ad(row=2)])
    assert len(page.one(".text").text) < 2100
    assert "🙂" not in page.one(".text").text
    page.click(".text button")
    assert page.one(".text").get_property("textContent") == text
    assert page.one(".text mark").text == "бб"


def test_a_label_that_was_given_and_other_bands_are_shown(opened):
    page = opened(
        [ad(band="clear", label="legit"), ad(row=2, band="unscored")],
        about=review.About(intro={"en": "Is the label right?"}),
    )
    assert page.one(".notes").text == "Label given: Honest"
    assert [band.text for band in page.all(".band")] == ["Clear", "Unscored"]
    assert "Is the label right?" in page.one("header").text


def test_the_language_is_switched_and_remembered(opened):
    page = opened([ad(score=0.9997, scheme="dropper")], language="ru")
    for code, heading, status, fraud in (
        ("kk", "Күмәнді хабарландырулар", "Шешілгені: 0 / 1", "Алаяқтық"),
        ("en", "Suspicious ads", "Decided 0 of 1", "Fraud"),
        ("ru", "Подозрительные объявления", "Решено 0 из 1", "Мошенничество"),
        ("kk", "Күмәнді хабарландырулар", "Шешілгені: 0 / 1", "Алаяқтық"),
    ):
        page.one(f".languages [value={code}]").click()
        assert page.one("html").get_attribute("lang") == code
        assert (page.browser.title, page.one("h1").text, page.status) == (heading, heading, status)
        assert page.one("article [value=fraud]").text.startswith(fraud)
    page.open()
    assert page.browser.title == "Күмәнді хабарландырулар"
    assert page.one(".score").text == "99,9 %", "nothing is certain"


@pytest.mark.parametrize("language", review.LANGUAGES)
def test_on_a_small_phone_nothing_sticks_out_and_buttons_take_a_thumb(opened, language):
    page = opened([ad("слово" * 60 + " карта", scheme="dropper", category="длинная_рубрика" * 5)], language=language)
    phone = {"width": 320, "height": 568, "deviceScaleFactor": 2, "mobile": True}
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    page.open()
    page.js("for (const folded of document.querySelectorAll('details')) folded.open = true")
    assert page.js("return document.documentElement.scrollWidth") == 320
    assert (
        page.js(
            "return Math.max(...[...document.querySelectorAll('body *')].map((n) => n.getBoundingClientRect().right))"
        )
        <= 320
    )
    for button in page.all("article button, .bar button, .languages button"):
        assert button.size["height"] >= 44, button.text
    page.click("article [value=legit]")
    assert page.decided == {1: "legit"}


def test_five_thousand_ads_leave_the_page_small(opened):
    text = "нужна карта банка за вознаграждение " * 15
    marks = [(n, n + 5, 0.5) for n in range(0, 500, 6)]
    page = opened([ad(f"{n} {text}", row=n, marks=marks, category=str(n % 20)) for n in range(1, 5001)])
    assert page.shown == list(range(1, 51))
    page.press("KeyF")
    assert page.status == "No. 1: Fraud. Decided 1 of 5,000"
    page.click("#on")
    assert page.shown == list(range(51, 101))
    page.press("KeyK")
    assert page.focused == "ad-49", "moving crosses from page to page"
    page.search("4999")
    assert page.shown == [4999]
    page.one("#clear").click()
    assert page.js("return document.querySelectorAll('*').length") < 10_000


def test_two_pages_do_not_mix(opened):
    first = opened(ads(3), name="monday.html")
    first.press("KeyF")
    second = opened(ads(4), name="tuesday.html")
    assert second.decided == {}
    first.open()
    assert first.decided == {1: "fraud"}


def test_a_browser_that_keeps_nothing_says_so_and_saves_all_the_same(opened):
    page = opened(ads(3))
    refuse = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"
    script = page.browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": refuse})
    page.open()
    page.browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)
    assert "does not keep" in page.one("#unkept").text
    page.press("KeyF")
    assert [row["label"] for row in page.save()] == ["fraud"]


def test_decisions_that_cannot_be_read_do_not_stop_the_page(opened):
    page = opened(ads(3))
    for broken in ("nonsense", "{}", '[[9,"fraud",""],["a"],null,[1,"legit","2026-01-01T00:00:00Z"]]'):
        page.js(f"localStorage.setItem(decisions.key, {broken!r})")
        page.open()
        assert page.shown == [1, 2, 3]
    assert page.decided == {2: "legit"}


def test_a_screen_reader_finds_its_way(opened):
    page = opened([ad(scheme="dropper", category="work"), *ads(60)[1:]])
    tree = page.browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    nodes = [(n["role"]["value"], n.get("name", {}).get("value", "")) for n in tree if not n["ignored"]]
    assert {"banner", "search", "region", "main", "navigation", "status"} <= {role for role, _ in nodes}
    controls = (
        "button",
        "combobox",
        "searchbox",
        "checkbox",
        "progressbar",
        "article",
        "search",
        "main",
        "navigation",
    )
    assert [role for role, name in nodes if role in controls and not name] == []
    assert ("article", "98% Hold Карты") in nodes
    levels = page.js("return [...document.querySelectorAll('h1,h2,h3,h4')].map((h) => +h.localName[1])")
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in zip(levels, levels[1:], strict=False))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_shaded_words_and_quiet_ones_can_be_read(opened, scheme):
    marks = [(n * 2, n * 2 + 1, weight) for n, weight in enumerate([0.2, 0.5, 1.0, 2.0, -0.2, -0.5, -1.0, -2.0])]
    page = opened([ad("а б в г д е ж з", marks=marks, scheme="dropper", reasons=["а"]), ad(row=2)])
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    selectors = {"mark": 7, ".origin": 4.5, "h3": 4.5, ".band": 4.5, ".buttons button": 4.5, ".intro": 4.5}
    for pressed in (False, True):
        for selector, least in selectors.items():
            assert min(page.js(f"{CONTRAST} return contrasts({selector!r})")) >= least, (selector, pressed)
        page.press("KeyF", "KeyH")


#: The contrast of text with what lies under it, as WCAG 2.2 defines it.
CONTRAST = """
const parts = (colour) => { const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number); return [[r, g, b], a]; };
const luminance = (rgb) => rgb.map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
  .reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n], 0);
const under = (node) => {
  if (!node) return [255, 255, 255];
  const [rgb, alpha] = parts(getComputedStyle(node).backgroundColor);
  return alpha === 1 ? rgb : under(node.parentElement).map((c, n) => c * (1 - alpha) + rgb[n] * alpha);
};
const contrasts = (selector) => [...document.querySelectorAll(selector)].map((node) => {
  const [a, b] = [luminance(parts(getComputedStyle(node).color)[0]), luminance(under(node))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
});
"""
