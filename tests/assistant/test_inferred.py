"""What a claim works out and its evidence does not say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import claims
from assistant.inferred import inferred, invents_an_item

SOUTH = "2023年，南岭地区专利申请量达2.7万项，融资270起。"
CARDS = "训练这个模型需要8400张Hopper卡，耗电15兆瓦。换成Blackwell，只要2400张，耗电4兆瓦。"
GROWTH = "东港、南岭和北海的增速最为显著，分别为2.8%、4.5%、3.3%。"
LAYERS = "19.5%的企业处于基础层，集中在大数据领域；15.6%的企业处于技术层。"


@pytest.mark.parametrize(
    ("claim", "source", "wrong"),
    [
        ("南岭和北海的申请量相差2.7万项。", SOUTH, True),
        ("南岭的申请量比北海高出2.7万项。", "南岭比北海多出2.7万项。", False),
        ("两地相差2.7万项。", "两地申请量的差距为2.7万项。", False),
        ("南岭的申请量为2.7万项。", SOUTH, False),
        ("南岭的融资最多，有270起。", SOUTH, True),
        ("South Ridge had the most financing, 270 deals.", SOUTH, True),
        ("南岭的融资最多，有270起。", "南岭的融资居全国首位，有270起。", False),
        ("北海的产值最高，达30亿元。", "北海产值30亿元，南岭产值20亿元。", False),
        ("北海的产值最高，达30亿元。", "地区: 北海 | 产值: 30亿元", False),
        ("北海的产值最高，达30亿元。", "30亿元\n\n南岭\n\n北海", False),
        ("北海的增速最高，为3.3%。", GROWTH, True),
        ("南岭的增速最高，为4.5%。", GROWTH, False),
        ("东港的增速最低，为2.8%。", GROWTH, False),
        ("North Sea grew fastest, by 3.3%.", GROWTH, True),
        ("北海的增速第二高，为3.3%。", GROWTH, False),
        ("The most advanced model costs 30 million yuan.", "较前沿的模型要3000万元。", False),
        ("Hopper和Blackwell各需要2400张。", CARDS, True),
        ("Hopper和Blackwell各要4兆瓦。", CARDS, True),
        ("Hopper和Blackwell都需要2400张。", "Hopper和Blackwell都要2400张。", False),
        ("技术层和基础层分别占19.5%和15.6%。", LAYERS, True),
        ("基础层和技术层分别占19.5%和15.6%。", LAYERS, False),
    ],
)
def test_a_claim_tells_no_more_than_stands_there(claim: str, source: str, wrong: bool) -> None:
    assert inferred(claim, [source]) is wrong


@pytest.mark.parametrize(
    ("claim", "source", "invented"),
    [
        ("三个难题是能耗难题、材料难题和量子难题。", "能耗与材料是主要的难题，另有成本难题。", True),
        ("三个难题是能耗难题、材料难题和成本难题。", "能耗与材料是主要的难题，另有成本难题。", False),
        ("难题是能耗。", "成本。", False),
    ],
)
def test_an_item_of_which_no_word_stands_there_is_invented(claim: str, source: str, invented: bool) -> None:
    assert invents_an_item(claim, claims.grams(source)) is invented


@given(st.text(alphabet="基础层技术和分别各占最多差19.5%、，。AB ", max_size=40))
def test_what_stands_there_word_for_word_is_worked_out_from_nothing(text: str) -> None:
    assert not invents_an_item(text, claims.grams(text))
    inferred(text, [text])
