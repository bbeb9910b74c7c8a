"""The review page as it is written; how it behaves in a browser is tested in test_review_browser."""

import base64
import hashlib
import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_cases import HOSTILE, SCHEMES, ad, everywhere

from classifier import review
from classifier.errors import UsageError
from classifier.review import About, Strongest


class Parts(HTMLParser):
    """What a browser would find: elements, attributes, and what stands in each script and style."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.contents, self.words = [], [], {}, []
        self._inside = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag == "meta" and ("http-equiv", "Content-Security-Policy") in attrs:
            self.policy = dict(attrs)["content"]
        self._inside = (dict(attrs).get("id") or tag) if tag in ("script", "style") else None

    def handle_endtag(self, tag):
        self._inside = None

    def handle_data(self, data):
        if self._inside:
            self.contents[self._inside] = self.contents.get(self._inside, "") + data
        else:
            self.words.append(data.strip())


def cases_in(html):
    return json.loads(Parts(html).contents["cases"])


EMPTY = Parts(review.page([], schemes={}))


@pytest.mark.parametrize("text", HOSTILE)
def test_an_ad_adds_no_element_and_no_attribute(text):
    html = review.page([everywhere(text)], schemes={}, about=About(source=text))
    found = Parts(html)
    assert [tag for tag in found.tags if tag not in ("p", "bdi")] == [
        tag for tag in EMPTY.tags if tag not in ("p", "bdi")
    ]
    assert {name for name in found.attributes if name.startswith("on")} == set()
    assert found.contents["script"] == EMPTY.contents["script"]
    assert json.loads(found.contents["cases"])[0]["text"] == text


@given(st.text(st.characters(codec=None)))
def test_any_text_comes_back_as_it_was(text):
    html = review.page([ad(text)], schemes={})
    html.encode()
    assert cases_in(html)[0]["text"].encode("utf-16", "surrogatepass") == text.encode("utf-16", "surrogatepass")


@given(st.lists(st.sampled_from(["карта", "🙂", "👨‍👩‍👧", "қ", " ", "𝐚", "\n"])))
def test_marks_are_counted_as_the_browser_counts(words):
    text = "".join(words)
    start = len(text)
    case = ad(text + "ПРЕДОПЛАТА", marks=[(start, start + 10, 1.5)], repaired=[(start, start + 10, "предоплата")])
    written = cases_in(review.page([case], schemes={}))[0]
    units = case.text.encode("utf-16-le")
    for first, last, _ in (written["marks"][0], written["repaired"][0]):
        assert units[2 * first : 2 * last].decode("utf-16-le") == "ПРЕДОПЛАТА"


def test_the_page_allows_its_own_script_and_style_and_nothing_else():
    found = Parts(review.page([ad()], schemes=SCHEMES))
    for kind in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(found.contents[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in found.policy
    assert found.policy.startswith("default-src 'none'; ")
    assert "unsafe" not in found.policy
    assert not {"src", "href", "style", "action"} & set(found.attributes) - {"href"}
    assert found.attributes.count("href") == 1, "the link that skips to the ads"


@pytest.mark.parametrize("language", review.LANGUAGES)
def test_it_speaks_a_language_from_the_first(language):
    html = review.page([], schemes={}, language=language)
    heading = {"ru": "Подозрительные объявления", "kk": "Күмәнді хабарландырулар", "en": "Suspicious ads"}[language]
    assert html.startswith(f'<!doctype html>\n<html lang="{language}">')
    assert Parts(html).words.count(heading) == 2


def test_another_language_is_refused():
    with pytest.raises(UsageError, match="'fr'; choose one of ru, kk, en"):
        review.page([], schemes={}, language="fr")


def test_the_languages_say_the_same_things():
    words = json.loads(review._file("review.json"))
    assert tuple(words) == review.LANGUAGES
    for name, text in words["ru"].items():
        for language in ("kk", "en"):
            assert set(re.findall(r"\{\w+\}", words[language][name])) == set(re.findall(r"\{\w+\}", text)), name
    assert words["ru"].keys() == words["kk"].keys() == words["en"].keys()


def test_every_word_that_is_said_is_in_the_table_and_every_word_in_the_table_is_said():
    words = set(json.loads(review._file("review.json"))["en"])
    code = "".join(review._file(f"review.{name}") for name in ("html.j2", "decisions.js", "ad.js", "page.js"))
    said = set(re.findall(r"""(?:say|text|choice|list)\("(\w+)"|say\.(\w+)|data-label="(\w+)\"""", code))
    said = {name for names in said for name in names if name}
    assert said <= words
    assert words - said <= {"language", "hold", "review", "unscored", "undecided"}, "said by the names of bands"


def test_heading_and_intro_are_the_callers():
    heading = {"ru": "Какие объявления разметить <b>"}
    found = Parts(review.page([], schemes={}, about=About(heading=heading, intro={"en": "Label these."})))
    assert found.words.count(heading["ru"]) == 2
    assert "b" not in found.tags
    assert json.loads(found.contents["languages"])["en"]["intro"] == "Label these."


def test_pages_of_other_content_keep_their_decisions_apart():
    keys = {
        re.search(r'data-key="(\w+)"', review.page(cases, schemes={}, language=language))[1]
        for cases in ([ad()], [ad(), ad(row=2)], [ad("другое")])
        for language in ("ru", "en")
    }
    assert len(keys) == 3


@given(st.lists(st.sampled_from([0.1, 0.5, 0.9, 1.0])), st.integers(1, 5))
def test_the_strongest_are_kept_and_the_others_counted(scores, limit):
    kept = Strongest(limit)
    for row, score in enumerate(scores):
        if score <= kept.floor:
            kept.more += 1
        else:
            kept.add(ad(row=row, score=score))
    expected = sorted(enumerate(scores), key=lambda pair: (-pair[1], pair[0]))
    assert [case.row for case in kept.cases()] == [row for row, _ in expected[:limit]]
    assert kept.more == max(0, len(scores) - limit)


def test_those_left_out_are_counted_on_the_page():
    assert "1234" in Parts(review.page([ad()], schemes={}, about=About(more=1234))).words


def test_jinja_is_imported_for_a_page_only():
    code = "import sys, classifier.review; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
