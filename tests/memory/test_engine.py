from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.bootstrap import Assistant
from app.core.errors import DiskFull, EmbedderError, InputError
from app.core.types import (
    ForeignConversation,
    ForeignMessage,
    Message,
    MessageState,
    NewMessage,
    NewSpan,
    Origin,
    Role,
)
from app.memory.engine import Memory
from app.memory.recording import clean, title_of
from tests.fakes import FakeClock, FakeEmbedder

LONG_AGO = datetime(2023, 5, 8, 13, 56, tzinfo=UTC)
FACTS = [
    "Biscuit the dog is afraid of thunder.",
    "The ferry to Bergen leaves at nine.",
    "My violin lesson is on Tuesday.",
    "Rye bread needs caraway.",
]


@pytest.fixture
def memory(assistant: Assistant) -> Memory:
    return assistant.memory


def texts(memory: Memory, question: str, **how: object) -> list[str]:
    return [hit.span.text for hit in memory.recall(question, **how).hits]


def said(memory: Memory, *words: str, role: Role = Role.USER) -> list[Message]:
    """One conversation in which this was said."""
    conversation, first = memory.begin(words[0], LONG_AGO)
    rest = [NewMessage(conversation.id, role, text, LONG_AGO) for text in words[1:]]
    return [first, *memory.record_all(rest)]


def foreign(*messages: tuple[str, str | None, str]) -> ForeignConversation:
    parts = tuple(ForeignMessage(key, parent, Role.USER, "", text, LONG_AGO) for key, parent, text in messages)
    return ForeignConversation("elsewhere:1", "Elsewhere", LONG_AGO, parts)


class TestRecording:
    def test_what_was_said_is_found_by_its_words_at_once(self, memory: Memory) -> None:
        said(memory, *FACTS)
        assert [hit.span.text for hit in memory.search("thunder").hits] == [FACTS[0]]

    def test_a_conversation_is_titled_after_its_first_words(self, memory: Memory) -> None:
        conversation, message = memory.begin("  Plan the\ntrip to Bergen ", LONG_AGO)
        assert conversation.title == "Plan the trip to Bergen"
        assert message.text == "  Plan the\ntrip to Bergen "

    def test_notes_are_kept_together_as_what_the_user_asked_for(self, memory: Memory, clock: FakeClock) -> None:
        first = memory.remember("The spare key is under the flowerpot.")
        clock.advance(timedelta(days=1))
        second = memory.remember("The passport is in the drawer.")
        assert first.conversation_id == second.conversation_id
        assert (second.origin, second.created_at) == (Origin.REMEMBERED, clock.now())

    def test_all_messages_of_a_list_are_stored_or_none(self, memory: Memory) -> None:
        [first] = said(memory, "Hello")
        bad = NewMessage(9_999, Role.USER, "nowhere", LONG_AGO)
        with pytest.raises(Exception, match="FOREIGN KEY"):
            memory.record_all([NewMessage(first.conversation_id, Role.USER, "half", LONG_AGO), bad])
        assert memory.store.call(lambda store: store.conversations.counts())["message"] == 1
        assert memory.search("half").hits == ()

    def test_a_reply_is_a_memory_only_once_it_is_whole(self, memory: Memory) -> None:
        [question] = said(memory, "What does rye bread need?")
        reply = NewMessage(question.conversation_id, Role.ASSISTANT, "Car", LONG_AGO, state=MessageState.STREAMING)
        torn = memory.record(reply)
        memory.write_reply(torn, "Caraway", MessageState.STREAMING)
        assert memory.search("caraway").hits == ()
        whole = memory.write_reply(torn, "Caraway seeds.", MessageState.COMPLETE)
        assert (whole.text, whole.state) == ("Caraway seeds.", MessageState.COMPLETE)
        assert [hit.span.text for hit in memory.search("caraway").hits] == ["Caraway seeds."]

    def test_torn_replies_are_mended_once(self, memory: Memory) -> None:
        [question] = said(memory, "What does rye bread need?")
        reply = NewMessage(question.conversation_id, Role.ASSISTANT, "Caraw", LONG_AGO, state=MessageState.STREAMING)
        torn = memory.record(reply)
        assert (memory.mend(), memory.mend()) == (1, 0)
        found = memory.store.call(lambda store: store.conversations.message(torn.id))
        assert found == replace(torn, state=MessageState.INTERRUPTED)
        assert [hit.span.text for hit in memory.search("caraw").hits] == ["Caraw"]

    def test_how_words_are_cut_can_be_replaced(self, assistant: Assistant) -> None:
        def by_sentence(messages: Sequence[Message]) -> list[NewSpan]:
            [m] = messages
            middle = m.text.index(".") + 1
            cuts = [(0, middle), (middle + 1, len(m.text))]
            return [NewSpan(m.conversation_id, m.id, m.id, start, end) for start, end in cuts]

        memory = Memory(assistant.store, FakeEmbedder(), assistant.clock, segment=by_sentence)
        memory.remember("The key is blue. The door is red.")
        assert [hit.span.text for hit in memory.search("door").hits] == ["The door is red."]


