"""The clockwork: jobs run at intervals and soon, alone, and stop when they are told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.core.clock import SystemClock
from app.schedule.runner import Runner

_OFTEN = timedelta(milliseconds=20)
_NEVER = timedelta(days=1)
_PATIENCE_S = 30


@pytest.fixture
def runner() -> Iterator[Runner]:
    made = Runner(SystemClock())
    yield made
    made.close()


def test_a_job_runs_again_and_again(runner: Runner) -> None:
    enough, runs = threading.Event(), []

    def work() -> None:
        runs.append(1)
        if len(runs) >= 3:
            enough.set()

    runner.add("work", work, _OFTEN)
    runner.start()
    assert enough.wait(_PATIENCE_S)


def test_soon_does_not_wait_for_the_next_time(runner: Runner) -> None:
    ran = threading.Event()
    runner.add("work", ran.set, _NEVER)
    runner.start()
    runner.soon("work")
    assert ran.wait(_PATIENCE_S)


def test_a_job_asked_for_before_the_start_runs_soon_after_it(runner: Runner) -> None:
    ran = threading.Event()
    runner.add("work", ran.set, _NEVER)
    runner.soon("work")
    runner.start()
    assert ran.wait(_PATIENCE_S)


def test_a_job_that_fails_runs_again(runner: Runner) -> None:
    again, runs = threading.Event(), []

    def work() -> None:
        runs.append(1)
        if len(runs) == 1:
            raise ValueError("not today")
        again.set()

    runner.add("work", work, _OFTEN)
    runner.start()
    assert again.wait(_PATIENCE_S)


def test_a_job_never_runs_twice_at_once(runner: Runner) -> None:
    alone, enough, overlaps, runs = threading.Lock(), threading.Event(), [], []

    def work() -> None:
        if not alone.acquire(blocking=False):
            overlaps.append(1)
            return
        enough.wait(0.1)  # five intervals long
        runs.append(1)
        alone.release()
        if len(runs) >= 3:
            enough.set()

    runner.add("work", work, _OFTEN)
    runner.start()
    assert enough.wait(_PATIENCE_S)
    runner.close()
    assert overlaps == []


def test_closing_tells_the_job_and_waits_for_it(runner: Runner) -> None:
    began, told = threading.Event(), []

    def work() -> None:
        began.set()
        while runner.keep_going():
            pass
        told.append(1)

    runner.add("work", work, _OFTEN)
    runner.start()
    assert began.wait(_PATIENCE_S)
    assert runner.keep_going()
    runner.close()
    assert told == [1]


def test_closing_twice_and_asking_for_a_job_afterwards_do_nothing(runner: Runner) -> None:
    runs: list[int] = []
    runner.add("work", lambda: runs.append(1), _NEVER)
    runner.start()
    runner.close()
    runner.close()
    runner.soon("work")
    assert runs == []
    assert not runner.keep_going()


def test_a_runner_that_never_started_can_be_closed(runner: Runner) -> None:
    runner.close()
    assert not runner.keep_going()
