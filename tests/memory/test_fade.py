"""Memories fade in the store as the curve says, night after night, and come back by being used."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from app.bootstrap import Assistant, build
from app.core.errors import ConsentNeeded
from app.core.types import EpisodeState, NewEpisode
from app.memory.episodes import EpisodeKeeper
from app.memory.fade import Faded, archive, bring_back, fade, pin, put_back
from app.storage.store import Store
from tests.fakes import FakeClock, FakeEmbedder, FakeModel

DAY = timedelta(days=1)
VIVID, FADING, ARCHIVED = EpisodeState.VIVID, EpisodeState.FADING, EpisodeState.ARCHIVED


def talk(assistant: Assistant, *texts: str) -> int:
    """A conversation of its own, in one episode; the id of the conversation."""
    conversation, message = assistant.memory.begin(texts[0], assistant.clock.now())
    for text in texts[1:]:
        said = assistant.memory.go_on(conversation.id, text, assistant.clock.now())
        assert said is not None
        message = said[1]
    return message.conversation_id


def cut(assistant: Assistant) -> None:
    assistant.memory.embed_pending()
    EpisodeKeeper(assistant.store).segment_pending()


def night(assistant: Assistant, most: float = 1.0) -> Faded:
    cut(assistant)
    return fade(assistant.store, assistant.clock.now(), most=most)


def states(assistant: Assistant, conversation: int) -> list[EpisodeState]:
    return [e.state for e in assistant.store.call(lambda s: s.episodes.of_conversation(conversation))]


def episode(assistant: Assistant, conversation: int) -> int:
    return assistant.store.call(lambda s: s.episodes.of_conversation(conversation))[0].id


def later(clock: FakeClock, days: float) -> None:
    clock.advance(days * DAY)


def test_what_nobody_uses_fades_and_is_archived(assistant: Assistant, clock: FakeClock) -> None:
    key = talk(assistant, "The bus was late.", "It came at nine.")
    assert night(assistant).born == 1
    seen = []
    for days in (20, 5, 200):
        later(clock, days)
        night(assistant)
        seen.append(states(assistant, key))
    assert seen == [[VIVID], [FADING], [ARCHIVED]]


def test_a_night_twice_changes_nothing_more(assistant: Assistant, clock: FakeClock) -> None:
    talk(assistant, "The bus was late.")
    night(assistant)
    later(clock, 30)
    assert night(assistant) == Faded(faded=1)
    assert night(assistant) == Faded()


def test_notes_by_hand_are_pinned_and_never_fade(assistant: Assistant, clock: FakeClock) -> None:
    note = assistant.memory.remember("The key is under the pot.")
    night(assistant)
    later(clock, 5_000)
    night(assistant)
    assert states(assistant, note.conversation_id) == [VIVID]


def test_use_keeps_it_vivid(assistant: Assistant, clock: FakeClock, model: FakeModel) -> None:
    used, unused = talk(assistant, "Biscuit is afraid of thunder."), talk(assistant, "The bus was late.")
    night(assistant)
    for days in (2, 10, 40):
        later(clock, days)
        model.enqueue("Of thunder, Biscuit is.")
        list(assistant.session.ask("What is Biscuit afraid of?"))
        assert night(assistant).uses > 0
    later(clock, 160)
    night(assistant)
    assert states(assistant, used) == [VIVID]
    assert states(assistant, unused) == [ARCHIVED]


def test_what_is_opened_comes_back_from_the_archive(assistant: Assistant, clock: FakeClock) -> None:
    key = talk(assistant, "Biscuit is afraid of thunder.")
    night(assistant)
    later(clock, 400)
    night(assistant)
    assert states(assistant, key) == [ARCHIVED]
    assert _vectors_of_keys(assistant) == [0]
    [question, *_] = _asked(assistant, "What is Biscuit afraid of?")
    [hit] = assistant.store.call(lambda s: s.recalls.shown([question]))[question]
    assert hit.state is not VIVID
    assistant.memory.learning.note_opened(question, hit.span.id)
    assert night(assistant).revived == 1
    assert states(assistant, key) == [VIVID]
    assistant.memory.embed_pending()
    assert _vectors_of_keys(assistant)[0] > 0


def _asked(assistant: Assistant, text: str) -> list[int]:
    list(assistant.session.ask(text))
    return [row[0] for row in assistant.store.call(lambda s: s._db.execute("SELECT message_id FROM recall").fetchall())]


def _vectors_of_keys(assistant: Assistant) -> list[int]:
    found = assistant.store.call(lambda s: s._db.execute("SELECT length(vectors) FROM span_key ORDER BY span_id"))
    return [row[0] for row in found.fetchall()][:1]


def test_old_talk_that_was_imported_starts_its_curve_when_it_came_in(assistant: Assistant, clock: FakeClock) -> None:
    conversation, _ = assistant.memory.begin("Said long ago.", clock.now() - 3_000 * DAY)
    night(assistant)
    later(clock, 10)
    night(assistant)
    assert states(assistant, conversation.id) == [VIVID]


def test_a_run_that_would_archive_many_asks_first(assistant: Assistant, clock: FakeClock) -> None:
    dull = [talk(assistant, f"The bus number {n} was late.") for n in range(38)]
    night(assistant)
    later(clock, 20_000)
    dear = [talk(assistant, f"Remember that my grandmother {n} died.") for n in range(2)]
    with pytest.raises(ConsentNeeded, match=r"38 of 40 episodes .* Nothing was\.") as asked:
        night(assistant, most=0.05)
    assert (asked.value.would, asked.value.of) == (38, 40)
    assert {tuple(states(assistant, key)) for key in [*dull, *dear]} == {(VIVID,)}
    assert night(assistant, most=1.0).archived == 38
    assert [states(assistant, key) for key in dear] == [[VIVID], [VIVID]]


def test_a_new_cut_keeps_what_was_known(assistant: Assistant, clock: FakeClock) -> None:
    key = talk(assistant, *(f"The bus number {n} was late." for n in range(4)))
    said = assistant.store.call(lambda s: s.episodes.messages(key))
    first, last = said[0].id, said[-1].id
    whole = [NewEpisode(key, first, last, "m")]
    assistant.store.write(lambda s: s.episodes.replace(key, whole, "m", said))
    fade(assistant.store, clock.now())
    assistant.store.write(partial(_pinned, episodes=[episode(assistant, key)], assistant=assistant))
    halves = [NewEpisode(key, first, first + 1, "m"), NewEpisode(key, first + 2, last, "m")]
    assistant.store.write(lambda s: s.episodes.replace(key, halves, "m", said))
    fade(assistant.store, clock.now() + DAY)
    rows = assistant.store.call(
        lambda s: s.strengths.of_episodes([e.id for e in s.episodes.of_conversation(key)])
    ).values()
    assert [row.pinned for row in rows] == [True, True]
    assert {row.born_at for row in rows} == {clock.now()}


def _pinned(store: Store, episodes: list[int], assistant: Assistant) -> int:
    return pin(store, episodes, assistant.clock.now())


def test_what_repeats_stands_out(assistant: Assistant) -> None:
    for _ in range(2):
        talk(assistant, "The rehearsal is on Tuesday in the old church.")
        night(assistant)
    rows = assistant.store.call(lambda s: s.strengths.of_episodes(_ids(s)))
    weak, strong = (rows[key].salience for key in sorted(rows))
    assert weak == 0 < strong


def _ids(store: Store) -> list[int]:
    return [row[0] for row in store._db.execute("SELECT id FROM episode").fetchall()]


def test_moves_are_in_the_change_log_and_a_person_can_undo_them(assistant: Assistant, clock: FakeClock) -> None:
    key = talk(assistant, "The bus was late.")
    night(assistant)
    later(clock, 400)
    night(assistant)
    [change] = assistant.store.call(lambda s: s.changes.read())
    assert (change.kind, change.ids("episode"), change.actor) == ("archived", [episode(assistant, key)], "night")
    assert change.undo == {"before": {str(episode(assistant, key)): "vivid"}}
    [line] = assistant.diary.lines()
    assert line.text == "“The bus was late.” of 14 March 2025 is archived: nobody needed it for long."
    assert assistant.diary.undo(line.id)
    assert states(assistant, key) == [VIVID]
    assert night(assistant) == Faded()


def test_what_came_back_can_be_put_away_again(assistant: Assistant, clock: FakeClock) -> None:
    key = talk(assistant, "The bus was late.")
    night(assistant)
    mine = [episode(assistant, key)]
    assistant.store.write(lambda s: archive(s, mine, clock.now()))
    [line] = assistant.diary.lines()
    assert line.text == "“The bus was late.” of 14 March 2025 is archived, as you wished."
    later(clock, 1)
    assistant.store.write(lambda s: put_back(s, {mine[0]: FADING}, clock.now()))
    assert (states(assistant, key), night(assistant)) == ([FADING], Faded())
    assistant.store.write(lambda s: put_back(s, {mine[0]: ARCHIVED}, clock.now()))
    assert (states(assistant, key), night(assistant)) == ([ARCHIVED], Faded())


def test_a_person_can_put_something_away_and_bring_it_back(assistant: Assistant, clock: FakeClock) -> None:
    key = talk(assistant, "The bus was late.")
    night(assistant)
    mine = [episode(assistant, key)]
    assistant.store.write(lambda s: archive(s, mine, clock.now()))
    assert night(assistant).archived == 0
    assert states(assistant, key) == [ARCHIVED]
    assistant.store.write(lambda s: bring_back(s, mine, clock.now()))
    assert states(assistant, key) == [VIVID]


class TestRecall:
    def test_what_faded_comes_after_its_equal(self, assistant: Assistant, clock: FakeClock) -> None:
        old = talk(assistant, "The code of the shed is 4711.")
        night(assistant)
        later(clock, 40)
        new = talk(assistant, "The code of the shed is 4711.")
        night(assistant)
        found = [hit.span.conversation_id for hit in assistant.memory.recall("code of the shed").hits]
        assert found == [new, old]

    def test_what_was_archived_is_still_found(self, assistant: Assistant, clock: FakeClock) -> None:
        talk(assistant, "The code of the shed is 4711.")
        for n in range(20):
            talk(assistant, f"The bus number {n} was late.")
        night(assistant)
        later(clock, 400)
        night(assistant)
        found = assistant.memory.recall("What is the code of the shed?").hits[0]
        assert found.span.text == "The code of the shed is 4711."
        assert dict(found.parts)["fading"] < 0
        assert assistant.memory.search("4711").hits

    def test_while_all_is_vivid_the_order_is_the_same_with_and_without(self, assistant: Assistant) -> None:
        for n in range(10):
            talk(assistant, f"The bus number {n} was late on day {n * 3}.")
        night(assistant)
        with_it = assistant.memory.recall("bus number 7")
        assistant.memory.forgetting = False
        assert assistant.memory.recall("bus number 7") == with_it

    def test_a_fading_memory_gives_its_gist_to_the_prompt(
        self, assistant: Assistant, clock: FakeClock, model: FakeModel
    ) -> None:
        filler = "and so on and on it went, as it does, " * 8
        talk(assistant, f"The shed has the code 4711. Well, {filler}. Ask Ida about it.")
        night(assistant)
        later(clock, 40)
        night(assistant)
        list(assistant.session.ask("What is the code of the shed?"))
        prompt = model.history[-1][-1].text
        assert "The shed has the code 4711." in prompt
        assert "and so on" not in prompt
        list(assistant.session.ask("Thanks!", 2))
        assert model.history[-1][1].text == prompt


def test_a_run_that_is_stopped_goes_on_where_it_was(assistant: Assistant, clock: FakeClock) -> None:
    for n in range(3):
        talk(assistant, f"The bus number {n} was late.")
    cut(assistant)
    fade(assistant.store, clock.now(), lambda: False)
    assert fade(assistant.store, clock.now()).born == 3


def test_with_an_embedder_of_another_session_repetition_is_known_once_it_is_named(
    data_dir: Path, clock: FakeClock, model: FakeModel, embedder: FakeEmbedder
) -> None:
    with build(data_dir, background=False, clock=clock, model=model, embedder=embedder) as assistant:
        talk(assistant, "The rehearsal is on Tuesday.")
        cut(assistant)
    with build(data_dir, background=False, clock=clock, model=model, embedder=embedder) as assistant:
        assert fade(assistant.store, clock.now()).born == 1
        assert assistant.store.call(lambda s: s.vectors.read([1])).size == 0
        assistant.memory.embed_pending()
        found = assistant.store.call(lambda s: s.vectors.read([1]))
        assert np.allclose(np.linalg.norm(found, axis=1), 1)


@pytest.mark.real
def test_with_the_real_embedder_a_life_fades(data_dir: Path, clock: FakeClock, embed_host: FakeEmbedder) -> None:
    with build(data_dir, background=False, clock=clock, model=FakeModel(), embedder=embed_host) as assistant:
        dear = talk(assistant, "Remember that my grandmother died on 3 March, I am so sad!")
        dull = talk(assistant, "The bus was late again this morning.")
        night(assistant)
        later(clock, 250)
        assert night(assistant).archived == 1
        assert (states(assistant, dear), states(assistant, dull)) == ([VIVID], [ARCHIVED])
        found = assistant.memory.recall("When did my grandmother die?")
        assert "3 March" in found.hits[0].span.text
