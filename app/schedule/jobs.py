"""The background jobs, as plain functions that know nothing of a scheduler."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from app.core.errors import MnemeError
from app.memory.engine import Memory
from app.memory.episodes import EpisodeKeeper

_log = logging.getLogger(__name__)


class Unloadable(Protocol):
    """A model that can give its memory back."""

    def unload_if_idle(self, seconds: float) -> bool:
        """End it when nothing was asked of it for so long."""
        ...


def embed(memory: Memory, keep_going: Callable[[], bool]) -> None:
    """Give new spans their vectors. Trouble is logged; the next run tries again."""
    try:
        if done := memory.embed_pending(keep_going):
            _log.info("embedded %d spans", done)
    except MnemeError as error:
        _log.warning("embedding waits: %s", error.message)


def segment(episodes: EpisodeKeeper, keep_going: Callable[[], bool]) -> None:
    """Cut conversations that changed into episodes. Trouble is logged; the next run tries again."""
    try:
        if done := episodes.segment_pending(keep_going):
            _log.info("cut %d conversations into episodes", done)
    except MnemeError as error:
        _log.warning("episodes wait: %s", error.message)


def unload(models: Sequence[Unloadable], idle_s: float) -> None:
    """End the processes of models that nobody has used for `idle_s` seconds."""
    for model in models:
        model.unload_if_idle(idle_s)
