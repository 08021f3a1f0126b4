"""What is erased is gone: from every table, every file, recall, and the backups; and the app goes on as if it had never
been said."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bootstrap import Assistant, build
from app.core.errors import ConsentNeeded, InputError, StoreError
from app.core.types import Filter, Message, NewMessage, Role
from app.memory.episodes import EpisodeKeeper
from app.memory.erase import Eraser
from app.memory.erasure import Erased, Target
from app.memory.fade import fade
from app.memory.recording import title_of
from app.memory.repeats import repeats, says_again
from app.memory.traces import paraphrases
from app.storage.backups import keep_copies
from app.storage.migrations import back_up
from app.storage.probe import Probe
from tests.fakes import FakeClock, FakeEmbedder, FakeModel

SECRET = "Wilhelmina keeps the ruby brooch in the Zanzibarquux vault."
WORDS = ("Wilhelmina", "brooch", "Zanzibarquux", "zanzibarquux")


@pytest.fixture
def eraser(assistant: Assistant) -> Eraser:
    return assistant.eraser


def talk(assistant: Assistant, *texts: str) -> list[Message]:
    conversation, message = assistant.memory.begin(texts[0], assistant.clock.now())
    said = [message]
    for place, text in enumerate(texts[1:], 1):
        role = (Role.USER, Role.ASSISTANT)[place % 2]
        new = NewMessage(conversation.id, role, text, assistant.clock.now(), said[-1].id)
        said.append(assistant.memory.record(new))
    return said


def ask(assistant: Assistant, model: FakeModel, question: str, reply: str) -> int:
    model.enqueue(reply)
    events = list(assistant.session.ask(question))
    conversation: int = events[0].conversation.id  # type: ignore[union-attr]
    return conversation


def a_night(assistant: Assistant) -> None:
    assistant.memory.embed_pending()
    EpisodeKeeper(assistant.store).segment_pending()
    fade(assistant.store, assistant.clock.now())


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def traces(folder: Path, *words: str) -> list[str]:
    data = on_disk(folder)
    return [word for word in words if word.encode() in data]


def tables(assistant: Assistant) -> str:
    """Everything that any table says, the index of words included."""

    def work(store) -> str:  # type: ignore[no-untyped-def]
        names = [row[0] for row in store._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
        return "\n".join(str(store._db.execute(f'SELECT * FROM "{name}"').fetchall()) for name in names)

    return assistant.store.call(work)


def busy(assistant: Assistant, model: FakeModel) -> list[Message]:
    """A store with everything in it that the secret can be in."""
    said = talk(assistant, "Good morning.", "Hello.", SECRET, "A safe place.", "My dog Biscuit is afraid of thunder.")
    a_night(assistant)
    ask(assistant, model, "Where is the ruby brooch of Wilhelmina?", "In the Zanzibarquux vault, I think.")
    a_night(assistant)
    return said


def test_nothing_of_it_is_left_anywhere(assistant: Assistant, eraser: Eraser, model: FakeModel, data_dir: Path) -> None:
    said = busy(assistant, model)
    assert traces(data_dir, *WORDS) == list(WORDS)
    ids = eraser.find(Target(words="brooch")) + eraser.find(Target(messages=(said[2].id,)))
    ids += [message.id for message in eraser.preview(ids).repeats]
    erased = eraser.erase(ids)
    assert (erased.bytes_found, erased.recalled, erased.where) == (0, 0, ())
    assert erased.proven
    assert traces(data_dir, *WORDS) == []
    assert not re.search("wilhelmina|brooch|zanzibarquux", tables(assistant), re.IGNORECASE)
    assert assistant.store.call(lambda store: store.check()) == "ok"


def test_what_was_beside_it_stays_and_follows_on_what_was_before(
    assistant: Assistant, eraser: Eraser, model: FakeModel
) -> None:
    said = busy(assistant, model)
    eraser.erase([said[2].id])
    thread = assistant.store.call(lambda store: store.conversations.thread(said[0].conversation_id))
    assert [m.text for m in thread] == [m.text for m in said if m.text != SECRET]
    assert assistant.memory.recall("What is Biscuit afraid of?").hits[0].span.text == said[4].text
    a_night(assistant)
    assert assistant.memory.embed_pending() == 0


def test_keys_made_with_it_in_view_are_made_anew(
    assistant: Assistant, eraser: Eraser, model: FakeModel, embedder: FakeEmbedder
) -> None:
    said = busy(assistant, model)
    eraser.erase([said[2].id])
    embedder.embedded.clear()
    assistant.memory.embed_pending()
    assert "Hello. A safe place." in embedder.embedded
    assert not any("brooch" in text for text in embedder.embedded)


def test_a_title_that_it_gave_is_given_by_what_is_left(assistant: Assistant, eraser: Eraser) -> None:
    said = talk(assistant, SECRET, "I see.", "I have seven hens.")
    assert assistant.store.call(lambda s: s.conversations.get(said[0].conversation_id)).title == title_of(SECRET)  # type: ignore[union-attr]
    eraser.erase([said[0].id])
    assert assistant.store.call(lambda s: s.conversations.get(said[0].conversation_id)).title == "I have seven hens."  # type: ignore[union-attr]
    eraser.erase([m.id for m in said[1:]])
    assert assistant.store.call(lambda s: s.conversations.get(said[0].conversation_id)) is None


def test_a_date_that_was_told_from_it_goes(assistant: Assistant, eraser: Eraser, model: FakeModel) -> None:
    said = talk(assistant, "I met Wilhelmina on 7 May 2023.")
    a_night(assistant)
    ask(assistant, model, "When did I meet Wilhelmina?", "I do not know.")
    assert "7 May 2023" in tables(assistant)
    eraser.erase([said[0].id])
    assert "7 May 2023" not in tables(assistant)


def test_a_branch_goes_alone(assistant: Assistant, eraser: Eraser, model: FakeModel) -> None:
    said = talk(assistant, "How are you?", SECRET)
    new = NewMessage(said[0].conversation_id, Role.ASSISTANT, "Fine.", assistant.clock.now(), said[0].id)
    assistant.memory.record(new)
    eraser.erase([said[1].id])
    thread = assistant.store.call(lambda store: store.conversations.thread(said[0].conversation_id))
    assert [m.text for m in thread] == ["How are you?", "Fine."]


class TestTargets:
    def test_words_conversations_episodes_places_and_times(
        self, assistant: Assistant, eraser: Eraser, model: FakeModel, clock: FakeClock
    ) -> None:
        first = busy(assistant, model)
        clock.advance(timedelta(days=30))
        second = talk(assistant, "The bus was late.", "Again?")
        a_night(assistant)
        conversation = second[0].conversation_id
        assert eraser.find(Target(words="Zanzibarquux vault"))[0] == first[2].id
        assert eraser.find(Target(conversations=(conversation,))) == [m.id for m in second]
        [episode, *_] = assistant.store.call(lambda s: s.episodes.of_conversation(conversation))
        assert eraser.find(Target(episodes=(episode.uid,)))[0] == second[0].id
        since = Filter(since=clock.now() - timedelta(days=1))
        assert eraser.find(Target(where=since)) == [m.id for m in second]
        assert eraser.find(Target(words="bus", where=since)) == [second[0].id]
        assert eraser.find(Target(messages=(first[0].id, 99_999))) == [first[0].id]

    @pytest.mark.parametrize(
        "target",
        [
            Target(),
            Target(words="  "),
            Target(words="nobody said this"),
            Target(messages=(7,)),
            Target(episodes=("x",)),
        ],
    )
    def test_nothing_is_an_error_of_the_input(self, eraser: Eraser, target: Target) -> None:
        with pytest.raises(InputError, match="nothing to forget"):
            eraser.find(target)

    def test_what_is_gone_cannot_be_erased_again(self, assistant: Assistant, eraser: Eraser) -> None:
        said = talk(assistant, SECRET)
        eraser.erase([said[0].id])
        with pytest.raises(InputError, match="not there any more"):
            eraser.erase([said[0].id])


class TestThePreview:
    def test_says_what_will_go_and_changes_nothing(
        self, assistant: Assistant, eraser: Eraser, model: FakeModel, data_dir: Path, clock: FakeClock
    ) -> None:
        said = busy(assistant, model)
        keep_copies(data_dir / "mneme.db", data_dir / "backups", clock.now())
        before = tables(assistant)
        preview = eraser.preview([said[2].id])
        assert tables(assistant) == before
        assert [m.text for m in preview.messages] == [SECRET]
        assert preview.counts["messages"] == 1
        assert preview.counts["index entries"] == 1
        assert preview.backups == 1

    def test_counts_exactly_what_goes(self, assistant: Assistant, eraser: Eraser, model: FakeModel) -> None:
        said = busy(assistant, model)
        ids = [m.id for m in said]
        preview, before = eraser.preview(ids), assistant.store.call(lambda s: s.erasures.rows())
        eraser.erase(ids)
        after = assistant.store.call(lambda s: s.erasures.rows())
        assert preview.counts["messages"] == before["message"] - after["message"] == 5
        assert preview.counts["episodes"] == before["episode"] - after["episode"]
        assert preview.counts["conversations"] == 1

    def test_finds_all_that_is_the_same_to_the_letter(self, assistant: Assistant, eraser: Eraser) -> None:
        said = talk(assistant, *[SECRET] * 40)
        assert len(eraser.preview([said[7].id]).repeats) == 39

    def test_thanks_are_no_repeats(self, assistant: Assistant, eraser: Eraser) -> None:
        said = talk(assistant, *["Thank you so much!"] * 40)
        assert len(eraser.preview([said[7].id]).repeats) < 39

    def test_finds_the_reply_that_repeats_it(self, assistant: Assistant, eraser: Eraser, model: FakeModel) -> None:
        said = talk(assistant, SECRET)
        a_night(assistant)
        ask(assistant, model, "Where is the ruby brooch?", "The Zanzibarquux vault of Wilhelmina.")
        ask(assistant, model, "How is the weather?", "Fine, as far as I know.")
        assert [m.text for m in eraser.preview([said[0].id]).repeats] == ["The Zanzibarquux vault of Wilhelmina."]

    def test_a_repeat_may_stay_by_choice_and_is_no_trace(
        self, assistant: Assistant, eraser: Eraser, model: FakeModel
    ) -> None:
        said, again = talk(assistant, SECRET), talk(assistant, f"As I said: {SECRET}")
        [found] = eraser.preview([said[0].id]).repeats
        assert found.id == again[0].id
        erased = eraser.erase([said[0].id], keep=[found.id])
        assert erased.proven
        assert [hit.span.text for hit in assistant.memory.search("brooch").hits] == [again[0].text]


class TestFiles:
    def test_backups_lose_it_and_keep_the_rest(
        self, assistant: Assistant, eraser: Eraser, model: FakeModel, data_dir: Path, clock: FakeClock
    ) -> None:
        said = busy(assistant, model)
        copy = back_up(data_dir / "mneme.db", data_dir / "backups" / "before-update-20250101-000000.db")
        keep_copies(data_dir / "mneme.db", data_dir / "backups", clock.now())
        (data_dir / "backups" / "daily-2025-01-01.part").write_bytes(SECRET.encode())
        eraser.erase([m.id for m in [*said, *eraser.preview([said[2].id]).repeats]])
        assert traces(data_dir, *WORDS[:1], *WORDS[2:]) == ["Wilhelmina"]  # in the question, which was not erased
        with closing(sqlite3.connect(copy)) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert db.execute("SELECT count(*) FROM message").fetchone()[0] == 1

    def test_a_backup_of_the_first_version_loses_it_too(
        self, data_dir: Path, assistant: Assistant, eraser: Eraser
    ) -> None:
        old = Path(__file__).parents[1] / "upgrade" / "v1.db"
        copy = data_dir / "backups" / "before-update-20240101-000000.db"
        shutil.copy(old, copy)
        with closing(sqlite3.connect(old)) as db:
            uid, text = db.execute("SELECT uid, text FROM message WHERE text LIKE '%Biscuit%'").fetchone()
            count = db.execute("SELECT count(*) FROM message").fetchone()[0]
        said = talk(assistant, text)
        assistant.store.write(lambda s: s._db.execute("UPDATE message SET uid = ? WHERE id = ?", [uid, said[0].id]))
        assert eraser.erase([said[0].id]).bytes_found == 0
        assert text.encode() not in copy.read_bytes()
        with closing(sqlite3.connect(copy)) as db:
            assert db.execute("SELECT count(*) FROM message").fetchone()[0] == count - 1

    def test_a_draft_and_a_log_that_have_it_lose_it(self, assistant: Assistant, eraser: Eraser, data_dir: Path) -> None:
        said = talk(assistant, SECRET)
        ini = data_dir / "window.ini"
        ini.write_text(f"[General]\nconversation=1\ndraft={SECRET} And\nsplitter=1\n")
        (data_dir / "logs" / "mneme.log.1").write_text(f"a fault: {SECRET}\n")
        assert eraser.erase([said[0].id]).proven
        assert ini.read_text() == "[General]\nconversation=1\nsplitter=1\n"
        assert traces(data_dir, *WORDS) == []

    def test_a_trace_that_cannot_be_mended_is_told(self, assistant: Assistant, eraser: Eraser, data_dir: Path) -> None:
        said = talk(assistant, SECRET)
        (data_dir / "mine.txt").write_text(SECRET)
        erased = eraser.erase([said[0].id])
        assert (erased.bytes_found, erased.where) == (len(SECRET), ("mine.txt",))
        assert not erased.proven

    def test_the_journal_keeps_numbers_and_no_names(self, assistant: Assistant, eraser: Eraser) -> None:
        said = talk(assistant, SECRET)
        eraser.erase([said[0].id])
        [(_, outcome)] = assistant.store.call(lambda s: s.erasures.outcomes())
        assert (outcome["messages"], outcome["bytes_found"]) == (1, 0)
        rows = assistant.store.call(lambda s: s._db.execute("SELECT uids FROM erasure").fetchall())
        assert rows == [("[]",)]


class TestInTheMiddle:
    @pytest.mark.parametrize("step", ["erase.Eraser._remove", "erase.Eraser._purge", "traces.Traces.left"])
    def test_what_was_begun_is_finished_at_the_next_start(
        self,
        assistant: Assistant,
        eraser: Eraser,
        data_dir: Path,
        clock: FakeClock,
        model: FakeModel,
        embedder: FakeEmbedder,
        monkeypatch: pytest.MonkeyPatch,
        step: str,
    ) -> None:
        said = busy(assistant, model)
        keep_copies(data_dir / "mneme.db", data_dir / "backups", clock.now())
        ids = [m.id for m in [*said, *eraser.preview([said[2].id]).repeats]]
        question = assistant.memory.search("Where is the ruby brooch").hits[0].span.first_message_id
        monkeypatch.setattr(f"app.memory.{step}", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            eraser.erase([*ids, question])
        monkeypatch.undo()
        assistant.close()
        with build(data_dir, background=False, clock=clock, model=model, embedder=embedder) as again:
            assert traces(data_dir, *WORDS) == []
            assert again.memory.search("brooch").hits == ()
            assert again.store.call(lambda s: s.erasures.open()) == []
            assert again.eraser.resume() == 0

    def test_that_of_a_process_that_lives_is_left_to_it(self, assistant: Assistant, eraser: Eraser) -> None:
        said = talk(assistant, SECRET)
        uids = assistant.store.call(lambda s: s.erasures.uids([said[0].id]))
        assistant.store.write(lambda s: s.erasures.begin(uids, "somebody", assistant.clock.now()))
        assert eraser.resume(lambda holder: holder == "somebody") == 0
        assert assistant.memory.search("brooch").hits
        assert eraser.resume() == 1
        assert assistant.memory.search("brooch").hits == ()

    def test_while_another_program_reads_it_is_not_called_done(
        self, assistant: Assistant, eraser: Eraser, data_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("app.memory.erase._TRIES", 2)
        said = talk(assistant, SECRET)
        with closing(sqlite3.connect(data_dir / "mneme.db")) as other:
            other.execute("BEGIN")
            other.execute("SELECT count(*) FROM message").fetchone()
            with pytest.raises(StoreError, match="finished at the next start"):
                eraser.erase([said[0].id])
        assert assistant.store.call(lambda s: len(s.erasures.open())) == 1
        assert eraser.resume() == 1
        assert traces(data_dir, *WORDS) == []


class TestRetention:
    def aged(self, assistant: Assistant, clock: FakeClock) -> list[Message]:
        said = talk(assistant, SECRET, "I see.")
        a_night(assistant)
        clock.advance(timedelta(days=1_000))
        fade(assistant.store, clock.now(), most=1.0)
        clock.advance(timedelta(days=100))
        return said

    def test_words_stay_for_ever_unless_it_is_set(self, assistant: Assistant, eraser: Eraser, clock: FakeClock) -> None:
        self.aged(assistant, clock)
        assert eraser.expire(0, 1.0) is None
        assert eraser.expire(101, 1.0) is None
        assert assistant.memory.search("brooch").hits

    def test_then_they_are_erased_as_by_hand(
        self, assistant: Assistant, eraser: Eraser, clock: FakeClock, data_dir: Path
    ) -> None:
        self.aged(assistant, clock)
        with pytest.raises(ConsentNeeded, match="2 of 2 messages .* it cannot be undone"):
            eraser.expire(99, 0.05)
        erased = eraser.expire(99, 1.0)
        assert erased is not None
        assert erased.proven
        assert traces(data_dir, *WORDS) == []

    def test_notes_by_hand_never_expire(self, assistant: Assistant, eraser: Eraser, clock: FakeClock) -> None:
        assistant.memory.remember(SECRET)
        a_night(assistant)
        clock.advance(timedelta(days=10_000))
        fade(assistant.store, clock.now(), most=1.0)
        clock.advance(timedelta(days=10_000))
        assert eraser.expire(1, 1.0) is None


def test_caches_are_told(assistant: Assistant, eraser: Eraser) -> None:
    told: list[int] = []
    eraser.on_erased.append(told.extend)
    said = talk(assistant, SECRET)
    eraser.erase([said[0].id])
    assert told == [said[0].id]


def test_a_conversation_goes_on_after_an_erasure_in_it(assistant: Assistant, eraser: Eraser, model: FakeModel) -> None:
    conversation = ask(assistant, model, SECRET, "I see.")
    question = assistant.store.call(lambda s: s.conversations.thread(conversation))[0]
    eraser.erase([question.id])
    list(assistant.session.ask("Hello again.", conversation))
    assert not any("brooch" in m.text for m in model.history[-1])


@given(st.text(min_size=20, max_size=200), st.integers(0, 60), st.integers(16, 60))
@settings(max_examples=50)
def test_the_probe_finds_every_run_of_sixteen_bytes(text: str, start: int, length: int) -> None:
    needle = text.encode("utf-8", "replace")
    run = needle[start : start + length]
    found = Probe([needle]).traces(b"\x00\xff\x00" + run + b"\xff\x00\xff")
    blocks = [needle[place : place + 8] for place in range(0, len(needle) - 7, 8)]
    if len(run) >= 16 and any(block in run and len(set(block)) > 1 for block in blocks):
        assert any(run in one for one in found)
    elif found:
        assert all(one in needle and len(one) >= 16 for one in found)


@pytest.mark.parametrize(
    ("text", "other", "again"),
    [
        (SECRET, f"You said: {SECRET}", True),
        (SECRET, "Wilhelmina keeps the ruby brooch, yes.", True),
        (SECRET, "The vault is closed.", False),
        ("Hello.", "hello", True),
        ("Hello.", "Hello there.", False),
        ("", "", False),
    ],
)
def test_saying_again(text: str, other: str, again: bool) -> None:
    assert says_again(text, other) is again


def test_paraphrases_are_other_wordings() -> None:
    found = paraphrases("I moved to Bergen in September.")
    assert "moved bergen september" in found
    assert "What did I say about moved bergen september?" in found
    assert any("Anna moved to Bergen" in text for text in found)


def test_an_outcome_is_proven_only_without_a_trace() -> None:
    assert Erased(1, 0, 0, 5, 1.0).proven
    assert not Erased(1, 0, 1, 5, 1.0).proven
    assert json.loads(json.dumps(Erased(1, 3, 0, 5, 1.0).figures()))["bytes_found"] == 3


def test_nothing_repeats_what_nobody_said_again(assistant: Assistant) -> None:
    said = talk(assistant, SECRET, "The bus was late.")
    assert assistant.store.call(lambda s: repeats(s, said[:1])) == []
