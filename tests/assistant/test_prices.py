"""What an answer cost stands beside it, where its model has a price."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.assistant import Assistant
from assistant.errors import BadSetting
from assistant.prices import Price, table
from assistant.schema import Usage
from tests.assistant.builders import Scripted
from vectorstore.library import Library


def test_prices_are_of_a_million_tokens() -> None:
    prices = table("openai:gpt-4.1-mini=0.40/1.60, deepseek:deepseek-chat=2/3")
    assert prices == {"openai:gpt-4.1-mini": Price(0.4, 1.6), "deepseek:deepseek-chat": Price(2, 3)}
    assert prices["deepseek:deepseek-chat"].of(Usage(1_000_000, 2_000_000)) == 8
    assert table("") == {}


@pytest.mark.parametrize("said", ["openai", "a=1", "a=x/y", "a=1/2/3", "=1/2", "a=1.2.3/1"])
def test_what_is_no_price_is_named(said: str) -> None:
    with pytest.raises(BadSetting, match="WENJU_PRICES"):
        table(f"ok=1/2, {said}")


def test_an_answer_tells_its_cost(
    assistant: Callable[..., Assistant], library_of: Callable[..., Library]
) -> None:
    library = library_of(facts="星海公司2023年的收入为55亿元。")
    model = Scripted("星海公司2023年的收入为55亿元[1]。")
    answer = assistant(model, library, prices="scripted=10/20").answer("星海公司2023年的收入是多少？")
    assert answer.cost == pytest.approx((answer.usage.prompt_tokens * 10 + answer.usage.completion_tokens * 20) / 1e6)
    assert answer.record()["cost"] == answer.cost > 0
    assert assistant(model, library).answer("星海公司2023年的收入是多少？").cost is None
