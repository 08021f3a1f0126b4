"""What is exported comes back: the same into an empty store, once into a full one, and nothing from a broken file."""

from __future__ import annotations

import json
import re
import runpy
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from app.archive.export import export
from app.archive.format import ArchiveBroken
from app.archive.load import Loaded, Loader, Preview
from app.archive.reader import Archive, PassphraseNeeded
from app.archive.scope import Scope
from app.bootstrap import Assistant, build
from app.core.errors import InputError, StoreError
from app.core.types import Filter, Hit, Mode, NewEpisode, NewMessage, Origin, Place, Role
from app.storage.changes import Actor, NewChange
from app.storage.folds import Fold
from app.storage.links import Link, Reason
from app.storage.outgoing import Outgoing
from app.storage.parts import ACROSS, LEFT_OUT, OF_CONVERSATIONS, WITHIN
from app.storage.store import Store
from tests.conftest import ROOT
from tests.fakes import FakeClock, FakeEmbedder, FakeModel


@contextmanager
def another(folder: Path, name: str = "other") -> Iterator[Assistant]:
    """An assistant with an empty store."""
    shutil.rmtree(folder / name, ignore_errors=True)
    with build(folder / name, background=False, clock=FakeClock(), model=FakeModel(), embedder=FakeEmbedder()) as found:
        yield found


def lived(assistant: Assistant) -> None:
    """A store in which every table that travels has rows."""
    memory, now = assistant.memory, assistant.clock.now()
    talk, first = memory.begin("I live in Oslo. Where did Anna put the key of the garden shed?", now)
    answer = memory.record(NewMessage(talk.id, Role.ASSISTANT, "Under the blue pot, she said.", now, first.id))
    memory.record(NewMessage(talk.id, Role.ASSISTANT, "In the kitchen, Oslo time.", now, first.id))
    second = memory.record(
        NewMessage(talk.id, Role.USER, "Thanks! And the bicycle of Ben?", now, answer.id, place=Place("house", "Mneme"))
    )
    other, question = memory.begin("Where did Anna put the key?", now + timedelta(hours=1))
    memory.remember("The wifi password is on the fridge. I work at Acme.")
    memory.embed_pending()
    hits = memory.recall("the key of Anna", 3).hits
    document = assistant.documents.attach_text("shed.txt", "How to build a wall")

    def work(store: Store) -> None:
        store.conversations.set_mode(other.id, Mode.READ)
        store.branches.choose(talk.id, answer.id)
        store.documents.attach(first.id, document.id)
        seen = store.episodes.messages(talk.id)
        store.episodes.replace(talk.id, [NewEpisode(talk.id, second.id, second.id, "turn", 0.5, 1.0, 2.0)], "one", seen)
        found = [NewEpisode(talk.id, first.id, seen[-1].id, "turn", 1.5, 3.0, 2.0)]
        store.episodes.replace(talk.id, found, "two", seen)
        episode = store.episodes.of_conversation(talk.id)[0]
        store.recalls.log(question.id, [Hit(h.span, h.score, h.reasons, (("words", 0.5),)) for h in hits], True, now)
        store.feedback.add(question.id, hits[0].span.id, "opened", now)
        store.folds.add([Fold(hits[1].span.id, hits[0].span.id, 0.9)])
        pair = sorted(hit.span.id for hit in hits[:2])
        run = store.job_runs.begin("consolidate", "1 2 x", lambda _: False, now)
        store.links.put([Link(pair[0], pair[1], Reason.ALIKE, 0.7, now)], run)
        theme = store.themes.make(now)
        store.themes.put(theme, episode.id, 0.8)
        store.themes.tell(theme, [hits[0].span.id])
        change = NewChange(
            "folded", [("span", hits[0].span.id)], {"count": 1}, {"spans": [hits[1].span.id]}, Actor.NIGHT, run
        )
        store.changes.note(change, now)
        store.job_runs.end(run or 0, "done", now, {"read": 2})  # type: ignore[arg-type]

    assistant.store.write(work)
    memory.facts.merge([fact.id for fact in memory.facts.read()])
    for job in assistant.night(agreed=True):
        if job.name == "fade":
            job.work(lambda: True, lambda done, total: None)


