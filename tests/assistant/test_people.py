"""People in Chinese reports: found beside their titles, called in English by Pinyin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.people import holds_no_office, in_english, people, pinyin, stands_by_sound


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("研究院院士孙凝晖指出，算力仍然不足。", {"孙凝晖": "Sun Ninghui"}),
        ("去年，某大学朱松纯团队提出了新的方法。", {"朱松纯": "Zhu Songchun"}),
        ("首席架构师徐孝天表示，大模型会更小。", {"徐孝天": "Xu Xiaotian"}),
        ("科大讯飞董事长刘庆峰：\n制定规划。", {"刘庆峰": "Liu Qingfeng"}),
        ("总经理 程苑芬", {"程苑芬": "Cheng Yuanfen"}),
    ],
)
def test_who_stands_beside_a_title_is_a_person(text: str, found: dict[str, str]) -> None:
    assert people(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "高级研究员认为市场会增长。",
        "金杜律师事务所出具了意见。",
        "公司团队高效完成了任务。",
        "特斯拉首席执行官马斯克表示将会量产。",  # written by its sound
        "苹果CEO库克到访。",
        "康佳总裁、牛津教授和康奈尔教授都在场，莫斯科市长也来了。",
        "金山团队和顾问团队、康明斯团队合作。",
        "没有头衔的白皮书和高水平应用。",
        "",
    ],
)
def test_other_words_and_names_written_by_their_sound_are_none(text: str) -> None:
    assert people(text) == {}


@pytest.mark.parametrize(
    ("name", "said"), [("欧阳明", "Ouyang Ming"), ("单伟", "Shan Wei"), ("吕朋悦", "Lü Pengyue"), ("王辉", "Wang Hui")]
)
def test_surnames_are_read_as_surnames(name: str, said: str) -> None:
    assert pinyin(name) == said


def test_a_sentence_has_the_people_of_its_sources_in_pinyin() -> None:
    known = people("某大学朱松纯团队发表论文。\n董事长刘庆峰表示。")
    assert in_english("团队由朱松纯领导。", known) == "团队由 Zhu Songchun 领导。"
    assert in_english("团队由朱松纯领导。", {}) == "团队由朱松纯领导。"


@given(st.text("院士孙凝晖指出总裁谭待团队，。 \n", max_size=40))
def test_any_text_is_read_and_what_is_found_stands_in_it(text: str) -> None:
    assert all(name in text and said[0].isupper() for name, said in people(text).items())


@pytest.mark.parametrize(
    ("name", "text", "stands"),
    [
        ("Ziyue", "推出“子曰”大模型", True),
        ("Lanzhou Tech", "澜舟科技", False),
        ("Lanzhou", "澜舟科技", True),
        ("Ziyue", "推出了大模型", False),
        ("GPT-4", "子曰", False),
        ("Wei", "魏", False),
    ],
)
def test_a_name_stands_there_in_chinese_where_it_is_read_so(name: str, text: str, stands: bool) -> None:
    assert stands_by_sound(name, text) is stands


@pytest.mark.parametrize(
    ("question", "text", "unknown"),
    [
        ("国家电网数据局首任局长是谁？", "孙明院士指出要加强建设。", True),
        ("国家电网数据局首任局长是谁？", "孙明局长指出要加强建设。", False),
        ("谁担任星海公司的CEO？", "首席执行官刘东表示。", False),
        ("谁担任星海公司的CEO？", "刘东表示。", True),
        ("谁担任星海公司的CEO？", "CEO Liu Dong said so.", False),
        ("谁担任星海公司的CFO？", "财务总监刘东表示。", False),
        ("谁是最支持首席执行官的股东？", "刘东表示。", False),
        ("谁任命了新的局长？", "刘东表示。", False),
        ("谁发明了液流电池？", "刘东表示。", False),
        ("刘东院长提出了什么？", "刘东表示。", False),
        ("Who runs it?", "刘东表示。", False),
    ],
)
def test_who_holds_an_office_nobody_says_who_does_not_speak_of_it(question: str, text: str, unknown: bool) -> None:
    assert holds_no_office([question], [text]) is unknown
