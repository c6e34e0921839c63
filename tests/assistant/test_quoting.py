"""A quote is as short as it can be, and stands where it says."""

from __future__ import annotations

from dataclasses import replace

from assistant.quoting import locate, span, whole
from assistant.support import Judge
from tests.assistant.builders import hit, piece
from vectorstore.characters import clean

TEXT = "行业起步较晚。2023年规模约为2137亿元，增长一成。上海有企业1100家。杭州有企业800家。"


def quoted(claim: str) -> str:
    return TEXT[slice(*span(Judge(), claim, TEXT))]


def test_the_quote_is_the_sentence_that_bears_the_claim_out() -> None:
    assert quoted("2023年规模约为2137亿元。") == "2023年规模约为2137亿元，增长一成。"


def test_what_two_sentences_bear_out_together_is_quoted_together() -> None:
    assert quoted("上海有企业1100家，杭州有企业800家。") == "上海有企业1100家。杭州有企业800家。"


def test_a_quote_of_text_without_sentences_is_all_of_it() -> None:
    assert span(Judge(), "规模", "") == (0, 0)


def test_a_place_in_the_evidence_leads_to_the_report_as_it_was_read() -> None:
    read = "2023年规模约为2137\n亿元，增长一成。"
    cleaned = clean(read, 0, len(read))
    found = hit(read)
    passage = replace(found.passage, clean=cleaned.text, offsets=cleaned.offsets())
    item = replace(piece(read), hit=replace(found, passage=passage), text=cleaned.text)
    at = item.text.index("2137亿元")
    start, end = locate(item, at, at + len("2137亿元"))
    assert read[start:end] == "2137\n亿元"


def test_words_that_are_not_in_the_passage_stand_for_the_whole_evidence() -> None:
    item = replace(piece(TEXT), text="不在报告里的话。")
    assert locate(item, 0, 3) == (item.start, item.end)


def test_a_whole_piece_is_cited_as_it_stands() -> None:
    citation = whole(piece(TEXT, 3))
    assert (citation.n, citation.quote, citation.supported) == (3, TEXT, True)


def test_across_languages_the_sentences_beside_it_are_quoted_too() -> None:
    text = f"{TEXT}各地都在加大投入。"
    start, end = span(Judge(), "Shanghai has 1,100 companies.", text)
    assert text[start:end] == "2023年规模约为2137亿元，增长一成。上海有企业1100家。杭州有企业800家。"


def test_across_languages_a_row_stands_by_itself() -> None:
    text = "城市: 北京 | 企业: 2200家\n城市: 上海 | 企业: 1100家"
    start, end = span(Judge(), "Shanghai has 1,100 companies.", text)
    assert text[start:end].strip() == "城市: 上海 | 企业: 1100家"
