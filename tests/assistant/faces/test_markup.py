from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from assistant.faces.markup import Place, prose, unverified
from assistant.schema import Sentence
from tests.assistant.faces.fakes import HOSTILE

PLACES = {n: Place(n, f"r{n}", "A title", None, None, 10 * n, 10 * n + 5, "words") for n in (1, 2)}
ALLOWED = {
    "p",
    "br",
    "ul",
    "ol",
    "li",
    "strong",
    "span",
    "button",
    "div",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


class Reader(HTMLParser):
    """Collects tags and text, and checks that every tag is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.said = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said += data


def test_a_mark_is_a_button_that_knows_its_place() -> None:
    html = prose("Grew by 14% [1].", PLACES)
    assert (
        '<button type="button" class="mark" data-report="r1" data-start="10" data-end="15">[1]</button>'
        in html
    )


def test_a_mark_without_a_place_stays_text() -> None:
    assert prose("See [7].", PLACES) == "<p>See [7].</p>"


def test_paragraphs_lists_tables_headings_and_bold() -> None:
    text = "# Head\n\nOne **two**.\nThree.\n\n- a\n- b [2]\n\n3. c\n4. d\n\n| x | y |\n|---|---|\n| 1 | 2 |"
    html = prose(text, PLACES)
    assert '<p class="heading"><strong>Head</strong></p><p>One <strong>two</strong>.<br>Three.</p>' in html
    assert "<ul><li>a</li><li>b <button" in html
    assert '<ol start="3"><li>c</li><li>d</li></ol>' in html
    assert '<th scope="col">x</th>' in html
    assert "<td>2</td>" in html


def test_a_lone_pair_of_stars_stays_text() -> None:
    assert prose("a ** b", {}) == "<p>a ** b</p>"


def test_hostile_text_is_shown_as_text() -> None:
    reader = Reader(prose(HOSTILE, PLACES))
    assert set(reader.tags) <= ALLOWED
    assert reader.said == HOSTILE


@given(
    st.text(alphabet="ab \n|-*#[]12.<>&\"'、。\ue000\ue001", max_size=80),
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), max_size=3),
)
def test_any_text_gives_well_formed_harmless_html(text: str, spans: list[tuple[int, int]]) -> None:
    cuts = sorted({min(cut, len(text)) for span in spans for cut in span})
    weak = list(zip(cuts[::2], cuts[1::2], strict=False))
    reader = Reader(prose(text, PLACES, weak, 'not "confirmed"'))
    assert set(reader.tags) <= ALLOWED
    assert reader.attributes <= {"type", "class", "data-report", "data-start", "data-end", "title", "start",
                                 "scope", "tabindex"}  # fmt: skip
    kept = re.sub(r"[\ue000\ue001]", "", text)
    assert sorted(re.findall(r"[ab<>&\"']", kept)) == sorted(re.findall(r"[ab<>&\"']", reader.said))


def test_unverified_sentences_are_found_despite_marks_and_spaces() -> None:
    text = "第一句 [1]。第二\n句 [2]，没有依据。"
    sentences = [Sentence("第一句。", (1,), "supported"), Sentence("第二句，没有依据。", (2,), "unverified")]
    (span,) = unverified(text, sentences)
    assert text[slice(*span)] == "第二\n句 [2]，没有依据。"
    html = prose(text, PLACES, [span], "why")
    assert html.count('class="unverified" title="why"') >= 2
    assert ">[2]</button>" in html


def test_a_sentence_that_is_not_in_the_text_marks_nothing() -> None:
    assert unverified("Something else.", [Sentence("Not here.", (), "unverified")]) == []


def test_a_word_of_100_000_characters_is_only_long() -> None:
    assert len(prose("x" * 100_000, {})) == 100_007
