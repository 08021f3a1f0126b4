"""When a job may run."""

from __future__ import annotations

import os

import pytest

from app.core.settings import Settings
from app.schedule.conditions import Machine, Need, Presence, Watch, hindrance, holder, lives, machine

_AWAY, _HERE = 3_600.0, 10.0
_MAINS, _BATTERY, _FULL = Machine(), Machine(on_mains=False), Machine(free_mb=100)


@pytest.mark.parametrize(
    ("need", "away", "state", "why"),
    [
        (Need.NOTHING, 0.0, _FULL, ""),
        (Need.CALM, 1.0, _MAINS, "you are writing"),
        (Need.CALM, _HERE, _BATTERY, ""),
        (Need.CALM, _HERE, _FULL, "less than 800 MB of memory are free"),
        (Need.NIGHT, _HERE, _MAINS, "you are here"),
        (Need.NIGHT, _AWAY, _MAINS, ""),
        (Need.NIGHT, _AWAY, _BATTERY, "the machine runs on its battery"),
        (Need.NIGHT, _AWAY, _FULL, "less than 800 MB of memory are free"),
    ],
)
def test_what_stands_in_the_way_is_said(need: Need, away: float, state: Machine, why: str) -> None:
    assert hindrance(need, Settings(), away, lambda: state) == why


def test_the_settings_decide() -> None:
    on_battery = Settings(sleep_on_battery=True, sleep_after_idle_minutes=60, sleep_free_mb=0)
    assert hindrance(Need.NIGHT, on_battery, _AWAY, lambda: Machine(False, 0)) == ""
    assert hindrance(Need.NIGHT, on_battery, _AWAY - 1, lambda: _MAINS) == "you are here"
    off = hindrance(Need.NIGHT, Settings(sleep=False), _AWAY, lambda: _MAINS)
    assert off == "sleep is switched off in the settings"


@pytest.mark.parametrize("need", [Need.CALM, Need.NIGHT])
def test_while_memory_is_paused_nothing_runs_that_reads_or_writes_it(need: Need) -> None:
    assert hindrance(need, Settings(pause=True), _AWAY, lambda: _MAINS) == "memory is paused"
    assert hindrance(Need.NOTHING, Settings(pause=True), _AWAY, lambda: _MAINS) == ""


def test_presence_counts_from_the_last_touch_and_stands_still_while_somebody_waits() -> None:
    now = [0.0]
    presence = Presence(lambda: now[0])
    assert presence.away_s == float("inf")
    presence.touch()
    now[0] = 7.0
    assert presence.away_s == 7.0
    with presence:
        now[0] = 100.0
        assert presence.away_s == 0.0
    assert presence.away_s == 0.0


def test_the_machine_is_looked_at_now_and_then() -> None:
    now, looks = [0.0], []
    watch = Watch(lambda: looks.append(1) or Machine(), lambda: now[0])  # type: ignore[func-returns-value]
    for moment in (0.0, 1.0, 6.0):
        now[0] = moment
        assert watch() == Machine()
    assert len(looks) == 2


def test_this_process_lives_and_one_that_never_was_does_not() -> None:
    assert lives(holder("a"))
    assert not lives(f"{os.getpid()} 1.0 a")
    assert not lives("nonsense")
    assert machine().free_mb > 0