def content(manifest: dict[str, Any]) -> dict[str, str]:
    """What tells whether two archives hold the same."""
    return {name: part["sha256"] for name, part in manifest["parts"].items()}


def written(assistant: Assistant, path: Path, **options: Any) -> dict[str, Any]:
    return export(assistant.data.database, path, assistant.clock, assistant.settings, **options)


def brought(assistant: Assistant, path: Path, passphrase: str = "") -> tuple[Preview, Loaded]:
    with Archive(path, passphrase) as archive:
        loader = Loader(assistant.memory, archive)
        return loader.check(), loader.load()


def test_every_table_travels_or_is_left_out_for_a_reason(assistant: Assistant) -> None:
    rows = assistant.store.call(lambda store: store.erasures.rows())
    parts = [part.table for part in (*OF_CONVERSATIONS, *ACROSS)]
    told = {*parts, *WITHIN, *LEFT_OUT}
    assert rows.keys() - told == set(), "a table that neither travels nor is named as left out in app/storage/parts.py"
    assert len(parts) + len(WITHIN) + len(LEFT_OUT) == len(told)


def test_all_of_a_store_comes_back_as_it_was(assistant: Assistant, tmp_path: Path) -> None:
    lived(assistant)
    first = written(assistant, tmp_path / "a.mneme")
    with another(tmp_path) as other:
        preview, loaded = brought(other, tmp_path / "a.mneme")
        second = written(other, tmp_path / "b.mneme")
        assert content(first) == content(second)
        assert (preview.conversations, preview.messages, preview.known, preview.conflicts) == (4, 7, 0, 0)
        assert loaded.added["message"] == 7
        modes = other.store.call(lambda store: sorted(talk.mode for talk in store.conversations.recent()))
        assert modes == [Mode.READ, Mode.REMEMBER, Mode.REMEMBER]
        said = [hit.span.text for hit in assistant.memory.recall("the key of Anna").hits]
        assert [hit.span.text for hit in other.memory.recall("the key of Anna").hits] == said
        assert other.memory.search("bicycle").hits[0].span.place.space == "house"
        told = [line.text for line in assistant.diary.lines()]
        assert [line.text for line in other.diary.lines()] == told
        assert other.diary.undo(min(line.id for line in other.diary.lines()))
    filled = {name for name, part in first["parts"].items() if part.get("rows")}
    empty = {"recall_told.jsonl"}
    assert {f"{part.name}.jsonl" for part in (*OF_CONVERSATIONS, *ACROSS)} - filled <= empty | {"uses.jsonl"}


def test_the_same_archive_twice_changes_nothing(assistant: Assistant, tmp_path: Path) -> None:
    lived(assistant)
    written(assistant, tmp_path / "a.mneme")
    before = assistant.store.call(lambda store: store.erasures.rows())
    preview, loaded = brought(assistant, tmp_path / "a.mneme")
    assert (preview.messages, preview.known, loaded.added) == (0, 7, {})
    with another(tmp_path) as other:
        brought(other, tmp_path / "a.mneme")
        once = other.store.call(lambda store: store.erasures.rows())
        assert brought(other, tmp_path / "a.mneme")[1].changed is False
        assert other.store.call(lambda store: store.erasures.rows()) == once
    assert assistant.store.call(lambda store: store.erasures.rows()) == before


def test_what_is_new_comes_in_beside_what_is_here(assistant: Assistant, tmp_path: Path) -> None:
    talk, first = assistant.memory.begin("The birch is old.", assistant.clock.now())
    written(assistant, tmp_path / "a.mneme")
    with another(tmp_path) as other:
        brought(other, tmp_path / "a.mneme")
        assistant.memory.record(NewMessage(talk.id, Role.USER, "And the oak?", assistant.clock.now(), first.id))
        other.memory.remember("Only here.")
        written(assistant, tmp_path / "b.mneme")
        preview, loaded = brought(other, tmp_path / "b.mneme")
        assert (preview.conversations, preview.messages, preview.known) == (0, 1, 1)
        assert loaded.added["message"] == 1
        assert [h.span.text for h in other.memory.search("oak").hits] == ["And the oak?"]
        assert other.memory.search("Only").hits


