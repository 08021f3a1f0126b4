"""Off means off: what is said in a private conversation leaves no byte on disk, until it is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.bootstrap import Assistant, build
from app.chat.events import Recalled, Stored
from app.core.errors import InputError, StoreError
from app.core.types import Conversation, MessageState, Mode, NewMessage, Role
from app.runtime.host import ChatHost, EmbedHost
from tests.fakes import FakeClock, FakeEmbedder, FakeModel

SECRET = "Zanzibarquux"


def said(assistant: Assistant, text: str, conversation: int | None = None, mode: Mode = Mode.REMEMBER) -> Conversation:
    events = list(assistant.session.ask(text, conversation, mode))
    return next(event for event in events if isinstance(event, Stored)).conversation


def recalled(assistant: Assistant, text: str, conversation: int | None = None, mode: Mode = Mode.REMEMBER) -> Recalled:
    events = list(assistant.session.ask(text, conversation, mode))
    return next(event for event in events if isinstance(event, Recalled))


def on_disk(folder: Path) -> bytes:
    """Every byte but those of SQLite's shared memory, which counts readers."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return b"".join(path.read_bytes() for path in files if not path.name.endswith("-shm"))


def pause(assistant: Assistant, on: bool = True) -> None:
    assistant.change(replace(assistant.settings, pause=on))


@pytest.mark.parametrize("mode", [Mode.READ, Mode.OFF])
def test_nothing_that_is_said_reaches_the_disk(
    assistant: Assistant, data_dir: Path, model: FakeModel, mode: Mode
) -> None:
    assistant.memory.remember("My dog Biscuit is afraid of thunder.")
    assistant.memory.embed_pending()
    before = on_disk(data_dir)
    model.enqueue(f"{SECRET} is far away.", f"Yes, {SECRET}.")
    talk = said(assistant, f"I travel to {SECRET} with Biscuit.", mode=mode)
    said(assistant, "Is it far?", talk.id)
    assert talk.private
    assert on_disk(data_dir) == before
    assert assistant.memory.search(SECRET).hits == ()
    assert assistant.store.call(lambda store: store.conversations.counts()) == {"conversation": 1, "message": 1}
    assistant.close()
    assert SECRET.encode() not in on_disk(data_dir)


def test_to_read_is_to_be_answered_from_memory(assistant: Assistant, model: FakeModel) -> None:
    assistant.memory.remember("The spare key is under the blue pot.")
    found = recalled(assistant, "Where is the spare key?", mode=Mode.READ)
    assert [hit.span.text for hit in found.hits] == ["The spare key is under the blue pot."]
    assert "under the blue pot" in model.history[-1][-1].text


def test_off_is_not_to_read_either(assistant: Assistant, model: FakeModel, embedder: FakeEmbedder) -> None:
    assistant.memory.remember("The spare key is under the blue pot.")
    found = recalled(assistant, "Where is the spare key?", mode=Mode.OFF)
    assert found.hits == ()
    assert "blue pot" not in model.history[-1][-1].text
    assert embedder.embedded == []


def test_a_private_conversation_goes_on_as_any_other(assistant: Assistant, model: FakeModel) -> None:
    model.enqueue("Hello.", "Seven.")
    talk = said(assistant, "I have seven hens.", mode=Mode.OFF)
    said(assistant, "How many?", talk.id)
    assert [m.text for m in model.history[-1]][1:] == ["I have seven hens.", "Hello.", "How many?"]
    thread = assistant.session.private.thread(talk.id)
    assert [m.text for m in thread] == ["I have seven hens.", "Hello.", "How many?", "Seven."]


def test_what_was_shown_earlier_stands_in_the_prompt_as_it_stood(assistant: Assistant, model: FakeModel) -> None:
    assistant.memory.remember("The spare key is under the blue pot.")
    talk = said(assistant, "Where is the spare key?", mode=Mode.READ)
    said(assistant, "Thanks!", talk.id)
    assert model.history[-1][1] == model.history[0][1]


def test_a_failed_reply_can_be_asked_for_again(assistant: Assistant, model: FakeModel) -> None:
    model.fail_after(1)
    with pytest.raises(Exception, match="ended in the middle"):
        said(assistant, "How many hens have I got?", mode=Mode.OFF)
    [talk] = assistant.session.private.all()
    question = assistant.session.private.thread(talk.id)[0]
    model.enqueue("Seven hens.")
    list(assistant.session.answer(question))
    assert [m.text for m in assistant.session.private.thread(talk.id)] == [question.text, "Seven hens."]


def test_a_kept_one_is_remembered_with_its_times_and_sources(
    assistant: Assistant, model: FakeModel, clock: FakeClock
) -> None:
    assistant.memory.remember("The spare key is under the blue pot.")
    began = clock.now()
    model.enqueue("Under the pot.")
    talk = said(assistant, "Where is the spare key?", mode=Mode.READ)
    kept = assistant.session.private.keep(talk.id)
    assert not kept.private
    question, reply = assistant.store.call(lambda store: store.conversations.thread(kept.id))
    assert (question.text, reply.text, reply.parent_id) == ("Where is the spare key?", "Under the pot.", question.id)
    assert question.created_at == began
    shown = assistant.store.call(lambda store: store.recalls.shown([question.id]))
    assert [hit.span.text for hit in shown[question.id]] == ["The spare key is under the blue pot."]
    assert assistant.memory.search("spare key").hits
    assert assistant.session.private.all() == []
    assert not said(assistant, "And the other one?", kept.id).private


