"""Whether a text may speak of the very thing that is asked about."""

from __future__ import annotations

import pytest

from assistant.fitting import fits


@pytest.mark.parametrize(
    ("question", "text", "may"),
    [
        ("Meta什么时候首次发布LLaMA？", "发布时间: 2023.1 | LLaMA 65 1.4T tokens", True),
        ("Meta什么时候首次发布LLaMA？", "7月，Meta又发布了Llama-2。", False),
        ("Meta什么时候首次发布LLaMA？", "2月，Meta发布了Llama-1。", True),
        ("Meta什么时候发布Llama 2？", "7月，Meta发布了Llama-2，比Llama-1更强。", True),
        ("Meta什么时候发布Llama 2？", "次年4月，Meta推出Llama-3。", False),
        ("When did Google release Gemini 1.5 Pro?", "发布时间: 2023.12 | Gemini 多模态", False),
        ("When did Google release Gemini 1.5 Pro?", "发布时间: 2024.5 | Gemini 1.5 Pro 多模态", True),
        ("GPT-4是哪一天发布的？", "2023年11月7日，GPT-4 Turbo发布。", False),
        ("GPT-4是哪一天发布的？", "2024年5月，OpenAI推出GPT-4o。", False),
        ("GPT-4是哪一天发布的？", "GPT-4 Turbo比3月发布的GPT-4更快。", True),
        ("GPT-4 Turbo是哪一天发布的？", "2023年3月，GPT-4发布。", False),
        ("When was GPT-4 released?", "GPT-4 opened in March; GPT-4 provides more.", True),
        ("2023年储能装机多少？", "2022年，储能装机为8.7吉瓦。", False),
        ("2023年储能装机多少？", "储能装机为8.7吉瓦。", True),
        ("中国的储能装机多少？", "深圳市的储能装机为0.4吉瓦。", False),
        ("中国的储能装机多少？", "国内储能装机为8.7吉瓦，其中深圳市0.4吉瓦。", True),
        ("上海市有多少家储能企业？", "北京市有330家储能企业。", False),
        ("上海市有多少家储能企业？", "全球有3300家储能企业。", False),
        ("上海市有多少家储能企业？", "园区里有33家储能企业。", True),
        ("上海市有多少家储能企业？", "现有储能企业330家，数量位居全国第二。", True),
        ("上海市有多少家储能企业？", "企业共260家，占全国的12%。", True),
        ("2023年储能装机多少？", "2021—2025年，储能装机每年都有8吉瓦。", True),
        ("OpenAI什么时候发布Sora？", "OpenAI 2月发布了Sora。", True),
        ("ChatGPT有多少用户？", "ChatGPT 5天内获得100万用户。", True),
        ("How many offices has Meta?", "Meta 6 offices in all.", True),
        ("H100的显存是多少？", "该芯片采用HBM3，显存为80GB。", True),
        ("GPT-4有多少参数？", "这款ChatGPT背后的模型有1.8万亿参数。", True),
        ("上海市有多少家储能企业？", "全国3300家储能企业，上海占一成。", True),
    ],
)
def test_another_version_year_or_place_is_another_thing(question: str, text: str, *, may: bool) -> None:
    assert fits([question], text) is may
