"""Memories as Qt reads and paints them: the words, and below them the day and where they are from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QCoreApplication, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.core.types import EpisodeState, Origin, Role
from app.memory.forgetting import Strength, retrievability
from app.storage.overview import Curve, Seen
from app.ui import theme
from app.ui.words.dates import friendly_date

translate = QCoreApplication.translate
Index = QModelIndex | QPersistentModelIndex
SEEN = Qt.ItemDataRole.UserRole
SOURCE = Qt.ItemDataRole.UserRole + 1
LEFT = Qt.ItemDataRole.UserRole + 2
_ROW, _LOW, _LINES, _DIMMEST = 76, 58, 2, 0.55
_BESIDE, _LONGEST = 32, 300


class MemoryModel(QAbstractListModel):
    """A list of memories."""

    def __init__(self) -> None:
        super().__init__()
        self._items: list[Seen] = []
        self._now = datetime.now().astimezone()

    def show_items(self, items: list[Seen], now: datetime) -> None:
        """Replace what is listed."""
        self.beginResetModel()
        self._items, self._now = list(items), now
        self.endResetModel()

    def add_items(self, items: list[Seen]) -> None:
        """List more below."""
        if items:
            self.beginInsertRows(QModelIndex(), len(self._items), len(self._items) + len(items) - 1)
            self._items += items
            self.endInsertRows()

    def at(self, row: int) -> Seen:
        return self._items[row]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self._items[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return " ".join(item.text.split())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{' '.join(item.text.split())[:200]}, {source_of(item, self._now)}"
        return {SEEN: item, SOURCE: source_of(item, self._now), LEFT: left_of(item.curve, self._now)}.get(role)


class MemoryDelegate(QStyledItemDelegate):
    """Paints a memory the paler the less of it is left."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        room = view.viewport().width() - _BESIDE if isinstance(view, QListView) else 0
        one_line = option.fontMetrics.horizontalAdvance(index.data()[:_LONGEST]) <= room
        return QSize(200, _LOW if one_line else _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area: QRect = option.rect.adjusted(0, 2, -4, -2)
        state: QStyle.StateFlag = option.state
        chosen = state & QStyle.StateFlag.State_Selected
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(QColor(theme.token("focus" if state & QStyle.StateFlag.State_HasFocus else "panel")))
            painter.setBrush(QColor(theme.token("accent_soft" if chosen else "panel")))
            painter.drawRoundedRect(area, 8, 8)
        words = area.adjusted(12, 8, -12, -8)
        painter.setPen(_faded(theme.token("text"), index.data(LEFT)))
        lines = two_lines(painter, words, index.data())
        painter.setPen(QColor(theme.token("muted")))
        font = QFont(painter.font())
        font.setPixelSize(12)
        painter.setFont(font)
        source = painter.fontMetrics().elidedText(index.data(SOURCE), Qt.TextElideMode.ElideRight, words.width())
        below = words.adjusted(0, lines + 4, 0, 0)
        painter.drawText(below, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, source)
        painter.restore()


class MemoryView(QListView):
    """The list itself: several can be chosen."""

    def __init__(self, model: MemoryModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setItemDelegate(MemoryDelegate(self))
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.setAccessibleName(translate("MemoryView", "Memories"))


def two_lines(painter: QPainter, area: QRect, text: str) -> int:
    """Text on two lines at most, the second elided; how high they are."""
    layout = QTextLayout(text, painter.font())
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    height, used = painter.fontMetrics().lineSpacing() + 2, 0
    for number in range(_LINES):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(area.width())
        part = text[line.textStart() : line.textStart() + line.textLength()]
        if number == _LINES - 1:
            part = painter.fontMetrics().elidedText(text[line.textStart() :], Qt.TextElideMode.ElideRight, area.width())
        box = QRect(area.left(), area.top() + number * height, area.width(), height)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, part.strip())
        used += height
    layout.endLayout()
    return used


def left_of(curve: Curve | None, now: datetime) -> float:
    """How much is left of a memory, 0 to 1; all of what is too new to fade."""
    if curve is None:
        return 1.0
    return retrievability(Strength(curve.used_at, curve.used_at, 0.0, curve.stability, 0, curve.pinned), now)


def source_of(item: Seen, now: datetime) -> str:
    """When it was said, by whom, where, and how it keeps."""
    who = item.speaker or translate("MemoryView", "the assistant")
    if item.origin is Origin.DOCUMENT:
        who = translate("MemoryView", "a document")
    elif item.role is Role.USER and not item.speaker:
        who = translate("MemoryView", "you")
    state = {
        EpisodeState.FADING: translate("MemoryView", "fading"),
        EpisodeState.ARCHIVED: translate("MemoryView", "archived"),
    }.get(item.state, "")
    parts = [
        friendly_date(item.said_at, now),
        who,
        translate("MemoryView", "your note") if item.origin is Origin.REMEMBERED else item.title,
        item.space,
        item.app if item.app not in ("", "Mneme") else "",
        translate("MemoryView", "kept") if item.curve is not None and item.curve.pinned else "",
        state,
    ]
    return " · ".join(part for part in parts if part)


def _faded(colour: str, left: float) -> QColor:
    found = QColor(colour)
    found.setAlphaF(_DIMMEST + (1 - _DIMMEST) * left)
    return found