class TestBringingIn:
    TALK = foreign(("a", None, "How is Biscuit?"), ("b", "a", "Afraid of thunder."), ("c", "a", "Sleeping."))

    def test_a_conversation_comes_in_with_its_dates_and_branches(self, memory: Memory) -> None:
        assert memory.bring_in(self.TALK) == 3
        [conversation] = memory.store.call(lambda store: store.conversations.recent())
        assert (conversation.title, conversation.origin) == ("Elsewhere", Origin.IMPORTED)
        assert conversation.created_at == LONG_AGO
        thread = memory.store.call(lambda store: store.conversations.thread(conversation.id))
        assert [message.text for message in thread] == ["How is Biscuit?", "Sleeping."]
        assert {message.origin for message in thread} == {Origin.IMPORTED}

    def test_the_same_conversation_twice_adds_nothing(self, memory: Memory) -> None:
        memory.bring_in(self.TALK)
        assert memory.bring_in(self.TALK) == 0
        assert memory.store.call(lambda store: store.conversations.counts()) == {"conversation": 1, "message": 3}

    def test_a_later_export_adds_what_is_new(self, memory: Memory) -> None:
        memory.bring_in(foreign(("a", None, "How is Biscuit?")))
        assert memory.bring_in(self.TALK) == 2
        assert memory.search("sleeping").hits[0].span.conversation_title == "Elsewhere"

    def test_a_title_of_half_characters_costs_no_conversation(self, memory: Memory) -> None:
        assert memory.bring_in(replace(self.TALK, title="Trip \ud83c\x00")) == 3
        [conversation] = memory.store.call(lambda store: store.conversations.recent())
        assert conversation.title == "Trip ?"

    def test_a_full_disk_leaves_no_half_of_a_conversation(self, memory: Memory) -> None:
        said(memory, "Before")
        self._fill_disk(memory)
        big = foreign(("a", None, "first"), ("b", "a", "x" * 1_000_000))
        with pytest.raises(DiskFull):
            memory.bring_in(big)
        assert memory.store.call(lambda store: store.conversations.counts()) == {"conversation": 1, "message": 1}

    def _fill_disk(self, memory: Memory) -> None:
        memory.store.call(lambda store: store._db.execute("PRAGMA max_page_count = 1"))


