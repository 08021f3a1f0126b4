"""Episodes are kept up to date while nobody waits."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from app.bootstrap import Assistant
from app.core.errors import ModelStopped
from app.core.types import Episode, Message, NewEpisode, NewMessage, Role
from app.memory.episodes import EpisodeKeeper
from app.memory.segmentation.segment import SegmentSettings
from app.runtime.host import ChatHost, EmbedHost
from app.storage.episodes import Episodes
from tests.fakes import FakeClock, FakeObserver

PIANO = ["The piano is old.", "My piano needs a tuner.", "A piano tuner came."]
BOAT = ["The boat leaks.", "A boat on the lake.", "The lake and the boat."]


def say(assistant: Assistant, texts: list[str], after: Message | None = None) -> list[Message]:
    """A thread of messages, in a conversation of its own or behind another message."""
    said: list[Message] = [after] if after else []
    now = assistant.clock.now()
    key = after.conversation_id if after else assistant.store.write(lambda s: s.conversations.create("Talk", now)).id
    for text in texts:
        parent = said[-1].id if said else None
        said.append(assistant.memory.record(NewMessage(key, Role.USER, text, assistant.clock.now(), parent)))
    return said[1:] if after else said


def episodes(assistant: Assistant, message: Message) -> list[Episode]:
    return assistant.store.call(lambda store: store.episodes.of_conversation(message.conversation_id))


def spans(assistant: Assistant, message: Message) -> list[tuple[int, int]]:
    return [(e.first_message_id, e.last_message_id) for e in episodes(assistant, message)]


@pytest.fixture
def keeper(assistant: Assistant) -> EpisodeKeeper:
    return EpisodeKeeper(assistant.store)


def test_a_conversation_is_cut_once_it_has_vectors(assistant: Assistant, keeper: EpisodeKeeper) -> None:
    said = say(assistant, PIANO + BOAT)
    assert keeper.segment_pending() == 0
    assistant.memory.embed_pending()
    assert keeper.segment_pending() == 1
    assert keeper.segment_pending() == 0
    found = episodes(assistant, said[0])
    assert {e.method for e in found} == {"cohesion"}
    assert found[0].surprise is None
    assert (said[3].id, said[5].id) in spans(assistant, said[0])


def test_what_comes_later_leaves_what_was_in_place(assistant: Assistant, keeper: EpisodeKeeper) -> None:
    said = say(assistant, PIANO + BOAT)
    assistant.memory.embed_pending()
    keeper.segment_pending()
    before = episodes(assistant, said[0])
    say(assistant, PIANO, said[-1])
    assistant.memory.embed_pending()
    assert keeper.segment_pending() == 1
    after = episodes(assistant, said[0])
    assert (after[0].id, after[0].uid) == (before[0].id, before[0].uid)
    assert after[-1].last_message_id > before[-1].last_message_id


def test_a_branch_and_a_pause_begin_an_episode(assistant: Assistant, keeper: EpisodeKeeper, clock: FakeClock) -> None:
    said = say(assistant, ["The boat leaks."] * 3)
    [branch, *_] = say(assistant, ["The boat leaks."] * 2, said[1])
    clock.advance(timedelta(hours=2))
    [later] = say(assistant, ["The boat leaks."], branch)
    assistant.memory.embed_pending()
    keeper.segment_pending()
    assert {branch.id, later.id} <= {first for first, _ in spans(assistant, branch)}


def test_other_settings_cut_everything_anew(assistant: Assistant, keeper: EpisodeKeeper) -> None:
    said = say(assistant, PIANO + BOAT)
    assistant.memory.embed_pending()
    keeper.segment_pending()
    old = episodes(assistant, said[0])
    other = EpisodeKeeper(assistant.store, settings=SegmentSettings(longest=2))
    assert other.segment_pending() == 1
    assert len(episodes(assistant, said[0])) > len(old)
    assert all(assistant.store.call(lambda store, uid=e.uid: store.episodes.get(uid)) for e in old)


def test_it_stops_when_told_and_goes_on_later(assistant: Assistant, keeper: EpisodeKeeper) -> None:
    talks = [say(assistant, BOAT)[0] for _ in range(3)]
    assistant.memory.embed_pending()
    steps = iter([True, False])
    assert keeper.segment_pending(lambda: next(steps)) == 1
    assert keeper.segment_pending() == 2
    assert all(episodes(assistant, message) for message in talks)


def test_the_idle_model_reads_along(assistant: Assistant) -> None:
    said, observer = say(assistant, PIANO + BOAT), FakeObserver()
    assistant.memory.embed_pending()
    EpisodeKeeper(assistant.store, observer).segment_pending()
    found = episodes(assistant, said[0])
    assert found[0].surprise is not None
    assert found[0].surprise_boundary == 5.0
    assert observer.observed == PIANO + BOAT
    EpisodeKeeper(assistant.store, observer).segment_pending()
    assert observer.observed == PIANO + BOAT


@pytest.mark.parametrize("state", ["running", "busy"])
def test_a_model_that_sleeps_or_works_is_left_alone(assistant: Assistant, state: str) -> None:
    say(assistant, PIANO)
    assistant.memory.embed_pending()
    observer = FakeObserver()
    setattr(observer, state, state == "busy")
    assert EpisodeKeeper(assistant.store, observer).segment_pending() == 1
    assert observer.observed == []


def test_trouble_with_the_model_leaves_the_episodes(assistant: Assistant) -> None:
    [first, *_] = say(assistant, PIANO)
    assistant.memory.embed_pending()
    observer = FakeObserver()
    observer.error = ModelStopped("It ended.")
    with pytest.raises(ModelStopped):
        EpisodeKeeper(assistant.store, observer).segment_pending()
    assert episodes(assistant, first)


def test_messages_without_words_belong_to_the_episode_before(assistant: Assistant, keeper: EpisodeKeeper) -> None:
    said = say(assistant, [*PIANO, "   "])
    assistant.memory.embed_pending()
    keeper.segment_pending()
    assert spans(assistant, said[0])[-1][1] == said[-1].id


@pytest.mark.real
def test_with_the_real_models(assistant: Assistant, chat_host: ChatHost, embed_host: EmbedHost) -> None:
    assistant.memory._embedding._embedder = embed_host
    cake = [
        "Do you have a recipe for a lemon cake?",
        "Yes, you need four eggs and three lemons.",
        "Thank you, I will try.",
    ]
    train = [
        "I need a train to Graz on Friday morning.",
        "There is one at 8:12 from platform 4.",
        "Please book two seats.",
    ]
    said = say(assistant, cake + train)
    assistant.memory.embed_pending()
    chat_host.load()
    EpisodeKeeper(assistant.store, chat_host).segment_pending()
    found = episodes(assistant, said[0])
    assert {e.method for e in found} == {"embedding+surprise+keys"}
    assert all(0 < (e.surprise or 0) <= (e.surprise_peak or 0) for e in found)
    assert said[3].id in {e.first_message_id for e in found}


def test_a_run_that_breaks_off_leaves_the_old_episodes_and_the_next_goes_on(
    assistant: Assistant, keeper: EpisodeKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = say(assistant, PIANO + BOAT)
    assistant.memory.embed_pending()
    keeper.segment_pending()
    before = episodes(assistant, said[0])
    say(assistant, PIANO, said[-1])
    assistant.memory.embed_pending()
    put, puts = Episodes._put, itertools.count()

    def breaks(self: Episodes, episode: NewEpisode) -> None:
        if next(puts) == 1:
            raise KeyboardInterrupt
        put(self, episode)

    with monkeypatch.context() as patched:
        patched.setattr(Episodes, "_put", breaks)
        with pytest.raises(KeyboardInterrupt):
            keeper.segment_pending()
    assert episodes(assistant, said[0]) == before
    assert keeper.segment_pending() == 1
    assert episodes(assistant, said[0])[-1].last_message_id > before[-1].last_message_id
