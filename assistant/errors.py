"""Errors of the assistant. `WenjuError` is shown as one line; anything else is a bug and keeps its traceback."""

from threading import Event

from vectorstore.errors import WenjuError

__all__ = ["BadQuestion", "BadSetting", "Cancelled", "ModelFailed", "ModelUnavailable", "WenjuError", "stop_if"]


class BadSetting(WenjuError):
    """A setting has a value that cannot be used; names the key and the value."""


class BadQuestion(WenjuError):
    """A question that cannot be asked: empty, or far too long."""


class ModelUnavailable(WenjuError):
    """The chosen chat model is not there: not downloaded, not installed, unknown name."""


class ModelFailed(WenjuError):
    """The chat model was asked and failed: refused key, unreachable address, overflow, time-out."""


class Cancelled(WenjuError):
    """The person stopped the answer."""


def stop_if(cancel: Event | None) -> None:
    """Raise `Cancelled` when the asker has stopped the question."""
    if cancel is not None and cancel.is_set():
        raise Cancelled("stopped")
