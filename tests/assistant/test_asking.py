"""What kind of answer a question asks for."""

from __future__ import annotations

import pytest

from assistant.asking import (
    asks_for_list,
    asks_for_one_thing,
    asks_how_many,
    asks_of_each,
    asks_when,
    asks_who,
    asks_why,
    compared,
    gives_a_count,
    gives_a_figure,
    gives_a_time,
    gives_in_the_unit,
    gives_what_is_asked,
    parts,
    tells_how_much,
    wants_more,
)


@pytest.mark.parametrize(
    ("question", "one"),
    [
        ("2021年深圳人工智能核心产业规模是多少亿元？", True),
        ("国家数据局首任局长是谁？", True),
        ("When does the firm plan to open its plant?", True),
        ("What gross margin did the firm report for 2022?", True),
        ("How many plants does it have, and where are they?", False),
        ("收入多少，由哪家公司贡献？", False),
        ("How fast did sales double before 2012, after it, and since 2020?", False),
        ("东部、中部和西部的收入是多少？", False),
        ("国内公司有哪几家？", False),
        ("What was NVIDIA's data centre revenue in the first quarter?", True),
        ("北海和南海相比，专利下降了多少？", False),
        ("Which cities lead?", False),
        ("为什么收入下降了多少都说不清？", False),
        ("What explains the share that was lost?", False),
        ("南岭和北海的申请量差多少？", False),
        ("What share sits in the technology and foundation layers?", False),
        ("How many forks did Alpha and Omega's Beta have in 2023?", False),
        ("When did Alpha and Omega launch the model?", True),
        ("What shares of the cost go to labelling and to cleaning?", False),
        ("何小鹏担任董事长是哪一年？", True),
        ("任何企业都要交多少钱？", True),
    ],
)
def test_one_thing_is_a_figure_a_date_or_a_person_asked_for_alone(question: str, one: bool) -> None:
    assert asks_for_one_thing(question) is one


@pytest.mark.parametrize(
    ("question", "when", "who"),
    [
        ("几月几日开会？", True, False),
        ("它是几号上线的？", True, False),
        ("北京地铁几号线客流最大？", False, False),
        ("近几月的销量是多少？", False, False),
        ("最近几日的股价如何？", False, False),
        ("Who founded the firm?", False, True),
        ("What did the WHO recommend?", False, False),
    ],
)
def test_what_holds_a_word_that_may_ask_need_not(question: str, *, when: bool, who: bool) -> None:
    assert (asks_when(question), asks_who(question)) == (when, who)


def test_almost_all_asks_for_no_number() -> None:
    assert tells_how_much(["几乎所有受访企业都在用吗？"], "是的，绝大多数都在用。")
    assert tells_how_much(["用户呈几何级增长吗？"], "是的。")


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("为什么光伏组件降价？", True),
        ("Why did prices fall?", True),
        ("How does the firm make money?", True),
        ("How much money does the firm make?", False),
        ("哪家公司最大？", False),
    ],
)
def test_reasons_and_ways_are_asked_for_by_their_words(question: str, why: bool) -> None:
    assert asks_why(question) is why


@pytest.mark.parametrize(
    ("question", "answer", "more"),
    [
        ("收入和利润分别是多少？", "收入为55亿元。", True),
        ("收入是多少？", "收入很高。", True),
        ("收入是多少？", "收入为55亿元。", False),
        ("准确率有多高，人类水平是多少？", "准确率为74%[1]。", True),
        ("准确率有多高，人类水平是多少？", "准确率为75%，人类为74%[1]。", False),
        ("How large is revenue and how many plants are there?", "5.5 billion yuan.", True),
        ("How large is revenue?", "5.5 billion yuan.", False),
        ("北斗星号是什么时候发射的？", "2023年3月14日。", False),
        ("What year was it launched in?", "In 2023.", False),
        ("What was launched?", "A satellite.", True),
    ],
)
def test_more_is_wanted_of_several_things_or_a_missing_figure(question: str, answer: str, more: bool) -> None:
    assert wants_more([question], answer) is more


@pytest.mark.parametrize(
    ("answer", "given"),
    [("占一半以上。", True), ("增长了三倍。", True), ("有五家工厂。", True), ("No plant was built.", True),
     ("成立于2023年5月6日。", False), ("2016-2023年，各地的政策增多。", False), ("It was founded in 2021.", False)],
)  # fmt: skip
def test_a_figure_may_be_told_in_words_and_a_date_is_none(answer: str, given: bool) -> None:
    assert gives_a_figure(answer) == given


@pytest.mark.parametrize(
    ("question", "pairs"),
    [
        ("2023年全国和深圳的专利申请量各下降了百分之多少？", [("全国", "深圳")]),
        ("长三角、京津冀与粤港澳各有多少家企业？", [("长三角", "京津冀"), ("京津冀", "粤港澳"), ("长三角", "粤港澳")]),
        ("北京、上海、广州和深圳各有多少家企业？", [("北京", "深圳"), ("上海", "深圳")]),
        ("开源数据中中文占比多少，英文占比多少？", [("中文", "英文")]),
        ("2022年融资多少，2023年融资多少？", [("2022", "2023")]),
        ("公司是什么时候成立的，产品是什么时候发布的？", []),
        ("What does Microsoft 365 Copilot cost, versus ChatGPT Team?", [("copilot", "chatgpt")]),
        ("收入和利润是多少？", []),
        ("What do seats and storage cost?", []),
    ],
)
def test_what_is_compared_stands_on_either_side_of_a_conjunction(
    question: str, pairs: list[tuple[str, str]]
) -> None:
    assert [pair for pair in compared(question) if pair in pairs] == pairs
    assert bool(compared(question)) == bool(pairs)


