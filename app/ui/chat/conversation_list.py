"""The conversations, newest first, with search over titles and everything said."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.text import right_to_left
from app.core.types import Conversation
from app.ui import theme
from app.ui.panels import View
from app.ui.widgets import label, named, search_field
from app.ui.words.dates import friendly_date

Index = QModelIndex | QPersistentModelIndex
_DATE = Qt.ItemDataRole.UserRole
_ROW = 52


class ConversationModel(QAbstractListModel):
    """Conversations as Qt reads them. Editing a title emits `renamed`."""

    renamed = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self._items: list[Conversation] = []
        self._now = datetime.now().astimezone()

    def show_items(self, items: list[Conversation], now: datetime) -> None:
        """Replace what is listed."""
        self.beginResetModel()
        self._items, self._now = items, now
        self.endResetModel()

    def at(self, row: int) -> Conversation:
        return self._items[row]

    def row_of(self, conversation_id: int) -> int:
        """The row of a conversation, or -1."""
        return next((row for row, item in enumerate(self._items) if item.id == conversation_id), -1)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self._items[index.row()]
        marks = [self.tr("private")] if item.private else [self.tr("pinned")] if item.pinned else []
        date = " · ".join([*marks, friendly_date(item.updated_at, self._now)])
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole):
            return item.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{item.title}, {date}"
        return date if role == _DATE else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        title = " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole or not title:
            return False
        self.renamed.emit(self._items[index.row()].id, title)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable


class _Delegate(QStyledItemDelegate):
    """Two lines: the title, and the day in a quieter voice."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, theme.px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area: QRect = option.rect.adjusted(8, 2, -8, -2)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            chosen = state & QStyle.StateFlag.State_Selected
            painter.setPen(QColor(theme.token("focus" if state & QStyle.StateFlag.State_HasFocus else "panel")))
            painter.setBrush(QColor(theme.token("accent_soft" if chosen else "raised")))
            painter.drawRoundedRect(area, 8, 8)
        words = area.adjusted(10, 6, -10, -6)
        painter.setPen(QColor(theme.token("text")))
        turned = Qt.LayoutDirection.RightToLeft if right_to_left(index.data()) else Qt.LayoutDirection.LeftToRight
        painter.setLayoutDirection(turned)
        title = painter.fontMetrics().elidedText(
            index.data(), Qt.TextElideMode.ElideRight, words.width(), Qt.TextFlag.TextSingleLine
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignTop, title)
        painter.setPen(QColor(theme.token("muted")))
        font = painter.font()
        font.setPixelSize(theme.px(12))
        painter.setFont(font)
        painter.drawText(words, Qt.AlignmentFlag.AlignBottom, index.data(_DATE))
        painter.restore()


class ConversationList(QWidget):
    """The left column. Emits what the user wants; the window does it."""

    opened = Signal(int)
    searched = Signal(str)
    new_wanted = Signal()
    view_wanted = Signal(str)
    pin_wanted = Signal(int, bool)
    move_wanted = Signal(int, str)
    delete_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        named(self, "side").setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(220)
        self.setMaximumWidth(360)
        self.spaces: list[str] = []
        self.model = ConversationModel()
        self.search = search_field(self.tr("Search conversations"))
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.textChanged.connect(self.searched)
        self._new = _tool("plus", self.tr("New chat (Ctrl+N)"), self.new_wanted)
        self._foot: dict[str, QToolButton] = {}
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(_Delegate(self.view))
        self.view.setAccessibleName(self.tr("Conversations"))
        self.view.setMouseTracking(True)
        self.view.setEditTriggers(QListView.EditTrigger.EditKeyPressed)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._menu)
        delete = QAction(self.view)
        delete.setShortcut(QKeySequence(Qt.Key.Key_Delete))
        delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        delete.triggered.connect(self._delete)
        self.view.addAction(delete)
        self.view.clicked.connect(self._open)
        self.view.activated.connect(self._open)
        self._empty = label()
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self._new)
        self._bottom = QHBoxLayout()
        self._bottom.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 12, 8, 8)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._empty)
        column.addWidget(self.view, 1)
        column.addLayout(self._bottom)

    def show_items(self, items: list[Conversation], now: datetime, current: int | None) -> None:
        """List conversations and mark the open one."""
        self.model.show_items(items, now)
        if current is not None and (row := self.model.row_of(current)) >= 0:
            self.view.setCurrentIndex(self.model.index(row))
        searching = bool(self.search.text().strip())
        self._empty.setText(
            self.tr("Nothing found. Try another word.") if searching else self.tr("Your conversations will be here.")
        )
        self._empty.setVisible(not items)

    def show_spaces(self, names: list[str]) -> None:
        """The spaces that a conversation can be moved to."""
        self.spaces = names

    def put_above(self, widget: QWidget) -> None:
        """Give something its place above the conversations, below the search."""
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(1, widget)

    def add_view(self, view: View) -> None:
        """Give a view with an icon its place at the foot."""
        if view.icon:
            self._foot[view.icon] = button = QToolButton()
            button.setIcon(theme.icon(view.icon))
            button.setToolTip(view.title)
            button.setAccessibleName(view.title)
            button.clicked.connect(lambda: self.view_wanted.emit(view.name))
            self._bottom.insertWidget(self._bottom.count() - 1, button)

    def redraw(self) -> None:
        """Take the icons' colours from the theme in use."""
        self._new.setIcon(theme.icon("plus"))
        for name, button in self._foot.items():
            button.setIcon(theme.icon(name))

    def _delete(self) -> None:
        index = self.view.currentIndex()
        if index.isValid():
            self.delete_wanted.emit(self.model.at(index.row()))

    def _menu(self, at: QPoint) -> None:
        index = self.view.indexAt(at)
        if not index.isValid():
            return
        talk = self.model.at(index.row())
        self.view.setCurrentIndex(index)
        menu = QMenu(self)
        menu.addAction(self.tr("Rename (F2)"), lambda: self.view.edit(index))
        if not talk.private:
            words = self.tr("Let it go down the list") if talk.pinned else self.tr("Pin on top")
            menu.addAction(words, lambda: self.pin_wanted.emit(talk.id, not talk.pinned))
            moves = menu.addMenu(self.tr("Move to space"))
            moves.menuAction().setVisible(bool(self.spaces))
            for words, space in [(self.tr("No space"), ""), *((name, name) for name in self.spaces)]:
                moves.addAction(words, partial(self.move_wanted.emit, talk.id, space))
        menu.addAction(self.tr("Delete (Del)"), lambda: self.delete_wanted.emit(talk))
        menu.popup(self.view.viewport().mapToGlobal(at))

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.model.at(index.row()).id)


def _tool(name: str, words: str, signal: Any) -> QToolButton:
    button = QToolButton()
    button.setIcon(theme.icon(name))
    button.setToolTip(words)
    button.setAccessibleName(words.partition(" (")[0])
    button.clicked.connect(lambda _: signal.emit())
    return button
