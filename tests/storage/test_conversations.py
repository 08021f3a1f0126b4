from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.types import MessageState, NewMessage, Origin, Role
from app.storage.store import Store
from tests.storage.helpers import NOW, say


def test_a_message_comes_back_as_it_was_stored(store: Store) -> None:
    conversation = store.conversations.create("Talk", NOW)
    message = NewMessage(
        conversation_id=conversation.id,
        role=Role.TOOL,
        text="It said: hello",
        created_at=NOW + timedelta(seconds=5),
        speaker="python",
        origin=Origin.IMPORTED,
        state=MessageState.STOPPED,
        model="Fake",
        external_id="node-1",
    )
    stored = store.conversations.add(message)
    assert store.conversations.message(stored.id) == stored
    assert replace(stored, id=0) == replace(stored, **vars_of(message), id=0)


def vars_of(message: NewMessage) -> dict[str, object]:
    return {name: getattr(message, name) for name in NewMessage.__dataclass_fields__}


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1))
def test_any_text_comes_back_as_it_was_said(store: Store, text: str) -> None:
    assert store.conversations.message(say(store, text).id).text == text


def test_a_message_that_is_not_there_is_a_key_error(store: Store) -> None:
    with pytest.raises(KeyError):
        store.conversations.message(99)


def test_speaking_moves_a_conversation_to_the_top(store: Store) -> None:
    older = store.conversations.create("Older", NOW)
    newer = store.conversations.create("Newer", NOW + timedelta(hours=1))
    assert [c.title for c in store.conversations.recent()] == ["Newer", "Older"]
    store.conversations.add(NewMessage(older.id, Role.USER, "Hello", NOW + timedelta(hours=2)))
    assert [c.title for c in store.conversations.recent()] == ["Older", "Newer"]
    assert store.conversations.get(newer.id) == newer


def test_an_old_message_does_not_move_a_conversation_back(store: Store) -> None:
    conversation = store.conversations.create("Talk", NOW)
    store.conversations.add(NewMessage(conversation.id, Role.USER, "Long ago", NOW - timedelta(days=900)))
    found = store.conversations.get(conversation.id)
    assert found is not None
    assert found.updated_at == NOW


def test_a_thread_is_the_branch_of_the_newest_message(store: Store) -> None:
    question = say(store, "Question")
    here = question.conversation_id
    say(store, "First try", here, parent_id=question.id, role=Role.ASSISTANT)
    again = say(store, "Second try", here, parent_id=question.id, role=Role.ASSISTANT)
    say(store, "And then?", here, parent_id=again.id)
    assert [m.text for m in store.conversations.thread(here)] == ["Question", "Second try", "And then?"]


def test_a_thread_through_a_message_is_the_newest_branch_that_holds_it(store: Store) -> None:
    question = say(store, "Question")
    here = question.conversation_id
    first = say(store, "First try", here, parent_id=question.id, role=Role.ASSISTANT)
    say(store, "Thanks", here, parent_id=first.id)
    say(store, "Second try", here, parent_id=question.id, role=Role.ASSISTANT)
    assert [m.text for m in store.conversations.thread(here, first.id)] == ["Question", "First try", "Thanks"]
    assert [m.text for m in store.conversations.thread(here, question.id)] == ["Question", "Second try"]
    assert [m.text for m in store.conversations.thread(here, 99)] == ["Question", "Second try"]


def test_a_conversation_without_messages_has_an_empty_thread(store: Store) -> None:
    assert store.conversations.thread(store.conversations.create("Empty", NOW).id) == []
    assert store.conversations.thread(99) == []


@pytest.mark.parametrize(
    ("title", "part"),
    [("Bread at home", "BREAD"), ("Über Rezepte", "über"), ("Привет, мир", "привет"), ("50 % off", "%"), ("a_b", "_")],
)
def test_a_title_is_found_by_a_part_of_it_in_any_case(store: Store, title: str, part: str) -> None:
    store.conversations.create(title, NOW)
    store.conversations.create("Something else", NOW)
    assert [c.title for c in store.conversations.titled(part)] == [title]


def test_a_conversation_is_renamed(store: Store) -> None:
    conversation = store.conversations.create("Old", NOW)
    store.conversations.rename(conversation.id, "New")
    assert store.conversations.get(conversation.id) == replace(conversation, title="New")


def test_an_export_is_found_by_its_id(store: Store) -> None:
    conversation = store.conversations.create("Talk", NOW, Origin.IMPORTED, "chatgpt:1")
    message = say(store, "Hello", conversation.id, external_id="node-1")
    assert store.conversations.find_external("chatgpt:1") == store.conversations.get(conversation.id)
    assert store.conversations.find_external("chatgpt:2") is None
    assert store.conversations.external_ids(conversation.id) == {"node-1": message.id}


def test_only_streaming_replies_are_unfinished(store: Store) -> None:
    question = say(store, "Question")
    torn = say(store, "An ans", question.conversation_id, role=Role.ASSISTANT, state=MessageState.STREAMING)
    assert store.conversations.unfinished() == [torn]
    store.conversations.write(torn.id, "An answer", MessageState.COMPLETE)
    assert store.conversations.unfinished() == []
    assert store.conversations.message(torn.id).text == "An answer"


def test_everything_is_counted(store: Store) -> None:
    first = say(store, "One")
    say(store, "Two", first.conversation_id)
    assert store.conversations.counts() == {"conversation": 1, "message": 2}