def test_a_time_is_asked_for_by_a_question_word_and_given_by_a_date() -> None:
    assert all(map(asks_when, ["它何时出现？", "是在哪一天？", "When was it sold?", "Who sold it, and when?"]))
    assert not any(map(asks_when, ["卖了多少？", "What did it cost when it was sold?"]))
    assert all(map(gives_a_time, ["2023年7月上市[1]。", "It was sold in March 2021."]))
    assert not gives_a_time("卖了55台[1]。")


@pytest.mark.parametrize(
    ("question", "text", "given"),
    [
        ("模型是哪一年发布的？", "模型于2023年发布。", True),
        ("模型是哪个月发布的？", "模型于2023年发布。", False),
        ("模型是哪个月发布的？", "模型于2023年5月发布。", True),
        ("模型是几月几日发布的？", "模型于2023年5月4日发布。", True),
        ("In which month was it released?", "模型于2023年5月发布。", True),
        ("On what date was it released?", "模型于2023年5月发布。", False),
        ("模型是哪天发布的？", "模型于5月4日发布。", True),
        ("模型有多少参数？", "模型于5月4日发布。", False),
        ("模型有多少用户？", "2024年2-3月，模型的用户一度成为第一。", False),
    ],
)
def test_a_month_or_a_day_is_wanted_where_it_is_asked_for(question: str, text: str, given: bool) -> None:
    assert gives_what_is_asked([question], text) is given


@pytest.mark.parametrize(
    ("question", "text", "given"),
    [
        ("南城的投资是北城的多少倍？", "南城的投资是北城的4倍有余。", True),
        ("南城的投资是北城的多少倍？", "南城有1600家企业，占33%。", False),
        ("By what multiple does A exceed B?", "A is 4 times as large as B.", True),
        ("南城的企业占多少？", "南城有1600家企业，占33%。", True),
        ("What share of firms is in A?", "A has 1,600 firms.", False),
        ("南城有多少家企业？", "南城有1600家企业，占33%。", False),
        ("园区占地面积多少？", "绿化率为33%。", False),
        ("What is the share price?", "It rose 12%.", False),
    ],
)
def test_a_multiple_or_a_share_is_given_in_its_unit(question: str, text: str, given: bool) -> None:
    assert gives_in_the_unit([question], text) is given


def test_a_number_of_things_is_neither_money_nor_a_share() -> None:
    assert all(map(asks_how_many, ["它有多少名员工？", "How many employees does the firm have?"]))
    assert not any(map(asks_how_many, ["收入是多少？", "How many billion yuan did it raise?", "有多少家，收入多少？"]))
    assert all(map(gives_a_count, ["它有3000名员工[1]。", "It has two plants and 10 billion yuan."]))
    assert not any(map(gives_a_count, ["它融了10亿美元[1]。", "It holds 39% [1]."]))


@pytest.mark.parametrize(
    ("question", "listed"),
    [
        ("大模型常见的风险有哪些？", True),
        ("合成数据的四点优势是什么？", True),
        ("这五个悖论分别叫什么？", True),
        ("产业链分为哪六个层级？", True),
        ("What are the main risks?", True),
        ("Which five companies were listed?", True),
        ("What causes does it give?", True),
        ("前两项各是什么？", False),
        ("Which large models does it list?", True),
        ("2023年的市场规模是多少？", False),
        ("Which company leads?", False),
    ],
)
def test_a_question_for_a_list(question: str, listed: bool) -> None:
    assert asks_for_list(question) is listed


@pytest.mark.parametrize(
    ("question", "each"),
    [
        ("By what multiple does output exceed Alpha's and Omega's?", True),
        ("Did Alpha and Omega grow?", True),
        ("How does the Alpha and Omega report define it?", False),
        ("When did Alpha and Omega merge?", False),
        ("Did Alpha grow?", False),
        ("深圳和东莞各有多少家企业？", True),
        ("三条路线各方案的成本是多少？", True),
        ("各方是在哪一天达成协议的？", False),
    ],
)
def test_of_two_names_something_is_asked_of_each(question: str, each: bool) -> None:
    assert asks_of_each(question) is each


def test_a_count_is_wanted_where_the_asker_wants_one_whatever_a_translation_made_of_it() -> None:
    share, count = "What portion of the cars was electric?", "有多少台电动汽车？"
    assert tells_how_much([share, count], "接近20%的汽车是电动的。")
    assert not tells_how_much([count], "接近20%的汽车是电动的。")


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("2023年，南北两市各有多少家？", ["2023年，南北两市各有多少家"]),
        ("占比是多少，它连续几年第一？", ["占比是多少", "它连续几年第一"]),
        ("How fast is it, and in which journal was that?", ["How fast is it", "in which journal was that"]),
        ("Who founded Smith and Sons?", ["Who founded Smith and Sons"]),
        ("近几年，几乎所有企业都盈利，超过1,000家的有多少？", ["近几年，几乎所有企业都盈利，超过1,000家的有多少"]),
        ("说说储能。", []),
    ],
)
def test_the_parts_of_a_question_are_what_it_asks_one_after_the_other(question: str, asked: list[str]) -> None:
    assert parts(question) == asked


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("When the park opened, how many firms did it have?", False),
        ("When did the park open, and how many firms has it?", True),
        ("How many firms has it, and when did it open?", True),
        ("When?", True),
    ],
)
def test_a_subordinate_when_asks_for_no_time(question: str, asks: bool) -> None:
    assert asks_when(question) is asks


def test_measures_of_one_thing_are_not_compared() -> None:
    assert compared("南山的企业数量和比例分别是多少？") == ()
    assert compared("南山和宝安的企业分别有多少？") == (("南山", "宝安"),)
