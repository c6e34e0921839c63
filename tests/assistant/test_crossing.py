"""A checked answer in another language: figures and names put over by code, marks kept, losses left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from assistant.assistant import Assistant
from assistant.citations import Checked
from assistant.crossing import carry, gathered, marked, readable
from assistant.models.base import ChatModel, Message
from assistant.schema import Citation, Sentence, Token
from tests.assistant.builders import Scripted
from vectorstore.library import Library
from vectorstore.schema import Lang

SIZE_EN = "How large was China's AI industry in 2023 according to iResearch?"
SIZE_ZH = "按艾瑞咨询的口径，中国的人工智能产业在2023年有多大？"


def cited(n: int) -> Citation:
    return Citation(n, "r", "r.txt", "报告", None, 0, 2, "原文", True)


def checked(*texts: str) -> Checked:
    sentences = tuple(Sentence(text, (n,), "supported") for n, text in enumerate(texts, 1))
    return Checked("", sentences, tuple(cited(n) for n in range(1, len(texts) + 1)))


def carried(answer: Checked, lang: Lang, model: ChatModel, named: dict[str, str] | None = None) -> list[Sentence]:
    """The sentences that `carry` ends up with."""
    return [piece for piece in carry(answer, lang, model, named=named) if isinstance(piece, Sentence)]


def test_figures_and_known_names_are_put_over_by_code() -> None:
    assert readable("商汤科技收入34亿元", "en").split() == ["SenseTime", "收入3.4", "billion", "yuan"]
    assert readable("revenue of 3.4 billion yuan", "zh") == "revenue of 34亿元"


def test_the_model_reads_figures_already_restated_and_marks_stay() -> None:
    model = Scripted("The industry reached 213.7 billion yuan.")
    told = carried(checked("产业规模达到2137亿元。"), "en", model)
    assert model.written_from[-1].content == "产业规模达到213.7 billion yuan。"
    assert told == [Sentence("The industry reached 213.7 billion yuan.", (1,), "supported")]


def test_a_translation_is_told_as_it_is_written_and_then_as_a_sentence() -> None:
    told = list(carry(checked("产业规模达到2137亿元。"), "en", Scripted("It reached 213.7 billion yuan.")))
    assert "".join(piece for piece in told[:-1] if isinstance(piece, str)) == "It reached 213.7 billion yuan."
    assert len(told) > 3
    assert told[-1] == Sentence("It reached 213.7 billion yuan.", (1,), "supported")


@pytest.mark.parametrize(
    "said", ["The industry reached 2.137 billion yuan.", "产业规模达到2137亿元。", "", "It grew by 40%."]
)
def test_a_sentence_that_changes_a_number_or_stays_untranslated_is_left_out(said: str) -> None:
    assert carried(checked("产业规模达到2137亿元。"), "en", Scripted(said)) == []


def test_what_is_in_the_language_already_stays_as_it_is() -> None:
    model = Scripted("语言模型会自信地说错话。")
    mixed = checked("幻觉：模型会编造。", "Language models state false things with confidence.")
    told = carried(mixed, "zh", model)
    assert [sentence.text for sentence in told] == ["幻觉：模型会编造。", "语言模型会自信地说错话。"]
    assert len(model.asked) == 1


def test_a_name_of_the_prompts_examples_is_never_carried_into_an_answer() -> None:
    said = "They hold nine of ten places in the New Energy Storage Directory."
    assert carried(checked("它们在榜单上占了多数。"), "en", Scripted(said)) == []
    assert carried(checked("BYD在榜单上居首。"), "en", Scripted("BYD leads the list."))


def test_marks_stand_before_the_stop() -> None:
    assert marked(Sentence("It grew.", (1, 3), "supported")) == "It grew [1][3]."
    assert marked(Sentence("产业增长。", (2,), "supported")) == "产业增长[2]。"
    assert marked(Sentence("In summary:", (), "supported")) == "In summary:"


def test_marks_run_from_one_again_where_a_sentence_was_left_out() -> None:
    kept = [Sentence("B.", (2,), "supported"), Sentence("C.", (3, 2), "repaired")]
    result = gathered(kept, [cited(1), cited(2), cited(3)], "en")
    assert result.text == "B [1]. C [2][1]."
    assert [citation.n for citation in result.citations] == [1, 2]


def test_a_small_model_answers_in_the_language_of_the_evidence_first(
    assistant: Callable[..., Assistant],
) -> None:
    def say(messages: Sequence[Message]) -> str:
        if "Translate the Chinese sentence" in messages[0].content:
            return "By iResearch's count, China's AI industry was 213.7 billion yuan in 2023."
        return "2023年中国的人工智能产业有2137亿元。"

    answer = assistant(Scripted(say, translation=SIZE_ZH)).answer(SIZE_EN)
    assert answer.lang == "en"
    assert answer.text == "By iResearch's count, China's AI industry was 213.7 billion yuan in 2023 [1]."
    (citation,) = answer.citations
    assert "2137" in citation.quote


FIRST, SECOND = "2023年中国的人工智能产业有2137亿元。", "2023年中国的人工智能产业增长了30%以上。"


class Hurried(Scripted):
    """Remembers how much of its Chinese draft had been read when it was asked for each translation."""

    def __init__(self, draft: str, translation: str = SIZE_ZH, **said: Any) -> None:
        super().__init__(draft, translation=translation, **said)
        self.read = ""
        self.carrying: list[tuple[str, str]] = []

    def stream(self, messages: Sequence[Message], **options: Any) -> Iterator[str]:
        if "Translate the Chinese sentence" in messages[0].content:
            self.carrying.append((messages[-1].content, self.read))
            size = "213.7" in messages[-1].content
            yield "China's AI industry was 213.7 billion yuan in 2023." if size else "In 2023 it grew by over 30%."
            return
        drafting = "编号资料" in messages[0].content
        for piece in super().stream(messages, **options):
            self.read += piece if drafting else ""
            yield piece


def test_the_first_sentence_is_in_english_while_the_rest_is_being_written(
    assistant: Callable[..., Assistant], library_of: Callable[..., Library]
) -> None:
    model = Hurried(FIRST + SECOND)
    events = list(assistant(model, library_of(report=FIRST + SECOND)).ask(SIZE_EN))
    source, read = model.carrying[0]
    assert "213.7 billion yuan" in source
    assert read.startswith(FIRST)
    assert len(read) < len(FIRST + SECOND)
    told = "".join(event.text for event in events if isinstance(event, Token))
    assert told.count("213.7 billion yuan in 2023.") == 1
    assert [once for once, _ in model.carrying].count(source) == 1


def test_a_draft_of_one_sentence_is_in_english_before_anything_is_looked_at_again(
    assistant: Callable[..., Assistant], library_of: Callable[..., Library]
) -> None:
    begun: list[bool] = []
    both = "2023年中国的人工智能产业有多大，中国的人工智能产业比上一年增长了百分之多少？"
    model = Hurried(FIRST, both, odds=lambda _: begun.append(bool(model.carrying)))
    asked = "How big was China's AI industry in 2023, and by how many percent did it grow over the year before?"
    list(assistant(model, library_of(report=FIRST)).ask(asked))
    assert begun
    assert all(begun)


@pytest.mark.parametrize("first", ["报告没有提到。", "2023年中国的人工智能产业有9999亿元。", "按艾瑞咨询的口径。"])
def test_a_first_sentence_that_does_not_stand_the_check_is_not_told_ahead(
    assistant: Callable[..., Assistant], library_of: Callable[..., Library], first: str
) -> None:
    model = Hurried(first + FIRST)
    list(assistant(model, library_of(report=FIRST + SECOND)).ask(SIZE_EN))
    assert model.carrying or "没有" in first
    assert all(read == first + FIRST for _, read in model.carrying)


def test_an_english_name_that_stands_there_in_chinese_is_not_called_unsaid(
    assistant: Callable[..., Assistant], library_of: Callable[..., Library]
) -> None:
    def say(messages: Sequence[Message]) -> str:
        if messages[-1].content.startswith("资料"):
            return "Vulpine智能在2023年推出了搬运机器人和巡检机器人，售价为2万元[1]。"
        return "The company launched handling and inspection robots in 2023 for 20,000 yuan."

    library = library_of(report="狐火智能在2023年推出了搬运机器人和巡检机器人，售价为2万元。")
    model = Scripted(say, translation="Vulpine智能在2023年推出了哪些机器人，售价是多少？")
    answer = assistant(model, library).answer("Which robots did Vulpine launch in 2023, and at what price?")
    assert answer.text.startswith("The company launched handling")


def test_a_name_that_only_the_translation_brings_is_not_called_the_askers(
    assistant: Callable[..., Assistant], library_of: Callable[..., Library]
) -> None:
    def say(messages: Sequence[Message]) -> str:
        if messages[-1].content.startswith("资料"):
            return "谷歌与加州大学伯克利分校合作，在2023年推出了搬运机器人[1]。"
        return "Google and a team of TU Berlin launched a handling robot in 2023."

    library = library_of(report="谷歌与柏林工业大学的团队合作，在2023年推出了搬运机器人，售价为2万元。")
    model = Scripted(say, translation="谷歌与加州大学伯克利分校合作，推出了什么机器人？")
    answer = assistant(model, library).answer("With which university did Google launch a robot, and which one?")
    assert "Berkeley" not in answer.text
    assert answer.citations


def test_a_reply_in_the_wrong_language_is_carried_over(assistant: Callable[..., Assistant]) -> None:
    def say(messages: Sequence[Message]) -> str:
        if messages[0].content.startswith("把英文句子"):
            return "2023年中国人工智能产业为2137亿元。"
        return "China's AI industry was 213.7 billion yuan in 2023."

    answer = assistant(Scripted(say)).answer(SIZE_ZH)
    assert answer.text.startswith("2023年中国人工智能产业为2137亿元")


def test_a_translation_that_lost_something_is_asked_for_again_in_halves() -> None:
    def say(messages: Sequence[Message]) -> str:
        source = messages[-1].content
        if "GGII" in source and "60%" in source:
            return "GGII expects 840,000 units in 2027, up 60%."
        return "GGII expects 84,000 units in 2027." if "GGII" in source else "growth is above 60%."

    (sentence,) = carried(checked("GGII预计2027年销售84000套，复合增长率超过60%。"), "en", Scripted(say))
    assert sentence.text == "GGII expects 84,000 units in 2027. Growth is above 60%."
    assert sentence.marks == (1,)


@pytest.mark.parametrize("short", ["The UK", "The U.K.", "The United Kingdom"])
def test_a_country_by_its_initials_is_not_lost_and_no_date_is_cut_in_two(short: str) -> None:
    said = f"{short} announced the institute on November 2, 2023."
    model = Scripted(said)
    (sentence,) = carried(checked("英国2023/11/2宣布设立研究所。"), "en", model)
    assert sentence.text == said
    assert len(model.asked) == 1


def test_a_date_at_the_end_is_not_cut_in_two() -> None:
    model = Scripted("It was set up.")
    list(carried(checked("LYRA研究所，设立于2023年11月2日"), "en", model))
    assert not any(messages[-1].content.strip().startswith("2023") for messages in model.asked)


@pytest.mark.parametrize(
    ("source", "said", "told"),
    [
        ("2023/11/2英国宣布此事。", "The UK announced it.", "November 2, 2023: The UK announced it."),
        ("2023年11月英国宣布此事。", "In November 2023 the UK said so.", "In November 2023 the UK said so."),
        ("2022年5月和2023年11月各有一个。", "There was one each.", "There was one each."),
        ("2023年11月以前英国没有研究所。", "The UK had none.", "The UK had none."),
        ("最晚到2030年12月实现目标。", "The target is to be reached.", "The target is to be reached."),
        ("2023年11月2日英国宣布此事。", "On 11/2/2023 it was announced.", "On 11/2/2023 it was announced."),
    ],
)
def test_the_one_day_that_a_translation_drops_stands_before_it(source: str, said: str, told: str) -> None:
    (sentence,) = carried(checked(source), "en", Scripted(said))
    assert sentence.text == told


def test_a_row_is_asked_for_again_by_its_cells_and_one_that_is_in_the_language_stays() -> None:
    def say(messages: Sequence[Message]) -> str:
        whole = "LYRA" in messages[-1].content
        return "Release date: May 2022 | LYRA 175,300B tokens." if whole else "Release date: May 2022."

    (sentence,) = carried(checked("发布时间: 2022.5 | LYRA 175 300B tokens。"), "en", Scripted(say))
    assert sentence.text == "Release date: May 2022. LYRA 175 300B tokens."


def test_chinese_dates_are_spelt_before_the_model_reads_them() -> None:
    assert readable("截至2023年底，出货84000套", "en") == "by the end of 2023，出货84,000套"


def test_a_fraction_is_spelt_and_never_becomes_a_multiple() -> None:
    assert readable("比上年多出四分之一左右", "en") == "比上年多出 a quarter 左右"
    assert carried(checked("收入比上年多出四分之一左右。"), "en", Scripted("Revenue is four times higher.")) == []
    assert carried(checked("收入是上年的四倍。"), "en", Scripted("Revenue is four times that of last year."))


@pytest.mark.parametrize(
    ("source", "said", "kept"),
    [
        ("GMV超10亿元。", "GMV (Global Market Value) exceeded 1 billion yuan.", "GMV exceeded 1 billion yuan."),
        ("脑机接口（BCI）领先。", "Brain-computer interfaces (BCI) lead.", "Brain-computer interfaces (BCI) lead."),
    ],
)
def test_what_a_translation_says_in_parentheses_of_its_own_goes(source: str, said: str, kept: str) -> None:
    assert [sentence.text for sentence in carried(checked(source), "en", Scripted(said))] == [kept]


def test_what_leads_in_and_says_nothing_is_no_half_of_its_own() -> None:
    said = iter(["It is noteworthy that it needs 12 PB.", "It needs 470 PB."])
    told = carried(checked("值得注意的是，训练需要470 PB的算力。"), "en", Scripted(lambda messages: next(said)))
    assert [sentence.text for sentence in told] == ["It needs 470 PB."]
