"""The regular expressions of `parse`, over normalised text.

Every quantifier is possessive or has a small limit, so that no text makes them slow. Python's word boundary
does not hold between a Latin and a Chinese character; letters are looked for instead.
"""

from __future__ import annotations

import re

from assistant.quantities.lexicon import AFTER, APPROX, BEFORE, FRACTIONS, ONES, OVER_AFTER, TENS, any_of

_END = "(?![A-Za-z])"
_DIGIT_ZH = "一二两三四五六七八九"
_DIGITS = r"[0-9]{1,3}(?:,[0-9]{3}(?![0-9]))++(?:\.[0-9]++)?+|[0-9]++(?:\.[0-9]++)?+"
_RUN = rf"[零〇{_DIGIT_ZH}十百千万亿]++(?:点[零〇{_DIGIT_ZH}]++[十百千]?[万亿]{{0,2}})?+"
_BIG = "thousand|million|billion|trillion"
_SMALL = "|".join([*ONES, *TENS, "hundred"])
_WORDS = rf"(?i:(?:half\sa|an?|{_SMALL})(?:[\s-](?:and\s)?(?:{_SMALL}|{_BIG}){_END}){{0,8}}){_END}"

# Names and units that begin with a scale word: 38 百应科技, 12 万科, 500 千瓦.
NOT_SCALE = {
    "亿": "欧(?!元)|联|航|咖|嘉|纬|田|滋",
    "万": "科|物|维|达|兴|象|华|众|得|向|里|事|分之|能|圣",
    "千": "瓦|克|米|帆|问|寻|兆|卡|赫|字|升|焦",
    "百": "度|川|应|货|分|科|胜|济|炼|融",
}
_SCALE_ZH = r"(?:个\s?亿(?!级|参|欧(?!元))|" + "|".join(
    f"{head}{word}(?!{NOT_SCALE[word]})"
    for head, word in (("[十百千]?万?", "亿"), ("[十百千]?", "万"), ("", "千"), ("", "百"))
) + ")"
_SCALE_EN = rf"(?i:(?:{_BIG}|mln|mn|bn|tn)s?{_END})"
_LETTER = r"[kKMBT](?![A-Za-z0-9])"
_LETTER_OF_MONEY = r"\s?[kKmMbBtT](?![A-Za-z0-9])"

# 元 begins other words too: 10 元器件.
_AFTER = (
    rf"(?i:{any_of(AFTER)})(?!(?<=元)(?:宇宙|年|素|器|组|数据|件|月|旦|学|模型|认知|老|首|气|知识))"
    r"(?![A-Za-z](?<=[A-Za-z]{2}))"
)
_SHARE = rf"(?:个?\s?百分点|(?i:percentage[\s-]points?|per\s?cent|pct|ppts?|pp){_END}|%|‰)"
_UNIT = rf"(?:(?:\s?级(?=\s{{0,4}}(?:{_AFTER})))?\s{{0,4}}(?P<after>{_AFTER})|\s{{0,2}}(?P<share>{_SHARE}))"
_COUNTERS = "年个家名位项种款条次倍人元美港欧日张台件所座部万亿起级颗"
_MORE = rf"[{OVER_AFTER}](?=\s?(?:{_SCALE_ZH}|[{_COUNTERS}%]))"

