"""Runs the jobs: at intervals, and soon after something was said."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from app.core.clock import Clock

_SOON = timedelta(seconds=1)


class Runner:
    """An in-process scheduler: each job runs alone, never twice at once, and is told when to stop."""

    def __init__(self, clock: Clock) -> None:
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        self._clock = clock
        self._ending = threading.Event()
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def add(self, name: str, work: Callable[[], None], every: timedelta) -> None:
        """Run `work` every so often."""
        self._scheduler.add_job(work, "interval", seconds=every.total_seconds(), id=name)

    def start(self) -> None:
        """Start the clockwork."""
        self._scheduler.start()

    def soon(self, name: str) -> None:
        """Run a job in a moment rather than at its next time."""
        if not self._ending.is_set():
            self._scheduler.modify_job(name, next_run_time=self._clock.now() + _SOON)

    def keep_going(self) -> bool:
        """What a long job asks between two steps."""
        return not self._ending.is_set()

    def close(self) -> None:
        """Tell the jobs to stop and wait for the one that runs. Idempotent."""
        self.end()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def end(self) -> None:
        """Tell the jobs to stop, and begin none any more."""
        self._ending.set()
