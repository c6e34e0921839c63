"""What of Markdown is recognised in an answer, whatever stands in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.faces.blocks import SOUND, WEAK, Block, blocks, runs, signed, words

LINES = st.text(alphabet=f"ab 中|*#-12.\n[]{WEAK}{SOUND}", max_size=60)


def test_paragraphs_headings_lists_and_tables() -> None:
    text = "# 规模\n一行\n二行\n\n3. a\n4. b\n- c\n| 年 | 值 |\n|---|---|\n| 2023 | **2137** [1] |\n"
    assert list(blocks(text)) == [
        Block("heading", ("规模",)),
        Block("paragraph", ("一行", "二行")),
        Block("list", ("a", "b", "c"), number=3),
        Block("table", rows=(("年", "值"), ("2023", "**2137** [1]"))),
    ]


def test_runs_know_bold_and_marks() -> None:
    assert [tuple(run) for run in runs("**2137** 亿 [1]")] == [
        ("2137", True, False, None),
        (" 亿 ", False, False, None),
        ("[1]", False, False, 1),
    ]
    assert words("a ** b") == "a ** b"


def test_a_weak_stretch_across_cells_is_weak_in_each() -> None:
    text = "| a | b |\n|---|---|\n| c | d |"
    start = text.index("| c")
    (table,) = blocks(signed(text, [(start, len(text))]))
    assert table.rows[1] == (f"{WEAK}c{SOUND}", f"{WEAK}d{SOUND}")


@given(LINES)
def test_no_word_is_lost_and_none_comes_from_nowhere(text: str) -> None:
    shown = [line for block in blocks(signed(text)) for row in (*block.rows, block.lines) for line in row]
    kept = "".join(char for char in "".join(map(words, shown)) if char in "ab中")
    assert kept == "".join(char for char in text if char in "ab中")
