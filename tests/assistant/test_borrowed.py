"""What a claim takes from its question: names, countries and firsts that its passage does not hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.borrowed import (
    Borrowed,
    borrowed,
    done_by_a_publisher,
    joined_by_a_publisher,
    made_of_one,
    of_a_part,
    of_another_country,
    of_another_place,
    of_others,
)
from tests.assistant.builders import hit, piece

PARTNERS = "发布会上，苹果宣布与OpenAI合作，助手的功能在设备端和云端运行。"


def words(claim: str, passage: str) -> list[str]:
    return [word.text for word in borrowed(claim, passage)]


@pytest.mark.parametrize(
    ("claim", "passage", "missing"),
    [
        ("苹果与谷歌合作，功能在设备端和云端运行。", PARTNERS, ["谷歌"]),
        ("苹果与OpenAI合作。", PARTNERS, []),
        ("Apple works with Google on devices and in the cloud.", PARTNERS, ["Google"]),
        ("Apple works with OpenAI.", PARTNERS, []),
        ("It was released by Stability.", "The court ruled on two rights.", ["stability"]),
        ("阿里达摩院发布了M6。", "阿里巴巴旗下的达摩院推出M6。", []),
        ("Harmony智能出行的合作方有三家。", "鸿蒙智行的合作方有三家。", []),
        ("Harma智能出行的合作方有三家。", "鸿蒙智行的合作方有三家。", ["harma"]),
        ("Ziyue有六项应用。", "“子曰”有六项应用。", []),
        ("Zimo有六项应用。", "“子曰”有六项应用。", ["zimo"]),
        ("百度发布了新模型。", "Baidu released a new model.", []),
        ("该国第一次出台人工智能战略。", "该国发布更新后的战略，替代2019年的版本。", ["第一次"]),
        ("该国首次出台人工智能战略。", "这是该国第一部人工智能战略。", []),
        ("It came for the first time in 2023.", "The 2019 edition was replaced in 2023.", ["for the first time"]),
        ("中国企业中有40%在使用。", "全球大企业中有42%已部署，40%在探索。", ["中国"]),
        ("中国企业中有40%在使用。", "国内大企业中有42%已部署，40%在探索。", []),
        ("It raised US$22 billion.", "国内企业融资220亿美元。", []),
        ("Haitong International puts it at 22 billion.", "海通国际：国内企业融资220亿美元。", []),
        ("The US raised 22 billion.", "国内企业融资220亿美元。", ["US"]),
        ("中国企业中有40%在使用。", "大企业中有42%已部署，40%在探索。", []),
        ("国外最大的一笔融资是10亿美元。", "国内融资共81起，最大的一笔是10亿美元。", ["国外"]),
        ("国外最大的一笔融资是10亿美元。", "国内融资81起，海外59起，最大的一笔是10亿美元。", []),
        ("国外最大的一笔融资是10亿美元。", "美国融资共59起，最大的一笔是10亿美元。", []),
    ],
)  # fmt: skip
def test_what_the_passage_does_not_hold(claim: str, passage: str, missing: list[str]) -> None:
    assert words(claim, passage) == missing


@pytest.mark.parametrize(
    ("question", "brought"),
    [("苹果与谷歌联手做了什么？", True), ("What did Apple do with Google?", True), ("苹果做了什么？", False)],
)
def test_a_word_is_the_questions_in_either_language(question: str, brought: bool) -> None:
    assert Borrowed("谷歌", "Google").stands_in(question) is brought


@pytest.mark.parametrize(
    ("claim", "sentence", "part"),
    [
        ("2023年中国人工智能融资76起。", "2023年深圳的融资数量降至76起。", True),
        ("2023年中国人工智能融资76起。", "2023年全国融资76起，深圳居首。", False),
        ("2023年深圳人工智能融资76起。", "2023年深圳的融资数量降至76起。", False),
        ("2023年中国人工智能融资76起。", "2023年融资76起。", False),
        ("2023年中国人工智能融资76起。", "据深圳市人工智能行业协会统计，2023年融资76起。", False),
        ("全球企业中有85%加快了投入。", "《全球采用指数》显示，85%的中国企业加快了投入。", True),
        ("全球企业中有38%在用，中国为63%。", "有63%的中国企业在用。", False),
        ("全球产业规模为500亿美元，中国占两成。", "全球产业规模达500亿美元，中国占20%。", False),
        ("《全球采用指数》显示，85%的企业加快了投入。", "《全球采用指数》显示，85%的中国企业加快了投入。", False),
    ],
)
def test_a_figure_of_a_part_is_none_of_the_whole(claim: str, sentence: str, part: bool) -> None:
    assert of_a_part(claim, sentence) is part


@pytest.mark.parametrize(
    ("claim", "sentence", "other"),
    [
        ("京津冀融资最多，为270起。", "2023年，长三角地区融资270起。", True),
        ("长三角融资最多，为270起。", "2023年，长三角地区融资270起，京津冀次之。", False),
        ("大湾区有2118家企业。", "粤港澳地区有企业2118家。", False),
        ("深圳有300家企业。", "全市有企业300家，少于北京。", False),
        ("深圳有300家企业。", "据上海市人工智能行业协会统计，企业有300家。", False),
        ("企业有300家。", "北京有企业300家。", False),
        ("中国化肥产量下降。", "复合肥产量下降。", False),
        ("我国建成12个都市圈。", "已建成都市圈12个。", False),
        ("企业出海欧洲。", "企业出海南美的有300家。", False),
        ("深圳罗湖区有166家企业。", "龙岗区和福田区分别拥有169家、166家企业。", True),
        ("深圳福田区有166家企业。", "龙岗区和福田区分别拥有169家、166家企业。", False),
        ("深圳罗湖区有166家企业。", "该地区的示范区有企业166家。", False),
    ],
)
def test_a_figure_of_one_place_is_none_of_another(claim: str, sentence: str, other: bool) -> None:
    assert of_another_place(claim, sentence) is other


@pytest.mark.parametrize(
    ("asked", "told", "other"),
    [
        ("How many phones were sold in China?", "In South Korea, 1 million were sold [1].", True),
        ("How many phones were sold in China?", "Domestic sales were 2 million [1].", False),
        ("How many phones were sold in China?", "1 million were sold [1].", False),
        ("印度有多少企业？", "印度有3281家，英国有3136家[1]。", False),
        ("日本有多少企业？", "韩国有128家[1]。", True),
        ("《中国白皮书》有多少页？", "韩国有128页[1]。", False),
    ],
)
def test_a_figure_of_one_country_is_none_of_another(asked: str, told: str, other: bool) -> None:
    assert of_another_country(asked, told) is other


@pytest.mark.parametrize(
    ("claim", "joined"),
    [
        ("《储能白皮书》由北辰证券、远山大学联合发布。", True),
        ("远山大学和北辰证券联合发布了《储能白皮书》。", True),
        ("据北辰证券，远山大学与长河集团联合发布了《储能白皮书》。", False),
        ("远山大学与长河集团联合发布了《储能白皮书》。", False),
    ],
)
def test_who_publishes_a_report_is_no_party_to_what_it_tells(claim: str, joined: bool) -> None:
    passage = "2023年6月，远山大学与长河集团联合发布《储能白皮书》。"
    assert joined_by_a_publisher(claim, passage, [hit("", publisher="北辰证券").report]) is joined


@given(st.text(max_size=60))
def test_a_claim_that_is_its_passage_borrows_nothing(text: str) -> None:
    assert borrowed(text, text) == ()


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("海通国际发布GPT-4 Turbo。", True),
        ("Haitong International released GPT-4 Turbo on November 7, 2023.", True),
        ("海通国际拥有55家机构。", True),
        ("Haitong International has 55 offices.", True),
        ("海通国际发布了人工智能产业报告。", False),
        ("Haitong International released its survey.", False),
        ("OpenAI发布GPT-4 Turbo。", False),
        ("海通国际：OpenAI发布GPT-4 Turbo。", False),
        ("海通国际预计2025年为55亿元。", False),
        ("海通国际会变成一座价值千亿的工厂。", True),
        ("海通国际的写作工具每月收费40美元。", True),
        ("海通国际的报告列出了五种工具。", False),
        ("海通国际把发展分为三个阶段。", False),
        ("Haitong International is building factories in Japan.", True),
        ("Haitong International lists five tools.", False),
    ],
)
def test_a_publisher_does_nothing_of_what_it_reports(claim: str, expected: bool) -> None:
    assert done_by_a_publisher(claim, [hit("", publisher="海通国际").report]) is expected


FUNDING, COMPANY = "2023年全行业的融资额降至727亿元，投资人趋于谨慎。", "百度以搜索起家，近来推出了模型ERNIE 4。"


@pytest.mark.parametrize(
    ("claim", "texts", "whole"),
    [
        ("百度最新一轮融资的金额是727亿元。", (FUNDING, COMPANY), False),
        ("2023年全行业的融资额降至727亿元，百度以搜索起家。", (FUNDING + COMPANY, COMPANY), True),
        ("百度最新一轮融资的金额是727亿元。", (FUNDING,), True),  # what one passage lacks is looked for elsewhere
        ("百度的ERNIE 4有727亿参数。", ("ERNIE 4有727亿参数。", COMPANY), True),
        ("全行业的融资额降至727亿元。", (FUNDING, COMPANY), True),
    ],
)
def test_of_two_passages_one_holds_the_figure_and_the_name(
    claim: str, texts: tuple[str, ...], whole: bool
) -> None:
    assert made_of_one(claim, [(piece(text), text) for text in texts], "") is whole


@pytest.mark.parametrize(
    ("asked", "told", "others"),
    [
        ("中际旭创的毛利率是多少？", "软件业务的毛利率可达80%。", True),
        ("中际旭创的毛利率是多少？", "2022年中际旭创的毛利率为29%。", False),
        ("What was InnoLight's gross margin?", "2022年中际旭创的毛利率为29%。", False),
        ("What fines does the EU AI Act set?", "人工智能法案规定了罚款。", False),
        ("海通国际怎么看毛利率？", "软件业务的毛利率可达80%。", False),
        ("毛利率是多少？", "软件业务的毛利率可达80%。", False),
        ("十四五期间数字经济占GDP多少？", "到2025年，数字经济占GDP比重达到10%。", False),
        ("谷歌母公司Alphabet的收入是多少？", "Alphabet收入3000亿美元。", False),
        ("Which principles did the AI white paper lay down?", "《促进创新的监管方法》提出了五项原则。", False),
    ],
)
def test_what_names_nothing_of_what_is_asked_about_speaks_of_others(asked: str, told: str, others: bool) -> None:
    assert of_others(asked, [told], "海通国际") is others


def test_a_part_of_a_publishers_name_names_its_publisher() -> None:
    asked = "How many institutions are in the Zhongguancun report?"
    assert of_others(asked, ["China has 14 institutions."], "艾瑞咨询")
    assert not of_others(asked, ["China has 14 institutions."], "中关村产业研究院、毕马威")
    assert of_others("深圳有多少高校？", ["全国有180所高校。"], "深圳市人工智能行业协会") == of_others(
        "深圳有多少高校？", ["全国有180所高校。"], "艾瑞咨询"
    )
