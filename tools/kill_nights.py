"""Kills nights at random moments and looks at what is left: `python -m tools.kill_nights FOLDER --kills 500`.

A process talks and sleeps by turns on one store, with a small embedder and no model; it is killed (SIGKILL) after a
random time, again and again. After each kill the file must be sound, every message that was told as stored must be
there with its words, and nothing may have been done twice. At the end one whole night and a rebuild of all that nights
made must come to the same.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_SUBJECTS = ("bread", "cello", "garden", "harbour", "bicycle", "violin", "kettle", "mountain", "letter", "orchard")
_LONGEST_S = 0.6


def sleep_on(folder: Path) -> None:
    """Talk and sleep by turns until killed; prints the number of each message once it is stored, and "night" when a
    night begins."""
    from app.bootstrap import build
    from tests.fakes import FakeEmbedder, FakeModel

    with build(folder, background=False, model=FakeModel(), embedder=FakeEmbedder()) as assistant:
        for turn in count(assistant.store.call(lambda store: store.spans.count())):
            print("night", flush=True)
            for job in assistant.night(agreed=True):
                assistant.runner.run(job)
            _, message = assistant.memory.begin(_said(turn), assistant.clock.now())
            print(message.id, flush=True)
            for i in range(1, 6):
                stored = assistant.memory.go_on(message.conversation_id, _said(turn + i), assistant.clock.now())
                assert stored is not None
                print(stored[1].id, flush=True)


def killed(folder: Path, after_s: float) -> list[int]:
    """Let a process sleep on a store and kill it so long after its night began; the messages it told as stored."""
    command = [sys.executable, "-m", "tools.kill_nights", str(folder), "--sleep"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        begun = process.stdout.readline()
        assert begun == "night\n", begun
        time.sleep(after_s)
        process.kill()
        told = process.stdout.read()
        assert process.wait() == -9, process.returncode
    return [int(line) for line in told[: told.rfind("\n") + 1].split() if line.isdigit()]


def problems(folder: Path, told: set[int]) -> list[str]:
    """What is wrong with a store after a kill; nothing, it is to be hoped."""
    found = []
    with closing(sqlite3.connect(folder / "mneme.db")) as db:
        ask = db.execute
        if (verdict := ask("PRAGMA integrity_check").fetchone()[0]) != "ok":
            found.append(f"integrity: {verdict}")
        if broken := ask("PRAGMA foreign_key_check").fetchall():
            found.append(f"foreign keys: {len(broken)}")
        stored = dict(ask("SELECT id, text FROM message").fetchall())
        if lost := told - stored.keys():
            found.append(f"lost: {sorted(lost)}")
        if wrong := [key for key, text in stored.items() if not text.startswith("I told you")]:
            found.append(f"other words: {wrong}")
        if len(ask("SELECT id FROM span").fetchall()) != len(stored):
            found.append("spans and messages do not agree")
        found += _twice(db)
    return found


def derived(folder: Path) -> list[Any]:
    """All that nights made, but for moments and the numbers of runs and themes."""
    with closing(sqlite3.connect(folder / "mneme.db")) as db:
        themes: dict[int, list[int]] = {}
        for theme, episode in db.execute("SELECT theme_id, episode_id FROM theme_episode ORDER BY episode_id"):
            themes.setdefault(theme, []).append(episode)
        return [
            db.execute("SELECT span_id, exemplar_id, likeness FROM fold ORDER BY span_id").fetchall(),
            db.execute("SELECT a_id, b_id, reason, weight FROM link ORDER BY a_id, b_id, reason").fetchall(),
            sorted(themes.values()),
        ]


def end_well(folder: Path) -> list[str]:
    """One whole night over a store that was killed often, then a rebuild; what is wrong."""
    from app.bootstrap import build
    from tests.fakes import FakeEmbedder, FakeModel

    with build(folder, background=False, model=FakeModel(), embedder=FakeEmbedder()) as assistant:
        for job in assistant.night(agreed=True):
            ended = assistant.runner.run(job)
            if ended is None or ended.problem is not None:
                return [f"the last night could not {job.name}"]
        slept = derived(folder)
        assistant.consolidator.rebuild()
    return [] if derived(folder) == slept and all(slept) else ["a rebuild comes to something else"]


def _twice(db: sqlite3.Connection) -> list[str]:
    """Changes that were made or told twice: each fold is told in exactly one line."""
    told = [
        key
        for (undo,) in db.execute("SELECT undo FROM change_log WHERE kind = 'folded'").fetchall()
        for key in json.loads(undo)["spans"]
    ]
    folded = [key for (key,) in db.execute("SELECT span_id FROM fold").fetchall()]
    found = [] if sorted(told) == sorted(folded) else ["folds and the lines about them do not agree"]
    open_runs = db.execute("SELECT name FROM job_run WHERE ended_at IS NULL GROUP BY name HAVING count(*) > 1")
    return [*found, *(f"{name} runs twice" for (name,) in open_runs.fetchall())]


def _said(turn: int) -> str:
    """Every third thing is said again now and then."""
    subject = _SUBJECTS[turn % len(_SUBJECTS)]
    which = turn % 7 if turn % 3 == 0 else turn
    return f"I told you about the {subject} and the other {_SUBJECTS[which % 7]} of house number {which}."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a folder for the store; it should be empty")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sleep", action="store_true", help="be the process that is killed")
    wanted = parser.parse_args()
    if wanted.sleep:
        sleep_on(wanted.folder)
        return
    chance, told, wrong = random.Random(wanted.seed), set[int](), 0
    for kill in range(1, wanted.kills + 1):
        told |= set(killed(wanted.folder, chance.random() * _LONGEST_S))
        for problem in problems(wanted.folder, told):
            wrong += 1
            print(f"after kill {kill}: {problem}", flush=True)
        if kill % 25 == 0:
            print(f"{kill} kills, {len(told)} messages told as stored, {wrong} problems", flush=True)
    wrong += len(last := end_well(wanted.folder))
    print(*last, f"{wanted.kills} kills, {len(told)} messages, {wrong} problems", sep="\n")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
