"""A memory budget in the window: set it, and see how it is kept."""

from __future__ import annotations

from app.core.settings import load_settings
from app.core.types import WeightsStatus
from app.ui.models.in_use import InUse
from tests.fakes import FakeModel
from tests.gui.conftest import Desk

STATUS = WeightsStatus("experts from flash", 3_000_000_000, 2_940_000_000, 0.71, 98_000_000, 7.1)


def test_the_status_line_tells_it_while_a_reply_is_written_and_after(desk: Desk, model: FakeModel) -> None:
    model.weights = STATUS
    lines: list[str] = []
    desk.window.turn.progress.connect(lines.append)
    desk.say_and_wait("How are you?")
    told = "experts from flash · 2.94 of 3.00 GB · 7.2 tokens/s (predicted 7.1) · 71% in memory, 98 MB read per token"
    assert any(told in line for line in lines)
    assert told in desk.window.page.status.text()
    model.weights = None
    desk.say_and_wait("And now?")
    assert "flash" not in desk.window.page.status.text()


def test_why_it_is_not_kept_is_told(desk: Desk, model: FakeModel) -> None:
    model.note = "The memory budget cannot be kept: the model is split into several files."
    desk.engine.load_models()
    desk.until(lambda: model.note in desk.window.page.status.text())


def test_it_is_set_beside_the_model(desk: Desk) -> None:
    in_use = InUse(desk.engine)
    in_use.changed.connect(desk.window.change_settings)
    box = next(field for field in in_use.findChildren(object) if _named(field, "Memory, MB"))
    box.setValue(3072)  # type: ignore[attr-defined]
    desk.until(lambda: desk.engine.assistant is not None and desk.assistant.settings.memory_budget == 3072)
    assert load_settings(desk.assistant.data.settings).memory_budget == 3072


def _named(widget: object, name: str) -> bool:
    return getattr(widget, "accessibleName", lambda: "")() == name
