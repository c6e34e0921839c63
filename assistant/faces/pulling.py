"""A local model on its way: one at a time, in a thread, going on after a break where it stopped."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from assistant.errors import Cancelled, WenjuError
from assistant.models.catalogue import Model
from assistant.models.download import pull

log = logging.getLogger(__name__)

State = Literal["idle", "pulling", "there", "stopped", "failed"]


class Pulling:
    """What became of the last download; `done` and `total` are bytes, `why` one sentence when it failed."""

    def __init__(self, cache: Path, arrived: Callable[[], None]) -> None:
        """`arrived` is called when a model is there."""
        self._cache, self._arrived = cache, arrived
        self._lock = threading.Lock()
        self._cancel = threading.Event()
        self.state: State = "idle"
        self.name, self.source, self.why = "", "", ""
        self.done, self.total = 0, 0

    def start(self, model: Model) -> None:
        """Begin, unless one is under way already."""
        with self._lock:
            if self.state == "pulling":
                return
            self.state, self.name, self.why, self.source = "pulling", model.name, "", ""
            self.done, self.total = 0, model.size or 0
            self._cancel.clear()
        threading.Thread(target=self._pull, args=(model,), name="wenju-pull", daemon=True).start()

    def stop(self) -> None:
        """End the download; the part that is there stays."""
        self._cancel.set()

    def _pull(self, model: Model) -> None:
        try:
            pull(model, self._cache, self._tell)
            self._arrived()
            self.state = "there"
        except Cancelled:
            self.state = "stopped"
        except WenjuError as error:
            self.why, self.state = str(error), "failed"
        except Exception:
            log.exception("a model could not be fetched")
            self.state = "failed"

    def _tell(self, done: int, total: int | None, source: str) -> None:
        if self._cancel.is_set():
            raise Cancelled("the download was stopped")
        self.done, self.total, self.source = done, total or 0, source