AMOUNT = re.compile(
    rf"(?:\\?(?P<before>(?i:{any_of(BEFORE)}))\s?)?(?P<number>{_DIGITS})(?P<more>\s?{_MORE})?"
    rf"(?P<scale>\s{{0,4}}{_SCALE_ZH}|[\s-]{{0,2}}{_SCALE_EN}|{_LETTER}|(?(before){_LETTER_OF_MONEY}|(?!)))?"
    rf"(?P<more2>\s?{_MORE})?{_UNIT}?"
)
LISTED = re.compile(rf"(?:\s?/\s?(?:{_DIGITS})){{0,11}}\s?/\s?(?={_DIGITS})")
NUMERAL = re.compile(
    rf"(?P<before>人民币\s?)?(?:(?P<some>(?<![参函系倍指总次基计变点常岁位户])数|好几|几|上|过)\s{{0,3}})?"
    rf"(?P<number>{_RUN})(?P<more>[{OVER_AFTER}几](?=[十百千{_COUNTERS}]))?(?P<big>(?<=[余多来几])[十百千]?[万亿]{{1,2}})?"
    rf"(?P<scale>个\s?亿(?!级|参))?(?P<more2>\s?{_MORE})?{_UNIT}?"
)
ENGLISH = re.compile(rf"(?P<number>{_WORDS})(?:[\s-]{{1,2}}(?:(?P<after>{_AFTER})|(?P<share>{_SHARE})))?")
MANY = re.compile(
    rf"(?i:(?:(?P<head>tens|hundreds)\sof\s)?(?P<scale>thousands|millions|billions|trillions){_END}"
    rf"|(?:several|a\sfew)\s(?P<few>hundred|{_BIG}){_END})(?:\s(?:of\s)?(?P<after>{_AFTER}))?"
)
FRACTION_ZH = re.compile(
    rf"(?P<low>[{_DIGIT_ZH}十百千万0-9]{{1,6}})分之"
    rf"(?P<high>[零{_DIGIT_ZH}十百千0-9]{{1,8}}(?:[点.][零{_DIGIT_ZH}0-9]{{1,6}})?)"
)
FRACTION_EN = re.compile(
    rf"(?i:(?P<high>an?|{'|'.join(list(ONES)[:9])})(?P<dash>-?)\s?(?P<low>{'|'.join(FRACTIONS)})(?P<s>s?)){_END}(?P<of>\sof{_END})?"
)
HALF = re.compile(
    r"一半|半数|过半(?!年|个|小|天|导|月)|(?i:half)(?=\s(?:of|the|its|their|all)(?![A-Za-z])|[.,;)]|$)"
)
NOT_HALF = re.compile(r"(?i)(?:first|second|latter|other)\s$")
TENTHS = re.compile(
    rf"(?:(?P<low>[{_DIGIT_ZH}]|[0-9])成?(?:[-—~至到]))?(?P<number>[{_DIGIT_ZH}十]|[0-9](?:\.[0-9])?)成(?![为本立功熟都果员绩长品交就分人千百年型像份套语片群真不])"
    rf"(?P<more>[{_DIGIT_ZH}半](?![个家年名项]))?"
)
RANGE = re.compile(r"[ ]{0,2}(?:[-–—~]{1,2}|至|到|(?P<word>to|and|与|和))[ ]{0,2}")
BETWEEN = re.compile(r"(?i:between|from)\s(?:about\s|roughly\s)?$|[从在介]于?\s?$")
APPROXIMATE = re.compile(rf"(?:(?<![A-Za-z])|(?![A-Za-z]))(?P<word>(?i:{any_of(APPROX)}))[\s为达的]{{0,2}}$")

LEAD = re.compile(
    rf"[0-9$¥€£₩₹\\A-Za-z第零〇{_DIGIT_ZH}十百千万亿数几上过半]|人(?=民币)|好(?=几)|美(?=元)|港(?=币)"
)
NAME = re.compile(r"[A-Za-z]++(?:(?:[-_./'’&+](?!(?:19|20)[0-9]{2}(?![0-9])))?[A-Za-z0-9]++)*+")
# What stands before an amount, so that 2000 is no year above the 万 of the next line.
AMOUNTS_TO = re.compile(r"(?:达到?|超过?|约|近|逾|突破|共计?|合计|不足|至少|增[至到])\s{0,2}\Z")
# Letters before a quantity that are no part of it: GMV100亿元, mid-2023.
GLUED = re.compile(
    r"[A-Za-z]++(?=[0-9][0-9,.]{0,20}(?:[万亿%元倍]|美元))"
    r"|(?i:mid|pre|post|early|late|since|top|sub|non|over|under|about)-(?=[0-9])"
)
CODE = re.compile(r"[0-9]++(?:\.[0-9]++){2,}+|[0-9]++[A-Za-z]++[0-9][A-Za-z0-9]*+|[0-9]{25,}+")
COUNTED = re.compile(
    r"\s{0,2}[余多]?\s?个?\s{0,2}(?:(?P<company>家|企业|(?i:companies|enterprises|firms))"
    r"|(?P<person>人(?!工|民币)|名|位|用户|(?i:people|persons|users|employees))"
    rf"|(?P<year>年(?!代|级)|(?i:-?years?{_END}))|(?P<parameter>参数|(?i:-?parameters?))"
    rf"|(?P<FLOPS>[KMGTPEZ]?(?i:FLOPS?){_END})|(?P<times>倍|(?i:times|[x×]|-?fold){_END})"
    r"|(?P<latin>(?<=[0-9])[A-Za-zµ]{1,8}))"
)
HEADED = re.compile(r"(?:单位[:：]?|[(（])\s?$")  # before the unit in the head of a column
