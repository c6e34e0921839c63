"""Legal boilerplate and contact pages at a report's end, recognised by the density of legal cues."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vectorstore.characters import Cleaned, weight

_LEGAL = re.compile(
    r"免责|声明|法律|不构成|投资建议|投资银行|投资者|本公司|保证|授权|版权|转载|利益冲突|证券|监管|许可|评级|持股|"
    r"研究报告|所讨论|目标公司|关联公司|关联机构|客户|义务|赔偿|disclaim|liab|certif|jurisdiction|prohibit|"
    r"licen[cs]ed|redistribut|investors?\b|investment (?:bank|advice)|securit(?:y|ies)|research report|accurac|"
    r"copyright|rights reserved|subsidiar|affiliat|ratings?\b|(?:out|under)perform|benchmark|issuer|compensat|"
    r"research analyst|solicit|warrant|compliance",
    re.IGNORECASE,
)
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
    cues = len(_LEGAL.findall(text)) + 2 * len(_CONTACT.findall(text))
    return max(-0.6, min(1.0, cues / max(weight(text), 40) / 0.005 - 0.6))
