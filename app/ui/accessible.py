"""What is drawn rather than built of widgets, for readers of screens: each part with a name, a place and a state."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface, QColor
from PySide6.QtWidgets import QAccessibleWidget, QWidget
from shiboken6 import isValid

_PARTS = "_accessible_parts"
_installed = False


class Drawn(Protocol):
    """A widget whose parts are drawn. They are numbered from 0 in the order in which one reads."""

    def parts(self) -> int:
        """How many there are."""
        ...

    def part_name(self, number: int) -> str:
        """What a part is, in words."""
        ...

    def part_box(self, number: int) -> QRect:
        """Where a part is, in the widget."""
        ...

    def part_in_focus(self) -> int | None:
        """The part that the keys have come to."""
        ...


def has_parts(widget: QWidget) -> None:
    """Let the parts of a `Drawn` widget be read out."""
    global _installed
    if not _installed:
        QAccessible.installFactory(_made)
        _installed = True
    setattr(widget, _PARTS, None)


def tell_focus(widget: QWidget, number: int) -> None:
    """Say that the keys have come to a part."""
    event = QAccessibleEvent(widget, QAccessible.Event.Focus)
    event.setChild(number)
    QAccessible.updateAccessibility(event)


def _made(_: str, thing: QObject) -> QAccessibleInterface | None:
    if not isinstance(thing, QWidget) or not hasattr(thing, _PARTS):
        return None
    whole = _Whole(thing)
    setattr(thing, _PARTS, whole)  # Python's share in it lives as long as the widget
    return whole


class _Whole(QAccessibleWidget):
    """The widget, as a list of its parts."""

    def __init__(self, widget: Any) -> None:
        super().__init__(widget, QAccessible.Role.List)
        self._drawn = widget
        self._made: dict[int, _Part] = {}

    def childCount(self) -> int:
        return int(self._drawn.parts()) if isValid(self._drawn) else 0

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        if not 0 <= index < self.childCount():
            return None
        if index not in self._made:
            self._made[index] = part = _Part(self._drawn, index)
            QAccessible.registerAccessibleInterface(part)
        return self._made[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return next((number for number, part in self._made.items() if part is child), -1)

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        point = self._drawn.mapFromGlobal(QPoint(x, y))
        boxes = (number for number in range(self.childCount()) if self._drawn.part_box(number).contains(point))
        return self.child(next(boxes, -1))

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        number = self._drawn.part_in_focus()
        return self.child(number) if number is not None and self._drawn.hasFocus() else None


class _Part(QAccessibleInterface):
    """One part."""

    def __init__(self, widget: Any, number: int) -> None:
        super().__init__()
        self._drawn, self._number = widget, number

    def isValid(self) -> bool:
        return isValid(self._drawn) and self._number < self._drawn.parts()

    def object(self) -> QObject | None:  # type: ignore[override]
        return None

    def parent(self) -> QAccessibleInterface:
        found: QAccessibleInterface = QAccessible.queryAccessibleInterface(self._drawn)
        return found

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def childCount(self) -> int:
        return 0

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    def text(self, kind: QAccessible.Text) -> str:
        wanted = kind is QAccessible.Text.Name and self.isValid()
        return str(self._drawn.part_name(self._number)) if wanted else ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """Nothing can be written into it."""

    def rect(self) -> QRect:
        box: QRect = self._drawn.part_box(self._number)
        return QRect(self._drawn.mapToGlobal(box.topLeft()), box.size())

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        found: Any = QAccessible.State()
        current = self._drawn.part_in_focus() == self._number
        found.focusable = found.selectable = True
        found.focused = found.selected = current
        return found  # type: ignore[no-any-return]

    def foregroundColor(self) -> QColor:
        return QColor()

    def backgroundColor(self) -> QColor:
        return QColor()
