from __future__ import annotations

import pytest

from app.core.types import Hit
from app.storage import feedback
from app.storage.store import Store
from tests.storage.helpers import NOW, remember, say

PARTS = {"words": 1.25, "meaning": -0.5}


def shown(store: Store, count: int = 2) -> tuple[int, list[int]]:
    """A question, and the spans that were shown beside it with their parts."""
    keys = remember(store, [f"memory {i}" for i in range(count)])
    question = say(store, "Which?").id
    spans = store.spans.read(keys)
    with store.transaction():
        store.recalls.log(question, [Hit(spans[key], 1.0, ()) for key in keys], True, NOW)
        store.feedback.keep(question, dict.fromkeys(keys, PARTS))
    return question, keys


def test_a_signal_comes_back_with_all_that_was_shown(store: Store) -> None:
    question, keys = shown(store)
    assert store.feedback.read() == []
    assert store.feedback.add(question, keys[1], "opened", NOW)
    assert store.feedback.read() == [[(PARTS, None), (PARTS, "opened")]]


def test_a_later_signal_stands_and_a_weak_one_replaces_none(store: Store) -> None:
    question, keys = shown(store)
    assert store.feedback.add(question, keys[0], "cited", NOW, weak=True)
    assert store.feedback.add(question, keys[0], "opened", NOW)
    assert store.feedback.add(question, keys[0], "dismissed", NOW)
    assert not store.feedback.add(question, keys[0], "cited", NOW, weak=True)
    assert [row.signal for row in store.feedback.read()[0]] == ["dismissed", None]


def test_only_what_was_shown_with_its_parts_can_have_a_signal(store: Store) -> None:
    question, keys = shown(store)
    bare = say(store, "And?").id
    store.recalls.log(bare, [Hit(store.spans.read(keys)[keys[0]], 1.0, ())], True, NOW)
    assert not store.feedback.add(question, 999, "opened", NOW)
    assert not store.feedback.add(999, keys[0], "opened", NOW)
    assert not store.feedback.add(bare, keys[0], "opened", NOW)
    assert store.feedback.state() == (0, 0)


def test_feedback_goes_with_the_memory_with_the_question_and_with_the_conversation(store: Store) -> None:
    for erase in ("span", "message", "conversation"):
        question, keys = shown(store)
        store.feedback.add(question, keys[0], "opened", NOW)
        before = store.feedback.state()
        ids = {"span": keys[0], "message": question, "conversation": store.spans.read(keys)[keys[0]].conversation_id}
        store._db.execute(f"DELETE FROM {erase} WHERE id = ?", [ids[erase]])
        assert store.feedback.state() != before
        assert store.feedback.state()[0] == 0
        assert store.feedback.read() == []


def test_another_answer_to_the_question_replaces_its_feedback(store: Store) -> None:
    question, keys = shown(store)
    store.feedback.add(question, keys[0], "opened", NOW)
    store.recalls.log(question, [], True, NOW)
    assert store.feedback.read() == []


def test_the_oldest_give_way(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "KEPT", 3)
    question, keys = shown(store, 5)
    for key in keys:
        store.feedback.add(question, key, "opened", NOW)
    assert [row.signal for row in store.feedback.read()[0]] == [None, None, "opened", "opened", "opened"]


def test_clearing_leaves_the_record_of_what_was_shown(store: Store) -> None:
    question, keys = shown(store)
    store.feedback.add(question, keys[0], "opened", NOW)
    assert store.feedback.clear() == 1
    assert store.feedback.state() == (0, 0)
    assert not store.feedback.add(question, keys[0], "opened", NOW)
    assert len(store.recalls.shown([question])[question]) == 2


@pytest.mark.parametrize("text", ["", "[]", "no JSON", '{"words": null}', '{"words": "many"}'])
def test_rows_that_cannot_be_read_are_passed_over(store: Store, text: str) -> None:
    question, keys = shown(store)
    store.feedback.add(question, keys[1], "opened", NOW)
    store._db.execute("UPDATE recall_hit SET parts = ? WHERE span_id = ?", [text, keys[0]])
    assert store.feedback.read() == [[(PARTS, "opened")]]
