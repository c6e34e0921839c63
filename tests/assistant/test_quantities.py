"""Numbers and units in both languages: what is found, how it is restated, and what a claim may say."""

import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.quantities import (
    chinese_numeral,
    find_quantities,
    numbers,
    restate,
    spelt,
    spread,
    unsaid_counts,
    unsaid_ordinals,
    unsupported_numbers,
)

TO_ENGLISH = [
    ("2023年规模为2137亿元，同比增长13.9%", "2023年规模为213.7 billion yuan，同比增长13.9%"),
    ("超过643.5亿美元", "超过US$64.35 billion"),
    ("28.5万个", "285,000个"),
    ("1750亿参数", "175 billion参数"),
    ("3.6万家", "36,000家"),
    ("8-10亿元", "0.8-1 billion yuan"),
    ("3~5万", "30,000-50,000"),
    ("500万美元至 1000 万美元之间", "US$5-10 million之间"),
    ("500万-20亿元", "5 million-2 billion yuan"),
    ("1751 亿元", "175.1 billion yuan"),
    ("20\n万汉字", "200,000汉字"),
    ("100\n\n亿个参数", "10 billion个参数"),
    ("１２万台", "120,000台"),
    ("43.25万美元成交", "US$432,500成交"),
    ("人民币 4800 亿元", "480 billion yuan"),
    ("3.69 亿元人民币", "369 million yuan"),
    ("近千万人\n\n民币", "近10 million yuan"),
    ("1 亿美\n元", "US$100 million"),
    ("10 亿美金", "US$1 billion"),
    ("10000 亿美元", "US$1 trillion"),
    ("139.4 万亿美元", "US$139.4 trillion"),
    ("750 万欧元", "€7.5 million"),
    ("30亿港元", "HK$3 billion"),
    ("500亿日元", "50 billion yen"),
    ("30 美元", "US$30"),
    ("1698元/月", "1,698 yuan/月"),
    ("1个亿", "100 million"),
    ("2.5个亿美元", "US$250 million"),
    ("超亿元", "超100 million yuan"),
    ("用户过亿", "用户over 100 million"),
    ("上亿元", "over 100 million yuan"),
    ("10亿多元", "over 1 billion yuan"),
    ("3万余家", "over 30,000家"),
    ("4 万余家", "over 40,000家"),
    ("数百万用户", "millions用户"),
    ("数十亿美元", "billions of US dollars"),
    ("数千万元", "tens of millions of yuan"),
    ("千亿级参数", "100 billion级参数"),
    ("百亿元目标", "10 billion yuan目标"),
    ("万亿美金级", "US$1 trillion级"),
    ("是一个万亿美金级的行业", "是一个US$1 trillion级的行业"),
    ("12个千亿级大模型", "12个100 billion级大模型"),
    ("千万级美\n\n元", "US$10 million"),
    ("亿级人民币", "100 million yuan"),
    ("近千万美元", "近US$10 million"),
    ("一百二十亿", "12 billion"),
    ("两千亿参数", "200 billion参数"),
    ("三千万元", "30 million yuan"),
    ("三点五亿元", "350 million yuan"),
    ("七万亿美元", "US$7 trillion"),
    ("一百万 Token", "1 million Token"),
    ("0.8 元/百万 Tokens", "0.8 yuan/1 million Tokens"),
    ("三成", "30%"),
    ("三到五成的企业", "30-50%的企业"),
    ("两至三成", "20-30%"),
    ("超过8成", "超过80%"),
    ("七成五", "75%"),
    ("百分之三十", "30%"),
    ("千分之三", "0.3%"),
    ("十几亿元，两个亿", "over 1 billion yuan，200 million"),
    ("1900.1-1900.5亿元", "190.01-190.05 billion yuan"),
    ("2000-3000亿元", "200-300 billion yuan"),
    ("2023 - 30亿元", "2023 - 3 billion yuan"),
    ("5元至3万元", "5 yuan至30,000 yuan"),
    ("0.5-100万元", "5,000-1,000,000 yuan"),
    ("0.6 个百分点", "0.6 percentage points"),
    ("39.1/46.8/68.2 亿元", "3.91 billion yuan/4.68 billion yuan/6.82 billion yuan"),
    ("336.51 万", "3,365,100"),
    ("10.2345亿元", "1,023.45 million yuan"),
    ("0.5亿元", "50 million yuan"),
    ("GMV100亿元", "GMV 10 billion yuan"),
    ("10 亿欧元", "€1 billion"),
]
TO_CHINESE = [
    ("$213.7 billion", "2137亿美元"),
    ("RMB 239 million", "2.39亿元"),
    ("213.7 billion yuan", "2137亿元"),
    ("\\$2.0B", "20亿美元"),
    ("$805M", "8.05亿美元"),
    ("US$1.2 trillion", "1.2万亿美元"),
    ("USD 12bn", "120亿美元"),
    ("HK$3 million", "300万港元"),
    ("€7.5 million", "750万欧元"),
    ("US$432,500", "43.25万美元"),
    ("between 3 and 5 million yuan", "between 300-500万元"),
    ("US$5-10 million", "500-1000万美元"),
    ("175 billion parameters", "1750亿 parameters"),
    ("more than 20 million people", "more than 2000万 people"),
    ("a billion yuan", "10亿元"),
    ("half a million dollars", "50万美元"),
    ("tens of millions of yuan", "数千万元"),
    ("twenty-five percent", "25%"),
    ("30 per cent", "30%"),
    ("0.6 percentage points", "0.6个百分点"),
    ("JP¥3 billion", "30亿日元"),
    ("$12", "12美元"),
]
UNTOUCHED = [
    "2023年12月8日", "2024.3.20", "Q4 2023", "十四五规划", "2019-2023年",
    "4090 A100 H100 GPT-3.5 Llama 2 70B",
    "10%至15%", "30.6%", "1-2年",
    "9999家", "8360台", "285,000", "4K 5G 3D 200K", "三分之一", "一半 half of 过半",
    "统一 万一 进一步 百度 千问",
    "12 万科 38 百应科技", "千万不要", "（单位：亿元）", "(万美元)", "6.2.2 节", "3倍", "二十五个", "",
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), TO_ENGLISH)
def test_chinese_notation_is_restated_in_english(text: str, said: str) -> None:
    assert restate(text, "en") == said
    assert numbers(said) == numbers(text)


