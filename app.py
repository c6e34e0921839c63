"""The server: `python app.py` is `wenju serve`, and takes the same options."""

from __future__ import annotations

import sys


def main() -> None:
    """Serve the page and the HTTP API."""
    from assistant.faces.cli import main as wenju

    sys.argv[1:1] = ["serve"]
    wenju()


if __name__ == "__main__":
    main()
