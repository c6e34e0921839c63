"""The frame of a self-contained page: style and script inside, both languages, nothing from any network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from importlib.resources import files

from eval.terms import both


def page(title: tuple[str, str], subtitle: str, body: Iterable[str], script: str) -> Iterator[str]:
    """A whole page from HTML; `script` names a file in `eval/page`. Its policy allows just that and the style."""
    style, code = (files("eval").joinpath(f"page/{name}").read_text("utf-8") for name in ("report.css", script))
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(code)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    yield (
        '<!doctype html>\n<html lang="en" data-ui="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>Wenju 问据 · {' '.join(title)}</title><style>{style}</style></head>\n<body><main>\n"
        f"<header><h1>Wenju 问据 {both(*title)}</h1><span class=\"soft\">{subtitle}</span>"
        '<span class="tools"><button value="en" lang="en">English</button> '
        '<button value="zh" lang="zh">中文</button></span></header>\n'
    )
    yield from body
    yield f"</main><script>{code}</script></body></html>\n"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