@pytest.mark.parametrize(("text", "said"), TO_CHINESE)
def test_english_notation_is_restated_in_chinese(text: str, said: str) -> None:
    assert restate(text, "zh") == said
    assert numbers(said) == numbers(text)


@pytest.mark.parametrize("text", UNTOUCHED)
def test_years_shares_names_and_small_numbers_stay_as_they_are(text: str) -> None:
    assert restate(text, "en") == text
    assert restate(text, "zh") == text


@pytest.mark.parametrize(
    ("text", "value", "high", "unit", "approx"),
    [
        ("超过643.5亿美元", "64350000000", None, "USD", "over"),
        ("约3.6万家", "36000", None, "company", "about"),
        ("nearly 20 million users", "20000000", None, "person", "nearly"),
        ("more than $2.0B", "2000000000", None, "USD", "over"),
        ("175 billion parameters", "175000000000", None, "parameter", ""),
        ("16 EFLOPS", "16", None, "FLOPS", ""),
        ("60kg", "60", None, "kg", ""),
        ("60倍", "60", None, "times", ""),
        ("5个百分点", "5", None, "pp", ""),
        ("10-15%", "10", "15", "%", ""),
        ("一半", "50", None, "%", ""),
        ("过半企业", "50", None, "%", "over"),
        ("四分之一", "0.25", None, "fraction", ""),
        ("two-fifths", "0.4", None, "fraction", ""),
        ("2023年", "2023", None, "year", ""),
        ("2023年第四季度", "20234", None, "quarter", ""),
        ("达到 2000\n\n万用户", "20000000", None, "person", ""),  # a page ends between them
        ("Q4 2023", "20234", None, "quarter", ""),
        ("fourth quarter of 2023", "20234", None, "quarter", ""),
        ("4Q23", "20234", None, "quarter", ""),
        ("2023年12月8日", "20231208", None, "date", ""),
        ("December 8, 2023", "20231208", None, "date", ""),
        ("8 December 2023", "20231208", None, "date", ""),
        ("8 August.", "808", None, "date", ""),
        ("Dec. 8, 2023", "20231208", None, "date", ""),
        ("2023/12/8", "20231208", None, "date", ""),
        ("2023-2028E", "2023", "2028", "year", ""),
        ("8 月  8 \n\n日", "808", None, "date", ""),
        ("23 年 6 月", "202306", None, "month", ""),
        ("十四五", "2021", "2025", "year", ""),
        ("14th Five-Year Plan", "2021", "2025", "year", ""),
        ("数百万", "1000000", None, "", "several"),
        ("百余家", "100", None, "company", "over"),
        ("70B", "70000000000", None, "", ""),
        ("100K", "100000", None, "", ""),
        ("from 3 to 5 million", "3000000", "5000000", "", ""),
    ],
)
def test_a_quantity_has_value_range_unit_and_approximation(
    text: str, value: str, high: str | None, unit: str, approx: str
) -> None:
    (found,) = find_quantities(text)
    assert (found.value, found.high) == (Decimal(value), Decimal(high) if high else None)
    assert (found.unit, found.approx) == (unit, approx)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("二十五", 25), ("十", 10), ("十五", 15), ("两千", 2000), ("三百五", 350), ("两万五", 25000),
        ("一百零二", 102),
        ("一万零五", 10005), ("一百二十亿", 12_000_000_000), ("一亿三千万", 130_000_000), ("一万亿", 10**12),
        ("千亿", 10**11), ("百万", 10**6),
        ("二〇二三", 2023), ("三点五万", 35000), ("零", 0), ("壹亿", 10**8),
    ],
)  # fmt: skip
def test_chinese_numerals_have_values(text: str, value: int) -> None:
    assert chinese_numeral(text) == value


