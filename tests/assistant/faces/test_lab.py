"""The evaluation pages: bring a set, run it, watch, stop, compare; review drafts, take feedback, label answers."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.conversations import Conversations, Feedback
from assistant.faces.api import create_app
from assistant.faces.lab import runs as lab_runs
from assistant.faces.lab.reasons import in_chinese
from assistant.faces.owners import COOKIE
from assistant.faces.parts import header
from assistant.settings import load
from eval import dataset, drafts, labelling, runner
from eval.dataset import Question
from eval.estimate import Estimate
from eval.retrieval import Sources
from tests.assistant.faces.fakes import HOSTILE, FakeAssistant, wait_for
from tests.eval.conftest import QUESTIONS, TEXTS
from tests.eval.conftest import FakeAssistant as Answering


class Bench:
    """Asks the evaluation's own fake; `gate` holds every answer back until it is set."""

    failing: Sequence[str] = ()
    gate = threading.Event()

    def located(self, questions: dataset.Dataset, skip_invalid: bool = False) -> dataset.Dataset:
        return dataset.located(questions, Sources(TEXTS.__getitem__).line_count)

    def estimate(self, questions: Sequence[Question], prices: object) -> Estimate:
        return Estimate(len(questions), 2, 1.5, 800, 200, None)

    def run(self, questions: Sequence[Question], out: Path, **options: Any) -> dict[str, Any]:
        outer = self

        class Slow(Answering):
            def answer(self, *words: Any, **more: Any) -> Any:
                assert outer.gate.wait(10)
                return super().answer(*words, **more)

        factory = lambda: Slow(questions, outer.failing)  # noqa: E731
        return runner.run(factory, questions, out, text=TEXTS.__getitem__, made_by={"model": "fake"}, **options)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    made = Bench()
    made.gate = threading.Event()
    made.gate.set()
    monkeypatch.setattr(lab_runs.Runs, "_bench", lambda self, backend: made)
    return made


Open = Callable[[], TestClient]


@pytest.fixture
def opened(home: Path, bench: Bench) -> Iterator[Open]:
    app = create_app(FakeAssistant(), load(home), page=False)  # type: ignore[arg-type]

    def client() -> TestClient:
        browser = TestClient(app, base_url="http://localhost:7860", headers={"Accept-Language": "en"})
        assert browser.get("/evaluation").status_code == 200
        # Cookies of the fake browser do not leave http://localhost as a real one's would.
        browser.headers["cookie"] = "; ".join(f"{c.name}={c.value}" for c in browser.cookies.jar)
        return browser

    yield client
    bench.gate.set()


@pytest.fixture
def browser(opened: Open) -> TestClient:
    return opened()


def lines(questions: Sequence[Question] = QUESTIONS) -> bytes:
    return "".join(json.dumps(question.line()) + "\n" for question in questions).encode()


def bring(browser: TestClient, raw: bytes, name: str = "mine.jsonl") -> str:
    return browser.post("/evaluation/sets", files={"file": (name, raw)}).text


def started(browser: TestClient, **said: str) -> str:
    """Start a run over the set that was brought; its address."""
    reply = browser.post("/evaluation/runs", data={"set": "mine.jsonl", "do": "start", **said})
    assert reply.status_code == 200, reply.text
    return str(reply.url.path)


def finished(browser: TestClient, at: str) -> None:
    assert wait_for(lambda: browser.get(f"{at}/state").json()["state"] != "running", 10)


def test_a_set_is_brought_run_and_its_report_opened_under_its_own_policy(browser: TestClient) -> None:
    assert "6 questions, all valid" in bring(browser, lines())
    at = started(browser)
    finished(browser, at)
    page = browser.get(at).text
    assert "Accuracy (key facts)" in page
    assert "100.0%" in page
    report = browser.get(f"{at}/report.html")
    assert "Headline figures" in report.text
    assert report.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    home = browser.get("/evaluation")
    assert at in home.text
    assert "unsafe" not in home.headers["content-security-policy"]


def test_an_estimate_asks_nothing(browser: TestClient, home: Path) -> None:
    bring(browser, lines())
    reply = browser.post("/evaluation/runs", data={"set": "mine.jsonl", "do": "estimate", "limit": "4"})
    assert "4 questions, 1.5 calls each" in reply.text
    assert not (home / "evaluation" / "runs").exists()


