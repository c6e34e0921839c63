"""Errors of the evaluation, each shown as one clear message and never as a traceback."""

from vectorstore.errors import WenjuError

__all__ = ["BadDataset", "BadRun", "BadSweep", "WenjuError"]


class BadDataset(WenjuError):
    """A question set cannot be used; lists every invalid line with its number and reason."""

    exit_code = 2


class BadRun(WenjuError):
    """A run's directory cannot be written, resumed or compared."""

    exit_code = 2


class BadSweep(WenjuError):
    """A sweep cannot be made as it was asked for."""

    exit_code = 2
