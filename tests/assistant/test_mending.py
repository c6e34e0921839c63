"""Faults of a translation that code can mend: asides of its own, figures cut or shortened."""

from __future__ import annotations

import pytest

from assistant.mending import mended, with_bounds, with_spellings, without_asides


@pytest.mark.parametrize(
    ("source", "said", "told"),
    [
        ("拥有超过3200名专家。", "It has over 3, 200 experts.", "It has over 3,200 experts."),
        ("2023年有200家公司。", "In 2023, 200 companies stood.", "In 2023, 200 companies stood."),
        ("需要50 billion PB的算力。", "It requires 50 PB of compute.", "It requires 50 billion PB of compute."),
        ("花费50 billion元。", "It spent 50 billion yuan.", "It spent 50 billion yuan."),
        ("花费5 billion元，增长5%。", "It spent 5, up 5%.", "It spent 5 billion, up 5%."),
        ("50 billion元，50家公司。", "50 yuan for 50 companies.", "50 yuan for 50 companies."),
        ("有4 billion个参数的GPT-4。", "GPT-4 has four billion.", "GPT-4 has four billion."),
        ("投资50 billion元。", "A 50-billion-yuan project, ranking 50.", "A 50-billion-yuan project, ranking 50."),
        ("花费50 billion元。", "It cost 50bn.", "It cost 50bn."),
        ("花费1.5 billion元。", "It spent 11.5 and 1.55.", "It spent 11.5 and 1.55."),
    ],
)
def test_figures_are_those_of_the_source(source: str, said: str, told: str) -> None:
    assert mended(said, source) == told


@pytest.mark.parametrize(
    ("source", "said", "told"),
    [
        ("How fast is Groq's LPU?", "Groq的LPU（计算单元）有多快？", "Groq的LPU有多快？"),
        ("GMV超10亿元。", "GMV (Global Market Value) exceeded it.", "GMV exceeded it."),
        ("脑机接口（BCI）。", "Brain-computer interfaces (BCI).", "Brain-computer interfaces (BCI)."),
        ("检索增强生成RAG。", "Retrieval-augmented generation (RAG).", "Retrieval-augmented generation (RAG)."),
        ("北京、上海等一线城市。", "Cities (Beijing, Shanghai).", "Cities (Beijing, Shanghai)."),
        ("GTC 2024上的GPU。", "GPUs (GTC) at GTC 2024.", "GPUs at GTC 2024."),
        ("占比达一半。", "A half (50%).", "A half (50%)."),
    ],
)
def test_what_stands_in_parentheses_stands_so_in_the_source(source: str, said: str, told: str) -> None:
    assert without_asides(said, source) == told


@pytest.mark.parametrize(
    ("source", "said", "told"),
    [
        ("已有40余家企业获批。", "Approval went to 40 companies.", "Approval went to over 40 companies."),
        ("涉足500个以上品牌。", "It works with 500 brands.", "It works with over 500 brands."),
        ("超过1200万人。", "About 12 million people.", "Over 12 million people."),
        ("近4亿美元。", "It put in approximately $400 million.", "It put in nearly $400 million."),
        ("不到10%。", "It is 10%.", "It is less than 10%."),
        ("已有40余家。", "More than 40 of them.", "More than 40 of them."),
        ("销量突破84000套。", "Sales will exceed 84,000 sets.", "Sales will exceed 84,000 sets."),
        ("已有40家。", "There are 40.", "There are 40."),
        ("占比超过40%。", "It holds a 40% share.", "It holds a 40% share."),
        ("近3年来增长。", "It grew in the past 3 years.", "It grew in the past 3 years."),
        ("60岁以上。", "They are aged 60 or older.", "They are aged 60 or older."),
        ("很大。已有40余家。", "It is big. 40 joined.", "It is big. Over 40 joined."),
        ("超过40家，另有40人。", "There are 40 and 40.", "There are 40 and 40."),
    ],
)
def test_over_stays_over(source: str, said: str, told: str) -> None:
    assert with_bounds(said, source) == told


@pytest.mark.parametrize(
    ("source", "said", "told"),
    [
        ("Synchron的植入体。", "An implant by Synchro.", "An implant by Synchron."),
        ("Illiac Suite问世。", "The Iliac Suite came out.", "The Illiac Suite came out."),
        ("Agent很多。", "Agents are many.", "Agents are many."),
        ("Synchron与Synchro合作。", "Synchro works with Synchron.", "Synchro works with Synchron."),
        ("Transformer模型。", "The Transfer model.", "The Transformer model."),
        ("迁移学习用到Transformer。", "Transfer learning is used.", "Transfer learning is used."),
        ("GPT模型。", "The Claude model.", "The Claude model."),
    ],
)
def test_names_are_spelt_as_the_source_spells_them(source: str, said: str, told: str) -> None:
    assert with_spellings(said, source) == told