def test_a_run_is_watched_stopped_and_gone_on_with(browser: TestClient, bench: Bench, home: Path) -> None:
    bring(browser, lines())
    bench.gate.clear()
    at = started(browser)
    assert browser.get(f"{at}/state").json() == {"state": "running", "done": 0, "total": 6, "why": ""}
    assert "<progress" in browser.get(at).text
    second = browser.post("/evaluation/runs", data={"set": "mine.jsonl", "do": "start"})
    assert "another run is under way" in second.text
    browser.post(f"{at}/stop")
    bench.gate.set()
    finished(browser, at)
    assert browser.get(f"{at}/state").json()["state"] == "stopped"
    answered = (home / "evaluation" / "runs" / at.rsplit("/", 1)[1] / "results.jsonl").read_text().count("\n")
    assert 0 < answered < 6
    browser.post(f"{at}/resume")
    finished(browser, at)
    assert "Open the report" in browser.get(at).text


ELSEWHERE = {"X-Forwarded-For": "10.0.0.9"}
"""What a proxy adds: its visitors may not change the settings."""


def test_who_may_not_change_the_settings_may_not_choose_a_model(browser: TestClient, home: Path) -> None:
    bring(browser, lines())
    assert 'name="backend"' in browser.get("/evaluation").text
    assert 'name="backend"' not in browser.get("/evaluation", headers=ELSEWHERE).text
    said = {"set": "mine.jsonl", "backend": "openai:<x>"}
    for act in ("start", "estimate"):
        reply = browser.post("/evaluation/runs", data=said | {"do": act}, headers=ELSEWHERE)
        assert reply.status_code == 403
        assert "The model “openai:&lt;x&gt;” is not the one configured" in reply.text
    chinese = browser.post("/evaluation/runs", data=said, headers=ELSEWHERE | {"Accept-Language": "zh"})
    assert "模型“openai:&lt;x&gt;”不是服务器所配置的" in chinese.text
    assert not (home / "evaluation" / "runs").exists()
    for backend in ("", load(home).backend):
        reply = browser.post("/evaluation/runs", data=said | {"backend": backend, "do": "estimate"}, headers=ELSEWHERE)
        assert "6 questions" in reply.text


def test_nor_go_on_with_a_run_of_a_model_that_somebody_else_chose(browser: TestClient, bench: Bench) -> None:
    bring(browser, lines())
    bench.gate.clear()
    at = started(browser, backend="openai:x")
    browser.post(f"{at}/stop")
    bench.gate.set()
    finished(browser, at)
    refused = browser.post(f"{at}/resume", headers=ELSEWHERE)
    assert (refused.status_code, "is not the one configured" in refused.text) == (403, True)
    assert "Go on" not in browser.get(at, headers=ELSEWHERE).text
    assert "Go on" in browser.get(at).text
    browser.post(f"{at}/resume")
    finished(browser, at)
    assert "Open the report" in browser.get(at).text


def test_the_model_configured_is_the_one_that_was_set_on_the_page(home: Path, bench: Bench) -> None:
    assistant: Any = FakeAssistant()
    settings = load(home)
    assistant.settings, assistant.successors = settings, ()
    page = TestClient(create_app(assistant, settings, page=False), base_url="http://localhost:7860")
    page.headers["cookie"] = f"{COOKIE}={'m' * 43}"
    assert page.put("/my/settings", json={"backend": "extractive"}).status_code == 200
    said = {"set": "samples", "do": "estimate"}
    for backend, status in (("extractive", 200), (settings.backend, 403)):
        reply = page.post("/evaluation/runs", data=said | {"backend": backend}, headers=ELSEWHERE)
        assert reply.status_code == status, backend


def test_all_bad_lines_are_listed_at_once_in_their_order_and_in_the_pages_language(browser: TestClient) -> None:
    astray = Question("x", "zh", "fact", "?", evidence=(dataset.Evidence("none.txt", 1, 1),))
    raw = lines([astray]) + b"{oops\n" + lines([QUESTIONS[0]]) + lines([QUESTIONS[0]])
    page = bring(browser, raw)
    assert "mine.jsonl: 3 lines cannot be used; mend them and bring the file again." in page
    told = ("line 1: the library holds no report", "line 2: is not JSON", "line 4: the id")
    assert [page.index(said) for said in told] == sorted(page.index(said) for said in told)
    assert "--skip-invalid" not in page
    files = {"file": ("mine.jsonl", raw)}
    chinese = browser.post("/evaluation/sets", files=files, headers={"Accept-Language": "zh"}).text
    assert "mine.jsonl：有 3 行无法使用，请按下列原因改正后重新上传。" in chinese
    assert "第 1 行：库中没有名为 &#x27;none.txt&#x27; 的报告" in chinese
    assert "第 2 行：不是 JSON（" in chinese


