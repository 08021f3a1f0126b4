"""The clockwork: jobs run when they may, soon, alone, and stop when they are told; each run leaves a record."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from app.core.clock import SystemClock
from app.core.errors import ConsentNeeded, InputError
from app.core.paths import DataDir
from app.core.settings import Settings
from app.schedule.conditions import Machine, Need, Presence, Watch
from app.schedule.runner import Job, Runner
from app.storage.job_runs import JobRun, Outcome
from app.storage.owner import StoreOwner
from app.storage.store import open_store
from tests.fakes import FakeClock

_OFTEN = timedelta(milliseconds=20)
_NEVER = timedelta(days=1)
_PATIENCE_S = 30


@pytest.fixture
def store(data_dir: Path) -> Iterator[StoreOwner]:
    owner = StoreOwner(lambda: open_store(DataDir(data_dir), SystemClock()))
    yield owner
    owner.close()


@pytest.fixture
def runner(store: StoreOwner) -> Iterator[Runner]:
    made = Runner(SystemClock(), store)
    yield made
    made.close()


def job(work: Callable[[], object], every: timedelta = _NEVER, name: str = "work") -> Job:
    """A job that needs nothing, for work that says nothing."""

    def run(keep_going: object, report: object) -> Mapping[str, float]:
        work()
        return {}

    return Job(name, run, every, Need.NOTHING)


def runs_of(store: StoreOwner, name: str = "work") -> list[JobRun]:
    return store.call(lambda opened: opened.job_runs.recent(name=name))


def test_a_job_runs_again_and_again(runner: Runner) -> None:
    enough, runs = threading.Event(), []

    def work() -> None:
        runs.append(1)
        if len(runs) >= 3:
            enough.set()

    runner.add(job(work, _OFTEN))
    runner.start()
    assert enough.wait(_PATIENCE_S)


def test_soon_does_not_wait_for_the_next_time(runner: Runner) -> None:
    ran = threading.Event()
    runner.add(job(ran.set))
    runner.start()
    runner.soon("work")
    assert ran.wait(_PATIENCE_S)


def test_a_job_asked_for_before_the_start_runs_soon_after_it(runner: Runner) -> None:
    ran = threading.Event()
    runner.add(job(ran.set))
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

    runner.add(job(work, _OFTEN))
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

    runner.add(job(work, _OFTEN))
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

    runner.add(job(work, _OFTEN))
    runner.start()
    assert began.wait(_PATIENCE_S)
    assert runner.keep_going()
    runner.close()
    assert told == [1]


def test_closing_twice_and_asking_for_a_job_afterwards_do_nothing(runner: Runner) -> None:
    runs: list[int] = []
    runner.add(job(lambda: runs.append(1)))
    runner.start()
    runner.close()
    runner.close()
    runner.soon("work")
    assert runs == []
    assert not runner.keep_going()


def test_a_runner_that_never_started_can_be_closed(runner: Runner) -> None:
    runner.close()
    assert not runner.keep_going()


def test_what_a_run_did_is_on_record_and_what_found_nothing_is_not(runner: Runner, store: StoreOwner) -> None:
    def work(keep_going: Callable[[], bool], report: Callable[[int, int], None]) -> Mapping[str, float]:
        report(3, 3)
        return {"spans": 3}

    told: list[tuple[int, int]] = []
    ended = runner.run(Job("work", work, _NEVER), lambda done, total: told.append((done, total)))
    assert ended is not None
    assert (ended.outcome, ended.figures, told) == (Outcome.DONE, {"spans": 3}, [(3, 3)])
    [run] = runs_of(store)
    assert (run.done, run.total, run.outcome, run.figures) == (3, 3, Outcome.DONE, {"spans": 3})
    runner.run(job(lambda: None))
    assert runs_of(store) == [run]


def test_known_trouble_and_questions_are_outcomes(runner: Runner, store: StoreOwner) -> None:
    def fails(keep_going: object, report: object) -> Mapping[str, float]:
        raise InputError("No.")

    def asks(keep_going: object, report: object) -> Mapping[str, float]:
        raise ConsentNeeded("Much.", 6, 100)

    ended = [runner.run(Job("work", work, _NEVER)) for work in (fails, asks)]
    assert [found.outcome for found in ended if found] == [Outcome.FAILED, Outcome.ASKED]
    assert [run.outcome for run in runs_of(store)] == [Outcome.ASKED, Outcome.FAILED]
    assert runs_of(store)[0].figures == {"would": 6, "of": 100}


def test_a_fault_is_not_hidden_and_its_run_is_closed(runner: Runner, store: StoreOwner) -> None:
    with pytest.raises(ZeroDivisionError):
        runner.run(job(lambda: 1 / 0))
    assert [run.outcome for run in runs_of(store)] == [Outcome.FAILED]


def test_two_runners_on_one_store_never_run_the_same_job_at_once(runner: Runner, store: StoreOwner) -> None:
    other = Runner(SystemClock(), store)
    inside: list[object] = []
    assert runner.run(job(lambda: inside.append(other.run(job(lambda: inside.append("twice")))))) is not None
    assert inside == [None]
    assert other.run(job(lambda: None)) is not None


def test_the_run_of_a_process_that_died_does_not_stand_in_the_way(runner: Runner, store: StoreOwner) -> None:
    dead = "999999999 0.0 token"
    store.write(lambda opened: opened.job_runs.begin("work", dead, lambda _: True, SystemClock().now()))
    assert runner.run(job(lambda: None)) is not None
    assert [run.outcome for run in runs_of(store)] == [Outcome.DIED]


def test_a_job_of_the_night_stops_when_the_person_is_back_and_goes_on_when_they_left(
    data_dir: Path, store: StoreOwner
) -> None:
    away = [1e9]
    presence = Presence(lambda: away[0])
    runner = Runner(SystemClock(), store, Settings, presence, Watch(Machine))
    done = {"steps": 0}
    finished, begun = threading.Event(), threading.Event()

    def work(keep_going: Callable[[], bool], report: object) -> Mapping[str, float]:
        while done["steps"] < 3 or not begun.is_set():
            if done["steps"] == 2 and not begun.is_set():
                begun.set()
                presence.touch()
            if not keep_going():
                return {"steps": done["steps"]}
            done["steps"] += 1
        finished.set()
        return {"steps": done["steps"]}

    runner.add(Job("work", work, _OFTEN))
    runner.start()
    assert begun.wait(_PATIENCE_S)
    assert not finished.wait(0.2)
    _until(lambda: [run.outcome for run in runs_of(store)] == [Outcome.STOPPED])
    away[0] += 3_600
    assert finished.wait(_PATIENCE_S)
    _until(lambda: Outcome.DONE in [run.outcome for run in runs_of(store)])
    runner.close()
    assert [run.outcome for run in runs_of(store)][-2:] == [Outcome.DONE, Outcome.STOPPED]


def _until(come: Callable[[], bool]) -> None:
    """A run ends a moment after its work."""
    end = time.monotonic() + _PATIENCE_S
    while not come():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_job_that_rests_waits_its_time_also_over_a_new_start(store: StoreOwner) -> None:
    clock, runs = FakeClock(SystemClock().now()), []
    rests = Job("work", lambda *_: runs.append(1) or {}, _OFTEN, Need.NOTHING, rest=timedelta(hours=20))  # type: ignore[func-returns-value]
    for gap, expected in ((0, 1), (10, 1), (11, 2)):
        clock.advance(timedelta(hours=gap))
        runner = Runner(clock, store)
        runner._tick(rests)
        assert len(runs) == expected
        runner.close()


def test_what_is_wanted_while_somebody_writes_is_tried_again(store: StoreOwner) -> None:
    presence, ran = Presence(), threading.Event()
    runner = Runner(SystemClock(), store, Settings, presence, Watch(Machine))
    runner.add(Job("work", lambda *_: ran.set() or {}, _NEVER, Need.CALM))  # type: ignore[func-returns-value]
    runner.start()
    presence.touch()
    runner.soon("work")
    assert not ran.wait(2)
    assert ran.wait(_PATIENCE_S)
    runner.close()
