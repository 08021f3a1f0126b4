"""Every table with words is covered by erasure: a table of tomorrow that is not fails here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bootstrap import Assistant, build
from app.core.types import Message, NewMessage, Role
from tests.fakes import FakeClock, FakeEmbedder, FakeModel

SAID = {"message", "conversation"}
GOES_BY_TRIGGER = {
    "span_text": "the trigger span_deleted; its shadow tables by `optimize` in the same transaction",
    "entity": "the trigger mention_deleted, when the last mention goes",
    "place": "the trigger place_left, when the last message there goes",
    "change_log": "holds no words; emptied by the trigger change_left_alone",
    "change_subject": "holds ids; the triggers that the tables of its subjects have",
    "theme": "holds no words; goes with its last episode",
}
NO_WORDS = {
    "embedder": "names of models",
    "job_run": "names of jobs and numbers",
    "consolidation": "how far sleep has come",
    "space": "the name and the persona that a person gave a space; goes when they delete it",
    "fact_reader": "fingerprints of models and numbers",
    "erasure": "numbers, and while one runs the random names of messages",
    "_sqlite_migrations": "names of steps",
    "sqlite_sequence": "numbers of rows",
}


@pytest.fixture
def schema(assistant: Assistant, data_dir: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(data_dir / "mneme.db")) as connection:
        yield connection


def tables(schema: sqlite3.Connection) -> set[str]:
    rows = schema.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {row[0] for row in rows if not row[0].startswith("span_text_")}


def cascades(schema: sqlite3.Connection) -> set[str]:
    """Tables whose rows go with what was said: by a chain of foreign keys that cascade and may not be null."""
    found, more = set(SAID), True
    while more:
        new = set()
        for table in tables(schema) - found:
            needed = {row[1] for row in schema.execute(f'PRAGMA table_info("{table}")') if row[3] or row[5]}
            for _, _, parent, column, _, _, on_delete, _ in schema.execute(f'PRAGMA foreign_key_list("{table}")'):
                if parent in found and on_delete == "CASCADE" and column in needed:
                    new.add(table)
        found, more = found | new, bool(new)
    return found


def test_every_table_goes_with_what_was_said_or_is_known_to_hold_none_of_it(schema: sqlite3.Connection) -> None:
    left = tables(schema) - cascades(schema) - GOES_BY_TRIGGER.keys() - NO_WORDS.keys()
    assert not left, (
        f"say how erasure covers {sorted(left)}: a cascade from message, a trigger, or that it has no words"
    )


def test_what_is_excused_is_there(schema: sqlite3.Connection) -> None:
    assert GOES_BY_TRIGGER.keys() | NO_WORDS.keys() <= tables(schema)


def test_a_table_without_a_cascade_would_be_noticed(schema: sqlite3.Connection) -> None:
    schema.execute("CREATE TABLE dream (id INTEGER PRIMARY KEY, words TEXT)")
    schema.execute("CREATE TABLE note (message_id INTEGER REFERENCES message (id) ON DELETE SET NULL, words TEXT)")
    schema.execute("CREATE TABLE fine (message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE, w TEXT)")
    left = tables(schema) - cascades(schema) - GOES_BY_TRIGGER.keys() - NO_WORDS.keys()
    assert left == {"dream", "note"}


MARK = "Zzyzx"
LINES = [
    f"My name is Anna and I live in {MARK}ville since May.",
    f"I moved to {MARK}burg last week, and I work as a {MARK}smith now.",
    f"My dog {MARK}dog is afraid of thunder.",
    f"I met {MARK}man on 7 May 2023 in Graz.",
    f"My favourite colour is {MARK}blue.",
    f"I moved to {MARK}burg last week, and I work as a {MARK}smith now.",
]


def full(assistant: Assistant, clock: FakeClock, model: FakeModel) -> list[Message]:
    """A store after days of talk and nights of everything, with the mark in all that can bear it."""
    said: list[Message] = []
    for line in LINES:
        clock.advance(timedelta(days=1))
        model.enqueue(f"So it is {line.split()[-1]}")
        [stored, *_] = assistant.session.ask(line)
        conversation = stored.conversation.id  # type: ignore[union-attr]
        model.enqueue("Biscuits.")
        list(assistant.session.ask("What do I like, where do I live, and when did I meet whom?", conversation))
        said += assistant.store.call(lambda s, key=conversation: s.conversations.thread(key))
        assistant.memory.embed_pending()
        for job in assistant.night(agreed=True):
            assistant.runner.run(job)
    assistant.store.write(lambda s: s.conversations.rename(1, f"About {MARK}ville"))
    return said


def words_of(assistant: Assistant) -> dict[str, int]:
    """In which tables the mark stands, and how often."""

    def work(store) -> dict[str, int]:  # type: ignore[no-untyped-def]
        found = {}
        for (table,) in store._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            rows = store._db.execute(f'SELECT * FROM "{table}"').fetchall()
            cells = [c if isinstance(c, bytes) else str(c).encode() for row in rows for c in row]
            if count := sum(MARK.lower().encode() in cell.lower() for cell in cells):
                found[table] = count
        return found

    return assistant.store.call(work)


def test_after_nights_of_everything_no_table_and_no_file_has_a_word_of_it(
    assistant: Assistant, clock: FakeClock, model: FakeModel, data_dir: Path
) -> None:
    said = full(assistant, clock, model)
    assert {"message", "span_text_content", "entity", "conversation"} <= words_of(assistant).keys()
    doomed = [m.id for m in said if MARK in m.text]
    erased = assistant.eraser.erase(doomed)
    assert words_of(assistant) == {}
    assert erased.proven
    assistant.memory.embed_pending()
    for job in assistant.night(agreed=True):
        assistant.runner.run(job)
    assert words_of(assistant) == {}
    left = [
        path.name
        for path in data_dir.rglob("*")
        if path.is_file() and MARK.lower().encode() in path.read_bytes().lower()
    ]
    assert left == []
    assert assistant.store.call(lambda store: store.check()) == "ok"


_texts = st.lists(
    st.sampled_from(["the boat leaks", "a piano tuner came", "ferry to Oslo at nine", "猫が好きです", "x"]),
    min_size=2,
    max_size=12,
)


@given(_texts, st.data())
@settings(max_examples=25)
def test_any_erasure_leaves_the_rest_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("any")
    parts = {"clock": FakeClock(), "model": FakeModel(), "embedder": FakeEmbedder()}
    with build(folder, background=False, **parts) as assistant:  # type: ignore[arg-type]
        ids = _talked(assistant, texts)
        doomed = set(data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True)))
        assistant.eraser.erase(sorted(doomed))
        kept = [text for key, text in zip(ids, texts, strict=True) if key not in doomed]
        [talk] = assistant.store.call(lambda s: s.conversations.recent()) or [None]
        thread = assistant.store.call(lambda s: s.conversations.thread(talk.id)) if talk else []
        assert [m.text for m in thread] == kept
        assert assistant.store.call(lambda s: s.words.ghosts()) == 0
        assert {h.span.text for text in texts for h in assistant.memory.search(text, 50).hits} <= set(kept)


def _talked(assistant: Assistant, texts: list[str]) -> list[int]:
    conversation, first = assistant.memory.begin(texts[0], assistant.clock.now())
    ids = [first.id]
    for place, text in enumerate(texts[1:], 1):
        role = (Role.USER, Role.ASSISTANT)[place % 2]
        new = NewMessage(conversation.id, role, text, assistant.clock.now(), ids[-1])
        ids.append(assistant.memory.record(new).id)
    assistant.memory.embed_pending()
    return ids