@pytest.mark.parametrize("text", ["", "年", "万一", "十十", "三点", "3.5", "一二三四十", "亿" * 50_000])
def test_what_is_no_numeral_has_no_value(text: str) -> None:
    assert chinese_numeral(text) is None


def test_both_notations_give_the_same_number() -> None:
    assert numbers("213.7 billion yuan") == numbers("2137亿元") == {Decimal("213700000000")}
    assert numbers("30.6%") == {Decimal("30.6")}
    assert numbers("三成") == numbers("30 percent") == {Decimal(30)}
    assert numbers("一半") == {Decimal(50), Decimal("0.5")}
    assert numbers("2023年12月8日") == {Decimal(2023), Decimal(12), Decimal(8)}


SOURCE = (
    "2023年市场规模为2137亿元，同比增长13.9%，超亿元融资有20起；GPT-4与A100发布于2023年12月8日，"
    "三成企业受益，过半数用户满意。"
)


@pytest.mark.parametrize(
    "claim",
    [
        "213.7 billion yuan in 2023, up 13.90%", "RMB213.7bn [1]", "规模2,137亿元【2】",
        "over 100 million yuan",
        "December 8, 2023", "On December 8", "GPT 4 and A100s", "30% of companies", "more than 50% of users",
        "1. It grew 13.9%\n2. (3) 25 of them [12]", "213,700 million yuan", "five firms and 31 lanes", "",
    ],
)  # fmt: skip
def test_a_claim_may_say_what_the_source_says_in_either_notation(claim: str) -> None:
    assert unsupported_numbers(claim, [SOURCE]) == []


