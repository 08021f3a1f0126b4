"""Spaces in the store: made of the projects of earlier versions, and kept apart in what is read."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from app.core.clock import to_text
from app.core.paths import DataDir
from app.core.types import Filter
from app.core.types import Place as At
from app.storage.database import connect
from app.storage.migrations import migrations
from app.storage.store import Store, open_store
from tests.fakes import FakeClock
from tests.storage.helpers import say, span_of


def test_projects_become_spaces(tmp_path: Path, clock: FakeClock) -> None:
    data = DataDir(tmp_path).create()
    db = connect(data.database)
    migrations.apply(db, stop_before="m014_spaces")
    _said(db, clock, 1, "said", ("Bergen", "bergen"))
    _said(db, clock, 2, "said", ("",))
    _said(db, clock, 3, "remembered", ("", "Oslo"))
    db.conn.commit()
    db.close()
    store = open_store(data, clock)
    assert [space.name for space in store.spaces.all()] == ["Bergen", "Oslo"]
    talks = {talk.title: talk.space for talk in store.conversations.recent()}
    assert talks == {"Talk 1": "Bergen", "Talk 2": "", "Talk 3": ""}
    assert len(store.spaces.messages("BERGEN")) == 2
    assert len(store.spaces.messages("Oslo")) == 1
    assert len(store.spaces.messages("")) == 2
    assert store.check() == "ok"
    store.close()


def _said(db: Database, clock: FakeClock, talk: int, origin: str, projects: tuple[str, ...]) -> None:
    at = to_text(clock.now())
    db.execute(
        "INSERT INTO conversation (id, uid, title, origin, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
        [talk, f"talk {talk}", f"Talk {talk}", origin, at, at],
    )
    for number, project in enumerate(projects):
        db.execute(
            "INSERT OR IGNORE INTO place (project, app, device, document) VALUES (?, 'Mneme', '', '')", [project]
        )
        db.execute(
            "INSERT INTO message (uid, conversation_id, role, speaker, text, created_at, origin, state, model, place_id) "
            "SELECT ?, ?, 'user', '', 'Hello', ?, ?, 'complete', '', id FROM place WHERE project = ?",
            [f"{talk} {number}", talk, at, origin, project],
        )


def test_words_are_found_within_a_space_and_outside_of_all(store: Store) -> None:
    work = span_of(store, say(store, "The ferry leaves at nine", place=At(space="Work")))
    none = span_of(store, say(store, "The ferry was late"))
    nowhere = span_of(store, say(store, "A ferry, once more", place=At()))
    assert [key for key, _ in store.spans.search(["ferry"], 9, where=Filter(space="work"))] == [work]
    assert {key for key, _ in store.spans.search(["ferry"], 9, where=Filter(space=""))} == {none, nowhere}
    assert store.spans.within(Filter(space="")) == {none, nowhere}
    assert store.spans.in_spaces() == {work}
    assert len(store.spans.search(["ferry"], 9)) == 3


def test_a_place_goes_when_the_last_message_leaves_it(store: Store) -> None:
    message = say(store, "The ferry leaves at nine", place=At("Work", "Mneme", "laptop"))
    store.spaces.move_messages([message.id], "")
    assert store.places.known() == [At("", "Mneme", "laptop")]
    assert store.conversations.message(message.id).place == At("", "Mneme", "laptop")


def test_how_much_is_in_each(store: Store) -> None:
    say(store, "The ferry leaves at nine", place=At(space="Work"))
    store.spaces.create("Home")
    assert {name: count.messages for name, count in store.spaces.counts().items()} == {"Home": 0, "Work": 1}
