"""Memory that can be seen and steered: every view on a small store, used as hands and readers of screens use it."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible, QHelpEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from app.core.types import EpisodeState, NewMessage, Role
from app.ui.memory.browser import Browser
from app.ui.memory.bulk import Bulk
from app.ui.memory.fact_card import FactCard
from app.ui.memory.facts_view import FactsView
from app.ui.memory.fading import FadingView
from app.ui.memory.health_view import HealthView
from app.ui.memory.map_view import MapView
from app.ui.memory.page import MemoryPage
from app.ui.memory.section import Section
from app.ui.memory.timeline_view import TimelineView
from tests.gui.conftest import Desk

LINES = (
    "I live in Bergen with my sister Ingrid, and Ingrid sails.",
    "The old boat of Ingrid leaks, so we asked Rufus for help in Oslo.",
    "I live in Oslo now, and Ingrid stays in Bergen with Rufus.",
)
VIEWS = ("browse", "facts", "timeline", "map", "fading", "health")


@pytest.fixture
def page(desk: Desk) -> MemoryPage:
    """The page over three conversations that are cut into episodes."""
    memory = desk.assistant.memory
    for line in LINES:
        talk, first = memory.begin(line, desk.assistant.clock.now())
        memory.record(NewMessage(talk.id, Role.ASSISTANT, "I see.", desk.assistant.clock.now(), parent_id=first.id))
    memory.embed_pending()
    for job in ("segment", "fade"):
        desk.assistant.runner.run(desk.assistant.runner.jobs[job])
    return cast(MemoryPage, desk.window.views.open("memory"))


def shown(desk: Desk, page: MemoryPage) -> Browser:
    """The list of memories, filled."""
    view = cast(Browser, page.show_view("browse"))
    desk.until(lambda: view.model.rowCount() == len(LINES))
    return view


def choose(view: Browser, *rows: int) -> None:
    selection = view.view.selectionModel()
    selection.clearSelection()
    for row in rows:
        selection.select(view.model.index(row), selection.SelectionFlag.Select)


def words(view: QWidget) -> str:
    return "\n".join(one.text() for one in view.findChildren(QLabel) if not one.isHidden())


def click(desk: Desk, button: QAbstractButton) -> None:
    desk.bot.mouseClick(button, Qt.MouseButton.LeftButton)


def named(view: QWidget, accessible: str) -> QPushButton:
    return next(b for b in view.findChildren(QPushButton) if accessible in b.accessibleName() and not b.isHidden())


def test_memories_are_searched_by_words(desk: Desk, page: MemoryPage) -> None:
    view = shown(desk, page)
    desk.bot.keyClicks(view.search, "leaks")
    desk.until(lambda: view.model.rowCount() and view.model.at(0).text == LINES[1])
    view.search.setText("zebra")
    desk.until(lambda: "Nothing found" in view.empty.text() and view.view.isHidden())


def test_many_are_kept_archived_and_taken_back(desk: Desk, page: MemoryPage) -> None:
    view = shown(desk, page)
    choose(view, 0, 1)
    assert view.deeds.count.text() == "2 chosen"
    assert not view.open.isEnabled() and view.deeds.merge.isEnabled()
    click(desk, view.deeds.keep)
    desk.until(lambda: "Kept" in view.said.words.text() and view.model.at(0).curve is not None)
    desk.until(lambda: all(one.curve and one.curve.pinned for one in (view.model.at(0), view.model.at(1))))
    click(desk, view.said.undo)
    desk.until(lambda: not any(one.curve and one.curve.pinned for one in (view.model.at(0), view.model.at(1))))
    choose(view, 0, 1)
    click(desk, view.deeds.archive)
    desk.until(lambda: view.model.at(0).state is EpisodeState.ARCHIVED)
    click(desk, view.said.undo)
    desk.until(lambda: view.model.at(0).state is EpisodeState.VIVID)


def test_two_are_merged(desk: Desk, page: MemoryPage) -> None:
    view = shown(desk, page)
    choose(view, 0, 2)
    click(desk, view.deeds.merge)
    desk.until(lambda: "Merged" in view.said.words.text())
    assert desk.assistant.store.call(lambda store: store.folds.count()) == 1
    click(desk, view.said.undo)
    desk.until(lambda: desk.assistant.store.call(lambda store: store.folds.count()) == 0)


def moved(desk: Desk, page: MemoryPage, view: Bulk, space: str) -> None:
    """Move what is chosen by the menu."""
    page.refresh()
    desk.until(lambda: space in page.where.names)
    view.deeds.fill_menu()
    next(action for action in view.deeds.menu.actions() if action.text() == space).trigger()


def test_they_are_moved_to_a_space(desk: Desk, page: MemoryPage) -> None:
    desk.assistant.store.write(lambda store: store.spaces.create("Boat"))
    view = shown(desk, page)
    choose(view, 1)
    moved(desk, page, view, "Boat")
    desk.until(lambda: view.model.at(1).space == "Boat")
    page.where.choose("Boat")
    desk.until(lambda: view.model.rowCount() == 1)
    click(desk, view.said.undo)
    desk.until(lambda: view.model.rowCount() == 0)
    assert "Nothing here" in view.empty.text() or view.empty.text()


def test_every_view_follows_the_space_that_is_chosen(desk: Desk, page: MemoryPage) -> None:
    desk.assistant.store.write(lambda store: store.spaces.create("Boat"))
    view = shown(desk, page)
    choose(view, 1)
    moved(desk, page, view, "Boat")
    desk.until(lambda: view.model.at(1).space == "Boat")
    page.where.choose("Boat")
    timeline = cast(TimelineView, page.show_view("timeline"))
    desk.until(lambda: sum(len(day.episodes) for day in timeline.timeline.days) == 1)
    atlas = cast(MapView, page.show_view("map"))
    desk.until(lambda: {dot.name.name for dot in atlas.graphics.dots} == {"Ingrid", "Rufus", "Oslo"})
    facts = cast(FactsView, page.show_view("facts"))
    desk.until(lambda: "in this space" in words(facts))
    fading = cast(FadingView, page.show_view("fading"))
    desk.until(lambda: "Nothing fades" in words(fading))
    page.where.choose(None)
    page.show_view("facts")
    desk.until(lambda: "Oslo" in words(facts))


def test_the_space_that_is_looked_at_is_the_same_after_a_restart(open_desk: Callable[[], Desk]) -> None:
    desk = open_desk()
    desk.assistant.store.write(lambda store: store.spaces.create("Boat"))
    page = cast(MemoryPage, desk.window.views.open("memory"))
    desk.until(lambda: page.where.names == ["Boat"])
    page.where.choose("Boat")
    desk.window.spaces.bar.look_everywhere(True)
    desk = open_desk()
    page = cast(MemoryPage, desk.window.views.open("memory"))
    desk.until(lambda: page.where.box.currentText() == "Boat")
    assert page.where.space == "Boat" and desk.window.spaces.bar.everywhere and desk.assistant.session.everywhere
    page.where.choose(None)
    desk.window.spaces.bar.look_everywhere(False)
    desk = open_desk()
    page = cast(MemoryPage, desk.window.views.open("memory"))
    desk.until(lambda: page.where.box.currentText() == "All spaces")
    assert not desk.assistant.session.everywhere


def ticked(desk: Desk, view: FactsView, *values: str) -> None:
    """Choose facts by their values, in this order."""
    for value in values:
        box = next(b for b in view.findChildren(QCheckBox) if b.accessibleName().endswith(f": {value}"))
        box.setChecked(True)


def test_facts_are_merged_and_part_again(desk: Desk, page: MemoryPage) -> None:
    for line in ("My favourite town is Oslo.", "My dog is called Rex."):
        desk.assistant.memory.begin(line, desk.assistant.clock.now())
    view = cast(FactsView, page.show_view("facts"))
    desk.until(lambda: "favourite town" in words(view))
    boxes = [b for b in view.findChildren(QCheckBox) if b.accessibleName().endswith(": Oslo")]
    assert len(boxes) == 2 and not view.deeds.merge.isEnabled()
    for box in sorted(boxes, key=lambda box: "favourite" in box.accessibleName()):
        box.setChecked(True)
    assert view.deeds.count.text() == "2 chosen"
    click(desk, view.deeds.merge)
    desk.until(lambda: "Merged" in view.said.words.text() and "My favourite town" not in cards(view))
    assert "You merged" in desk.assistant.diary.lines(1)[0].text
    click(desk, view.said.undo)
    desk.until(lambda: "My favourite town" in cards(view))


def test_many_facts_are_removed_moved_archived_and_erased(desk: Desk, page: MemoryPage) -> None:
    desk.assistant.eraser.meaning_wait_s = None
    desk.assistant.store.write(lambda store: store.spaces.create("Boat"))
    view = cast(FactsView, page.show_view("facts"))
    desk.until(lambda: "Oslo" in words(view))
    ticked(desk, view, "Oslo")
    click(desk, view.drop)
    desk.until(lambda: "Oslo" not in values(view))
    click(desk, view.said.undo)
    desk.until(lambda: "Oslo" in values(view))
    ticked(desk, view, "Oslo")
    click(desk, view.deeds.archive)
    desk.until(lambda: "Archived" in view.said.words.text())
    click(desk, view.said.undo)
    desk.until(lambda: "Taken back" in view.said.words.text())
    moved(desk, page, view, "Boat")
    desk.until(lambda: "home · Boat" in words(view))
    click(desk, view.deeds.forget)
    desk.until(lambda: not view.sure.isHidden())
    assert f"“{LINES[2]}”" in words(view.sure) and "It cannot be undone" in words(view.sure)
    click(desk, view.sure.yes)
    desk.until(lambda: "nothing of it is left" in view.said.words.text())


def cards(view: FactsView) -> set[str]:
    return {card.name for card in view.findChildren(FactCard)}


def values(view: FactsView) -> set[str]:
    return {box.accessibleName().rpartition(": ")[2] for box in view.findChildren(QCheckBox)}


def test_one_is_worded_anew(desk: Desk, page: MemoryPage) -> None:
    view = shown(desk, page)
    choose(view, 1)
    click(desk, view.edit)
    assert view.wording.field.toPlainText() == LINES[1]
    view.wording.field.setPlainText("The boat of Ingrid is dry.")
    click(desk, view.wording.keep)
    desk.until(lambda: view.model.rowCount() == 4 and view.model.at(0).text == "The boat of Ingrid is dry.")


def test_erasing_asks_and_has_no_undo(desk: Desk, page: MemoryPage) -> None:
    desk.assistant.eraser.meaning_wait_s = None
    view = shown(desk, page)
    choose(view, 1)
    desk.bot.keyClick(view.view, Qt.Key.Key_Delete)
    desk.until(lambda: "It cannot be undone" in view.sure.words.text() and not view.sure.isHidden())
    click(desk, view.sure.yes)
    desk.until(lambda: "nothing of it is left" in view.said.words.text())
    assert view.said.undo.isHidden()
    desk.until(lambda: view.model.rowCount() == 2)


def test_one_opens_where_it_was_said(desk: Desk, page: MemoryPage) -> None:
    view = shown(desk, page)
    choose(view, 1)
    talk = view.model.at(1).conversation
    click(desk, view.open)
    desk.until(lambda: desk.window.current == talk and not page.isVisible())


def test_facts_tell_what_held_before_and_are_set_right(desk: Desk, page: MemoryPage) -> None:
    view = cast(FactsView, page.show_view("facts"))
    desk.until(lambda: "Oslo" in words(view) and "Before" in words(view))
    assert "“I live in Oslo now" in words(view)
    click(desk, named(view, "Correct"))
    field = next(f for f in view.findChildren(QLineEdit) if f.accessibleName().startswith("The right value"))
    field.setText("Voss")
    desk.bot.keyClick(field, Qt.Key.Key_Return)
    desk.until(lambda: "Voss" in words(view) and "written by you" in words(view))
    click(desk, named(view, "Open where"))
    desk.until(lambda: not page.isVisible())


def test_the_timeline_is_read_by_keys_and_by_hovering(desk: Desk, page: MemoryPage) -> None:
    view = cast(TimelineView, page.show_view("timeline"))
    timeline = view.timeline
    desk.until(lambda: len(timeline.days) == 1 and len(timeline.days[0].episodes) == 3)
    desk.bot.keyClick(timeline, Qt.Key.Key_Right)
    desk.bot.keyClick(timeline, Qt.Key.Key_Right)
    assert LINES[1] in timeline.accessibleDescription()
    box = timeline._box(0, 0).center().toPoint()
    assert timeline._place(QPointF(box)) == (0, 0)
    help_wanted = QHelpEvent(QHelpEvent.Type.ToolTip, box, timeline.mapToGlobal(box))
    QApplication.sendEvent(timeline, help_wanted)
    chosen = timeline.chosen()
    assert chosen is not None
    with desk.bot.waitSignal(page.opened) as opened:
        desk.bot.keyClick(timeline, Qt.Key.Key_Return)
    assert opened.args == [chosen.conversation, chosen.first]
    assert not timeline.grab().isNull()


def test_the_map_has_names_and_finds_them(desk: Desk, page: MemoryPage) -> None:
    view = cast(MapView, page.show_view("map"))
    desk.until(lambda: {dot.name.name for dot in view.graphics.dots} >= {"Ingrid", "Rufus", "Bergen"})
    assert not {"I", "The"} & {dot.name.name for dot in view.graphics.dots}
    desk.bot.keyClicks(view.search, "ruf")
    desk.bot.keyClick(view.search, Qt.Key.Key_Return)
    desk.until(lambda: view.model.rowCount() == 2)
    assert view.heading.text() == "Rufus"
    desk.bot.keyClick(view.graphics, Qt.Key.Key_Left)
    desk.bot.keyClick(view.graphics, Qt.Key.Key_Plus)
    assert "memories" in view.graphics.accessibleDescription()
    assert not view.graphics.grab().isNull()


def test_what_fades_next_week_is_kept_in_one_click(desk: Desk, page: MemoryPage) -> None:
    view = cast(FadingView, page.show_view("fading"))
    desk.until(lambda: "Nothing fades" in words(view))
    week = desk.assistant.store.call(lambda store: store.strengths.of_episodes([1]))[1].fades_at
    view._clock._moment = week.replace(microsecond=0)  # type: ignore[attr-defined]
    view._clock.advance(-(week - week.replace(hour=0)))  # type: ignore[attr-defined]
    view.refresh()
    desk.until(lambda: "Never needed since" in words(view))
    click(desk, named(view, "Keep always"))
    desk.until(lambda: "Kept" in view.said.words.text())


def test_health_is_told_and_recall_is_asked(desk: Desk, page: MemoryPage) -> None:
    view = cast(HealthView, page.show_view("health"))
    desk.until(lambda: view.verdict.text() == "Your memory is whole.")
    desk.until(lambda: "3 conversations, 6 messages" in words(view))
    click(desk, view.ask)
    desk.until(lambda: "of 3 came back" in view.share.text())


def test_every_control_has_a_name_and_a_role(desk: Desk, page: MemoryPage) -> None:
    kinds = (QAbstractButton, QComboBox, QLineEdit, QListView, QPlainTextEdit)
    for name in VIEWS:
        view = page.show_view(name)
        desk.until(lambda view=view: settled(view))
        controls = [one for kind in kinds for one in view.findChildren(kind)]
        for control in [*controls, *page.findChildren(QListView), page.close_button]:
            if control.objectName().startswith("qt_") or isinstance(control.parent(), QComboBox):
                continue
            interface = QAccessible.queryAccessibleInterface(control)
            assert interface is not None and interface.role() != QAccessible.Role.NoRole
            assert interface.text(QAccessible.Text.Name), f"{name}: {type(control).__name__} has no name"
    timeline = cast(TimelineView, page.show_view("timeline")).timeline
    assert QAccessible.queryAccessibleInterface(timeline).text(QAccessible.Text.Name) == "Timeline of episodes"


def settled(view: Section) -> bool:
    """Whether a view shows what it read."""
    return {
        Browser: lambda: view.model.rowCount() > 0,  # type: ignore[attr-defined]
        FactsView: lambda: "Bergen" in words(view),
        TimelineView: lambda: view.timeline.days,  # type: ignore[attr-defined]
        MapView: lambda: view.graphics.dots,  # type: ignore[attr-defined]
        FadingView: lambda: "Nothing" in words(view),
        HealthView: lambda: view.verdict.text(),  # type: ignore[attr-defined]
    }[type(view)]()


def test_an_empty_memory_says_what_to_do(desk: Desk) -> None:
    page = cast(MemoryPage, desk.window.views.open("memory"))
    expected = {
        "browse": "will be here",
        "facts": "Tell a chat",
        "timeline": "no episodes yet",
        "map": "Names that you",
    }
    for name, said in expected.items():
        view = page.show_view(name)
        desk.until(lambda view=view, said=said: said in words(view))


def test_escape_closes_what_came_up_last(desk: Desk, page: MemoryPage) -> None:
    view = shown(desk, page)
    choose(view, 1)
    click(desk, view.edit)
    view.wording.field.setFocus()
    desk.bot.keyClick(view.wording.field, Qt.Key.Key_Escape)
    assert view.wording.isHidden() and page.isVisible()
    desk.bot.keyClick(view.view, Qt.Key.Key_Escape)
    desk.until(lambda: not page.isVisible())


def test_a_fact_taken_back_comes_back(desk: Desk, page: MemoryPage) -> None:
    view = cast(FactsView, page.show_view("facts"))
    desk.until(lambda: "Oslo" in words(view))
    click(desk, named(view, "Remove My home"))
    desk.until(lambda: "Taken back" in view.said.words.text() and not view.said.undo.isHidden())
    click(desk, view.said.undo)
    desk.until(lambda: view.said.undo.isHidden() and "Oslo" in words(view))