@pytest.mark.parametrize(
    ("claim", "missing"),
    [
        ("214 billion yuan", ["214 billion yuan"]),
        ("US$213.7 billion", ["US$213.7 billion"]),
        ("2137亿美元，增长13.9%", ["2137亿美元"]),
        ("2.137 billion yuan", ["2.137 billion yuan"]),
        ("growth of 14%", ["14%"]),
        ("13.9 yuan", ["13.9 yuan"]),
        ("December 9, 2023", ["December 9, 2023"]),
        ("GPT-5 and H100", ["GPT-5", "H100"]),
        ("in 2025, 40 rounds", ["2025", "40"]),
        ("8-10亿元", ["8-10亿元"]),
    ],
)
def test_other_numbers_roundings_and_currencies_are_unsupported(claim: str, missing: list[str]) -> None:
    assert unsupported_numbers(claim, [SOURCE]) == missing


def test_what_the_question_says_is_allowed() -> None:
    assert unsupported_numbers("No figure for 2030.", [SOURCE], allowed=["What about 2030?"]) == []


def test_the_head_of_a_table_gives_its_scale_to_bare_numbers() -> None:
    table = "融资情况（单位：亿美元）\n2022\t246\n2023\t331.5"
    assert unsupported_numbers("US$33.15 billion in 2023", [table]) == []
    assert unsupported_numbers("33.15 billion yuan in 2023", [table]) == ["33.15 billion yuan"]


def test_the_size_of_models_is_given_in_billions_of_parameters() -> None:
    table = "模型\t参数规模（B）\nX7\t10,000"
    assert unsupported_numbers("X7有10万亿参数，即10 trillion parameters", [table]) == []
    assert unsupported_numbers("X7有10万亿参数", [table.replace("参数规模", "版面")]) == ["10万亿"]


SAID = "会议有人听说,。 -/~至到 \n.,%年亿万成半第约过数个元$¥€ABkKMbT0123456789一二三十百千零点"
money = st.sampled_from(["元", "美元", "港元", "欧元", "日元", "英镑", "韩元", "加元", "卢比"])
scales = st.sampled_from(["", "万", "亿", "万亿", "百万", "千万"])
passages = st.lists(st.sampled_from([text for text, _ in TO_ENGLISH + TO_CHINESE] + UNTOUCHED)).map("，".join)
amounts = st.decimals(min_value=0, max_value=10**12, places=4, allow_nan=False)


@given(amounts, scales, money)
def test_any_amount_survives_the_way_to_english_and_back(amount: Decimal, scale: str, unit: str) -> None:
    text = f"规模为{amount:f}{scale}{unit}。"
    there = restate(text, "en")
    (before,), (after,) = find_quantities(text), find_quantities(restate(there, "zh"))
    assert (after.value, after.unit) == (before.value, before.unit)
    assert numbers(there) == numbers(text)


@given(amounts, amounts, scales, money)
def test_ranges_keep_both_ends(a: Decimal, b: Decimal, scale: str, unit: str) -> None:
    text = f"{min(a, b):f}-{max(a, b):f}{scale}{unit}"
    there = restate(text, "en")
    assert numbers(there) == numbers(text) == numbers(restate(there, "zh"))


@given(st.one_of(st.text(), st.text(SAID), passages))
def test_any_text_has_ordered_quantities_whose_spans_hold_their_text(text: str) -> None:
    end = 0
    for found in find_quantities(text):
        assert end <= found.start < found.end <= len(text)
        assert text[found.start:found.end] == found.text
        assert found.high is None or found.high >= found.value
        end = found.end
    assert unsupported_numbers(text, [text]) == []


@given(st.text(SAID))
def test_restating_changes_nothing_between_quantities(text: str) -> None:
    said, at = restate(text, "en"), 0
    end = 0
    for found in find_quantities(text):
        between = text[end:found.start]
        assert between in said[at:]
        at = said.index(between, at) + len(between)
        end = found.end
    assert said.endswith(text[end:])


