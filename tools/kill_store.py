"""Kills whatever writes to the store at random moments: `python -m tools.kill_store --kills 1000`.

By turns a process writes messages, takes in an archive, makes a backup, or opens a store of the first version, which
migrates it; it is killed (SIGKILL) at a moment chosen from how long the whole thing takes. After each kill the file
must be sound, all that was told as stored must be there with its words, and each backup that bears its name must be
whole. An import that was killed is begun again until it ends, and must then come to the same as one that was not.
Embeddings are hashed words, and processes are forked, so that a kill costs tenths of a second. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from app.archive.export import export
from app.archive.load import Loader
from app.archive.reader import Archive
from app.bootstrap import Assistant, build
from app.core.clock import SystemClock
from app.core.paths import DataDir
from app.core.types import NewMessage, Role
from app.storage.backups import keep_copies
from tests.fakes import FakeEmbedder, FakeModel

ROOT = Path(__file__).resolve().parents[1]
Tell = Callable[[str], None]
OLD = ROOT / "tests" / "upgrade" / "v1.db"
_TALKS, _TURNS = 30, 12


def opened(folder: Path) -> Assistant:
    """An assistant without models."""
    return build(folder, background=False, model=FakeModel(), embedder=FakeEmbedder())


def said(number: int) -> str:
    """Words that tell their number."""
    return f"Message {number}: I live in house {number % 97} and keep the key under pot {number * 7 % 31}."


class Killing:
    """A folder with what is written to, and what was told of it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        self.problems: list[str] = []
        self.kills: Counter[str] = Counter()
        self.told: dict[int, str] = {}
        self.imports, self.whole = 0, 0
        self.archive = folder / "source.mneme"
        self.works = {"write": self.write, "import": self.take_in, "backup": self.copy, "migrate": self.migrate}
        self.seconds: dict[str, float] = {}

    def fill(self) -> None:
        """An archive to take in, made by a process of its own."""
        pid = os.fork()
        if pid == 0:
            with opened(self.folder / "source") as assistant:
                _fill(assistant)
                target = self.archive
                export(assistant.data.database, target, assistant.clock, assistant.settings)
            os._exit(0)
        if os.waitpid(pid, 0)[1]:
            raise SystemExit("the archive could not be made")

    def run(self, kills: int) -> None:
        """Kill so often, by turns."""
        for name in self.works:
            self.seconds[name] = self.once(name, None)
        for number in range(kills):
            name = list(self.works)[number % len(self.works)]
            before = sum(self.kills.values())
            while sum(self.kills.values()) == before:  # one that ended before its kill does not count
                self.once(name, self.chance.random() * self.seconds[name])
            if number % 100 == 99:
                sys.stderr.write(f"{number + 1} kills, {len(self.problems)} problems\n")
        self.finish_import()

    def once(self, name: str, after_s: float | None) -> float:
        """One process, killed so long after it began to work; how long it worked. Then a look at what is left."""
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            _be(self.works[name], lambda words: os.write(writing, f"{words}\n".encode()) and None)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            begun = time.perf_counter()
            if after_s is not None:
                time.sleep(after_s)
                os.kill(pid, signal.SIGKILL)
            lines = pipe.read().split("\n")[:-1]
        status = os.waitpid(pid, 0)[1]
        if os.WIFSIGNALED(status):
            self.kills[name] += 1
        elif status:
            self.problems.append(f"{name}: the process failed")
        self.look(name, lines)
        return time.perf_counter() - begun

    def write(self, tell: Tell) -> None:
        """Say things; each is told once it is stored."""
        with opened(self.folder / "written") as assistant:
            first = assistant.store.call(lambda store: store.spans.count())
            talk = None
            for number in count(first):
                if talk is None:
                    conversation, message = assistant.memory.begin(said(number), assistant.clock.now())
                    talk = conversation.id
                else:
                    stored = assistant.memory.go_on(talk, said(number), assistant.clock.now())
                    assert stored is not None
                    message = stored[1]
                tell(f"{message.id}\t{message.text}")
                if number - first == 25:
                    return

    def take_in(self, tell: Tell) -> None:
        """Take the archive in; each conversation is told once it is there."""
        with opened(self.taken) as assistant, Archive(self.archive) as archive:
            loading: list[bool] = []
            loader = Loader(assistant.memory, archive, lambda done, _: tell(str(done)) if loading else None)
            loader.check()
            loading.append(True)
            loader.load()
        tell("whole")

    def copy(self, tell: Tell) -> None:
        """Make the backup of a day that has none, with the store open beside it."""
        data = DataDir(self.folder / "written")
        days = timedelta(days=len(list(data.backups.glob("daily-*.db"))) + self.chance.randrange(1000))
        with opened(data.root):
            keep_copies(data.database, data.backups, SystemClock().now() + days)

    def migrate(self, tell: Tell) -> None:
        """Open a store of the first version."""
        with opened(self.folder / "old") as assistant:
            assistant.store.call(lambda store: store.check())

    @property
    def taken(self) -> Path:
        """The store that the archive comes into: a new one for each import."""
        return self.folder / f"taken-{self.imports}"

    def look(self, name: str, lines: list[str]) -> None:
        """What is wrong after a process ended."""
        if name == "write":
            self.told |= {int(key): text for key, text in (line.split("\t") for line in lines)}
            self.whole_store(self.folder / "written" / "mneme.db", "written", self.told)
        elif name == "import":
            done = max([int(line) for line in lines if line.isdigit()], default=0)
            self.whole_store(self.taken / "mneme.db", "taken", {})
            if (there := _count(self.taken / "mneme.db", "conversation")) < done:
                self.problems.append(f"import: {done} conversations were told, {there} are there")
            if "whole" in lines:
                self.compare()
        elif name == "backup":
            for path in (self.folder / "written" / "backups").glob("daily-*.db"):
                self.whole_store(path, path.name, {})
                path.unlink()
            self.whole_store(self.folder / "written" / "mneme.db", "written", self.told)
        else:
            old = self.folder / "old"
            self.whole_store(old / "mneme.db", "migrated", _messages(OLD))
            for path in (old / "backups").glob("before-update-*.db"):
                self.whole_store(path, path.name, _messages(OLD))
            shutil.rmtree(old, ignore_errors=True)
        self.fresh()

    def fresh(self) -> None:
        """A store of the first version for the next migration."""
        old = self.folder / "old"
        if not old.exists():
            old.mkdir()
            shutil.copyfile(OLD, old / "mneme.db")

    def compare(self) -> None:
        """An import that ended against the store that the archive is of."""
        self.whole += 1
        for table in ("message", "span", "episode", "link", "fact", "span_vector"):
            here, there = (_count(root / "mneme.db", table) for root in (self.taken, self.folder / "source"))
            if here != there:
                self.problems.append(f"import: {here} of {there} rows of {table}")
        if _words(self.taken / "mneme.db") != _words(self.folder / "source" / "mneme.db"):
            self.problems.append("import: other words")
        shutil.rmtree(self.taken)
        self.imports += 1

    def finish_import(self) -> None:
        """End the import that was killed last."""
        self.once("import", None)

    def whole_store(self, path: Path, name: str, told: dict[int, str]) -> None:
        """Soundness, references, and what was told."""
        if not path.exists():
            if told:
                self.problems.append(f"{name}: the store is gone")
            return
        with closing(sqlite3.connect(path)) as db:
            if (verdict := db.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                self.problems.append(f"{name}: {verdict}")
            if broken := db.execute("PRAGMA foreign_key_check").fetchall():
                self.problems.append(f"{name}: {len(broken)} references lead nowhere")
        if told and (lost := told.items() - _messages(path).items()):
            self.problems.append(f"{name}: {len(lost)} messages that were told are lost or changed")


def _be(work: Callable[[Tell], None], tell: Tell) -> None:
    """Be the process that is killed."""
    try:
        work(tell)
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        os._exit(1)
    os._exit(0)


def _fill(assistant: Assistant) -> None:
    number = count()
    for _ in range(_TALKS):
        talk, last = assistant.memory.begin(said(next(number)), assistant.clock.now())
        for turn in range(1, _TURNS):
            role = Role.ASSISTANT if turn % 2 else Role.USER
            last = assistant.memory.record(
                NewMessage(talk.id, role, said(next(number)), assistant.clock.now(), last.id)
            )
    for job in assistant.night(agreed=True):
        assistant.runner.run(job)


def _messages(path: Path) -> dict[int, str]:
    with closing(sqlite3.connect(path)) as db:
        return dict(db.execute("SELECT id, text FROM message").fetchall())


def _words(path: Path) -> list[Any]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT uid, role, text, created_at FROM message ORDER BY uid").fetchall()


def _count(path: Path, table: str) -> int:
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as db:
        there = db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [table]).fetchone()
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) if there else 0


def main() -> int:
    """Kill, look, and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mneme-kill-") as name:
        killing = Killing(Path(name), wanted.seed)
        killing.fill()
        killing.fresh()
        killing.run(wanted.kills)
    found = {"kills": dict(killing.kills), "messages": len(killing.told), "imports": killing.whole}
    print(json.dumps({**found, "seconds": killing.seconds, "problems": killing.problems}, indent=1))
    return 1 if killing.problems else 0


if __name__ == "__main__":
    sys.exit(main())
