"""A night over a real store: what it folds, links and gathers, and that it can be stopped, undone and rebuilt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.bootstrap import Assistant
from app.core.errors import ConsentNeeded, InputError
from app.core.types import ForeignConversation, ForeignMessage, Role
from app.schedule.runner import Ended
from app.storage.job_runs import Outcome
from app.storage.links import Reason
from app.storage.store import Store
from tests.fakes import FakeClock

_TALKS = (
    ("I bake sourdough bread with rye flour.", "My sister plays the cello in an orchestra."),
    ("The sourdough bread with rye flour rose well.", "We went hiking up the big hill."),
    ("I bake sourdough bread with rye flour.", "The car needs new tyres."),
    ("I bake sourdough bread with rye flour!", "More sourdough bread with rye flour for the guests."),
)


def talk(assistant: Assistant, talks: tuple[tuple[str, ...], ...] = _TALKS, name: str = "talk") -> None:
    for number, texts in enumerate(talks):
        at = assistant.clock.now() + timedelta(days=number)
        messages = [
            ForeignMessage(f"{number}:{i}", f"{number}:{i - 1}" if i else None, Role.USER, "Ida", text, at)
            for i, text in enumerate(texts)
        ]
        assistant.memory.bring_in(ForeignConversation(f"{name}:{number}", "Talk", at, tuple(messages)))


def night(assistant: Assistant, *, agreed: bool = True) -> dict[str, Ended]:
    found = {}
    for job in assistant.night(agreed=agreed):
        ended = assistant.runner.run(job)
        assert ended is not None
        found[job.name] = ended
    return found


def derived(assistant: Assistant) -> list[object]:
    """All rows that nights made, but for the moments at which they were made."""

    def work(store: Store) -> list[object]:
        run = store._db.execute
        return [
            run("SELECT span_id, exemplar_id, likeness, apart FROM fold ORDER BY span_id").fetchall(),
            run("SELECT a_id, b_id, reason, weight, apart FROM link ORDER BY a_id, b_id, reason").fetchall(),
            [(theme.episodes, theme.lines) for theme in store.themes.read()],
        ]

    return assistant.store.call(work)


def texts(assistant: Assistant) -> list[str]:
    return [line.text for line in assistant.diary.lines()]


def test_a_night_folds_links_and_gathers_and_tells_of_it(assistant: Assistant) -> None:
    talk(assistant)
    ended = night(assistant)
    assert {run.outcome for run in ended.values()} == {Outcome.DONE}
    assert ended["consolidate"].figures["folded"] == 2
    assert ended["consolidate"].figures["linked"] > 0
    told = texts(assistant)
    assert any("“I bake sourdough bread with rye flour.” was said 2 times more" in text for text in told)
    assert any("are about the same and are linked now" in text for text in told)
    assert any("sourdough" in text and "episodes belong" in text for text in told)


def test_recall_shows_the_exemplar_once_and_the_rest_stays_where_it_was_said(assistant: Assistant) -> None:
    talk(assistant)
    before = assistant.memory.recall("Who bakes sourdough bread with rye flour?", 10)
    night(assistant)
    after = assistant.memory.recall("Who bakes sourdough bread with rye flour?", 10)
    said = [hit.span.text for hit in after.hits if hit.span.text.startswith("I bake")]
    assert (len([h for h in before.hits if h.span.text.startswith("I bake")]), said) == (
        3,
        ["I bake sourdough bread with rye flour."],
    )
    assert len(assistant.memory.search("I bake", 10).hits) == 3


def test_a_second_night_changes_nothing_and_a_night_in_two_parts_comes_to_the_same(
    assistant: Assistant,
) -> None:
    talk(assistant)
    steps = iter(range(100))
    assistant.memory.embed_pending()
    assistant.consolidator.sleep(lambda: next(steps) < 3, lambda done, total: None, agreed=True)
    night(assistant)
    once = derived(assistant)
    lines = texts(assistant)
    night(assistant)
    assert derived(assistant) == once
    assert texts(assistant) == lines
    assistant.consolidator.rebuild()
    assert derived(assistant) == once
    assert len(texts(assistant)) == len(lines)


def test_each_line_can_be_undone_once_and_stays_undone(assistant: Assistant) -> None:
    talk(assistant)
    night(assistant)
    for line in assistant.diary.lines():
        assert line.undoable
        assert assistant.diary.undo(line.id)
        assert not assistant.diary.undo(line.id)
    folds, links, themes = derived(assistant)
    assert all(row[3] for row in folds)  # type: ignore[attr-defined]
    assert all(row[4] for row in links)  # type: ignore[attr-defined]
    assert themes == []
    assert not any(line.undoable for line in assistant.diary.lines())
    undone = derived(assistant)
    night(assistant)
    assistant.consolidator.rebuild()
    assert derived(assistant) == undone
    with pytest.raises(InputError, match="no line 999"):
        assistant.diary.undo(999)


def test_a_night_that_would_fold_much_asks_first(assistant: Assistant, clock: FakeClock) -> None:
    talk(assistant, (*_TALKS, ("I bake sourdough bread with rye flour.", "Good night.")))
    before = derived(assistant)
    ended = night(assistant, agreed=False)
    problem = ended["consolidate"].problem
    assert isinstance(problem, ConsentNeeded)
    assert (problem.would, problem.of, problem.exit_code) == (3, 10, 7)
    assert derived(assistant) == before
    assert assistant.store.call(lambda store: store.job_runs.last("consolidate", Outcome.ASKED)) is not None
    assistant.change(replace(assistant.settings, sleep_most_retired=0.5))
    assert night(assistant, agreed=False)["consolidate"].outcome is Outcome.DONE


def test_parts_are_switched_off_and_back_on_by_settings(assistant: Assistant) -> None:
    talk(assistant)
    assistant.change(replace(assistant.settings, sleep_without="folds, themes"))
    night(assistant)
    folds, links, themes = derived(assistant)
    assert (folds, themes) == ([], [])
    assert links
    assistant.change(replace(assistant.settings, sleep_without=""))
    night(assistant)
    assert all(derived(assistant))
    assistant.change(replace(assistant.settings, sleep_without="dreams"))
    assert isinstance(night(assistant)["consolidate"].problem, InputError)


def test_memories_recalled_together_are_linked(assistant: Assistant) -> None:
    talk(assistant)
    assistant.memory.embed_pending()
    for _ in range(2):
        list(assistant.session.ask("Who plays the cello and who went hiking?"))
    night(assistant)
    together = assistant.store.call(
        lambda store: store._db.execute("SELECT max(weight) FROM link WHERE reason = ?", [Reason.TOGETHER]).fetchone()
    )
    assert together[0] is not None
    assert any("came back together" in text for text in texts(assistant))


def test_what_is_erased_leaves_folds_links_and_themes_and_its_lines(assistant: Assistant) -> None:
    talk(assistant)
    night(assistant)
    assistant.store.write(lambda store: store._db.execute("DELETE FROM conversation"))
    assert derived(assistant) == [[], [], []]
    assert not any("sourdough" in text for text in texts(assistant))


def test_spans_without_vectors_wait_for_the_next_night(assistant: Assistant) -> None:
    talk(assistant)
    assert not any(assistant.consolidator.sleep(lambda: True, lambda done, total: None).values())
    assistant.memory.embed_pending()
    talk(assistant, (("I bake sourdough bread with rye flour.",),), "later")
    assistant.consolidator.sleep(lambda: True, lambda done, total: None, agreed=True)
    assert assistant.store.call(lambda store: store.folds.count()) == 2
    assistant.memory.embed_pending()
    assistant.consolidator.sleep(lambda: True, lambda done, total: None, agreed=True)
    assert assistant.store.call(lambda store: store.folds.count()) == 3
