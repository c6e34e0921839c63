"""Legal boilerplate and contact pages at a report's end, recognised by the density of legal cues."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vectorstore.characters import Cleaned, weight

_DISCLAIMS = re.compile(
    r"免责|不构成|投资建议|版权|转载|利益冲突|所讨论|关联机构|disclaim|redistribut|investment (?:bank|advice)"
    r"|copyright|rights reserved|solicit|research analyst",
    re.IGNORECASE,
)
"""What hardly anything but legal matter says."""
_LEGAL = re.compile(
    r"声明|法律|投资银行|投资者|本公司|保证|授权|证券|监管|许可|评级|持股|研究报告|目标公司|关联公司|客户|义务|赔偿"
    r"|liab|certif|jurisdiction|prohibit|licen[cs]ed|investors?\b|securit(?:y|ies)|research report|accurac"
    r"|subsidiar|affiliat|ratings?\b|(?:out|under)perform|benchmark|issuer|compensat|warrant|compliance",
    re.IGNORECASE,
)
"""What it says beside that, and reports on finance say anyway."""
_CONTACT = re.compile(
    r"@\w+\.|www\.|https?://|电话|传真|邮编|地址|\btel\b|\bfax\b|扫码|二维码|©", re.IGNORECASE
)


def boilerplate_from(blocks: Sequence[Cleaned], length: int) -> int:
    """Index of the first block of the legal and contact matter at the end of a text of `length` characters.

    The end part is the suffix with the greatest sum of block length times legality, where blocks without
    cues count against it: it begins where legal text begins and spares what stands before.
    """
    best, begin, total = 0.0, len(blocks), 0.0
    for index in range(len(blocks) - 1, -1, -1):
        block = blocks[index]
        if block.span()[0] < 0.5 * length:
            break
        total += len(block) * _legality(block.text)
        if total > best:
            best, begin = total, index
    return begin if best >= 300 else len(blocks)


def _legality(text: str) -> float:
    """How much a block reads like legal or contact matter, -0.6 (not at all) to 1."""
    cues = len(_DISCLAIMS.findall(text)) + 2 * len(_CONTACT.findall(text))
    if cues:
        cues += len(_LEGAL.findall(text))
    return max(-0.6, min(1.0, cues / max(weight(text), 40) / 0.005 - 0.6))
