from __future__ import annotations

import pytest

from app.core.types import Hit, Verdict
from app.storage.store import Store
from tests.storage.helpers import NOW, remember, say


def hits_of(store: Store, keys: list[int]) -> list[Hit]:
    spans = store.spans.read(keys)
    return [Hit(spans[key], 1.5 - i, ("said by you", f"has word {i}")) for i, key in enumerate(keys)]


def test_what_was_shown_comes_back_in_the_order_of_the_prompt(store: Store) -> None:
    keys = remember(store, ["one", "two", "three"])
    question = say(store, "Which?")
    hits = hits_of(store, [keys[2], keys[0]])
    store.recalls.log(question.id, hits, True, NOW)
    assert store.recalls.shown([question.id]) == {question.id: hits}


def test_a_question_that_was_shown_nothing_has_no_entry(store: Store) -> None:
    question = say(store, "Which?")
    store.recalls.log(question.id, [], False, NOW)
    assert store.recalls.shown([question.id, 999]) == {}


def test_an_erased_memory_disappears_from_what_was_shown(store: Store) -> None:
    keys = remember(store, ["one", "two"])
    question = say(store, "Which?")
    hits = hits_of(store, keys)
    store.recalls.log(question.id, hits, True, NOW)
    store.spans.remove_of(hits[0].span.first_message_id)
    assert store.recalls.shown([question.id]) == {question.id: hits[1:]}


def test_a_second_answer_replaces_what_the_first_was_shown(store: Store) -> None:
    keys = remember(store, ["one", "two", "three"])
    question = say(store, "Which?")
    store.recalls.log(question.id, hits_of(store, keys), True, NOW)
    later = hits_of(store, keys[:1])
    store.recalls.log(question.id, later, False, NOW)
    assert store.recalls.shown([question.id]) == {question.id: later}


@pytest.mark.parametrize("count", [1_201])
def test_many_questions_are_looked_up_at_once(store: Store, count: int) -> None:
    [key] = remember(store, ["one"])
    hits = hits_of(store, [key])
    with store.transaction():
        first = say_many(store, count)
        for message_id in range(first, first + count):
            store.recalls.log(message_id, hits, True, NOW)
    assert len(store.recalls.shown(range(first, first + count))) == count


def say_many(store: Store, count: int) -> int:
    conversation = store.conversations.create("Long talk", NOW)
    rows = [(f"{i}", conversation.id, "user", "", "Why?", "", "said", "complete", "") for i in range(count)]
    store._db.conn.executemany(
        "INSERT INTO message (uid, conversation_id, role, speaker, text, created_at, origin, state, model)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    return int(store._db.execute("SELECT min(id) FROM message WHERE text = 'Why?'").fetchone()[0])


def test_what_recall_made_of_its_hits_is_kept(store: Store) -> None:
    question, other = say(store, "When?"), say(store, "Who?")
    store.recalls.log(question.id, [], True, NOW, Verdict(0.25, "7 May 2023"))
    store.recalls.log(other.id, [], True, NOW)
    verdicts = store.recalls.verdicts([question.id, other.id, 99])
    assert verdicts == {question.id: Verdict(0.25, "7 May 2023"), other.id: Verdict()}
    assert verdicts[question.id].doubtful
