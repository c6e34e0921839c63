"""What counts as support, held against labelled pairs; docs/supported.md is the definition."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant import claims
from assistant.alignment import find
from assistant.pairing import counts_another, named_for_another, of_a_narrower_kind
from assistant.support import Judge, Similarity

LABELLED = Path(__file__).with_name("supported_pairs.jsonl")
PAIRS = [json.loads(line) for line in LABELLED.read_text("utf-8").splitlines()]
FIGURES = {"wrong number", "wrong unit", "wrong currency", "wrong year", "rounded number"}


def passes(pair: dict[str, Any], similarity: Similarity | None = None) -> bool:
    judge = Judge(question=pair.get("question", ""), similarity=similarity)
    return judge.verdict(pair["claim"], [pair["evidence"]]).supported


def agreement(similarity: Similarity | None) -> tuple[float, str]:
    """The share of pairs judged as labelled, and the confusion table by languages."""
    table: Counter[tuple[str, bool, bool]] = Counter()
    for pair in PAIRS:
        languages = f"{pair['claim_lang']} over {pair['evidence_lang']}"
        table[languages, pair["supported"], passes(pair, similarity)] += 1
    rows = [f"{key[0]}: supported={key[1]} judged={key[2]}: {count}" for key, count in sorted(table.items())]
    return sum(count for key, count in table.items() if key[1] == key[2]) / len(PAIRS), "\n".join(rows)


def test_the_pairs_are_many_and_cover_both_languages_and_verdicts() -> None:
    assert len(PAIRS) >= 60
    for languages in [("zh", "zh"), ("en", "en"), ("en", "zh"), ("zh", "en")]:
        group = [pair for pair in PAIRS if (pair["claim_lang"], pair["evidence_lang"]) == languages]
        assert {pair["supported"] for pair in group} == {True, False}
        assert len(group) >= 12


def test_code_agrees_with_the_labels_without_embeddings() -> None:
    share, table = agreement(None)
    assert share >= 0.85, table


@pytest.mark.parametrize("pair", [p for p in PAIRS if p["kind"] in FIGURES], ids=lambda pair: pair["id"])
def test_no_wrong_figure_passes(pair: dict[str, Any]) -> None:
    assert not passes(pair)
    assert not passes(pair, lambda wanted, texts: np.ones((len(wanted), len(texts))))


@pytest.mark.parametrize("pair", [p for p in PAIRS if "-person-" in p["id"]], ids=lambda pair: pair["id"])
def test_a_person_is_named_only_where_the_evidence_does(pair: dict[str, Any]) -> None:
    assert passes(pair) is pair["supported"]
    assert passes(pair, lambda wanted, texts: np.ones((len(wanted), len(texts)))) is pair["supported"]


def test_code_agrees_with_the_labels_with_embeddings(cache: Path) -> None:
    share, table = agreement(_e5(cache))
    assert share >= 0.9, table


@lru_cache(maxsize=1)
def _e5(cache: Path) -> Similarity:
    from vectorstore.embedders import open_embedder

    embedder = open_embedder("e5", cache=cache, threads=2)

    def similarity(wanted: Sequence[str], texts: Sequence[str]) -> np.ndarray:
        return np.asarray(embedder.queries(wanted) @ embedder.documents(texts).T)

    return similarity


@pytest.mark.parametrize(
    ("flaw", "claim"),
    [
        ("number", "2023年规模约为2317亿元。"),
        ("number", "2021年人工智能产业规模约为2137亿元。"),
        ("name", "2023年英伟达的人工智能产业规模约为2137亿元。"),
        ("pairing", "2028年人工智能产业规模约为2137亿元。"),
        ("direction", "2023年人工智能产业规模同比下降30.6%。"),
        ("forecast", "产业规模已经突破8000亿元。"),
        ("wording", "自动驾驶出租车在多个城市投入运营。"),
    ],
)
def test_the_verdict_says_what_is_wrong(flaw: str, claim: str) -> None:
    source = "据测算，2023年国内人工智能产业规模约为2137亿元，同比增长30.6%，预计到2028年将突破8000亿元。"
    assert Judge().verdict(claim, [source]).flaw == flaw


def test_a_year_ahead_makes_a_forecast_without_a_word_for_it() -> None:
    source = "预计到2028年产业规模将突破8000亿元。"
    assert Judge(published=2024).verdict("2028年产业规模突破8000亿元。", [source]).supported
    assert Judge(published=2029).verdict("2028年产业规模突破8000亿元。", [source]).flaw == "forecast"
    assert Judge(question="预计2028年规模多大？").verdict("产业规模突破8000亿元。", [source]).supported


def test_a_whole_sentence_copied_is_supported_and_a_part_of_one_is_looked_at() -> None:
    source = "英国市场不增长，美国市场增长12%。不过，中国市场不会下降，反而会上升30%。"
    judge = Judge("中国市场增长了多少？", similarity=None)
    assert judge.verdict("不过，中国市场不会下降，反而会上升30%。", [source]).supported
    assert not judge.verdict("英国市场增长12%。", [source]).supported


def test_evidence_counts_together() -> None:
    sources = ["艾瑞测算的规模为2137亿元。", "协会统计的核心产业规模为1751亿元。"]
    claim = "艾瑞测算的规模为2137亿元，协会统计的核心产业规模为1751亿元。"
    assert Judge().verdict(claim, sources).supported
    assert not Judge().verdict(claim, sources[:1]).supported


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NVIDIA's A100 and GPT-3.5, AI-powered GPUs.", {"nvidia", "a100", "gpt3.5", "gpu"}),
        ("Analysts say so. Revenue grew in March.", set()),
        ("Claude 2和GPT 4在该测试中得分。", {"claude", "gpt"}),
    ],
)
def test_names_are_what_cannot_be_paraphrased(text: str, found: set[str]) -> None:
    assert claims.names(text) == found


def test_a_name_is_found_however_it_is_written_but_not_inside_another() -> None:
    assert not claims.names_absent(frozenset(["gpt4", "a100"]), "GPT 4 runs on A-100")
    assert claims.names_absent(frozenset(["gpt3", "a10"]), "GPT-3.5 runs on A100") == {"gpt3", "a10"}
    assert not claims.names_absent(frozenset(["gpt3"]), "GPT-3 175 300B tokens")


@pytest.mark.parametrize(
    ("one", "other", "contrary"),
    [
        ("国内融资59起", "国外融资59起", True),
        ("国内融资59起", "overseas financing: 59 deals", True),
        ("国内融资59起", "国内和国外共融资59起", False),
        ("融资59起", "国外融资59起", False),
        ("上半年出口59万台", "上半年进口59万台", True),
        ("国内融资59起", "国内外融资59起", False),
        ("算力比国外便宜2-3倍", "获取算力的成本比国外高了2-3倍", True),
        ("chips are cheaper there", "chips are more expensive there", True),
        ("算力便宜，而数据昂贵", "数据昂贵", False),
        ("Services were important", "Exports rose", False),
    ],
)
def test_what_is_said_of_one_of_two_opposites_is_not_said_of_the_other(one: str, other: str, contrary: bool) -> None:
    assert claims.contrary(one, other) is contrary
    assert claims.contrary(other, one) is contrary


def test_a_version_belongs_to_its_name_whatever_stands_between_them() -> None:
    assert claims.versions("Meta何时发布Llama 2，GPT-3和H100又是何时？") == {"llama2", "gpt3", "h100"}
    assert claims.versions("In 2023, OpenAI 2023年 and May 2022, Q1 2024, FY2023, Top 10") == frozenset()
    assert claims.versions("AI公司有1,200家，Meta占20%，A股第2") == frozenset()


def test_years_are_read_beside_punctuation_and_not_out_of_amounts() -> None:
    assert claims.years("据测算，2023年，到2028，共2024家，2000亿元，2024.02，1.2021") == {2023, 2028, 2024}


def test_a_row_and_its_caption_support_what_is_said_of_it() -> None:
    caption = "图表3：截至2023年底各类网络应用的普及情况（单位：亿，%）"
    judge = Judge("2023年各类网络应用中，哪一类的用户规模增长得最快？", captions=caption)
    row = "应用: 网约车 | 用户规模: 5.3 | 同比增长: 20.7% | 使用率: 48.3%"
    said = "2023年各类网络应用中，用户规模增长最快的是{}，增幅为20.7%。"
    assert judge.verdict(said.format("网约车"), [row]).supported
    assert not judge.verdict(said.format("短视频"), [row]).supported


def test_a_row_whose_unit_stands_in_the_caption_keeps_its_numbers() -> None:
    rows = "框架: 甲架 | 星数: 75.9 | 分支数: 20.6\n框架: 乙架 | 星数: 21.4 | 分支数: 5.4"
    judge = Judge("甲架的分支数有多少？", captions="图表32：各框架的指标（单位：千个）")
    assert judge.verdict("甲架的分支数为20.6千个。", [rows]).supported
    assert judge.verdict("甲架的分支数为5.4千个。", [rows]).flaw == "pairing"


def test_a_character_that_may_mean_about_is_wording_within_a_word() -> None:
    assert "网约" in claims.grams("网约车和公约")
    assert claims.grams("规模约") == claims.grams("规模")


@pytest.mark.parametrize(
    ("claim", "source", "stands"),
    [
        ("计算机视觉的职位增长最快，增速为34.4%。", "计算机视觉的职位最多，占比为34.4%。", False),
        ("计算机视觉的职位占比为34.4%。", "计算机视觉的职位增速为34.4%。", False),
        ("计算机视觉的职位占比为34.4%。", "计算机视觉的职位占比为34.4%，数量最多。", True),
        ("Vision jobs grew 34.4%.", "Vision jobs account for 34.4% of all jobs.", False),
        ("甲类的占比升至37.4%。", "甲类的占比由25.2%上升到37.4%。", True),
        ("甲类由25.2%上升到37.4%。", "甲类的占比2022年为25.2%，2023年为37.4%。", True),
        ("渗透率提升至34%。", "渗透率（占全部汽车销量）为34%，上年为20%。", True),
        ("制造业占GDP的27.7%。", "制造业增加值为GDP的27.7%。", True),
        ("甲类的使用率为48.3%。", "类别: 甲类 | 同比增长: 20.7% | 使用率: 48.3%", True),
        ("甲类的份额为48.3%。", "类别: 甲类 | 占比: 20.7% | 同比增长: 48.3%", False),
    ],
)
def test_a_share_is_no_growth(claim: str, source: str, *, stands: bool) -> None:
    assert Judge().verdict(claim, [source]).supported is stands


TIMELINE = (
    "2023/7/19甲院提出《生物风险评估法案》2023/7/21乙组织签署自愿承诺书2023/7/25甲院通过《境外投资透明法案》2023/7/27甲院提出《算力法案》"
)


@pytest.mark.parametrize(
    ("claim", "sources", "stands"),
    [
        ("2023/7/21甲院通过《境外投资透明法案》。", [TIMELINE], False),
        ("2023年7月25日，甲院通过《境外投资透明法案》。", [TIMELINE], True),
        ("7月25日，甲院通过《境外投资透明法案》。", [TIMELINE], True),
        ("7月21日，乙公司发布了星河模型。", ["甲公司成立于2023年7月21日。", "7月25日，乙公司发布了星河模型。"], False),
        ("7月21日，乙公司发布了星河模型。", ["7月21日，乙公司发布星河模型。", "7月25日，乙公司发布了星河模型。"], True),
    ],
)
def test_what_happened_on_one_day_is_not_told_of_another(claim: str, sources: Sequence[str], *, stands: bool) -> None:
    assert Judge().verdict(claim, sources).supported is stands


def test_a_height_is_no_speed() -> None:
    row = "厂商及型号 身高 体重 行走速度 星辰 星辰一号 1.68 米 60kg 1.2 米/秒 电机驱动"
    judge = Judge("星辰一号走得有多快？")
    assert not judge.verdict("星辰一号的行走速度为1.68米/秒。", [row]).supported
    assert judge.verdict("星辰一号的行走速度为1.2米/秒。", [row]).supported


def test_a_name_right_behind_another_thing_that_the_question_enumerates_is_that_things() -> None:
    asked = "表里，北海公司、南海公司和东海公司的模型分别叫什么？"
    row = "模型: 西海公司Alpha模型北海公司Beta模型南海公司Gamma模型东海公司Delta模型"
    judge = Judge(asked, "")
    assert judge.verdict("北海公司的模型叫Gamma模型。", [row]).flaw == "pairing"
    assert judge.verdict("北海公司的模型叫Beta模型。", [row]).supported
    assert judge.verdict("南海公司的模型叫Gamma模型。", [row]).supported


@pytest.mark.parametrize(
    ("question", "claim", "source"),
    [
        ("百度和阿里巴巴的模型分别叫什么？", "百度的叫ERNIE，阿里的叫Qwen。", "百度ERNIE、阿里巴巴Qwen已上线。"),
        ("报告中，模型和参数量分别是什么？", "参数量最大的是GPT-4。", "目前参数量最大的模型GPT-4已上线。"),
        ("国内和国外的模型有哪些？", "国外的模型有Llama和GPT。", "国外有Llama，国内GPT类产品也已上线。"),
    ],
)
def test_what_only_looks_like_another_thing_asked_about_owns_no_name(question: str, claim: str, source: str) -> None:
    assert not named_for_another(claim, question, [source])


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("2024年的市场规模为50万台", "2024年市场规模为50万台左右，2030年将形成200万台市场规模。"),
        ("2023年电动汽车的销量为950万辆", "2023年电动汽车的销量为950万辆整，此前一年销量为689万辆电动汽车。"),
        ("研发投入增加了3亿元", "增加3亿元主要用于芯片，另有5亿元研发投入。"),
    ],
)
def test_what_follows_a_number_is_not_always_what_it_counts(said: str, source: str) -> None:
    (number,) = [found for found in find(source) if found.text in said][:1]
    assert not counts_another(said, source, number)


@pytest.mark.parametrize(
    ("claim", "source", "narrower"),
    [
        ("东港有相关企业24家。", "东港拥有人工智能独角兽企业24家。", True),
        ("东港有独角兽24家。", "东港拥有人工智能独角兽企业24家。", False),
        ("There are 24 AI companies in East Port.", "东港拥有24家独角兽企业。", True),
        ("There are 24 unicorns in East Port.", "东港拥有24家独角兽企业。", False),
        ("东港有企业24家。", "东港拥有企业24家，其中独角兽3家。", False),
    ],
)
def test_firms_of_one_kind_are_not_all_firms(claim: str, source: str, narrower: bool) -> None:
    number = next(number for number in find(source) if number.value == 24)
    assert of_a_narrower_kind(claim, source, number) is narrower
