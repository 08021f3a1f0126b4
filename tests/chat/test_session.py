"""One turn: stored first, recalled, read, worded, stored again; and every way it can be cut off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from app.bootstrap import Assistant, build
from app.chat.events import Answered, Recalled, Stored, TurnEvent, Words
from app.core.errors import InputError, ModelMissing, ModelStopped, StoreError
from app.core.settings import Settings
from app.core.types import Message, MessageState, PromptMessage, Role
from app.runtime.host import ChatHost, EmbedHost
from tests.fakes import FakeClock, FakeEmbedder, FakeModel


def ask(assistant: Assistant, text: str, conversation: int | None = None) -> list[TurnEvent]:
    return list(assistant.session.ask(text, conversation))


def conversation_of(events: list[TurnEvent]) -> int:
    return next(event.conversation.id for event in events if isinstance(event, Stored))


def shown(events: list[TurnEvent]) -> list[str]:
    return [hit.span.text for event in events if isinstance(event, Recalled) for hit in event.hits]


def thread(assistant: Assistant, conversation: int) -> list[Message]:
    return assistant.store.call(lambda store: store.conversations.thread(conversation))


def test_a_turn_is_told_in_order(assistant: Assistant, model: FakeModel) -> None:
    model.enqueue("Hello you")
    events = ask(assistant, "Hello")
    names = [type(event).__name__ for event in events]
    assert names == ["Stored", "Recalled", "Reading", "Words", "Words", "Answered"]
    assert [message.text for message in thread(assistant, 1)] == ["Hello", "Hello you"]


def test_the_question_is_on_disk_before_the_model_begins(
    assistant: Assistant, model: FakeModel, data_dir: Path
) -> None:
    import sqlite3

    found: list[str] = []

    def look() -> None:
        with closing(sqlite3.connect(data_dir / "mneme.db")) as other_program:
            found.extend(row[0] for row in other_program.execute("SELECT text FROM message"))

    model.on_reply = look
    ask(assistant, "Safe and sound")
    assert found == ["Safe and sound"]


def test_the_question_is_kept_when_the_model_cannot_even_load(assistant: Assistant, model: FakeModel) -> None:
    model.load_error = ModelMissing("There is no model.")
    with pytest.raises(ModelMissing):
        ask(assistant, "Keep me")
    assert [message.text for message in thread(assistant, 1)] == ["Keep me"]


def test_what_was_said_comes_back_in_another_conversation(assistant: Assistant, clock: FakeClock) -> None:
    ask(assistant, "My dog Rufus is afraid of thunder")
    clock.advance(timedelta(days=7))
    assert shown(ask(assistant, "What is my dog afraid of?")) == ["My dog Rufus is afraid of thunder"]


def test_what_stands_in_the_prompt_is_not_recalled_again(assistant: Assistant) -> None:
    here = conversation_of(ask(assistant, "My dog Rufus is afraid of thunder"))
    assert shown(ask(assistant, "What is my dog afraid of?", here)) == []


def test_a_memory_is_shown_once_in_a_conversation(assistant: Assistant) -> None:
    ask(assistant, "My dog Rufus is afraid of thunder")
    here = conversation_of(ask(assistant, "What is my dog afraid of?"))
    assert shown(ask(assistant, "Is my dog afraid of thunder, again?", here)) == []


def test_recalled_words_are_never_stored_as_said(assistant: Assistant, model: FakeModel) -> None:
    ask(assistant, "My dog Rufus is afraid of thunder")
    ask(assistant, "What is my dog afraid of?")
    assert "Earlier I told you:" in model.history[-1][-1].text
    for message in [*thread(assistant, 1), *thread(assistant, 2)]:
        assert "Earlier I told you" not in message.text
    assert assistant.memory.search("earlier told").hits == ()
    assert len(assistant.memory.search("thunder").hits) == 1


def test_the_log_holds_what_the_prompt_showed(assistant: Assistant, model: FakeModel) -> None:
    for text in ("The ferry to Bergen leaves at nine.", "The ferry to Oslo leaves at ten."):
        ask(assistant, text)
    events = ask(assistant, "When does the ferry leave?")
    question = thread(assistant, conversation_of(events))[0]
    logged = assistant.store.call(lambda store: store.recalls.shown([question.id]))[question.id]
    assert [hit.span.text for hit in logged] == shown(events)
    assert all(text in model.history[-1][-1].text for text in shown(events))
    assert all(hit.reasons for hit in logged)


def test_the_prompt_only_grows_at_its_end(assistant: Assistant, model: FakeModel) -> None:
    ask(assistant, "My dog Rufus is afraid of thunder")
    here = conversation_of(ask(assistant, "What is my dog afraid of?"))
    for text in ("And what else?", "Tell me more about thunder"):
        ask(assistant, text, here)
    for before, after in zip(model.history[1:], model.history[2:], strict=False):
        assert after[: len(before)] == before


def test_the_oldest_turns_leave_the_prompt_and_not_the_store(
    data_dir: Path, clock: FakeClock, embedder: FakeEmbedder
) -> None:
    model = FakeModel(context=600)
    with build(data_dir, background=False, clock=clock, model=model, embedder=embedder) as assistant:
        assistant.change(Settings(context_tokens=600, max_reply_tokens=100, recall=False))
        here = conversation_of(ask(assistant, "word " * 60))
        for number in range(12):
            ask(assistant, f"question {number} " + "word " * 40, here)
        sizes = [sum(len(m.text.split()) for m in prompt) for prompt in model.history]
        assert max(sizes) + 100 <= 600
        assert len(model.history[-1]) < 20
        assert model.history[-1][1].role is Role.USER
        assert len(thread(assistant, here)) == 26


def test_a_huge_message_is_stored_whole_shown_in_part_and_found_by_its_middle(
    assistant: Assistant, model: FakeModel
) -> None:
    middle = " the xylophone stands in the attic "
    huge = "lorem ipsum " * 208_000 + middle + "dolor sit " * 250_000
    here = conversation_of(ask(assistant, huge))
    assert thread(assistant, here)[0].text == huge
    assert sum(len(message.text.split()) for message in model.history[0]) < 2_000
    assert "left out" in model.history[0][-1].text
    [hit] = assistant.memory.search("xylophone").hits
    assert middle.strip() in " ".join(hit.span.text.split())
    assert len(hit.span.text) <= 1_000


@pytest.mark.parametrize("text", ["", "   \n\t", "\x00"])
def test_an_empty_message_is_refused_and_nothing_is_stored(assistant: Assistant, text: str) -> None:
    with pytest.raises(InputError, match="Write something") as caught:
        ask(assistant, text)
    assert caught.value.exit_code == 5
    assert assistant.store.call(lambda store: store.conversations.counts())["message"] == 0


def test_a_conversation_that_is_gone_is_told(assistant: Assistant) -> None:
    with pytest.raises(StoreError, match="no longer there"):
        ask(assistant, "Hello", 999)


@pytest.mark.parametrize("text", ["Grüße 🌍👩‍👩‍👧", "我住在卑尔根", "שלום עולם", "half \ud83d"])
def test_every_script_is_answered_and_found(assistant: Assistant, text: str) -> None:
    here = conversation_of(ask(assistant, text))
    stored = thread(assistant, here)[0].text
    assert stored == text.replace("\ud83d", "?")
    word = stored.split()[0]
    assert assistant.memory.search(word).hits[0].span.text == stored


def test_stop_keeps_what_was_said(assistant: Assistant, model: FakeModel) -> None:
    model.enqueue("one two three four")
    model.on_piece = lambda piece: assistant.session.stop() if piece == 2 else None
    events = ask(assistant, "Count")
    last = events[-1]
    assert isinstance(last, Answered)
    assert last.message is not None
    assert (last.message.text, last.message.state) == ("one two ", MessageState.STOPPED)


def test_a_stop_before_the_first_word_leaves_no_empty_reply(assistant: Assistant, model: FakeModel) -> None:
    def nothing(messages: object, sampling: object) -> Iterator[object]:
        from app.core.types import ReplyStats
        from app.runtime.protocols import Done

        yield Done(True, ReplyStats(3, 0, 0, 0.0, 0.0))

    model.reply = nothing  # type: ignore[method-assign, assignment]
    last = ask(assistant, "Hello")[-1]
    assert isinstance(last, Answered)
    assert last.message is None
    assert len(thread(assistant, 1)) == 1


def test_a_model_that_dies_leaves_the_words_it_said(assistant: Assistant, model: FakeModel) -> None:
    model.enqueue("one two three four")
    model.fail_after(2)
    with pytest.raises(ModelStopped):
        ask(assistant, "Count")
    question, reply = thread(assistant, 1)
    assert (reply.text, reply.state, reply.parent_id) == ("one two ", MessageState.INTERRUPTED, question.id)


def test_a_question_can_be_answered_again(assistant: Assistant, model: FakeModel) -> None:
    model.enqueue("one two", "all of it")
    model.fail_after(1)
    with pytest.raises(ModelStopped):
        ask(assistant, "Count")
    list(assistant.session.answer(thread(assistant, 1)[0]))
    assert [message.text for message in thread(assistant, 1)] == ["Count", "all of it"]


def test_a_reader_that_goes_away_leaves_the_words_it_read(assistant: Assistant, model: FakeModel) -> None:
    model.enqueue("one two three")
    events = assistant.session.ask("Count")
    for event in events:
        if isinstance(event, Words):
            break
    events.close()  # type: ignore[attr-defined]
    reply = thread(assistant, 1)[-1]
    assert (reply.text, reply.state) == ("one ", MessageState.INTERRUPTED)


def test_a_reply_cut_off_by_the_end_of_the_app_is_mended_at_the_next_start(
    assistant: Assistant, model: FakeModel, data_dir: Path, clock: FakeClock, embedder: FakeEmbedder
) -> None:
    model.enqueue("half of it")
    events = assistant.session.ask("Say")
    for event in events:
        if isinstance(event, Words):
            break
    with build(data_dir, background=False, clock=clock, model=FakeModel(), embedder=embedder) as again:
        assert thread(again, 1)[-1].state is MessageState.INTERRUPTED
        assert again.memory.search("half").hits[0].span.role is Role.ASSISTANT


def test_memory_that_is_switched_off_is_not_read(assistant: Assistant, embedder: FakeEmbedder) -> None:
    ask(assistant, "My dog Rufus is afraid of thunder")
    assistant.change(Settings(recall=False))
    embedder.embedded.clear()
    assert shown(ask(assistant, "What is my dog afraid of?")) == []
    assert embedder.embedded == []


def test_without_an_embedder_recall_goes_on_by_words(assistant: Assistant, embedder: FakeEmbedder) -> None:
    embedder.error = "It cannot be loaded."
    ask(assistant, "My dog Rufus is afraid of thunder")
    events = ask(assistant, "dog thunder?")
    assert shown(events) == ["My dog Rufus is afraid of thunder"]
    assert [event.by_meaning for event in events if isinstance(event, Recalled)] == [False]


def test_a_bare_question_of_before_is_no_memory_worth_showing(assistant: Assistant) -> None:
    ask(assistant, "What is my dog called?")
    assert shown(ask(assistant, "What is my dog called?")) == []


@pytest.mark.real
def test_the_real_models_remember_across_conversations(
    data_dir: Path, chat_host: ChatHost, embed_host: EmbedHost
) -> None:
    assistant = build(data_dir, background=False, model=chat_host, embedder=embed_host)
    try:
        for text in ("My dog is called Rufus.", "The wifi password at the cabin is bluebird42.", "I like rye bread."):
            ask(assistant, text)
        events = ask(assistant, "Which pet do I have?")
        assert "My dog is called Rufus." in shown(events)
        assert "I like rye bread." not in shown(events)
        last = events[-1]
        assert isinstance(last, Answered)
        assert last.message is not None
        assert last.message.text
        here = conversation_of(events)
        second = ask(assistant, "And what does he look like, do you think?", here)[-1]
        assert isinstance(second, Answered)
        assert second.stats.cached_tokens > 0.5 * second.stats.prompt_tokens
    finally:
        assistant.store.close()


@pytest.mark.real
def test_a_small_context_never_overflows_with_the_real_model(data_dir: Path, chat_host: ChatHost) -> None:
    """The session's counts and the model's own agree well enough over many turns, also of odd text."""
    assistant = build(data_dir, background=False, model=chat_host, embedder=FakeEmbedder())
    try:
        assistant.change(Settings(context_tokens=1024, max_reply_tokens=24))
        here = conversation_of(ask(assistant, "Let us talk."))
        for text in ("word " * 300, "日本語の文章です。" * 80, "🌍" * 200, "x" * 5_000, "Hello?\n" * 200, "The end."):
            last = ask(assistant, text, here)[-1]
            assert isinstance(last, Answered)
            assert last.stats.prompt_tokens <= 1024 - 24
    finally:
        assistant.store.close()


def test_prompts_hold_plain_messages(assistant: Assistant, model: FakeModel) -> None:
    ask(assistant, "Hello")
    assert all(isinstance(message, PromptMessage) for message in model.history[0])
    assert model.history[0][0].role is Role.SYSTEM
