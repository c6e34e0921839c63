from __future__ import annotations

import pytest

from eval.pagespeed import Load, foreign, load, percentile, served, together


@pytest.mark.parametrize(("values", "expected"), [([1.0], 1.0), (list(range(1, 21)), 19), (list(range(1, 11)), 10)])
def test_the_95th_percentile(values: list[float], expected: float) -> None:
    assert percentile(values, 0.95) == expected


def test_another_host_is_seen() -> None:
    found = Load(1.0, (("http://localhost:1/page", 10), ("data:x", 0), ("https://cdn.test/x.js", 9)))
    assert foreign(found, "http://localhost:1/") == ["https://cdn.test/x.js"]


@pytest.mark.slow
@pytest.mark.browser
def test_ten_browsers_over_the_real_library_do_not_mix_and_nothing_is_fetched_elsewhere(chromium: object) -> None:
    with served() as address:
        found = load(chromium, address)  # type: ignore[arg-type]
        took = together(chromium, address, [f"2023年有多大？第{n}位" for n in range(10)])  # type: ignore[arg-type]
    assert foreign(found, address) == []
    assert found.paint > 0
    assert all(seconds > 0 for seconds in took)
