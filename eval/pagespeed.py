"""How quick and how heavy the page is, measured in Chromium: `python -m eval.pagespeed`.

Prints the first contentful paint of fresh browsers, every request with its size, whether anything came from another
host, and, for ten browsers with ten conversations at once, the time from pressing Enter to the first evidence.
Needs Chromium (`WENJU_CHROMIUM` names it when it is not /usr/bin/chromium) and `playwright`.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARGUMENTS = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"]
PAINT_MARK = EVIDENCE_MARK = 1.5
"""Seconds that the first paint and, at the 95th percentile, the first evidence may take."""
BOX = re.compile("^(Ask|提问)$")
_WATCH = """() => {
  const box = document.querySelector("#question");
  box.addEventListener("keydown", ({ key }) => { if (key === "Enter") window.sent = performance.now(); });
  new MutationObserver(() => {
    if (window.sent && !window.seen && document.querySelector("#current .card")) window.seen = performance.now();
  }).observe(document.querySelector("#talk"), { childList: true, subtree: true });
}"""
_LOADED = """() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
  .map(({ name, encodedBodySize }) => [name, encodedBodySize])"""


@dataclass(frozen=True, slots=True)
class Load:
    """One visit with an empty cache: seconds to the first contentful paint, and bytes by address."""

    paint: float
    requests: tuple[tuple[str, int], ...]


@contextmanager
def served(home: str = "") -> Iterator[str]:
    """The address of a server over `home`, or over the sample reports, with the extractive model; then stopped."""
    wenju = [sys.executable, "-m", "assistant.faces.cli"]
    with tempfile.TemporaryDirectory() as empty:
        settings = os.environ | {"WENJU_HOME": home or empty, "WENJU_BACKEND": "extractive"}
        if not home:
            subprocess.run([*wenju, "index", "--samples"], env=settings, check=True, stdout=subprocess.DEVNULL)
        command = [*wenju, "serve", "--port", "0"]
        server = subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        try:
            found = next((hit for line in server.stdout if (hit := re.search(r"http://\S+", line))), None)
            if found is None:
                raise SystemExit("the server did not start")
            yield found[0]
        finally:
            server.terminate()
            server.wait(10)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium."""
    from playwright.sync_api import sync_playwright

    program = os.environ.get("WENJU_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


def load(browser: Browser, address: str) -> Load:
    """Open the page in a fresh browser and wait until it can be used."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    page.get_by_role("textbox", name=BOX).wait_for()
    page.locator("#welcome .welcome").wait_for()
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000")
    requests = tuple((str(name), int(size)) for name, size in page.evaluate(_LOADED))
    context.close()
    return Load(float(paint), requests)


def together(browser: Browser, address: str, questions: Sequence[str]) -> list[float]:
    """Ask each question in a browser of its own, all at once: seconds to the first evidence of each.

    Raises `AssertionError` when a browser shows another one's question.
    """
    pages = [_ready(browser, address) for _ in questions]
    for page, question in zip(pages, questions, strict=True):
        page.get_by_role("textbox", name=BOX).fill(question)
    for page in pages:
        page.get_by_role("textbox", name=BOX).press("Enter")
    took = []
    for page, question in zip(pages, questions, strict=True):
        page.locator('#current article:not([data-state="working"])').wait_for(timeout=120_000)
        shown = page.locator("article h2 .asked").all_inner_texts()
        assert shown == [question], f"a browser that asked {question!r} shows {shown}"
        took.append(float(page.evaluate("(window.seen - window.sent) / 1000")))
    for page in pages:
        page.context.close()
    return took


def _ready(browser: Browser, address: str) -> Page:
    page = browser.new_context().new_page()
    page.goto(address)
    page.get_by_role("textbox", name=BOX).wait_for()
    page.evaluate(_WATCH)
    return page


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)]


def foreign(found: Load, address: str) -> list[str]:
    """Requests that went to another host."""
    return [name for name, _ in found.requests if not name.startswith((address.rstrip("/"), "data:", "blob:"))]


def main() -> None:
    """Measure and print; status 1 when a mark is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", default="", help="a library to serve; without it the samples")
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--browsers", type=int, default=10)
    options = parser.parse_args()
    with served(options.home) as address, chromium() as browser:
        loads = [load(browser, address) for _ in range(options.visits)]
        questions = [f"2023年中国人工智能产业规模有多大？（第{n}位）" for n in range(1, options.browsers + 1)]
        together(browser, address, questions[:1])  # what the first question loads is start-up's, not theirs
        alone = together(browser, address, questions[:1])[0]
        took = together(browser, address, questions)
    paints = [one.paint for one in loads]
    last = loads[-1].requests
    others = foreign(loads[-1], address)
    for name, size in sorted(last, key=lambda pair: -pair[1])[:15]:
        print(f"{size / 1000:9.1f} kB  {name.removeprefix(address)}")
    print(f"{sum(size for _, size in last) / 1e6:.2f} MB in {len(last)} requests, {len(others)} to other hosts")
    print(f"first contentful paint: median {median(paints):.2f} s, worst {max(paints):.2f} s (mark {PAINT_MARK} s)")
    print(f"one browser alone: first evidence after {alone:.2f} s")
    print(
        f"{len(took)} browsers at once: first evidence median {median(took):.2f} s, "
        f"p95 {percentile(took, 0.95):.2f} s (mark {EVIDENCE_MARK} s)"
    )
    missed = median(paints) > PAINT_MARK or percentile(took, 0.95) > EVIDENCE_MARK
    sys.exit(bool(others) or missed)


if __name__ == "__main__":
    main()