@given(passages)
def test_restating_there_and_back_keeps_the_numbers(text: str) -> None:
    there = restate(text, "en")
    assert numbers(there) == numbers(text)
    assert numbers(restate(there, "zh")) == numbers(text)


@pytest.mark.parametrize(
    "piece",
    ["1", "一", "1,", "1,111", "数", "$", "亿", "a ", "one hundred ",
     "2023年", "三成", "1-", "1/", "9.", "9a", " "],
)
def test_time_is_linear_in_the_length(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        find_quantities(text)
        return time.process_time() - start

    seconds(1000)
    assert seconds(100_000) < max(2.0, 50 * seconds(10_000))  # a square would be 100 times


@pytest.mark.shared
def test_the_shared_reports_keep_their_numbers_when_restated(shared: Path) -> None:
    reports = sorted((shared / "reports").glob("*.txt"))
    assert reports
    for report in reports:
        text = report.read_text("utf-8")
        there = restate(text, "en")
        assert numbers(there) == numbers(text)
        assert numbers(restate(there, "zh")) == numbers(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2023年6月底", "the end of June 2023"),
        ("截止2023年末", "by the end of 2023"),
        ("2023年3月14日发布", "March 14, 2023 发布"),
        ("2022年第三季度", "the third quarter of 2022"),
        ("2022年上半年", "the first half of 2022"),
        ("2023年规模", "2023年规模"),
        ("出货84000套", "出货84,000套"),
        ("代码002230.SZ，型号A10000", "代码002230.SZ，型号A10000"),
        ("金额123456.78元", "金额123456.78元"),
        ("3级：由机器完成", "level 3：由机器完成"),
        ("L4级、二级市场与12级台风", "L4级、二级市场与12级台风"),
        ("2023/12/9达成协议", "December 9, 2023 达成协议"),
        ("投资时间: 2024.1.31 | 种子轮", "投资时间: January 31, 2024 | 种子轮"),
        ("发布时间: 2022.5 | 北斗星", "发布时间: May 2022 | 北斗星"),
        ("版本2022.5与2001.10.10", "版本2022.5与2001.10.10"),
        ("运行时间: 2000.5 | 设备", "运行时间: 2000.5 | 设备"),
        ("投资时间: 2000.5小时", "投资时间: 2000.5小时"),
    ],
)
def test_chinese_dates_are_spelt_in_english(text: str, said: str) -> None:
    assert spelt(text) == said


@given(st.text(alphabet="0123456789年月日底末第上半季度一二三四截至 ，./-", max_size=30))
def test_spelling_dates_adds_no_number(text: str) -> None:
    assert not unsupported_numbers(spelt(text), [text]) or not find_quantities(text)


@pytest.mark.parametrize(
    ("claim", "sources", "missing"),
    [
        ("2026年为4932亿元", ["年份: 2026 | 规模: 4932"], ["4932亿元"]),
        ("2026年为4932亿元", ["年份: 2026 | 规模: 4932", "表1 规模（单位：亿元）"], []),
        ("2026年为4932亿美元", ["年份: 2026 | 规模: 4932", "表1 规模（单位：亿元）"], ["4932亿美元"]),
        ("共有62亿元", ["共有62个项目。", "表1 规模（单位：亿元）"], ["62亿元"]),
    ],
)
def test_the_caption_of_a_table_gives_its_rows_their_unit(
    claim: str, sources: list[str], missing: list[str]
) -> None:
    assert unsupported_numbers(claim, sources) == missing


