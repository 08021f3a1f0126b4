"""Episodes in the store: rows that last, and uids that lead somewhere."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.types import Episode, EpisodeState, Message, MessageState, NewEpisode
from app.storage.episodes import Read
from app.storage.store import Store
from tests.fakes import FakeEmbedder
from tests.storage.helpers import NOW, say, span_of

KEY = np.array([0.5, -1.0, 2.0], dtype=np.float32)


@pytest.fixture
def talk(store: Store) -> list[Message]:
    first = say(store, "one")
    return [first, *(say(store, text, first.conversation_id) for text in ("two", "three", "four", "five", "six"))]


def cut(store: Store, talk: list[Message], *starts: int, method: str = "m1") -> list[Episode]:
    """Make episodes that begin at these messages."""
    key, ends = talk[0].conversation_id, [*starts[1:], len(talk)]
    found = [NewEpisode(key, talk[a].id, talk[b - 1].id, "embedding") for a, b in zip(starts, ends, strict=True)]
    with store.transaction():
        assert store.episodes.replace(key, found, method, store.episodes.messages(key))
    return store.episodes.of_conversation(key)


def test_every_message_knows_its_episode(store: Store, talk: list[Message]) -> None:
    first, second = cut(store, talk, 0, 3)
    held = store.episodes.episode_of([message.id for message in talk])
    assert [held[message.id].uid for message in talk] == [first.uid] * 3 + [second.uid] * 3
    assert (first.started_at, first.ended_at, first.state) == (NOW, NOW, EpisodeState.VIVID)
    assert store.episodes.episode_of([999]) == {}


def test_an_episode_that_begins_with_the_same_message_keeps_its_row(store: Store, talk: list[Message]) -> None:
    before = cut(store, talk, 0, 3)
    after = cut(store, talk, 0, 2, 3, 5)
    assert (after[0].id, after[2].id) == (before[0].id, before[1].id)
    assert after[0].last_message_id == talk[1].id


def test_a_former_uid_leads_to_the_episode_that_now_holds_its_first_message(store: Store, talk: list[Message]) -> None:
    [_, gone] = cut(store, talk, 0, 3)
    [whole] = cut(store, talk, 0)
    assert store.episodes.get(gone.uid) == whole
    [first, moved] = cut(store, talk, 0, 2)
    assert store.episodes.get(gone.uid) == moved
    assert store.episodes.get(whole.uid) == first
    [_, back] = cut(store, talk, 0, 3)
    assert back.uid == gone.uid
    assert store.episodes.get(gone.uid) == back


def test_an_unknown_uid_leads_nowhere(store: Store) -> None:
    assert store.episodes.get("nothing") is None


def test_what_changed_is_pending(store: Store, talk: list[Message]) -> None:
    key = talk[0].conversation_id
    assert store.episodes.pending("m1") == [key]
    cut(store, talk, 0)
    assert store.episodes.pending("m1") == []
    assert store.episodes.pending("m2") == [key]
    say(store, "seven", key)
    assert store.episodes.pending("m1") == [key]


def test_a_reply_counts_once_it_has_ended(store: Store, talk: list[Message]) -> None:
    key = talk[0].conversation_id
    reply = say(store, "stre", key, state=MessageState.STREAMING)
    cut(store, talk, 0)
    assert store.episodes.pending("m1") == []
    with store.transaction():
        store.conversations.write(reply.id, "streamed", MessageState.COMPLETE)
    assert store.episodes.pending("m1") == [key]


def test_a_conversation_that_changed_meanwhile_is_left_as_it_is(store: Store, talk: list[Message]) -> None:
    key, seen = talk[0].conversation_id, store.episodes.messages(talk[0].conversation_id)
    say(store, "seven", key)
    with store.transaction():
        assert not store.episodes.replace(key, [NewEpisode(key, talk[0].id, talk[5].id, "embedding")], "m1", seen)
    assert store.episodes.of_conversation(key) == []
    assert store.episodes.pending("m1") == [key]


def test_what_is_erased_takes_its_traces_along(store: Store, talk: list[Message]) -> None:
    [_, gone] = cut(store, talk, 0, 3)
    cut(store, talk, 0)
    with store.transaction():
        store.episodes.observe({talk[3].id: Read("model", 4, 2.5)})
        store._db.execute("DELETE FROM message WHERE id = ?", [talk[3].id])
    assert store.episodes.get(gone.uid) is None
    assert store.episodes.observed(talk[0].conversation_id) == {}
    assert store.episodes.pending("m1") == [talk[0].conversation_id]
    with store.transaction():
        store._db.execute("DELETE FROM conversation")
    assert store.episodes.pending("m1") == []
    assert store.check() == "ok"


def test_vectors_of_a_message_are_one(store: Store, talk: list[Message]) -> None:
    embedder = FakeEmbedder()
    key = talk[0].conversation_id
    store.vectors.use(embedder.identity, embedder.dimension)
    spans = [span_of(store, talk[0]), span_of(store, talk[0])]
    assert store.episodes.unembedded(key, embedder.identity)
    with store.transaction():
        store.vectors.add(spans, embedder.embed(["one", "two"]))
    assert not store.episodes.unembedded(key, embedder.identity)
    found = store.episodes.vectors(key, store.episodes.embedder())
    assert list(found) == [talk[0].id]
    assert float(found[talk[0].id] @ found[talk[0].id]) == pytest.approx(1.0)


def test_what_a_model_has_not_read_yet(store: Store, talk: list[Message]) -> None:
    with store.transaction():
        store.episodes.observe({talk[0].id: Read("small", 3, 1.5, KEY), 999: Read("small", 1, 1.0)})
    assert store.episodes.unread("small", 3) == [message.id for message in talk[1:4]]
    assert store.episodes.unread("large", 1) == [talk[0].id]
    [(message, found)] = store.episodes.observed(talk[0].conversation_id).items()
    assert (message, found.model, found.tokens, found.surprise) == (talk[0].id, "small", 3, 1.5)
    np.testing.assert_allclose(found.key, KEY)