GOOD = {"id": "a", "lang": "zh", "type": "fact", "question": "?"}


@pytest.mark.parametrize(
    "changed",
    [
        {"id": " "}, {"lang": "fr"}, {"answer": 5}, {"history": "早先"}, {"draft": True}, {"key_facts": 5},
        {"key_facts": ["x"]}, {"key_facts": [[" , "]]}, {"evidence": 5}, {"evidence": [{"start": 1}]},
        {"evidence": [{"file": "r.txt", "start": 0, "end": 3}]},
        {"evidence": [{"file": "r.txt", "start": 4, "end": 3}]},
        {"type": "unanswerable", "key_facts": [["x"]], "evidence": [{"file": "r.txt", "start": 1, "end": 1}]},
    ],
    ids=str,
)
def test_whatever_is_wrong_with_a_line_is_said_in_chinese_too(changed: dict[str, Any]) -> None:
    for raw in (json.dumps(GOOD | changed).encode(), b"\xff", b"[]"):
        (bad,) = dataset.parse(raw)[1]
        for part in bad.reason.split("; "):
            assert in_chinese(part) != part, part


def tongue(page: str) -> str:
    """Where the link to the other language leads."""
    found = re.search(r'class="tongue" href="([^"]*)"', page)
    assert found
    return unescape(found[1])


def test_the_other_language_is_a_page_that_is_there_whatever_form_was_sent(browser: TestClient) -> None:
    bring(browser, lines())
    at = started(browser)
    finished(browser, at)
    name = at.rsplit("/", 1)[1]
    sent = [
        bring(browser, lines()), bring(browser, b"{"),
        browser.post("/evaluation/runs", data={"set": "mine.jsonl", "do": "estimate"}).text,
        browser.post("/evaluation/runs", data={"set": "none.jsonl", "do": "start"}).text,
        browser.post(f"{at}/stop").text, browser.post(f"{at}/label", data={"undo": "1"}).text,
        browser.post("/evaluation/drafts", files={"file": ("d.jsonl", b"{")}).text,
    ]
    for page in sent:
        there = browser.get(tongue(page))
        assert there.status_code == 200, tongue(page)
        assert '<html lang="zh-CN"' in there.text
    beside = browser.get("/evaluation/compare", params={"a": name, "b": name, "lang": "en"}).text
    assert tongue(beside) == f"/evaluation/compare?a={name}&b={name}&lang=zh"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_conversation_and_evaluation_are_one_link_apart(browser: TestClient, lang: str) -> None:
    assert '<a class="small" href="/evaluation">' in header()
    page = browser.get("/evaluation", params={"lang": lang}).text
    name = {"zh": "对话", "en": "Chat"}[lang]
    assert re.search(rf'<a href="/">{name}</a>', page)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (lines() + b"{oops\n", "line 7: is not JSON"),
        (lines() + lines()[: lines().index(b"\n") + 1], "line 7: the id &#x27;q-1&#x27; stands already on line 1"),
        (lines([Question("x", "zh", "fact", "?", evidence=(dataset.Evidence("robots.txt", 3, 99),))]), "lies outside"),
        (lines([Question("x", "zh", "fact", "?", evidence=(dataset.Evidence("none.txt", 1, 1),))]), "holds no report"),
        (b"", "holds no question"),
        (b"\xff\xfe{}\n", "is not UTF-8"),
    ],
)
def test_a_bad_set_is_refused_line_by_line_and_not_kept(browser: TestClient, home: Path, raw: bytes, why: str) -> None:
    assert why in bring(browser, raw)
    assert not list((home / "evaluation").glob("sets/*"))


