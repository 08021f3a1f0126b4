"""Spaces: what is said in one is not recalled in another, unless it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.bootstrap import Assistant, build
from app.chat.events import Recalled
from app.core.errors import InputError
from app.core.types import Conversation, Filter, Mode, Place, Role
from app.runtime.host import EmbedHost
from app.storage.folds import Fold
from app.storage.store import Store
from tests.fakes import FakeClock, FakeModel

SECRET = "The passphrase of the safe is marmalade."
HOME = "The passphrase of the wifi is bluebird."


def said_in(assistant: Assistant, space: str, *lines: str) -> Conversation:
    """A conversation in a space, in which these lines were said."""
    before = assistant.memory.here
    assistant.memory.here = replace(before, space=space)
    talk, _ = assistant.memory.begin(lines[0], assistant.clock.now())
    for line in lines[1:]:
        assistant.memory.go_on(talk.id, line, assistant.clock.now())
    assistant.memory.here = before
    assistant.memory.embed_pending()
    return talk


def shown(assistant: Assistant, question: str, space: str = "", mode: Mode = Mode.REMEMBER) -> Recalled:
    """What a question in a new conversation in a space was shown."""
    assistant.memory.here = replace(assistant.memory.here, space=space)
    events = list(assistant.session.ask(question, None, mode))
    return next(event for event in events if isinstance(event, Recalled))


def texts(recalled: Recalled) -> list[str]:
    return [hit.span.text for hit in recalled.hits]


def test_a_conversation_goes_on_in_its_space_wherever_one_is(assistant: Assistant) -> None:
    talk = said_in(assistant, "Work", "The budget is due on Friday.")
    found = assistant.memory.go_on(talk.id, "And the plan on Monday.", assistant.clock.now())
    assert found is not None
    assert found[1].place == Place("Work", "Mneme", assistant.memory.here.device)
    assert [space.name for space in assistant.store.call(lambda store: store.spaces.all())] == ["Work"]


@pytest.mark.parametrize("space", ["Home", ""])
def test_replies_recall_nothing_of_another_space(assistant: Assistant, model: FakeModel, space: str) -> None:
    said_in(assistant, "Work", SECRET)
    said_in(assistant, space, HOME)
    found = shown(assistant, "What is the passphrase of the safe?", space)
    assert SECRET not in texts(found)
    assert not any("marmalade" in message.text for message in model.history[-1])
    assistant.session.everywhere = True
    assert SECRET in texts(shown(assistant, "So what is the passphrase of the safe?", space))


def test_what_is_in_no_space_stays_out_of_the_spaces(assistant: Assistant) -> None:
    said_in(assistant, "", SECRET)
    said_in(assistant, "Work", "We met about the plan.")
    assert texts(shown(assistant, "What is the passphrase of the safe?", "Work")) in ([], ["We met about the plan."])


def test_where_there_are_no_spaces_nothing_is_kept_apart(assistant: Assistant) -> None:
    said_in(assistant, "", SECRET)
    assert SECRET in texts(shown(assistant, "What is the passphrase of the safe?"))


def test_facts_and_remarks_are_those_of_the_space(assistant: Assistant, clock: FakeClock) -> None:
    said_in(assistant, "Work", "I live in Bergen.")
    clock.advance(timedelta(days=2))
    said_in(assistant, "Home", "I live in Oslo now.")
    at_work = shown(assistant, "Where do I live?", "Work").verdict
    at_home = shown(assistant, "Where do I live?", "Home").verdict
    assert at_work is not None and at_home is not None
    assert ("Bergen" in at_work.words, "Oslo" in at_work.words) == (True, False)
    assert "Oslo" in at_home.words
    recall = assistant.memory.recall("Where do I live?", where=Filter(space="Work"))
    assert all(hit.remark is None for hit in recall.hits)
    assert {fact.value for fact in assistant.memory.facts.read()} == {"Bergen", "Oslo"}
    assert [fact.value for fact in assistant.memory.facts.read(space="Work")] == ["Bergen"]


def test_a_correction_stays_in_the_space_of_what_it_corrects(assistant: Assistant) -> None:
    said_in(assistant, "Work", "I live in Bergen.")
    [fact] = assistant.memory.facts.read(space="Work")
    assistant.memory.facts.correct(fact.id, "Voss")
    assert [fact.value for fact in assistant.memory.facts.read(space="Work")] == ["Voss"]
    assert assistant.memory.facts.read(space="") == []
    assert assistant.memory.search("Voss").hits[0].span.place.space == "Work"


def test_what_repeats_a_memory_of_another_space_stands_for_itself(assistant: Assistant) -> None:
    said_in(assistant, "Work", SECRET)
    said_in(assistant, "Home", SECRET)
    [first, second] = sorted(hit.span.id for hit in assistant.memory.search("safe").hits)
    assistant.store.write(lambda store: store.folds.add([Fold(second, first, 1.0)]))
    [hit] = shown(assistant, "What is the passphrase of the safe?", "Home").hits
    assert hit.span.id == second


def test_notes_lie_in_the_space_they_were_made_in(assistant: Assistant) -> None:
    assistant.memory.here = Place("Work", "Mneme")
    assistant.memory.remember(SECRET)
    assistant.memory.here = Place("", "Mneme")
    assistant.memory.remember(HOME)
    assert [h.span.text for h in assistant.memory.recall("passphrase", where=Filter(space="Work")).hits] == [SECRET]
    assert [h.span.text for h in assistant.memory.recall("passphrase", where=Filter(space="")).hits] == [HOME]


def test_a_private_chat_recalls_within_its_space(assistant: Assistant) -> None:
    said_in(assistant, "Work", SECRET)
    said_in(assistant, "Home", HOME)
    assert SECRET not in texts(shown(assistant, "What is the passphrase of the safe?", "Home", Mode.READ))
    assert SECRET in texts(shown(assistant, "What is the passphrase of the safe?", "Work", Mode.READ))


def test_a_space_has_a_voice_of_its_own(assistant: Assistant, model: FakeModel) -> None:
    work = said_in(assistant, "Work", "The plan is due on Monday.")
    home = said_in(assistant, "Home", "The dog is called Rufus.")
    space = assistant.store.call(lambda store: store.spaces.find("work"))
    assert space is not None
    assistant.store.write(
        lambda store: store.spaces.save(replace(space, persona="Speak like a pilot.", max_reply_tokens=2))
    )
    model.enqueue("Roger that, over and out.", "Roger that, over and out.")
    list(assistant.session.ask("When is it due?", work.id))
    assert model.history[-1][0].role is Role.SYSTEM
    assert model.history[-1][0].text.endswith("Speak like a pilot.")
    thread = assistant.store.call(lambda store: store.conversations.thread(work.id))
    assert thread[-1].text.strip() == "Roger that,"
    list(assistant.session.ask("Who is Rufus?", home.id))
    assert "pilot" not in model.history[-1][0].text


def test_conversations_move_with_all_that_was_said(assistant: Assistant) -> None:
    talk = said_in(assistant, "Work", SECRET)
    assistant.store.write(lambda store: store.spaces.move_conversations([talk.id], "Home"))
    assert [h.span.text for h in assistant.memory.search("safe", where=Filter(space="Home")).hits] == [SECRET]
    assert assistant.memory.search("safe", where=Filter(space="Work")).hits == ()
    assert [place.space for place in assistant.store.call(lambda store: store.places.known())] == ["Home"]
    assert [t.id for t in assistant.store.call(lambda store: store.conversations.recent(space="home"))] == [talk.id]


def test_a_space_is_renamed_deleted_and_brought_back(assistant: Assistant) -> None:
    talk = said_in(assistant, "Work", SECRET)
    other = said_in(assistant, "", HOME)

    def change(store: Store) -> None:
        space = store.spaces.find("Work")
        assert space is not None
        store.spaces.save(replace(space, name="Office", persona="Be brief."))

    assistant.store.write(change)
    assert assistant.memory.search("safe", where=Filter(space="Office")).hits != ()
    left = assistant.store.write(lambda store: store.spaces.remove(store.spaces.all()[0].id))
    assert assistant.store.call(lambda store: store.spaces.all()) == []
    assert assistant.memory.search("safe", where=Filter(space="")).hits != ()
    assistant.store.write(lambda store: store.spaces.bring_back(left))
    [space] = assistant.store.call(lambda store: store.spaces.all())
    assert (space.name, space.persona) == ("Office", "Be brief.")
    spaces = {t.id: t.space for t in assistant.store.call(lambda store: store.conversations.recent())}
    assert spaces == {talk.id: "Office", other.id: ""}


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "work"])
def test_a_name_that_cannot_be_is_refused(assistant: Assistant, name: str) -> None:
    assistant.store.write(lambda store: store.spaces.create("Work"))
    with pytest.raises(InputError):
        assistant.store.write(lambda store: store.spaces.create(name))


@pytest.fixture
def by_meaning(data_dir: Path, clock: FakeClock, model: FakeModel, embed_host: EmbedHost) -> Iterator[Assistant]:
    with build(data_dir, background=False, clock=clock, model=model, embedder=embed_host) as built:
        yield built


@pytest.mark.real
def test_nothing_leaks_by_meaning(by_meaning: Assistant) -> None:
    lines = (
        "Our merger with the shipyard is announced on the third of May.",
        "The new director will be Ingrid, and nobody may know yet.",
        "The strongroom opens with the number 4711.",
    )
    said_in(by_meaning, "Work", *lines)
    said_in(by_meaning, "Home", "My dog Rufus is afraid of thunder.", "The garden gate squeaks.")
    for question in ("When will the two companies join?", "Who is going to lead us?", "How do I open the vault?"):
        assert not {*texts(shown(by_meaning, question, "Home"))} & {*lines}
        assert {*texts(shown(by_meaning, question, "Work"))} & {*lines}
        found = by_meaning.memory.recall(question, 50, where=Filter(space="Home"))
        assert found.by_meaning and all(hit.span.place.space == "Home" for hit in found.hits)
