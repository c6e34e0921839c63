"""The items of a list are raised together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evidence import Part
from assistant.items import with_siblings


def parts(texts: list[str], best: int = 0) -> list[Part]:
    """Sentences of one passage, of which one bears on the question."""
    return [Part(0, 100 * i, 100 * i + len(text), text, 1.0 if i == best else 0.2) for i, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("texts", "together"),
    [
        (["-编造的风险。", "-泄露的风险。", "-成本的风险。", "别的句子。"], 3),
        (["训练资料的来源：1)公共数据库；", "2）企业的问卷；", "③向供应商采购。", "别的句子。"], 3),
        (["第一，要有算力；", "第二，要有数据。", "别的句子。"], 2),
        (["可定向提升能力\n可降低风险", "可避免纠纷\n可降低成本", "训练的数据很多"], 2),
        (["-编造的风险。", "-泄露的风险。", "别的句子。"], 1),
        (["算力的来源很多；", "2）企业的问卷；", "别的句子。"], 1),
        (["可以提升能力。", "可以降低风险。", "可以避免纠纷。"], 1),
        (["2022年的规模", "2023年的规模", "2024年的规模"], 1),
        (["Costs fell by 12%", "China leads in output", "Capex will slow"], 1),
        (["中国的企业很多", "中东的访客很多"], 1),
        (["领域: 营销 | 公司: 甲", "领域: 营销 | 公司: 乙"], 1),
    ],
)
def test_what_enumerates_is_raised_with_its_best(texts: list[str], together: int) -> None:
    assert sum(part.score > 0.9 for part in with_siblings(parts(texts))) == together


def test_the_lists_of_two_passages_are_two() -> None:
    one, two = parts(["来源：1）问卷；", "2）访谈。"]), parts(["3）采购；", "4）模拟。"], best=9)
    two = [Part(1, part.start, part.end, part.text, part.score) for part in two]
    assert [part.score > 0.9 for part in with_siblings([*one, *two])] == [True, True, False, False]


@given(st.lists(st.text(alphabet="-1）①可。；\n", min_size=1, max_size=9), max_size=7), st.integers(0, 6))
def test_nothing_is_lowered_or_moved_and_the_best_stays_the_best(texts: list[str], best: int) -> None:
    given_parts = parts(texts, best)
    raised = with_siblings(given_parts)
    assert [(part.start, part.text) for part in raised] == [(part.start, part.text) for part in given_parts]
    assert all(new.score >= old.score for new, old in zip(raised, given_parts, strict=True))
    assert max((part.score for part in raised), default=0) == max((part.score for part in given_parts), default=0)
