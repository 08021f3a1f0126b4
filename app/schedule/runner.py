"""Runs the jobs: when their time has come and their conditions hold, alone, and with a record of each run."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from app.core.clock import Clock
from app.core.errors import ConsentNeeded, MnemeError
from app.core.settings import Settings
from app.schedule.conditions import Need, Presence, Watch, hindrance, holder, lives
from app.storage.job_runs import JobRun, Outcome
from app.storage.owner import StoreOwner

_log = logging.getLogger(__name__)
_SOON = timedelta(seconds=1)
_AGAIN = timedelta(seconds=6)  # a job that is wanted soon and has to wait is tried again after
_NOTE_EVERY_S = 1.0

KeepGoing = Callable[[], bool]
Report = Callable[[int, int], None]
Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Job:
    """Work with its conditions.

    `work` is told when to stop, says how far it got, and returns figures (none of them above 0: there was nothing to
    do); what may have to ask takes `agreed`, too. `rest` is the time between a run that got done and the next; `due`
    tells cheaply whether there is anything to do. A job that is not `recorded` leaves no run behind.
    """

    name: str
    work: Callable[..., Figures]  # (keep_going, report)
    every: timedelta
    need: Need = Need.NIGHT
    rest: timedelta = timedelta(0)
    due: Callable[[], bool] = lambda: True
    recorded: bool = True


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended. `problem` is a sentence for people where it failed or has to ask."""

    outcome: Outcome
    figures: Figures
    problem: MnemeError | None = None