def test_two_runs_are_compared_with_both_answers_side_by_side(
    browser: TestClient, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(browser, lines())
    names = []
    for stem, failing in (("before", ()), ("after", ("q-1",))):
        bench.failing = failing
        bring(browser, lines(), f"{stem}.jsonl")
        at = started(browser, set=f"{stem}.jsonl")
        finished(browser, at)
        names.append(at.rsplit("/", 1)[1])
    page = browser.get("/evaluation/compare", params={"a": names[0], "b": names[1]}).text
    assert "What flipped (1)" in page
    assert "全国工业机器人销量为31.6万台。" in page
    assert "worse" in page
    assert "There is no run called" not in page
    assert browser.get("/evaluation/compare", params={"a": "../..", "b": names[1]}).status_code == 404


def test_names_of_more_bytes_than_a_file_system_takes_are_no_names_or_cut(browser: TestClient) -> None:
    long = "𠀀" * 80
    for at in (f"runs/{long}", f"drafts/{long}", f"compare?a={long}&b={long}"):
        assert browser.get(f"/evaluation/{at}").status_code == 404
    assert "6 questions, all valid" in bring(browser, lines(), f"{long}.jsonl")
    at = started(browser, set=f"{'𠀀' * 50}.jsonl")
    finished(browser, at)
    assert "Open the report" in browser.get(at).text


def test_changes_need_the_cookie_and_the_same_origin(browser: TestClient, opened: Open) -> None:
    stranger = TestClient(browser.app, base_url="http://localhost:7860")
    for place in ("sets", "runs", "drafts", "drafts/x.jsonl", "feedback", "runs/x/stop", "runs/x/label"):
        assert stranger.post(f"/evaluation/{place}").status_code == 403, place
    elsewhere = browser.post("/evaluation/runs", data={"set": "samples"}, headers={"Origin": "http://evil.test"})
    assert elsewhere.status_code == 403


def test_what_was_written_elsewhere_is_escaped(browser: TestClient, home: Path) -> None:
    place = home / "evaluation" / "drafts" / "bad.jsonl"
    drafts.add(place, drafts.Draft(Question("d-1", "en", "fact", HOSTILE, HOSTILE, note=HOSTILE), HOSTILE, HOSTILE))
    Conversations(home).judge(Feedback("a", "p", "slack", HOSTILE, HOSTILE, HOSTILE, False, HOSTILE, HOSTILE))
    for at in ("drafts/bad.jsonl", "feedback"):
        page = browser.get(f"/evaluation/{at}").text
        assert "window.hurt" in page
        assert not re.search(r"<(?:script>|img|iframe)", page)


# ---- people's judgement


def draft(home: Path) -> Path:
    place = home / "evaluation" / "drafts" / "new.jsonl"
    drafts.add(place, drafts.Draft(QUESTIONS[0], "销量为31.6万台", "fake"))
    drafts.add(place, drafts.Draft(QUESTIONS[1], "主要市场是越南", "fake"))
    return place


def test_a_draft_is_edited_accepted_and_taken_back(browser: TestClient, home: Path) -> None:
    place, into = draft(home), home / "evaluation" / "sets" / "reviewed.jsonl"
    said = {"id": "q-1", "do": "accept", "question": "卖了多少台机器人？", "answer": "31.6万台", "type": "number",
            "lang": "zh", "facts": "31.6万 | 316,000\n"}  # fmt: skip
    assert "waiting 2" in browser.get("/evaluation/drafts/new.jsonl").text
    assert "q-1 is in reviewed.jsonl now" in browser.post("/evaluation/drafts/new.jsonl", data=said).text
    (kept,) = dataset.load(into)
    assert (kept.question, kept.key_facts) == ("卖了多少台机器人？", (("31.6万", "316,000"),))
    assert kept.evidence == QUESTIONS[0].evidence
    browser.post("/evaluation/drafts/new.jsonl", data={"id": "q-2", "do": "reject"})
    assert [item.status for item in drafts.load(place)] == ["accepted", "rejected"]
    for id in ("q-1", "q-2"):
        browser.post("/evaluation/drafts/new.jsonl", data={"id": id, "do": "undo"})
    assert [item.status for item in drafts.load(place)] == ["waiting", "waiting"]
    assert into.read_text() == ""


def test_a_draft_that_is_no_question_is_not_accepted(browser: TestClient, home: Path) -> None:
    place = draft(home)
    said = {"id": "q-1", "do": "accept", "question": " ", "answer": "", "type": "number", "lang": "zh", "facts": ""}
    reply = browser.post("/evaluation/drafts/new.jsonl", data=said)
    assert reply.status_code == 400
    assert "question must be a text" in reply.text
    blank = browser.post("/evaluation/drafts/new.jsonl", data=said | {"question": "多少？"})
    assert "at least one key fact" in blank.text
    assert [item.status for item in drafts.load(place)] == ["waiting", "waiting"]
    assert browser.get("/evaluation/drafts/none.jsonl").status_code == 404
    assert browser.get("/evaluation/drafts/..%2Fsettings.toml").status_code == 404


def test_a_key_fact_that_stands_nowhere_in_the_excerpt_is_told_and_what_was_typed_kept(
    browser: TestClient, home: Path
) -> None:
    place = draft(home)
    said = {"id": "q-2", "do": "accept", "question": "Where to?", "answer": "To Mars.", "type": "fact",
            "lang": "en", "facts": "越南 | vietnam\nMars | 火星"}  # fmt: skip
    reply = browser.post("/evaluation/drafts/new.jsonl", data=said)
    assert reply.status_code == 400
    assert "Key facts that stand nowhere in the excerpt: Mars; write them as they stand there." in reply.text
    assert all(typed in reply.text for typed in (">Where to?<", ">To Mars.<", "Mars | 火星"))
    assert reply.text.index('id="q-2"') < reply.text.index('id="q-1"')
    assert [item.status for item in drafts.load(place)] == ["waiting", "waiting"]
    assert not (home / "evaluation" / "sets" / "reviewed.jsonl").exists()
    chinese = browser.post("/evaluation/drafts/new.jsonl", data=said, headers={"Accept-Language": "zh"}).text
    assert "摘录中找不到这些要点：Mars；" in chinese


def test_an_id_that_the_set_has_for_another_question_is_told_and_what_was_typed_kept(
    browser: TestClient, home: Path
) -> None:
    draft(home)
    into = home / "evaluation" / "sets" / "reviewed.jsonl"
    into.parent.mkdir()
    into.write_bytes(lines([Question("q-1", "zh", "fact", "另一题？")]))
    said = {"id": "q-1", "do": "accept", "question": "卖了多少？", "answer": "", "type": "number", "lang": "zh",
            "facts": "31.6万"}  # fmt: skip
    reply = browser.post("/evaluation/drafts/new.jsonl", data=said)
    assert reply.status_code == 400
    assert "reviewed.jsonl holds another question with the id &#x27;q-1&#x27;" in reply.text
    assert ">卖了多少？<" in reply.text
    assert into.read_bytes() == lines([Question("q-1", "zh", "fact", "另一题？")])


def test_what_people_thought_becomes_a_question_to_be_reviewed(browser: TestClient, home: Path) -> None:
    said = Conversations(home)
    said.judge(Feedback("1", "x", "web", "机器人多重？", "52公斤 [1]", "m", False, "wrong", "it is 56"))
    said.judge(Feedback("2", "U1", "slack", "How tall is it?", "1.77 m [1]", "m", True))
    page = browser.get("/evaluation/feedback").text
    assert "机器人多重？" in page
    assert "How tall is it?" in page
    for _ in range(2):
        browser.post("/evaluation/feedback", data={"answer": "1"})
    place = home / "evaluation" / "drafts" / "feedback.jsonl"
    (made,) = drafts.load(place)
    assert (made.question.question, made.question.lang, made.status) == ("机器人多重？", "zh", "waiting")
    assert "it is 56" in made.question.note
    assert "in review" in browser.get("/evaluation/feedback").text
    browser.post("/evaluation/drafts/feedback.jsonl", data={"id": made.question.id, "do": "reject"})
    assert place.stat().st_mode & 0o777 == 0o600, "what people said is their owner's to read"


def test_elsewhere_than_on_the_servers_own_machine_each_sees_their_own_feedback(home: Path, bench: Bench) -> None:
    Conversations(home).judge(Feedback("1", "x", "web", "机器人多重？", "52公斤", "m", False))
    app = create_app(FakeAssistant(), load(home, host="0.0.0.0", password="p"), page=False)  # type: ignore[arg-type]
    page = TestClient(app).get("/evaluation/feedback", auth=("me", "p"))
    assert page.status_code == 200
    assert "机器人多重？" not in page.text


def test_behind_a_proxy_each_sees_and_takes_their_own_feedback(browser: TestClient, home: Path) -> None:
    Conversations(home).judge(Feedback("1", "x", "web", "机器人多重？", "52公斤", "m", False))
    for proxied in (ELSEWHERE, {"Forwarded": "for=10.0.0.9"}):
        assert "机器人多重？" not in browser.get("/evaluation/feedback", headers=proxied).text
        assert browser.post("/evaluation/feedback", data={"answer": "1"}, headers=proxied).status_code == 404
    assert "机器人多重？" in browser.get("/evaluation/feedback").text


def test_two_people_label_answers_and_their_agreement_is_told(opened: Open) -> None:
    one, two = opened(), opened()
    bring(one, lines())
    at = started(one)
    finished(one, at)
    for person, right in ((one, ("1", "1", "0", "0")), (two, ("1", "1", "0", "1"))):
        page = person.get(f"{at}/label").text
        assert "1 / 4" in page
        for answer in right:
            id = re.search(r'name="id" value="(q-\d)"', page)
            assert id
            page = person.post(f"{at}/label", data={"id": id[1], "accurate": answer, "s0": answer}).text
        assert "You have labelled every answer" in page
    page = one.get(f"{at}/labels").text
    assert "<td>4</td><td>0.75</td><td>0.50</td>" in page
    assert "Krippendorff" in page
    assert "in 4 answers" in page
    assert "4 / 4" in one.post(f"{at}/label", data={"undo": "1"}).text
    assert one.post(f"{at}/label", data={"id": "q-5", "accurate": "1"}).status_code == 400


def test_nothing_is_saved_of_a_label_while_a_sentence_is_not_judged(browser: TestClient, home: Path) -> None:
    bring(browser, lines())
    at = started(browser)
    finished(browser, at)
    page = browser.get(f"{at}/label").text
    assert "Sentence 1: do its citations bear it out?" in page
    assert page.count('type="radio" name="s0"') == 2
    reply = browser.post(f"{at}/label", data={"id": "q-1", "accurate": "0"})
    assert reply.status_code == 400
    assert "Nothing is saved yet, for this is still to be judged: sentence 1." in reply.text
    assert 'name="accurate" value="0" required checked' in reply.text
    store = home / "evaluation" / "labels.jsonl"
    assert not store.exists()
    browser.post(f"{at}/label", data={"id": "q-1", "accurate": "1", "s0": "0"})
    (kept,) = labelling.load(store)
    assert (kept.accurate, kept.sentences) == (True, (False,))


def test_both_languages(browser: TestClient) -> None:
    assert "开始评测" in browser.get("/evaluation", params={"lang": "zh"}).text
    assert "Start a run" in browser.get("/evaluation", params={"lang": "en"}).text


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_and_nothing_is_wider_than_a_phone(
    chromium: Any, served: Callable[[Any], str], bench: Bench, home: Path, scheme: str, tmp_path: Path
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    draft(home)
    Conversations(home).judge(Feedback("1", "x", "web", "机器人多重？", "52公斤 [1]", "m", False, "wrong", "it is 56"))
    window = chromium.new_context(
        locale="en-US", color_scheme=scheme, bypass_csp=True, viewport={"width": 390, "height": 844}
    )
    page = window.new_page()
    address = served(FakeAssistant())
    page.goto(f"{address}/evaluation")
    page.set_input_files("input[type=file]", {"name": "mine.jsonl", "mimeType": "", "buffer": lines()})
    page.get_by_role("button", name="Check and keep").click()
    page.goto(f"{address}/evaluation")
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_text("Open the report").wait_for()
    run = page.url
    places = ("/evaluation", "/evaluation/drafts/new.jsonl", "/evaluation/feedback")
    for place in (run, f"{run}/label", *(f"{address}{place}" for place in places)):
        page.goto(place)
        page.screenshot(path=str(tmp_path / f"{scheme}-{place.rsplit('/', 1)[1]}.png"), full_page=True)
        found = axe.run(page).response
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == [], place
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), place
        bar, nav = (page.locator(part).bounding_box() for part in ("header.bar", ".bar nav"))
        assert bar["y"] < nav["y"] < nav["y"] + nav["height"] < bar["y"] + bar["height"]
        assert nav["height"] < 30, "the links stand on one line"
    window.close()
