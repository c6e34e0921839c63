"""Names that only Chinese has: found by where they stand, read by their sound, shown with their characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.citations import Checked
from assistant.coined import coined, sound, with_characters
from assistant.crossing import carry
from assistant.schema import Citation, Sentence
from tests.assistant.builders import Scripted


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("领域: 虚拟人 | 公司: 砼识宇宙 | 业务: 引擎", {"砼识宇宙": "Tongshi Yuzhou"}),
        ("代表企业: 百度、锐明科技、光论等。", {"锐明": "Ruiming", "光论": "Guanglun"}),
        ("入选的有商汤科技、依图、明略。", {"依图": "Yitu", "明略": "Minglue"}),
        ("视觉平台（百度）、图像平台（依图）", {"依图": "Yitu"}),
        ("网易推出“钧曰”大模型。", {"钧曰": "Junyue"}),
        ("2023年10月，一家公司发布钧炼大模型服务平台。", {"钧炼": "Junlian"}),
        ("将把砼恩、钧图和翊翎三大实验室迁入园区。", {"砼恩": "Tongen", "钧图": "Juntu", "翊翎": "Yiling"}),
    ],
)
def test_a_name_is_known_by_where_it_stands(text: str, found: dict[str, str]) -> None:
    assert coined(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "客户有百度、政府、高校、初创企业。",
        "公司推出行业大模型，又发布首个大模型。",
        "形成研发、生产和销售三大平台。",
        "应用包括对话、绘图、语法精讲。",
        "企业: 具备自主研发能力；团队超过百人",
        "主要城市是北京、上海、深圳。",
        "公司: 未披露",
        "代表企业: 百度、腾讯等。",
    ],
)
def test_words_and_known_names_are_none(text: str) -> None:
    assert coined(text) == {}


@pytest.mark.parametrize(("name", "read"), [("瑞立视", "Ruilishi"), ("燧原科技", "Suiyuan Keji"), ("明略", "Minglue")])
def test_a_name_is_read_in_words_of_two_characters(name: str, read: str) -> None:
    assert sound(name) == read


def test_the_characters_stand_behind_a_name_once_while_the_sentence_stays_english() -> None:
    long = "The list of Yitu names ten companies, and Yitu is the third among them."
    assert with_characters(long, {"依图": "Yitu"}).count("Yitu (依图)") == 1
    assert with_characters("Yitu leads.", {"依图": "Yitu"}) == "Yitu leads."


def test_a_model_reads_the_sound_and_the_asker_the_characters_too() -> None:
    quote = "视觉平台（百度）、图像平台（依图）"
    citation = Citation(1, "r", "r.txt", "报告", None, 0, len(quote), quote, True)
    answer = Checked("", (Sentence("依图运营图像平台。", (1,), "supported"),), (citation,))
    model = Scripted("Yitu runs the national image platform.")
    *_, told = carry(answer, "en", model)
    assert "Yitu" in model.written_from[-1].content
    assert told == Sentence("Yitu (依图) runs the national image platform.", (1,), "supported")


@given(st.text(alphabet="依图明略百度商汤、，。（）“”公司:| 大模型", max_size=60))
def test_what_is_found_stands_in_the_text(text: str) -> None:
    assert all(name in text and read.isascii() for name, read in coined(text).items())
