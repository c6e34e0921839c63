"""Errors of the assistant. `WenjuError` is shown as one line; anything else is a bug and keeps its traceback."""

from vectorstore.errors import WenjuError

__all__ = ["BadQuestion", "BadSetting", "Cancelled", "ModelFailed", "ModelUnavailable", "WenjuError"]


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
