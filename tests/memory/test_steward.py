"""Memories steered by hand: in bulk, with a line in the diary, and the way back where there is one."""

from __future__ import annotations

import pytest

from app.bootstrap import Assistant
from app.core.errors import InputError
from app.core.types import EpisodeState, Filter, Message, NewMessage, Role
from app.storage.overview import Seen, Show

LINES = (
    "My bicycle is green and leans at the shed.",
    "The ferry to Bergen leaves at nine.",
    "The ferry to Bergen goes at nine o'clock.",
)


@pytest.fixture
def said(assistant: Assistant) -> list[Message]:
    """Three conversations of a line each, cut into episodes, with their strengths."""
    messages = []
    for line in LINES:
        talk, first = assistant.memory.begin(line, assistant.clock.now())
        assistant.memory.record(
            NewMessage(talk.id, Role.ASSISTANT, "I see.", assistant.clock.now(), parent_id=first.id)
        )
        messages.append(first)
    assistant.memory.embed_pending()
    for job in ("segment", "fade"):
        assistant.runner.run(assistant.runner.jobs[job])
    return messages


def seen(assistant: Assistant, show: Show = Show.MINE) -> list[Seen]:
    return assistant.store.call(lambda store: store.overview.memories(show))


def undo(assistant: Assistant, change: int) -> None:
    assert any(line.id == change and line.undoable for line in assistant.diary.lines())
    assert assistant.diary.undo(change)


def test_what_is_seen_is_the_newest_first_with_its_source(assistant: Assistant, said: list[Message]) -> None:
    found = seen(assistant)
    assert [one.text for one in found] == list(LINES)[::-1]
    assert found[0].title == LINES[2]
    assert found[0].curve is not None and found[0].episode
    assert len(seen(assistant, Show.ALL)) == 6
    assert [one.text for one in seen(assistant, Show.EPISODES)] == list(LINES)[::-1]


def test_pinned_in_bulk_and_taken_back(assistant: Assistant, said: list[Message]) -> None:
    change = assistant.steward.pin([said[0].id, said[1].id])
    assert [one.id for one in seen(assistant, Show.PINNED)] == [said[1].id, said[0].id]
    undo(assistant, change)
    assert seen(assistant, Show.PINNED) == []


def test_archived_in_bulk_and_taken_back(assistant: Assistant, said: list[Message]) -> None:
    change = assistant.steward.archive([said[0].id, said[2].id])
    assert {one.id for one in seen(assistant, Show.ARCHIVED)} == {said[0].id, said[2].id}
    undo(assistant, change)
    assert all(one.state is EpisodeState.VIVID for one in seen(assistant))


def test_merged_and_taken_apart(assistant: Assistant, said: list[Message]) -> None:
    def texts() -> set[str]:
        return {hit.span.text for hit in assistant.memory.recall("ferry to Bergen").hits} & {*LINES}

    both = texts()
    change = assistant.steward.merge([said[1].id, said[2].id])
    assert texts() == both - {LINES[2]}
    undo(assistant, change)
    assert texts() == both
    assistant.steward.merge([said[2].id, said[1].id])  # a person may merge again what they took apart
    assert texts() == both - {LINES[2]}


def test_moved_in_bulk_and_taken_back(assistant: Assistant, said: list[Message]) -> None:
    change = assistant.steward.move([said[0].id, said[1].id], "Home")
    assert len(assistant.memory.search("bicycle", where=Filter(space="Home")).hits) == 1
    undo(assistant, change)
    assert assistant.memory.search("bicycle", where=Filter(space="Home")).hits == ()
    change = assistant.steward.move_conversations([said[0].conversation_id], "Home")
    talks = assistant.store.call(lambda store: store.conversations.recent(space="Home"))
    assert [talk.id for talk in talks] == [said[0].conversation_id]
    undo(assistant, change)
    assert assistant.store.call(lambda store: store.conversations.recent(space="Home")) == []


def test_words_by_hand_stand_above_and_the_old_ones_below(assistant: Assistant, said: list[Message]) -> None:
    note = assistant.steward.edit(said[0].id, "My bicycle is red and leans at the shed.")
    hits = assistant.memory.recall("What colour is my bicycle?").hits
    assert note.text in [hit.span.text for hit in hits]
    assert LINES[0] not in [hit.span.text for hit in hits]
    assert assistant.store.call(lambda store: store.conversations.message(said[0].id)).text == LINES[0]
    assistant.eraser.erase([note.id])
    assert LINES[0] in [hit.span.text for hit in assistant.memory.recall("What colour is my bicycle?").hits]


def test_the_diary_tells_of_it_without_a_word_of_it_in_the_log(assistant: Assistant, said: list[Message]) -> None:
    assistant.steward.pin([said[0].id])
    assistant.steward.merge([said[1].id, said[2].id])
    assistant.steward.move([said[0].id], "Home")
    assistant.steward.edit(said[1].id, "The ferry goes at ten.")
    told = [line.text for line in assistant.diary.lines(4)]
    assert told == [
        "You worded a memory anew: “The ferry goes at ten.”.",
        f"You moved “{LINES[0]}” to another space.",
        f"You merged 2 memories into one: “{LINES[1]}”.",
        told[3],
    ]
    assert told[3].endswith("is kept.")


@pytest.mark.parametrize("act", ["merge", "edit", "pin"])
def test_what_cannot_be_done_is_said(assistant: Assistant, act: str) -> None:
    _, message = assistant.memory.begin("Only this.", assistant.clock.now())
    with pytest.raises(InputError):
        if act == "merge":
            assistant.steward.merge([message.id])
        elif act == "edit":
            assistant.steward.edit(message.id + 100, "Else")
        else:
            assistant.steward.pin([message.id])
