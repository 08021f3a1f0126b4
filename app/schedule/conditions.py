"""When a job may run: whether the person is away, the machine on mains, and memory to spare."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache

import psutil

from app.core.settings import Settings

CALM_S = 5.0
"""How long after the last key or question light work waits."""
_LOOK_EVERY_S = 5.0


class Need(Enum):
    """What a job needs to run."""

    NOTHING = "nothing"
    CALM = "calm"  # that nobody types or asks right now, and memory to spare
    NIGHT = "night"  # that the person is away, the machine on mains, and memory to spare


@dataclass(frozen=True, slots=True)
class Machine:
    """The state of the machine: on mains (or without a battery), and memory that is free, in MB."""

    on_mains: bool = True
    free_mb: int = 1 << 20


class Presence:
    """When the person was last seen. Thread-safe and cheap: `touch` may be called for every key."""

    def __init__(self, time_s: Callable[[], float] = time.monotonic) -> None:
        self._time = time_s
        self._seen = -float("inf")
        self._asking = 0
        self._door = threading.Lock()

    def touch(self) -> None:
        """The person did something."""
        self._seen = self._time()

    def __enter__(self) -> Presence:
        """The person waits for something, until the block ends."""
        with self._door:
            self._asking += 1
        return self

    def __exit__(self, *_: object) -> None:
        with self._door:
            self._asking -= 1
        self.touch()

    @property
    def away_s(self) -> float:
        """Seconds since the person was last seen; 0 while they wait for an answer."""
        return 0.0 if self._asking else self._time() - self._seen


class Watch:
    """Looks at the machine, at most every few seconds. Thread-safe."""

    def __init__(self, look: Callable[[], Machine] | None = None, time_s: Callable[[], float] = time.monotonic) -> None:
        self._look = look or machine
        self._time = time_s
        self._until = -float("inf")
        self._seen = Machine()

    def __call__(self) -> Machine:
        """The state of the machine, a few seconds old at most."""
        if self._time() >= self._until:
            self._seen, self._until = self._look(), self._time() + _LOOK_EVERY_S
        return self._seen


def hindrance(need: Need, settings: Settings, away_s: float, state: Callable[[], Machine]) -> str:
    """Why a job that needs this must wait, for people; "" when it may run. Pure but for `state`, which it asks last."""
    if need is Need.NOTHING:
        return ""
    if settings.pause or (need is Need.NIGHT and not settings.sleep):
        return "memory is paused" if settings.pause else "sleep is switched off in the settings"
    least = settings.sleep_after_idle_minutes * 60 if need is Need.NIGHT else CALM_S
    if away_s < least:
        return "you are here" if need is Need.NIGHT else "you are writing"
    found = state()
    if need is Need.NIGHT and not found.on_mains and not settings.sleep_on_battery:
        return "the machine runs on its battery"
    if found.free_mb < settings.sleep_free_mb:
        return f"less than {settings.sleep_free_mb} MB of memory are free"
    return ""


def machine() -> Machine:
    """The machine as it is now."""
    return Machine(_on_mains(), int(psutil.virtual_memory().available / 1e6))


def holder(token: str) -> str:
    """The name under which this process holds a run."""
    return f"{psutil.Process().pid} {_started()} {token}"


def lives(holder: str) -> bool:
    """Whether the process that holds a run is still there. A number that the system gave to another is not it."""
    pid, _, rest = holder.partition(" ")
    try:
        return f"{psutil.Process(int(pid)).create_time():.1f}" == rest.partition(" ")[0]
    except (psutil.Error, ValueError):
        return False


@cache
def _started() -> str:
    return f"{psutil.Process().create_time():.1f}"


def _on_mains() -> bool:
    try:
        battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    except (OSError, RuntimeError, psutil.Error):  # some systems' power files come and go
        return True
    return battery is None or battery.power_plugged is not False
