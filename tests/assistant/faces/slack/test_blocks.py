"""An answer as blocks, and documents' words as words: within every limit, with every source, without a command."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.faces.slack import modals
from assistant.faces.slack.blocks import Post, answer_posts, place_url, shared, tidy, working
from assistant.faces.slack.delivery import _plainer
from assistant.faces.slack.intake import problem, read
from assistant.faces.slack.ledger import Ask
from assistant.faces.slack.markup import cut, escape, link, markdown, mrkdwn, plain
from assistant.schema import Answer, Citation, Sentence
from tests.assistant.faces.slack.payloads import violations

NASTY = "<!channel><@U1>&amp;<https://evil.test|x>*_~`\n>|#[1](http://www.evil.test) \u202eabc\x00é中文。😀 "
nasty = st.text(st.sampled_from(NASTY + "ab. "), max_size=400)


def citation(n: int, quote: str = "quoted", title: str = "A report") -> Citation:
    return Citation(n, "r/1", "r.txt", title, 3, 10, 20, quote, True)


def answer(text: str, *citations: Citation, sentences: tuple[Sentence, ...] = ()) -> Answer:
    return Answer("q", "en", text, False, citations, sentences)


def sent(posts: list[Post]) -> list[str]:
    """What is wrong with posts as Slack sees it."""
    found = []
    for post in posts:
        found += violations(
            "chat.update", {"channel": "C", "ts": "1", "text": post.text, "blocks": list(post.blocks)}
        )
    return found


def words(posts: list[Post]) -> str:
    return "\n".join(block["text"]["text"] for post in posts for block in post.blocks if "text" in block)


@given(nasty, nasty, nasty, st.sampled_from([None, "https://r.example/"]))
def test_any_words_make_sound_messages_without_a_command(
    text: str, quote: str, title: str, url: str | None
) -> None:
    made = answer(text or "x", citation(1, quote, title), sentences=(Sentence(text, (1,), "unverified"),))
    posts = answer_posts(made, "T:C:1", url)
    assert sent(posts) == []
    assert violations("views.open", {"trigger_id": "t", "view": modals.evidence(made, url)}) == []
    everything = json.dumps([post.blocks for post in posts], ensure_ascii=False)
    assert not re.search(r"<(?!https://r\.example/)", everything)


@given(st.integers(0, 120), st.integers(0, 3000), st.integers(1, 30_000))
def test_however_long_every_source_and_every_word_stands_in_one_of_the_messages(
    sources: int, quoted: int, length: int
) -> None:
    text = "".join(f"Sentence {n} says so. " for n in range(length // 20 + 1))
    marks = "".join(f"[{n}]" for n in range(1, sources + 1))
    made = answer(text + marks, *(citation(n, "字" * quoted) for n in range(1, sources + 1)))
    posts = answer_posts(made, "T:C:1", "https://r.example")
    assert sent(posts) == []
    said = words(posts)
    for n in range(1, sources + 1):
        assert f"*[{n}]* " in said
    for n in (0, length // 40, length // 20):
        assert f"Sentence {n} says so." in said
    plainer = _plainer(posts, 1500)
    assert all(len(post.text) <= 1500 for post in plainer)
    assert "".join(f"*[{n}]*" for n in range(1, sources + 1)) == "".join(
        re.findall(r"\*\[\d+\]\*", "".join(post.text for post in plainer))
    )


@given(nasty, st.integers(40, 200))
def test_pieces_make_the_whole_and_keep_links_and_entities(text: str, longest: int) -> None:
    whole = mrkdwn(text, lambda n: link(f"https://r.example/{n}", f"[{n}]"))
    pieces = cut(whole, longest)
    assert "".join(pieces) == whole
    assert all(len(piece) <= longest for piece in pieces)
    for piece in pieces:
        assert piece.count("<") == piece.count(">")
        assert not re.search(r"&(?:a|am|amp|l|lt|g|gt)?\Z", piece)


@given(nasty)
def test_what_is_escaped_reads_back_as_it_was(text: str) -> None:
    back = escape(text).replace("\u200b", "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert back == re.sub("[\x00\u202e]", "", text)


@given(st.lists(nasty, max_size=4))
def test_a_stream_in_pieces_holds_no_link_and_no_mention(pieces: list[str]) -> None:
    streamed = "".join(markdown(piece) for piece in pieces)
    assert not re.search(r"<|\]\(|://|www\.[a-z]|(?<!\\)[*_`~]", streamed)


def test_formats_of_an_answer_stay_and_those_of_documents_do_not() -> None:
    assert mrkdwn("# Head\n**bold** and *x* _y_ 2*3*4\n- item [1]") == (
        "*Head*\n*bold* and *\u200bx* _\u200by_ 2*3*4\n• item [1]"
    )


def test_an_unverified_sentence_is_marked_where_it_stands() -> None:
    made = answer("Sure [1]. Not sure.", citation(1), sentences=(Sentence("Not sure.", (), "unverified"),))
    assert "Not sure. (⚠ Not confirmed by the sources)" in words(answer_posts(made, "a", None))


def test_a_shared_answer_says_who_and_what_and_offers_no_sharing() -> None:
    posts = shared(answer_posts(answer("x"), "a", None, private=True), "U1", "<!here> why?", "en")
    assert "Shared by <@U1>. Question: &lt;!here&gt; why?" in json.dumps(posts[0].blocks)
    assert "wenju_share" not in json.dumps(posts[0].blocks)
    assert sent(posts) == []


def test_a_link_leads_to_the_quote() -> None:
    assert (
        place_url("https://r.example/", citation(1))
        == "https://r.example/reports/r%2F1?start=10&end=20#quote"
    )
    assert place_url(None, citation(1)) is None


def test_a_quote_stands_on_one_line() -> None:
    assert tidy("2137 亿\n元，\n same  \n\n day\nlight") == "2137 亿元，same day light"


def test_placeholders_and_windows_are_within_the_limits() -> None:
    assert sent([working("a", "Searching", "x" * 20_000, "en")]) == []
    for view in (
        modals.why("a" * 90, "zh"),
        modals.about("字" * 5000, {"thread": "1"}, "en"),
        modals.about("", {}, "zh"),
    ):
        assert violations("views.open", {"trigger_id": "t", "view": view}) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("<@U1> how &lt;large&gt; &amp; when?", "how <large> & when?"),
        ("see <https://a.example/x|this> and <https://b.example>", "see this and https://b.example"),
        ("<#C1|general> <#C2> <!channel> <!here> <!date^1^{date}|today>", "#general today"),
        ("<mailto:a@b.c|a@b.c> <mailto:d@e.f>", "a@b.c d@e.f"),
        ("`code` ```\nblock\n``` :smile: :+1::skin-tone-2: 3:30", "code block 3:30"),
        ("&amp;lt;", "&lt;"),
        ("\u202eשלום مرحبا", "שלום مرحبا"),
    ],
)
def test_what_people_type_is_read_as_they_mean_it(typed: str, meant: str) -> None:
    assert plain(typed) == meant


@given(
    st.dictionaries(st.sampled_from(["type", "subtype", "channel", "user", "text", "ts", "message"]), nasty)
)
def test_no_event_is_too_odd_to_read(event: dict[str, str]) -> None:
    found = read({"event": {k: v for k, v in event.items() if k != "message"}, "team_id": "T"}, "UBOT")
    if isinstance(found, Ask):
        problem(found.text, "en")