def test_a_message_with_other_words_is_kept_beside_the_one_here(assistant: Assistant, tmp_path: Path) -> None:
    talk, first = assistant.memory.begin("The birch is old.", assistant.clock.now())
    assistant.memory.record(NewMessage(talk.id, Role.USER, "It is nice.", assistant.clock.now(), first.id))
    written(assistant, tmp_path / "a.mneme")
    with another(tmp_path) as other:
        brought(other, tmp_path / "a.mneme")
        Database(other.data.database).execute("UPDATE message SET text = 'The beech is old.' WHERE id = 1")
        preview, loaded = brought(other, tmp_path / "a.mneme")
        assert (preview.conflicts, loaded.conflicts, loaded.added["message"]) == (1, 1, 1)
        both = other.store.call(lambda store: [store.conversations.message(key) for key in (1, 3)])
        assert [message.text for message in both] == ["The beech is old.", "The birch is old."]
        with Archive(tmp_path / "a.mneme") as archive:
            assert both[1].external_id == f"another {_uid(other, 1)} of archive {archive.manifest['id']}"
        again = brought(other, tmp_path / "a.mneme")
        assert (again[1].conflicts, again[1].added) == (0, {})
        assert other.memory.search("birch").hits


def _uid(assistant: Assistant, key: int) -> str:
    return assistant.store.call(lambda store: store.erasures.uids([key]))[0]


def test_a_reader_of_the_documentation_reads_it(assistant: Assistant, tmp_path: Path) -> None:
    lived(assistant)
    written(assistant, tmp_path / "a.mneme")
    page = (ROOT / "docs" / "archive-format.md").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0]
    assert len([line for line in code.splitlines() if line.strip()]) <= 60
    script = tmp_path / "reader.py"
    script.write_text(code, encoding="utf-8")
    archive = runpy.run_path(str(script))["Archive"](tmp_path / "a.mneme")
    talks = archive.conversations()
    assert [talk["title"] for talk in talks][1:] == ["Where did Anna put the key?", "Things to remember", "shed.txt"]
    assert talks[0]["messages"][1]["answers"] == "I live in Oslo. Where did Anna put the key of the garden shed?"
    vectors = list(archive.vectors())
    assert len(vectors) == 6  # the document came after
    assert vectors[0][:2] == ("fake-64:1", 0)
    page_names = set(re.findall(r"`(\w+)`", page))
    with Outgoing(assistant.data.database) as outgoing:
        assert {part.name for part in outgoing.parts} <= page_names


SCOPES: dict[str, tuple[Callable[[Assistant], Scope], list[str]]] = {
    "conversation": (lambda _: Scope((2,)), ["Where did Anna put the key?"]),
    "space": (lambda _: Scope(where=Filter(space="House")), ["Thanks! And the bicycle of Ben?"]),
    "since": (
        lambda a: Scope(where=Filter(since=a.clock.now() + timedelta(minutes=30))),
        ["Where did Anna put the key?"],
    ),
    "search": (lambda _: Scope(words="wifi"), ["The wifi password is on the fridge. I work at Acme."]),
}


@pytest.mark.parametrize("name", SCOPES)
def test_a_scope_holds_what_it_names_and_no_more(assistant: Assistant, tmp_path: Path, name: str) -> None:
    lived(assistant)
    scope, texts = SCOPES[name]
    ids = assistant.store.call(scope(assistant).messages)
    written(assistant, tmp_path / "a.mneme", ids=ids, scope=name)
    with another(tmp_path) as other, Archive(tmp_path / "a.mneme") as archive:
        assert [row["text"] for row in archive.rows("messages.jsonl")] == texts
        preview, _ = brought(other, tmp_path / "a.mneme")
        assert preview.messages == len(texts)
        raw = b"".join(archive._zip.read(part) for part in archive.parts if part.endswith(".jsonl"))
        assert b"blue pot" not in raw


def test_a_search_takes_the_whole_event_along(assistant: Assistant, tmp_path: Path) -> None:
    lived(assistant)
    ids = assistant.store.call(Scope(words="bicycle").messages)
    assert ids == [1, 2, 3, 4]


def test_a_scope_without_anything_in_it_is_told(assistant: Assistant) -> None:
    with pytest.raises(InputError, match="nothing to export"):
        assistant.store.call(Scope(words="zebra").messages)


