"""Background work: soon, never twice at once, and over when told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from app.bootstrap import build
from app.core.clock import SystemClock
from app.core.settings import Settings, load_settings
from app.schedule.jobs import embed, unload
from app.schedule.runner import Runner
from tests.fakes import FakeEmbedder, FakeModel

HOUR = timedelta(hours=1)


def until(condition: Callable[[], object]) -> bool:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_a_job_runs_soon_when_asked_and_not_before() -> None:
    runs: list[int] = []
    runner = Runner(SystemClock())
    runner.add("job", lambda: runs.append(1), HOUR)
    runner.start()
    assert runs == []
    runner.soon("job")
    assert until(lambda: runs == [1])
    runner.close()


def test_a_job_runs_again_and_again() -> None:
    runs: list[int] = []
    runner = Runner(SystemClock())
    runner.add("job", lambda: runs.append(1), timedelta(seconds=0.1))
    runner.start()
    assert until(lambda: len(runs) >= 3)
    runner.close()


def test_a_job_never_runs_twice_at_once() -> None:
    running, most, done = [], [0], threading.Event()

    def work() -> None:
        running.append(1)
        most[0] = max(most[0], len(running))
        done.wait(0.5)
        running.pop()

    runner = Runner(SystemClock())
    runner.add("job", work, timedelta(seconds=0.05))
    runner.start()
    time.sleep(1)
    runner.close()
    assert most == [1]


def test_closing_tells_a_long_job_to_end_and_waits_for_it() -> None:
    steps, ended = [], threading.Event()
    runner = Runner(SystemClock())

    def work() -> None:
        while runner.keep_going():
            steps.append(1)
            time.sleep(0.01)
        ended.set()

    runner.add("job", work, HOUR)
    runner.start()
    runner.soon("job")
    assert until(lambda: steps)
    runner.close()
    assert ended.is_set()
    runner.close()
    runner.soon("job")


def test_trouble_of_the_embedder_is_left_for_the_next_run(data_dir: Path) -> None:
    embedder = FakeEmbedder()
    with build(data_dir, background=False, model=FakeModel(), embedder=embedder) as assistant:
        assistant.memory.remember("The key is under the pot")
        embedder.error = "It cannot be loaded."
        embed(assistant.memory, lambda: True)
        embedder.error = ""
        embed(assistant.memory, lambda: True)
        assert assistant.store.call(lambda store: store.vectors.count()) == 1


def test_what_is_idle_is_unloaded() -> None:
    asked: list[float] = []

    class Model:
        def unload_if_idle(self, seconds: float) -> bool:
            asked.append(seconds)
            return True

    unload([Model(), Model()], 60.0)
    assert asked == [60.0, 60.0]


def test_what_was_said_is_embedded_in_the_background(data_dir: Path) -> None:
    with build(data_dir, model=FakeModel(), embedder=FakeEmbedder()) as assistant:
        assistant.memory.remember("The key is under the pot")
        assistant.runner.soon("embed")
        assert until(lambda: assistant.store.call(lambda store: store.vectors.count()) == 1)


def test_settings_are_kept_and_closing_twice_is_fine(data_dir: Path) -> None:
    with build(data_dir, model=FakeModel(), embedder=FakeEmbedder()) as assistant:
        assistant.change(Settings(temperature=1.5, recall=False))
        assert assistant.session.settings.recall is False
    assistant.close()
    assert load_settings(data_dir / "settings.json").temperature == 1.5
