"""Long conversations, Markdown, and what it must never do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication, QTextCursor, QTextDocument

from app.core.types import NewMessage, Role
from app.ui import math
from app.ui.chat.text_view import TextView
from app.ui.markdown import code_blocks, parts_of, to_html
from tests.gui.conftest import Desk


def _long_conversation(desk: Desk, count: int) -> int:
    now = desk.assistant.clock.now()
    conversation, first = desk.assistant.memory.begin("message 0", now)

    def work(store: object) -> None:
        parent = first.id
        for i in range(1, count):
            role = Role.ASSISTANT if i % 2 else Role.USER
            new = NewMessage(conversation.id, role, f"message {i}\n\n" + "and more words " * (i % 7 * 20), now, parent)
            new = NewMessage(conversation.id, role, new.text, now, parent_id=parent)
            parent = store.conversations.add(new).id  # type: ignore[attr-defined]

    desk.assistant.store.write(work)
    return conversation.id


def _open(desk: Desk, count: int) -> None:
    key = _long_conversation(desk, count)
    desk.window.open_conversation(key)
    desk.until(lambda: len(desk.texts()) == count)


def test_only_what_is_seen_of_a_long_conversation_is_laid_out(desk: Desk) -> None:
    _open(desk, 400)
    bar = desk.window.transcript.verticalScrollBar()
    assert desk.views()[-1].text.startswith("message 399")
    assert bar.value() == bar.maximum()
    for value in (0, bar.maximum() // 2, bar.maximum() // 3, 0):
        bar.setValue(value)
        assert 0 < len(desk.views()) < 30
    assert desk.views()[0].text.startswith("message 0")
    assert desk.views()[0].y() == 24
    made = len(desk.window.transcript.findChildren(TextView))
    for value in range(0, bar.maximum(), 400):
        bar.setValue(value)
    assert len(desk.window.transcript.findChildren(TextView)) < made + 60
    bar.setValue(bar.maximum())
    assert desk.views()[-1].text.startswith("message 399")


def test_scrolling_up_moves_what_is_seen_by_just_so_much(desk: Desk) -> None:
    _open(desk, 120)
    bar = desk.window.transcript.verticalScrollBar()
    for _ in range(60):
        seen = {view.text: view.y() for view in desk.views()}
        before = bar.value()
        bar.setValue(before - 90)
        if bar.value() == 0:
            break
        moved = {view.y() - seen[view.text] for view in desk.views() if view.text in seen}
        assert moved == {90}


def test_a_selection_is_still_there_after_scrolling_away_and_back(desk: Desk) -> None:
    _open(desk, 200)
    bar = desk.window.transcript.verticalScrollBar()
    view = desk.views()[-1].view
    view.moveCursor(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
    bar.setValue(0)
    bar.setValue(bar.maximum())
    assert desk.views()[-1].view.textCursor().hasSelection()


def test_an_early_message_is_brought_into_sight_when_it_is_looked_for(desk: Desk) -> None:
    key = _long_conversation(desk, 200)
    desk.window.open_conversation(key, 5)
    desk.until(lambda: any(view.property("found") == "true" for view in desk.views()))
    found = [view for view in desk.views() if view.property("found") == "true"]
    assert [view.text.split("\n")[0] for view in found] == ["message 4"]
    assert 0 <= found[0].y() < desk.window.transcript.height()


def test_code_is_highlighted_and_tables_are_drawn() -> None:
    html = to_html("```python\ndef f(): return 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    assert '<span style="color' in html
    assert "def" in html
    assert "<th>a</th>" in html


def test_a_code_block_is_copied_by_its_link(desk: Desk) -> None:
    text = "First:\n\n```python\nprint(1)\n```\n\nThen:\n\n```\nplain text\n```\n"
    assert code_blocks(text) == ["print(1)\n", "plain text\n"]
    view = TextView()
    desk.bot.addWidget(view)
    with desk.bot.waitSignal(view.copy_wanted) as wanted:
        view.anchorClicked.emit(QUrl("copy:1"))
    assert wanted.args == [1]


def test_the_link_over_the_code_of_a_reply_copies_it(desk: Desk, model: object) -> None:
    model.enqueue("Here:\n\n```python\nprint(1)\n```\n")  # type: ignore[attr-defined]
    desk.say_and_wait("Show code")
    desk.views()[1].view.anchorClicked.emit(QUrl("copy:0"))
    assert QGuiApplication.clipboard().text() == "print(1)"


@pytest.mark.parametrize(
    ("tex", "read"),
    [
        (r"E = mc^2", "E = mc²"),
        (r"\frac{a}{b+1}", "a/(b+1)"),
        (r"\frac{\frac{1}{2}}{x}", "(1/2)/x"),
        (r"\int_0^\infty e^{-x^2} dx = \frac{\sqrt{\pi}}{2}", None),
        (r"x_{n+1} \in \mathbb{R} \text{ if } n < 3", "xₙ₊₁ ∈ ℝ  if  n &lt; 3"),
        (r"\begin{pmatrix} a & b \end{pmatrix}", r"<code>\begin{pmatrix} a &amp; b \end{pmatrix}</code>"),
    ],
)
def test_mathematics_can_be_read(tex: str, read: str | None) -> None:
    assert "\\" not in math.to_html(tex) or "<code>" in math.to_html(tex)
    assert read is None or math.to_html(tex) == read


def test_mathematics_is_found_in_dollars_and_brackets() -> None:
    assert "α²" in to_html(r"So $\alpha^2$ it is")
    assert "α²" in to_html(r"So \(\alpha^2\) it is")
    assert "α²" in to_html("So\n\n\\[\n\\alpha^2\n\\]\n\nit is")
    assert "costs $5 and $6" in to_html("It costs $5 and $6.")


@given(st.text(alphabet="\\{}[]()$frac^_&ab <>", max_size=60))
def test_whatever_is_written_as_mathematics_is_shown(tex: str) -> None:
    assert "<script" not in to_html(f"${tex}$ \\({tex}\\)")
    math.to_html(tex)


@given(st.lists(st.sampled_from(["words " * 200, "```", "- item", "", "    code", "~~~", "Once " * 100]), max_size=60))
def test_the_parts_of_a_long_text_are_all_of_it_and_stay(lines: list[str]) -> None:
    text = "\n".join(lines)
    parts = parts_of(text)
    assert "".join(parts) == text
    assert parts_of(text + "\nmore")[: len(parts) - 1] == parts[:-1]


def test_raw_html_is_shown_and_not_obeyed() -> None:
    assert "&lt;script&gt;" in to_html("<script>alert(1)</script>")


def test_an_image_is_named_and_never_loaded(desk: Desk) -> None:
    assert "<img" not in to_html("![a cat](http://example.org/cat.png)")
    view = TextView()
    desk.bot.addWidget(view)
    kind = int(QTextDocument.ResourceType.ImageResource.value)
    assert view.loadResource(kind, QUrl("file:///etc/passwd")) is None


def test_the_keys_scroll(desk: Desk) -> None:
    _open(desk, 100)
    transcript = desk.window.transcript
    desk.bot.keyClick(transcript, Qt.Key.Key_Home)
    assert desk.views()[0].text.startswith("message 0")
    desk.bot.keyClick(transcript, Qt.Key.Key_PageDown)
    assert transcript.verticalScrollBar().value() > 100
    desk.bot.keyClick(transcript, Qt.Key.Key_End)
    assert desk.views()[-1].text.startswith("message 99")


def test_a_conversation_is_read_on_where_it_was_left(open_desk: Callable[[], Desk]) -> None:
    desk = open_desk()
    _open(desk, 120)
    bar = desk.window.transcript.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    seen = desk.window.transcript.position()
    desk.window.new_chat()
    desk.window.open_conversation(1)
    desk.until(lambda: len(desk.texts()) == 120)
    assert desk.window.transcript.position() == seen
    again = open_desk()
    again.until(lambda: len(again.texts()) == 120)
    assert again.window.transcript.position() == seen
