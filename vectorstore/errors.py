"""Errors of the library, each one sentence that says what was wrong, the value found, and what to do."""

from pathlib import Path


class WenjuError(Exception):
    """Something the person at the keyboard can act on: shown as one line, never as a traceback."""


def disk_full(place: Path) -> WenjuError:
    """What to raise when nothing more can be written below `place`."""
    return WenjuError(f"the disk is full; make room in {place} and run it again")


class ReadError(WenjuError):
    """A report could not be read; the others go on."""


class LibraryBusy(WenjuError):
    """Another process is writing to the same home."""


class LibraryBroken(WenjuError):
    """What is stored cannot be used as it is; the message names the remedy."""


class EmbedderMismatch(LibraryBroken):
    """The index was made with another embedding model."""


class NotInLibrary(WenjuError):
    """No report has the given id."""


class BadFilter(WenjuError):
    """A search is limited to something that cannot be: the message says what was meant."""
