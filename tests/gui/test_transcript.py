"""Long conversations, Markdown, and what it must never do."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument

from app.core.types import NewMessage, Role
from app.ui.chat.message_view import TextView
from app.ui.markdown import to_html
from tests.gui.conftest import Desk


def _long_conversation(desk: Desk, count: int) -> int:
    now = desk.assistant.clock.now()
    conversation, first = desk.assistant.memory.begin("message 0", now)

    def work(store: object) -> None:
        parent = first.id
        for i in range(1, count):
            role = Role.ASSISTANT if i % 2 else Role.USER
            new = NewMessage(conversation.id, role, f"message {i}", now, parent_id=parent)
            parent = store.conversations.add(new).id  # type: ignore[attr-defined]

    desk.assistant.store.write(work)
    return conversation.id


def test_only_the_end_of_a_long_conversation_is_laid_out(desk: Desk) -> None:
    key = _long_conversation(desk, 200)
    desk.window.open_conversation(key)
    desk.until(lambda: len(desk.views()) == 30)
    assert desk.texts()[0] == "message 170"
    assert desk.texts()[-1] == "message 199"
    desk.window.transcript._earlier.click()
    assert len(desk.views()) == 60
    assert desk.texts()[0] == "message 140"


def test_an_early_message_is_laid_out_when_it_is_looked_for(desk: Desk) -> None:
    key = _long_conversation(desk, 200)
    desk.window.open_conversation(key, 5)
    desk.until(lambda: "message 4" in desk.texts())
    found = [view.text for view in desk.views() if view.property("found") == "true"]
    assert found == ["message 4"]


def test_code_is_highlighted_and_tables_are_drawn() -> None:
    html = to_html("```python\ndef f(): return 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    assert '<span style="color' in html
    assert "def" in html
    assert "<th>a</th>" in html


def test_raw_html_is_shown_and_not_obeyed() -> None:
    assert "&lt;script&gt;" in to_html("<script>alert(1)</script>")


def test_an_image_is_named_and_never_loaded(desk: Desk) -> None:
    assert "<img" not in to_html("![a cat](http://example.org/cat.png)")
    view = TextView()
    desk.bot.addWidget(view)
    kind = int(QTextDocument.ResourceType.ImageResource.value)
    assert view.loadResource(kind, QUrl("file:///etc/passwd")) is None
