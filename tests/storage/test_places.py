"""Places: each once, read back with what was said there, kept to before ranking, and gone with the last message."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from app.core.types import Filter, Message, NewEpisode, NewMessage, Origin, Role
from app.core.types import Place as At
from app.storage.migrations import steps
from app.storage.store import Store
from tests.storage.helpers import NOW, say, span_of

BERGEN = At("Bergen", "Mneme", "laptop", "")
EXPORT = At(app="ChatGPT")
PARTS = st.sampled_from(["", "Bergen", "bergen", "Mneme", "Ärger"])
PLACES = st.builds(At, PARTS, PARTS, PARTS, PARTS)
MOMENTS = st.none() | st.integers(-3, 3).map(lambda days: NOW + timedelta(days=days))


def test_a_place_is_stored_once_and_read_back_with_the_words(store: Store) -> None:
    first, second = say(store, "The fish market", place=BERGEN), say(store, "The harbour", place=BERGEN)
    plain = say(store, "Nowhere")
    assert store.places.known() == [BERGEN]
    assert store.conversations.message(first.id).place == BERGEN
    assert store.conversations.thread(second.conversation_id)[0].place == BERGEN
    assert store.conversations.message(plain.id).place is None
    spans = store.spans.read([span_of(store, first), span_of(store, plain)])
    assert [span.place for span in spans.values()] == [BERGEN, At()]


def test_a_place_is_forgotten_with_the_last_message_said_there(store: Store) -> None:
    first, second = say(store, "One", place=BERGEN), say(store, "Two", place=BERGEN)
    for message, left in ((first, [BERGEN]), (second, [])):
        with store.transaction():
            store._db.execute("DELETE FROM conversation WHERE id = ?", [message.conversation_id])
        assert store.places.known() == left


def test_search_keeps_to_a_place_before_it_ranks(store: Store) -> None:
    for _ in range(5):
        span_of(store, say(store, "fish fish fish", place=EXPORT))
    here = span_of(store, say(store, "A long line about the fish of the market in town", place=BERGEN))
    assert store.spans.search(["fish"], 1, where=Filter(space="bergen")) != []
    assert [key for key, _ in store.spans.search(["fish"], 1, where=Filter(space="bergen"))] == [here]
    assert store.spans.search(["fish"], 9, where=Filter(space="Oslo")) == []


@given(
    st.lists(st.tuples(PLACES, st.integers(-3, 3)), max_size=6),
    st.builds(Filter, PARTS, PARTS, PARTS, PARTS, MOMENTS, MOMENTS),
)
def test_what_sql_keeps_is_what_the_filter_keeps(store: Store, said: list[tuple[At, int]], where: Filter) -> None:
    with store.transaction():
        store._db.execute("DELETE FROM conversation")
    spans = [span_of(store, _say(store, place, NOW + timedelta(days=days))) for place, days in said]
    kept = {key for key, span in store.spans.read(spans).items() if where.keeps(span)}
    assert store.spans.within(where) == kept


def _say(store: Store, place: At, moment: datetime) -> Message:
    with store.transaction():
        key = store.conversations.create("Talk", NOW).id
        return store.conversations.add(NewMessage(key, Role.USER, "Hello", moment, place=place))


def test_what_was_said_before_there_were_places_gets_its_app(tmp_path: Path) -> None:
    db = Database(sqlite3.connect(tmp_path / "old.db"))
    steps.m001_create_tables(db)
    db.execute("INSERT INTO conversation VALUES (1, 'u', 'Talk', 'said', NULL, '', '')")
    for number, origin in enumerate([Origin.SAID, Origin.IMPORTED, Origin.REMEMBERED]):
        db.execute(
            "INSERT INTO message VALUES (NULL, ?, 1, NULL, 'user', '', 'Hi', ?, ?, 'complete', '', NULL)",
            [f"m{number}", datetime(2025, 1, 1, tzinfo=UTC).isoformat(), origin],
        )
    steps.m003_places(db)
    apps = db.execute("SELECT app FROM message JOIN place ON place.id = place_id ORDER BY message.id").fetchall()
    assert [app for (app,) in apps] == ["Mneme", "ChatGPT", "Mneme"]
    db.close()


@pytest.mark.parametrize("name", ["'; DROP TABLE place; --", "Ärger", "日本", "a\x00b", "\ud800"])
def test_odd_names_are_kept(store: Store, name: str) -> None:
    key = span_of(store, say(store, "Hello", place=At(space=name)))
    assert store.spans.within(Filter(space=name)) == {key}


def test_an_episode_took_place_where_its_first_message_was_said(store: Store) -> None:
    first = say(store, "The fish market", place=BERGEN)
    second = say(store, "And at home", first.conversation_id)
    key = first.conversation_id
    found = [NewEpisode(key, message.id, message.id, "embedding") for message in (first, second)]
    with store.transaction():
        assert store.episodes.replace(key, found, "m1", store.episodes.messages(key))
    ids = [episode.id for episode in store.episodes.of_conversation(key)]
    assert store.places.of_episodes([*ids, 999]) == {ids[0]: BERGEN, ids[1]: At()}
    assert store.places.of_episodes([]) == {}
