"""What goes wrong is said in the page's language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant import errors
from assistant.faces.failures import failure, plain
from assistant.question import understand
from tests.assistant.faces.test_mine import client

WHO = "https://api.test/v1"


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        (f"{WHO} said nothing for 60 seconds", f"{WHO} 60 秒没有回应。"),
        (f"the key was refused by {WHO} (HTTP 401); check WENJU_API_KEY", f"密钥被拒绝（{WHO}），请在设置里检查。"),
        (f"{WHO} knows no model 'gpt-9' (HTTP 404)", f"{WHO} 没有名为 gpt-9 的模型，请检查名称和接口地址。"),
        ("openai failed (HTTP 500): internal error", "openai 出错：internal error"),
        ("openai:x needs a key: set WENJU_API_KEY or OPENAI_API_KEY", "openai:x 需要密钥，请在设置里填写。"),
    ],
)
def test_known_sentences_are_said_in_chinese(sentence: str, words: str) -> None:
    assert plain(sentence, "zh") == words
    assert f'lang="zh">{words}</span>' in failure(sentence)


@pytest.mark.parametrize("question", ["", "？？", "字" * 100_000])
def test_every_question_that_cannot_be_asked_is_refused_in_chinese(question: str) -> None:
    with pytest.raises(errors.BadQuestion) as caught:
        understand(question, (), "auto")
    assert re.search("[一-鿿]", plain(str(caught.value), "zh"))


def test_an_unknown_sentence_stays_and_hostile_words_are_words() -> None:
    assert plain("something new", "zh") == "something new"
    for sentence in ("<script>", "<b>x</b> failed: <script>", "<script> cannot be reached"):
        assert "<script" not in failure(sentence)
        assert "<b>" not in failure(sentence)
    assert "详情见服务器日志" in failure("")


@pytest.mark.parametrize(("said", "words"), [("zh-CN", "没有这个对话"), ("en", "no such chat")])
def test_requests_of_the_page_are_refused_in_its_language(home: Path, said: str, words: str) -> None:
    reply = client(home).get("/my/conversations/none/export.md", headers={"Accept-Language": said})
    assert words in reply.json()["error"]
