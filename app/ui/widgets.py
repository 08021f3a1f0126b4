"""Small helpers for building widgets."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

W = TypeVar("W", bound=QWidget)
_WIDEST = 760


def named(widget: W, name: str) -> W:
    """The widget under the name that the style sheet knows it by."""
    widget.setObjectName(name)
    return widget


def label(text: str = "", name: str = "muted") -> QLabel:
    """A line of plain text that wraps."""
    return named(QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText), name)


def link(text: str = "") -> QPushButton:
    """A button that looks like words."""
    return named(QPushButton(text), "link")


def search_field(words: str) -> QLineEdit:
    """A field to search in, with a button that clears it; both have a name."""
    field = QLineEdit(placeholderText=words, clearButtonEnabled=True)
    field.setAccessibleName(words)
    name_clear(field)
    return field


def key_field(words: str) -> QKeySequenceEdit:
    """A field that takes keys, with a button that takes them away."""
    field = QKeySequenceEdit()
    field.setMaximumSequenceLength(1)
    field.setClearButtonEnabled(True)
    for part in (field, *field.findChildren(QLineEdit)):
        part.setAccessibleName(words)
    name_clear(field)
    return field


def name_clear(field: QWidget) -> None:
    """Name the button that clears a field."""
    for button in field.findChildren(QToolButton):
        button.setAccessibleName(QCoreApplication.translate("Widgets", "Clear"))


def choices(words: str) -> QComboBox:
    """A box to choose one of several in; the list that it opens has its name, too."""
    box = QComboBox()
    for part in (box, box.view()):
        part.setAccessibleName(words)
    return box


def empty(layout: QLayout) -> None:
    """Let the widgets of a layout go."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.deleteLater()


def scrolled(inside: QWidget) -> QScrollArea:
    """A page that scrolls up and down, and not sideways."""
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inside)
    return area


class SidePanel(QWidget):
    """A titled panel beside the transcript with a button that closes it; `body` is for its content."""

    def __init__(self, title: str) -> None:
        super().__init__()
        named(self, "panel").setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.close_button = link(self.tr("Close"))
        heading = QHBoxLayout()
        self.title = label(title, "heading")
        heading.addWidget(self.title, 1)
        heading.addWidget(self.close_button)
        inside = named(QWidget(), "plain")
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(0, 0, 4, 0)
        self.body.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 12, 12)
        column.setSpacing(12)
        column.addLayout(heading)
        column.addWidget(scrolled(inside), 1)


class WidePage(QWidget):
    """A titled page in the place of the conversation; `body` is for its content, never wider than the transcript."""

    def __init__(self, title: str) -> None:
        super().__init__()
        named(self, "page").setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = label(title, "welcome")
        self.close_button = link(self.tr("Close"))
        heading = QHBoxLayout()
        heading.addWidget(self._title, 1)
        heading.addWidget(self.close_button)
        column = named(QWidget(), "plain")
        column.setMaximumWidth(_WIDEST)
        self.body = QVBoxLayout(column)
        self.body.setContentsMargins(24, 24, 24, 24)
        self.body.setSpacing(12)
        self.body.addLayout(heading)
        middle = named(QWidget(), "plain")
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(column, 1000)
        row.addStretch(1)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(scrolled(middle))

    def set_title(self, title: str) -> None:
        """Name the page."""
        self._title.setText(title)