class TestRecalling:
    def test_words_and_meaning_both_find(self, assistant: Assistant, embedder: FakeEmbedder) -> None:
        embedder._same = {"hound": "dog", "frightened": "afraid"}
        said(assistant.memory, *FACTS)
        found = assistant.memory.recall("frightened hound")
        assert found.by_meaning
        assert found.hits[0].span.text == FACTS[0]
        assert found.hits[0].reasons == ("said by you", "close in meaning")
        assert dict(found.hits[0].parts)["meaning"] > 0
        assert 0 < found.verdict.answerable < 1

    def test_what_was_said_a_moment_ago_is_recalled_by_meaning(self, memory: Memory, embedder: FakeEmbedder) -> None:
        embedder._same = {"hound": "dog"}
        said(memory, *FACTS)
        memory.embed_pending()
        memory.remember("A stray dog sat in the rain.")
        assert texts(memory, "hound rain", limit=1) == ["A stray dog sat in the rain."]

    def test_a_large_backlog_is_left_to_the_background(self, memory: Memory, embedder: FakeEmbedder) -> None:
        said(memory, *(f"Fact number {i}" for i in range(200)))
        memory.recall("fact 7")
        facts = [text for text in embedder.embedded if text.startswith("Fact")]
        assert 1 < len(set(facts)) < 200
        memory.embed_pending()
        assert {f"Fact number {i}" for i in range(200)} <= set(embedder.embedded)

    def test_while_the_embedder_loads_recall_goes_by_words(self, memory: Memory, embedder: FakeEmbedder) -> None:
        said(memory, *FACTS)
        embedder.ready = False
        found = memory.recall("ferry", wait_s=0.01)
        assert (found.by_meaning, found.hits[0].span.text) == (False, FACTS[1])

    def test_without_an_embedder_recall_goes_by_words(self, memory: Memory, embedder: FakeEmbedder) -> None:
        said(memory, *FACTS)
        embedder.error = "There is no embedding model in /nowhere."
        found = memory.recall("ferry")
        assert (found.by_meaning, found.hits[0].span.text) == (False, FACTS[1])
        embedder.error = ""
        assert memory.recall("ferry").by_meaning

    def test_an_embedder_that_fails_halfway_leaves_its_work_for_later(
        self, memory: Memory, embedder: FakeEmbedder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said(memory, *(f"Fact number {i}" for i in range(80)))
        embed, calls = embedder.embed, []

        def once(words: Sequence[str]) -> object:
            calls.append(words)
            if len(calls) > 2:  # eight memories with what was said before each: two calls
                raise EmbedderError("The embedding process ended.")
            return embed(words)

        monkeypatch.setattr(embedder, "embed", once)
        with pytest.raises(EmbedderError):
            memory.embed_pending()
        monkeypatch.setattr(embedder, "embed", embed)
        assert memory.embed_pending() == 80 - 8

    def test_recall_stays_within_its_limit_and_best_comes_first(self, memory: Memory) -> None:
        said(memory, *FACTS)
        found = memory.recall("violin lesson on Tuesday", limit=2).hits
        assert [hit.span.text for hit in found][:1] == [FACTS[2]]
        assert len(found) == 2
        assert found[0].score > found[1].score

    def test_messages_can_be_left_out(self, memory: Memory) -> None:
        messages = said(memory, *FACTS)
        assert FACTS[0] not in texts(memory, "dog thunder", without={messages[0].id})

    def test_strict_recall_keeps_only_what_is_about_the_question(self, memory: Memory) -> None:
        said(memory, *FACTS)
        assert texts(memory, "Biscuit the dog", strict=True)[0] == FACTS[0]
        assert texts(memory, "obelisk quasar", strict=True) == []
        assert texts(memory, "obelisk quasar") != []

    def test_the_person_who_is_asked_about_is_preferred(self, memory: Memory) -> None:
        [first] = said(memory, "Hello")
        for name in ("Caroline", "Melanie"):
            memory.record(NewMessage(first.conversation_id, Role.USER, "I painted a lake", LONG_AGO, speaker=name))
        best = memory.recall("What did Caroline paint?").hits[0]
        assert best.span.speaker == "Caroline"
        assert "asked about Caroline" in best.reasons

    def test_an_empty_store_recalls_nothing(self, memory: Memory) -> None:
        assert memory.recall("anything").hits == ()

    def test_a_full_disk_does_not_keep_memories_away(self, memory: Memory) -> None:
        said(memory, *FACTS, "filler " * 5_000)
        memory.store.call(lambda store: store._db.execute("PRAGMA max_page_count = 1"))
        assert texts(memory, "ferry to Bergen", limit=1) == [FACTS[1]]

    def test_a_store_that_cannot_be_written_still_recalls(self, memory: Memory) -> None:
        said(memory, *FACTS)
        memory.store.call(lambda store: store._db.execute("PRAGMA query_only = ON"))
        assert texts(memory, "ferry to Bergen", limit=1) == [FACTS[1]]

    def test_vectors_of_another_embedder_are_not_compared(self, memory: Memory, assistant: Assistant) -> None:
        said(memory, *FACTS)
        memory.embed_pending()
        other = Memory(assistant.store, FakeEmbedder(16, "other:1"), assistant.clock)
        assert texts(other, "ferry to Bergen", limit=1) == [FACTS[1]]
        assert texts(memory, "ferry to Bergen", limit=1) == [FACTS[1]]

    def test_many_may_record_and_recall_at_once(self, memory: Memory) -> None:
        [first] = said(memory, "Hello")
        problems: list[Exception] = []

        def talk(number: int) -> None:
            try:
                for i in range(15):
                    memory.record(NewMessage(first.conversation_id, Role.USER, f"fact {number} {i}", LONG_AGO))
                    memory.recall(f"fact {number}")
            except Exception as error:
                problems.append(error)

        threads = [threading.Thread(target=talk, args=[number]) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert problems == []
        assert len(memory.search("fact", 100).hits) == 60


class TestEmbedding:
    def test_every_span_gets_one_vector(self, memory: Memory, embedder: FakeEmbedder) -> None:
        said(memory, *FACTS, "A sentence of words. " * 200)
        done = memory.embed_pending()
        assert done == memory.store.call(lambda store: store.vectors.count()) > len(FACTS) + 1
        assert memory.embed_pending() == 0

    def test_a_turn_is_embedded_with_what_was_said_before_it_and_by_its_facts(
        self, memory: Memory, embedder: FakeEmbedder
    ) -> None:
        said(memory, "Did you sail?", "I sailed. You rowed.")
        memory.embed_pending()
        assert set(embedder.embedded) >= {"I sailed. You rowed.", "I sailed.", "You rowed."}

    def test_the_newest_come_first(self, memory: Memory, embedder: FakeEmbedder) -> None:
        said(memory, *(f"Fact number {i}" for i in range(70)))
        memory.embed_pending()
        assert "Fact number 69" in embedder.embedded[:100]
        assert "Fact number 0" in embedder.embedded[-100:]

    def test_it_stops_when_told_and_goes_on_later(self, memory: Memory) -> None:
        said(memory, *(f"Fact number {i}" for i in range(70)))
        answers = iter([True, True, False])  # asked before a batch and inside of it
        done = memory.embed_pending(lambda: next(answers))
        assert 0 < done < 70
        assert memory.embed_pending() == 70 - done


class TestSearching:
    def test_an_unfinished_word_is_enough(self, memory: Memory) -> None:
        said(memory, *FACTS)
        assert [hit.span.text for hit in memory.search("vio").hits] == [FACTS[2]]

    def test_a_question_is_searched_by_its_words(self, memory: Memory) -> None:
        said(memory, *FACTS)
        assert memory.search("When does the ferry leave?").hits[0].span.text == FACTS[1]

    def test_it_needs_no_embedder(self, memory: Memory, embedder: FakeEmbedder) -> None:
        said(memory, *FACTS)
        embedder.error = "gone"
        found = memory.search("ferry")
        assert (found.by_meaning, len(found.hits)) == (False, 1)

    @pytest.mark.parametrize(
        "query", ["", "   ", "?", "🎉", '"', "* OR", "-ferry", "(", "\x00", "\ud83d", "fer\x00ry \udc00"]
    )
    @pytest.mark.parametrize("door", ["search", "recall"])
    def test_nothing_that_is_typed_is_an_error(self, memory: Memory, query: str, door: str) -> None:
        said(memory, *FACTS)
        assert getattr(memory, door)(query).query is not None

    @pytest.mark.parametrize(
        ("text", "part"),
        [
            ("我的猫叫米娅，喜欢吃鱼。", "米娅"),
            ("東京から大阪へ行く", "大阪"),
            ("ฉันรักแมว", "แมว"),
            ("הכלב שלי אוהב לשחק", "שלי"),
            ("قطتي تحب السمك", "تحب"),
            ("고양이가 좋아", "고양"),
            ("Der Straßenbahnfahrer 🚋 wartet", "straßenbahn"),
        ],
    )
    def test_every_script_is_found(self, memory: Memory, text: str, part: str) -> None:
        said(memory, text, "Something else")
        assert [hit.span.text for hit in memory.search(part).hits] == [text]


class TestCleaning:
    @pytest.mark.parametrize("text", ["", "  \n\t", "\x00", "\x00 \x00"])
    def test_an_empty_message_is_refused_with_what_to_do(self, text: str) -> None:
        with pytest.raises(InputError, match=r"empty\. Write something first"):
            clean(text)

    @pytest.mark.parametrize(
        ("text", "kept"),
        [("a\x00b", "ab"), ("half \ud83d", "half ?"), ("🎉 日本 שלום", "🎉 日本 שלום"), (" x ", " x ")],
    )
    def test_what_cannot_be_stored_is_replaced_and_the_rest_stays(self, text: str, kept: str) -> None:
        assert clean(text) == kept

    @given(st.text(st.characters()))
    def test_cleaned_text_can_be_stored_and_stays_clean(self, text: str) -> None:
        try:
            once = clean(text)
        except InputError:
            return
        once.encode("utf-8")
        assert "\x00" not in once
        assert clean(once) == once

    @given(st.text(min_size=1))
    @example("\n" * 500 + "At last a word")
    @example("word" * 100)
    def test_a_title_is_one_short_line_with_words_in_it(self, text: str) -> None:
        title = title_of(text)
        assert len(title) <= 60
        assert len(title.splitlines()) <= 1
        assert bool(title) == bool(text.strip())