class Runner:
    """An in-process scheduler. Each job runs alone, also beside other processes on the same store; one that waits for
    the person to be away stops within a step of their return. What a run did is in `job_run`."""

    def __init__(
        self,
        clock: Clock,
        store: StoreOwner,
        settings: Callable[[], Settings] = Settings,
        presence: Presence | None = None,
        watch: Watch | None = None,
    ) -> None:
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        self._clock = clock
        self._store = store
        self._settings = settings
        self.presence = presence or Presence()
        self._watch = watch or Watch()
        self._holder = holder(uuid4().hex[:8])
        self._ending = threading.Event()
        self._jobs: dict[str, Job] = {}
        self._wanted: set[str] = set()
        self._open: set[str] = set()
        self._door = threading.Lock()
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(1), "at once": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def add(self, job: Job) -> None:
        """Run a job every so often, with those added before it ahead. Those that need nothing never wait for others."""
        self._jobs[job.name] = job
        executor = "at once" if job.need is Need.NOTHING else "default"
        every = job.every.total_seconds()
        self._scheduler.add_job(self._tick, "interval", [job], seconds=every, id=job.name, executor=executor)

    @property
    def jobs(self) -> Mapping[str, Job]:
        """The jobs by name."""
        return self._jobs

    def start(self) -> None:
        """Start the clockwork."""
        self._scheduler.start()

    def soon(self, name: str) -> None:
        """Run a job in a moment, or as soon as nobody is writing, rather than at its next time."""
        self._wanted.add(name)
        self._at(name, _SOON)

    def keep_going(self) -> bool:
        """Whether the app still runs."""
        return not self._ending.is_set()

    def waits(self, job: Job) -> str:
        """Why a job may not run now, for people; "" when it may."""
        return hindrance(job.need, self._settings(), self.presence.away_s, self._watch)

    def run(
        self,
        job: Job,
        report: Report = lambda done, total: None,
        *,
        anyway: bool = True,
        going: KeepGoing = lambda: True,
    ) -> Ended | None:
        """Run a job here and now, `anyway` or while its conditions hold, and as long as `going()` says so; None while
        another run of it has not ended."""
        if not job.recorded:
            return Ended(Outcome.DONE, job.work(self._going(job, anyway, going), report))
        if (key := self._begin(job.name)) is None:
            return None
        ended = Ended(Outcome.FAILED, {})
        try:
            ended = self._ended(job, _Noted(self, key, report), self._going(job, anyway, going))
        finally:
            self._end(job, key, ended)
        return ended

    def close(self) -> None:
        """Tell the jobs to stop and wait for the one that runs. Idempotent."""
        self.end()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def end(self) -> None:
        """Tell the jobs to stop, and begin none any more."""
        self._ending.set()

    def note(self, key: int, done: int, total: int) -> None:
        """Write down how far a run got."""
        now = self._clock.now()
        self._store.write(lambda store: store.job_runs.report(key, done, total, now), background=True)

    def _tick(self, job: Job) -> None:
        """A job's time has come: run it if it may run, and again soon if it is wanted and may not."""
        if not self.keep_going():
            return
        try:
            if self.waits(job):
                if job.name in self._wanted:
                    self._at(job.name, _AGAIN)
            elif self._rested(job) and job.due():
                self._wanted.discard(job.name)
                self.run(job, anyway=False)
        except MnemeError as error:
            _log.warning("%s waits: %s", job.name, error.message)

    def _rested(self, job: Job) -> bool:
        if not job.rest:
            return True
        last = self._store.call(lambda store: _newest(store.job_runs.recent(50, job.name)), background=True)
        return last is None or last.ended_at is None or self._clock.now() - last.ended_at >= job.rest

    def _at(self, name: str, gap: timedelta) -> None:
        if not self._ending.is_set():
            self._scheduler.modify_job(name, next_run_time=self._clock.now() + gap)

    def _going(self, job: Job, anyway: bool, going: KeepGoing) -> KeepGoing:
        return lambda: self.keep_going() and going() and (anyway or not self.waits(job))

    def _ended(self, job: Job, report: Report, going: KeepGoing) -> Ended:
        try:
            figures = job.work(going, report)
        except ConsentNeeded as error:
            return Ended(Outcome.ASKED, {"would": error.would, "of": error.of}, error)
        except MnemeError as error:
            _log.warning("%s waits: %s", job.name, error.message)
            return Ended(Outcome.FAILED, {}, error)
        told = ", ".join(f"{name} {value:g}" for name, value in figures.items() if value)
        if told:
            _log.info("%s: %s", job.name, told)
        return Ended(Outcome.DONE if going() else Outcome.STOPPED, figures)

    def _begin(self, name: str) -> int | None:
        now = self._clock.now()
        with self._door:
            if name in self._open:
                return None
            self._open.add(name)
        try:
            key = self._store.write(lambda store: store.job_runs.begin(name, self._holder, self._alive, now))
        except BaseException:
            self._open.discard(name)
            raise
        if key is None:
            self._open.discard(name)
        return key

    def _alive(self, other: str) -> bool:
        """A run of this very runner that is not open is one whose end could not be written."""
        return other != self._holder and lives(other)

    def _end(self, job: Job, key: int, ended: Ended) -> None:
        """Write down how a run ended; one that found nothing to do leaves nothing, unless its rest counts."""
        now = self._clock.now()
        idle = ended.outcome in (Outcome.DONE, Outcome.STOPPED) and not any(ended.figures.values())
        keep = not idle or (bool(job.rest) and ended.outcome is Outcome.DONE)
        try:
            if keep:
                self._store.write(lambda store: store.job_runs.end(key, ended.outcome, now, ended.figures))
            else:
                self._store.write(lambda store: store.job_runs.drop(key))
        except MnemeError as error:
            _log.warning("the end of %s could not be noted: %s", job.name, error.message)
        finally:
            self._open.discard(job.name)


class _Noted:
    """A report that goes to whoever asked for it, and once a second into the record."""

    def __init__(self, runner: Runner, key: int, report: Report) -> None:
        self._runner, self._key, self._report = runner, key, report
        self._noted = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        self._report(done, total)
        if time.monotonic() - self._noted >= _NOTE_EVERY_S or done == total:
            self._noted = time.monotonic()
            self._runner.note(self._key, done, total)


def _newest(runs: list[JobRun]) -> JobRun | None:
    """The newest run after which a job rests: one that got done, or that asked and waits for a word."""
    return next((run for run in runs if run.outcome in (Outcome.DONE, Outcome.ASKED)), None)
