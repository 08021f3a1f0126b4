from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.core.paths import DataDir
from app.storage.kv_files import KvFile, KvIdentity, KvKind
from app.storage.store import Store, open_store
from tests.fakes import FakeClock
from tests.storage.helpers import NOW, say

IDENTITY = KvIdentity("model", "Q4_1", "1", "prompt")


def keep(store: Store, name: str, saw: Iterable[int], size: int = 10, talk: int = 1, minutes: int = 0) -> KvFile:
    """A file on disk and its row."""
    file = KvFile(name, KvKind.CONVERSATION, talk, IDENTITY, 5, size, "sum")
    store.kv_files.path(name).write_bytes(b"x" * size)
    with store.transaction():
        store.kv_files.put(file, saw, NOW + timedelta(minutes=minutes))
    return file


def names(store: Store) -> set[str]:
    return {path.stem for path in store.kv_files.folder.iterdir()}


def test_a_file_comes_back_as_it_was_kept(store: Store) -> None:
    said = say(store, "My dog is Rufus.")
    file = keep(store, "one", [said.id])
    assert store.kv_files.get("one") == file
    assert store.kv_files.saw("one") == ({said.id}, set())
    assert store.kv_files.get("two") is None
    assert store.kv_files.total() == 10


def test_a_file_kept_again_takes_the_place_of_the_one_before(store: Store) -> None:
    first, second = say(store, "one"), say(store, "two", 1)
    keep(store, "one", [first.id])
    keep(store, "one", [first.id, second.id], size=20)
    assert store.kv_files.saw("one")[0] == {first.id, second.id}
    assert store.kv_files.total() == 20


@pytest.mark.parametrize(
    "erase",
    ["DELETE FROM message WHERE id = 2", "DELETE FROM conversation", "UPDATE message SET text = 'x' WHERE id = 2"],
)
def test_what_is_erased_or_changed_takes_the_files_that_saw_it_along(store: Store, erase: str) -> None:
    first, second, other = say(store, "a"), say(store, "b", 1), say(store, "c")
    keep(store, "saw", [first.id, second.id])
    keep(store, "did-not", [other.id], talk=2)
    with store.transaction():
        store._db.execute(erase)
    store.kv_files.sweep()
    assert names(store) == (set() if "conversation" in erase else {"did-not"})
    assert store.kv_files.get("saw") is None


def test_nothing_is_kept_that_saw_a_message_which_is_gone(store: Store) -> None:
    said = say(store, "a")
    keep(store, "late", [said.id, said.id + 1])
    assert store.kv_files.get("late") is None
    assert store.kv_files.sweep() == 1


def test_what_was_used_longest_ago_makes_room(store: Store) -> None:
    said = say(store, "a")
    for minute, name in enumerate(["old", "middle", "new"]):
        keep(store, name, [said.id], minutes=minute)
    with store.transaction():
        store.kv_files.use(["old"], NOW + timedelta(hours=1))
        assert store.kv_files.keep_within(20) == 1
    assert store.kv_files.sweep() == 1
    assert names(store) == {"old", "new"}


def test_files_of_another_model_or_prompt_go(store: Store) -> None:
    said = say(store, "a")
    keep(store, "one", [said.id])
    with store.transaction():
        assert store.kv_files.keep_identity(IDENTITY) == 0
        assert store.kv_files.keep_identity(replace(IDENTITY, prompt="other")) == 1


def test_strays_are_swept_when_the_store_opens(store: Store, data_dir: Path, clock: FakeClock) -> None:
    said = say(store, "a")
    keep(store, "kept", [said.id])
    for name in ("stray.kv", "kept.part"):
        (store.kv_files.folder / name).write_bytes(b"x")
    store.close()
    again = open_store(DataDir(data_dir), clock)
    assert names(again) == {"kept"}
    again.close()


def test_a_file_can_be_dropped(store: Store) -> None:
    said = say(store, "a")
    keep(store, "torn", [said.id])
    with store.transaction():
        store.kv_files.drop(["torn", "unknown"])
    assert store.kv_files.sweep() == 1


def test_a_message_that_left_the_context_was_seen_all_the_same(store: Store) -> None:
    first, second = say(store, "a"), say(store, "b", 1)
    file = keep(store, "one", [first.id, second.id])
    with store.transaction():
        store.kv_files.put(file, [first.id, second.id], NOW, left={first.id})
    assert store.kv_files.saw("one") == ({first.id, second.id}, {first.id})
    with store.transaction():
        store._db.execute("DELETE FROM message WHERE id = ?", [first.id])
    assert store.kv_files.get("one") is None