def test_branches_stay_together_where_the_middle_is_left_out(assistant: Assistant, tmp_path: Path) -> None:
    lived(assistant)
    written(assistant, tmp_path / "a.mneme", ids=[1, 4])
    with Archive(tmp_path / "a.mneme") as archive:
        assert [row["parent"] for row in archive.rows("messages.jsonl")] == [None, 0]


def test_an_archive_is_for_its_owner_alone(assistant: Assistant, tmp_path: Path) -> None:
    written(assistant, tmp_path / "a.mneme")
    assert stat.S_IMODE((tmp_path / "a.mneme").stat().st_mode) == 0o600


def test_an_export_that_cannot_be_written_leaves_the_file_before(assistant: Assistant, tmp_path: Path) -> None:
    target = tmp_path / "a.mneme"
    target.write_text("before")

    def fail(done: int, total: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(StoreError):
        written(assistant, target, progress=fail)
    assert target.read_text() == "before"
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_a_sealed_archive_opens_with_its_passphrase_alone(assistant: Assistant, tmp_path: Path) -> None:
    lived(assistant)
    path = tmp_path / "a.mneme"
    first = written(assistant, path, passphrase="four words are enough")
    assert b"garden" not in path.read_bytes()
    with pytest.raises(PassphraseNeeded):
        Archive(path)
    with pytest.raises(ArchiveBroken, match="does not open"):
        Archive(path, "four words")
    with another(tmp_path) as other:
        brought(other, path, "four words are enough")
        assert content(written(other, tmp_path / "b.mneme")) == content(first)


def test_nothing_comes_in_while_memory_is_paused(assistant: Assistant, tmp_path: Path) -> None:
    lived(assistant)
    written(assistant, tmp_path / "a.mneme")
    with another(tmp_path) as other:
        other.memory.paused = True
        with pytest.raises(InputError, match="paused"):
            brought(other, tmp_path / "a.mneme")


def test_an_archive_of_a_newer_mneme_is_refused(assistant: Assistant, tmp_path: Path) -> None:
    written(assistant, tmp_path / "a.mneme")
    with Archive(tmp_path / "a.mneme") as archive:
        archive.manifest["schema"].append("m999_tomorrow")
        with pytest.raises(ArchiveBroken, match="m999_tomorrow"):
            Loader(assistant.memory, archive)


_TEXT = st.text(max_size=40)
_SAID = st.tuples(st.integers(0, 3), st.sampled_from(list(Role)), _TEXT, st.integers(-1, 8), st.booleans())


@settings(max_examples=12)
@given(st.lists(_SAID, max_size=12))
def test_whatever_was_said_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[int, Role, str, int, bool]]
) -> None:
    folder = tmp_path_factory.mktemp("trip")
    with another(folder, "one") as one:

        def work(store: Store) -> None:
            now = one.clock.now()
            talks = [store.conversations.create(f"Talk {i}", now, Origin.SAID).id for i in range(4)]
            there: dict[int, list[int]] = {talk: [] for talk in talks}
            for number, role, text, parent, placed in said:
                talk = talks[number]
                before = there[talk][parent] if 0 <= parent < len(there[talk]) else None
                place = Place("p", "Mneme", "", text) if placed else None
                new = NewMessage(talk, role, text, now, before, speaker=text[:5], place=place)
                there[talk].append(one.memory.add_inside(store, [new])[0].id)

        one.store.write(work)
        one.memory.embed_pending()
        first = written(one, folder / "a.mneme")
        with another(folder, "two") as two:
            _, loaded = brought(two, folder / "a.mneme")
            assert loaded.added.get("message", 0) == len(said)
            assert content(written(two, folder / "b.mneme")) == content(first)
            assert two.store.call(lambda store: store.check()) == "ok"


def test_settings_of_a_machine_stay_there(assistant: Assistant, tmp_path: Path) -> None:
    written(assistant, tmp_path / "a.mneme")
    with Archive(tmp_path / "a.mneme") as archive:
        found = archive.settings()
    assert found["theme"] == "system"
    assert "model_path" not in found
    assistant.adopt(found | {"theme": "dark", "model_path": "/elsewhere", "unknown": 1})
    assert (assistant.settings.theme, assistant.settings.model_path) == ("dark", "")
    assert json.loads(assistant.data.settings.read_text())["theme"] == "dark"