def test_a_reply_that_still_streams_is_kept_as_far_as_it_got(assistant: Assistant) -> None:
    private = assistant.session.private
    now = assistant.clock.now()
    talk, question = private.begin("Tell me a story.", now)
    private.record(NewMessage(talk.id, Role.ASSISTANT, "Once upon", now, question.id, state=MessageState.STREAMING))
    kept = private.keep(talk.id)
    thread = assistant.store.call(lambda store: store.conversations.thread(kept.id))
    assert [(m.text, m.state) for m in thread][1] == ("Once upon", MessageState.INTERRUPTED)


def test_there_is_nothing_to_keep_twice(assistant: Assistant) -> None:
    talk = said(assistant, "A secret.", mode=Mode.OFF)
    assistant.session.private.keep(talk.id)
    with pytest.raises(InputError, match="no longer there"):
        assistant.session.private.keep(talk.id)
    with pytest.raises(StoreError, match="no longer there"):
        said(assistant, "More.", talk.id)


def test_what_is_let_go_is_gone(assistant: Assistant) -> None:
    talk = said(assistant, "A secret.", mode=Mode.OFF)
    assistant.session.private.let_go(talk.id)
    assert assistant.session.private.thread(talk.id) == []
    assert assistant.session.private.all() == []


class TestAStoredConversation:
    def test_switched_off_goes_on_privately_and_stays_as_it_was(
        self, assistant: Assistant, data_dir: Path, model: FakeModel
    ) -> None:
        kept = said(assistant, "I have seven hens.")
        assistant.store.write(lambda store: store.conversations.set_mode(kept.id, Mode.OFF))
        before = on_disk(data_dir)
        private = said(assistant, f"They live in {SECRET}.", kept.id)
        assert private.private
        assert private.title == kept.title
        assert [m.text for m in model.history[-1]][1] == "I have seven hens."
        assert on_disk(data_dir) == before
        assert len(assistant.store.call(lambda store: store.conversations.thread(kept.id))) == 2

    def test_joins_it_again_when_kept(self, assistant: Assistant) -> None:
        kept = said(assistant, "I have seven hens.")
        assistant.store.write(lambda store: store.conversations.set_mode(kept.id, Mode.READ))
        private = said(assistant, "And a cock.", kept.id)
        again = assistant.session.private.keep(private.id)
        assert (again.id, again.mode) == (kept.id, Mode.REMEMBER)
        thread = assistant.store.call(lambda store: store.conversations.thread(kept.id))
        assert [m.text for m in thread][::2] == ["I have seven hens.", "And a cock."]
        assert len(thread) == 4

    def test_that_was_erased_meanwhile_is_no_loss(self, assistant: Assistant) -> None:
        kept = said(assistant, "I have seven hens.")
        assistant.store.write(lambda store: store.conversations.set_mode(kept.id, Mode.READ))
        private = said(assistant, "And a cock.", kept.id)
        assistant.store.write(lambda store: store._db.execute("DELETE FROM conversation"))
        again = assistant.session.private.keep(private.id)
        thread = assistant.store.call(lambda store: store.conversations.thread(again.id))
        assert thread[0].text == "And a cock."


class TestThePause:
    def test_neither_reads_nor_writes(self, assistant: Assistant, data_dir: Path, model: FakeModel) -> None:
        assistant.memory.remember("The spare key is under the blue pot.")
        kept = said(assistant, "Good morning.")
        pause(assistant)
        before = on_disk(data_dir)
        found = recalled(assistant, "Where is the spare key?")
        assert found.hits == ()
        assert said(assistant, f"{SECRET}!", kept.id).private
        with pytest.raises(InputError, match="Memory is paused"):
            assistant.memory.remember(SECRET)
        assert on_disk(data_dir) == before

    def test_holds_after_a_restart_and_ends_when_told(
        self, assistant: Assistant, data_dir: Path, clock: FakeClock, model: FakeModel, embedder: FakeEmbedder
    ) -> None:
        pause(assistant)
        assistant.close()
        with build(data_dir, background=False, clock=clock, model=model, embedder=embedder) as again:
            assert said(again, "A secret.").private
            pause(again, on=False)
            assert not said(again, "No secret.").private

    def test_stops_reading_in_private_conversations_too(self, assistant: Assistant) -> None:
        assistant.memory.remember("The spare key is under the blue pot.")
        talk = said(assistant, "Hello.", mode=Mode.READ)
        pause(assistant)
        assert recalled(assistant, "Where is the spare key?", talk.id).hits == ()


@pytest.mark.real
def test_with_the_real_models_no_byte_is_written(data_dir: Path, chat_host: ChatHost, embed_host: EmbedHost) -> None:
    with build(data_dir, background=False, model=chat_host, embedder=embed_host) as assistant:
        assistant.memory.remember("My sister Ida plays the cello in Graz.")
        assistant.memory.embed_pending()
        before = on_disk(data_dir)
        found = recalled(assistant, f"What does my sister Ida play in {SECRET}?", mode=Mode.READ)
        assert found.hits
        after = on_disk(data_dir)
        assert after.endswith(before[before.index(b"SQLite format") :])  # the log before it tells how long it took
        assert SECRET.encode() not in after
