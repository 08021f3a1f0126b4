"""The change log holds numbers alone, and its lines go with what they are about."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.core.types import EpisodeState
from app.storage.changes import Actor, NewChange
from app.storage.store import Store
from tests.storage.helpers import NOW, say, span_of

LATER = NOW + timedelta(hours=1)


def _note(store: Store, change: NewChange) -> int:
    with store.transaction():
        return store.changes.note(change, NOW)


def test_a_change_comes_back_as_it_was_noted(store: Store) -> None:
    message = say(store, "The key is under the pot.")
    change = NewChange("faded", [("message", message.id)], {"share": 0.5}, {"state": EpisodeState.VIVID}, Actor.PERSON)
    key = _note(store, change)
    found = store.changes.get(key)
    assert found is not None
    assert (found.kind, found.actor, found.at, found.undone_at) == ("faded", Actor.PERSON, NOW, None)
    assert (found.detail, found.undo) == ({"share": 0.5}, {"state": "vivid"})
    assert found.ids("message") == [message.id]
    assert store.changes.about(("message", message.id)) == [found]


@pytest.mark.parametrize("wordy", [{"text": "my key"}, {"parts": ["a", "b"]}, {"of": {1: "word"}}])
def test_words_are_refused(store: Store, wordy: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="holds no words"):
        _note(store, NewChange("merged", [], wordy))


def test_changes_are_read_the_newest_first_and_by_run(store: Store) -> None:
    with store.transaction():
        run = store.job_runs.begin("consolidate", "me", lambda _: False, NOW)
    keys = [_note(store, NewChange("linked", [], job_run_id=run if i == 1 else None)) for i in range(3)]
    assert [c.id for c in store.changes.read()] == keys[::-1]
    assert [c.id for c in store.changes.read(limit=1, before=keys[2])] == [keys[1]]
    assert [c.id for c in store.changes.read(job_run_id=run)] == [keys[1]]


def test_a_change_is_undone_once(store: Store) -> None:
    key = _note(store, NewChange("linked", []))
    with store.transaction():
        assert store.changes.mark_undone(key, LATER)
        assert not store.changes.mark_undone(key, LATER + timedelta(days=1))
    found = store.changes.get(key)
    assert found is not None
    assert found.undone_at == LATER


def test_a_line_is_emptied_once_all_that_it_is_about_is_erased(store: Store) -> None:
    first, other = say(store, "The key is under the pot."), say(store, "The spare is with the neighbour.")
    spans = [span_of(store, first), span_of(store, other)]
    key = _note(store, NewChange("merged", [("span", s) for s in spans], {"kept": spans[0]}, {"gone": spans}))
    with store.transaction():
        store._db.execute("DELETE FROM conversation WHERE id = ?", [first.conversation_id])
    found = store.changes.get(key)
    assert found is not None
    assert (found.ids("span"), found.detail) == (spans[1:], {"kept": spans[0]})
    with store.transaction():
        store._db.execute("DELETE FROM conversation WHERE id = ?", [other.conversation_id])
    found = store.changes.get(key)
    assert found is not None
    assert (found.subjects, found.detail, found.undo) == ((), {}, {})
