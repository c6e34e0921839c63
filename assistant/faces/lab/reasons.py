"""What is wrong with a line of a question set, in Chinese: `eval.dataset` says it in English."""

from __future__ import annotations

import re

_KNOWN: tuple[tuple[str, str], ...] = (
    (r"is not UTF-8", "不是 UTF-8 编码"),
    (r"is not JSON \((.+)\)", "不是 JSON（{}）"),
    (r"is not an object but (.+)", "应为 JSON 对象，现为 {}"),
    (r"is a draft that nobody has reviewed .+", "是尚未审核的草稿，请先审核"),
    (r"the id (.+) stands already on line (\d+)", "编号 {} 与第 {} 行重复"),
    (r"(\w+) must be a text that is not blank, not (.+)", "{} 须为非空文本，现为 {}"),
    (r"(\w+) must be one of (.+), not (.+?)", "{} 须为以下之一：{}；现为 {}"),
    (r"(\w+) must be a text, not (.+)", "{} 须为文本，现为 {}"),
    (r"history must be a list of questions, not (.+)", "history 须为问题的列表，现为 {}"),
    (r"key_facts must be a list of groups, not (.+)", "key_facts 须为分组的列表，现为 {}"),
    (r"key_facts group (\d+) must be a list of variants, not (.+)", "key_facts 第 {} 组须为若干写法的列表，现为 {}"),
    (
        r"key_facts group (\d+) has a variant that is not a text or is blank: (.+)",
        "key_facts 第 {} 组含有空白或非文本的写法：{}",
    ),
    (r"evidence must be a list, not (.+)", "evidence 须为列表，现为 {}"),
    (
        r"evidence (\d+) must name a file, a start and an end, not (.+)",
        "第 {} 条 evidence 须写明 file、start 和 end，现为 {}",
    ),
    (
        r"evidence (\d+) must have line numbers from 1, not (.+) to (.+)",
        "第 {} 条 evidence 的行号须从 1 起，现为 {} 至 {}",
    ),
    (
        r"evidence (\d+) is reversed: it starts on line (\d+) and ends on line (\d+)",
        "第 {} 条 evidence 起止颠倒：始于第 {} 行，止于第 {} 行",
    ),
    (r"an unanswerable question has no key_facts and no evidence", "unanswerable 类问题不应有 key_facts 和 evidence"),
    (r"the library holds no report called (.+)", "库中没有名为 {} 的报告"),
    (
        r"evidence on lines (\d+) to (\d+) lies outside (.+): (\d+) lines",
        "evidence 的第 {} 至 {} 行超出 {} 的范围：共 {} 行",
    ),
)


def in_chinese(reason: str) -> str:
    """The reason that `eval.dataset` gives, part by part; one that is not known stays as it is."""
    return "；".join(map(_part, reason.split("; ")))


def _part(said: str) -> str:
    for pattern, chinese in _KNOWN:
        if found := re.fullmatch(pattern, said, re.DOTALL):
            return chinese.format(*("无" if value == "nothing" else value for value in found.groups()))
    return said
