"""Killing the app at any moment loses nothing that was shown as stored."""

from __future__ import annotations

import random
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.bootstrap import build
from app.core.paths import DataDir
from app.storage.store import open_store
from tests.conftest import ROOT
from tests.fakes import FakeClock, FakeEmbedder, FakeModel


def killed_after(lines: int, pause: float, folder: Path) -> list[int]:
    """Let a process talk, kill it `pause` seconds after so many stored messages; what it said was stored."""
    command = [sys.executable, "-m", "tests.memory.keep_talking", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        begun = [process.stdout.readline() for _ in range(lines)]
        try:
            process.wait(pause)
        except subprocess.TimeoutExpired:
            process.kill()
        rest = process.stdout.read()
        assert process.wait() == -9
    told = "".join(begun) + rest
    return [int(line) for line in told[: told.rfind("\n") + 1].split()]


@pytest.mark.parametrize("seed", range(10))
def test_everything_told_as_stored_survives_a_kill(data_dir: Path, seed: int) -> None:
    chance = random.Random(seed)
    told = killed_after(chance.randrange(1, 60), chance.random() / 20, data_dir)
    with closing(open_store(DataDir(data_dir), FakeClock())) as store:
        assert store.check() == "ok"
        for key in told:
            assert store.conversations.message(key).text.startswith(f"message {key}")
        spans = store.spans.search(["message"], 10_000)
        assert {span.first_message_id for span in store.spans.read([key for key, _ in spans]).values()} >= set(told)


def test_after_a_kill_the_app_goes_on_where_it_was(data_dir: Path) -> None:
    told = killed_after(20, 0.0, data_dir)
    embedder = FakeEmbedder()
    with build(data_dir, background=False, clock=FakeClock(), model=FakeModel(), embedder=embedder) as assistant:
        found = assistant.memory.recall("message 7", limit=1_000)
        assert {hit.span.first_message_id for hit in found.hits} >= set(told)
        list(assistant.session.ask("And now?", found.hits[0].span.conversation_id))
        assert assistant.store.call(lambda store: store.conversations.counts())["message"] >= len(told) + 2