def test_a_day_is_not_put_together_from_several_dates() -> None:
    table = "日期: 2023-10-30 | 地区: 美国\n日期: 2023-12-01 | 地区: 英国"
    assert unsupported_numbers("2023年12月30日达成", [table]) == ["2023年12月30日"]
    assert unsupported_numbers("12月1日达成", [table]) == []
    assert unsupported_numbers("2023年12月8日达成", ["12月8日谈妥。"], allowed=["2023年的哪一天？"]) == []
    assert unsupported_numbers("2022年5月28日发布", ["2020-5-28 发布", "时间: 2022.5"]) == ["2022年5月28日"]
    assert unsupported_numbers("5月28日发布", ["2020-5-28 发布", "时间: 2022.5"]) == []


@pytest.mark.parametrize(
    ("rows", "above", "told"),
    [
        ("地区: 甲 | 融资额（亿元）: 346.8", "", "地区: 甲 | 融资额: 346.8亿元"),
        ("地区: 甲 | 企业（家）: 3,359", "", "地区: 甲 | 企业: 3,359家"),
        ("年份: 2026 | 规模: 4932 | 性质: 预测", "表1（单位：亿元）", "年份: 2026 | 规模: 4932亿元 | 性质: 预测"),
        ("名称: 甲 | 规模: 12 | 同比: 3.5%", "（单位：亿，%）", "名称: 甲 | 规模: 12亿 | 同比: 3.5%"),
        ("框架: 甲 | 星星数: 21.4", "（单位：千个）", "框架: 甲 | 星星数: 21.4千个"),
        ("地区: 甲 | 项目数: 12 | 金额: 3.5", "（单位：亿元）", "地区: 甲 | 项目数: 12 | 金额: 3.5亿元"),
        ("序号: 01 | 占比: 12 | 规模: 7", "单位：万吨", "序号: 01 | 占比: 12 | 规模: 7万吨"),
        ("规模为12（亿元）。", "", "规模为12（亿元）。"),
    ],
)  # fmt: skip
def test_units_in_the_head_of_a_table_go_behind_its_numbers(rows: str, above: str, told: str) -> None:
    assert spread(rows, above) == told


@pytest.mark.parametrize(
    ("claim", "source", "unsaid"),
    [
        ("它被视为第五范式。", "它为研究提供新的工具。", {5}),
        ("它被视为第五范式。", "继四种范式之后，它是第五种。", set()),
        ("它排名第三。", "前三名依次为甲、乙、丙。", set()),
        ("这是它的第二代产品。", "公司发布了Gen2。", set()),
        ("第三季度由第三方统计。", "2023年秋由外部机构统计。", set()),
        ("它位居第一。", "它居首位。", set()),
        ("It is the fifth paradigm.", "它为研究提供新的工具。", {5}),
        ("It is the fifth paradigm.", "它是第五范式。", set()),
        ("A third of them, in the third quarter.", "其中一部分。", set()),
        ("It ranks the 14th.", "它排名第十四。", set()),
        ("它排名第十四。", "它排名靠后。", {14}),
    ],
)
def test_a_place_in_an_order_is_hinted_at_by_its_source(claim: str, source: str, unsaid: set[int]) -> None:
    assert unsaid_ordinals(claim, source) == unsaid


@pytest.mark.parametrize(
    ("claim", "source", "unsaid"),
    [
        ("2023年完成了10轮融资。", "2023年种子轮融资明显增加。", {10}),
        ("2023年完成了10轮融资。", "2023年完成融资十轮。", set()),
        ("公司共有12座工厂。", "公司有工厂12座。", set()),
        ("三家企业各有特点。", "甲、乙、丙各有特点。", set()),
        ("3家企业是甲、乙、丙。", "甲、乙、丙都是。", set()),
        ("第10轮融资在3月15日完成。", "融资在春天完成。", set()),
        ("They closed 10 rounds in 2023.", "2023年种子轮融资明显增加。", {10}),
        ("They closed 10 rounds in 2023.", "2023年完成融资10轮。", set()),
    ],
)
def test_things_counted_in_digits_are_counted_by_the_source(claim: str, source: str, unsaid: set[int]) -> None:
    assert unsaid_counts(claim, source) == unsaid
