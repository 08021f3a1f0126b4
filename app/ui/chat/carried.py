"""What is carried from one room to the next when the language changes: nobody loses a word or their place."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from app.core.documents import Document
from app.core.types import Message, Mode
from app.ui.chat.composer import Written
from app.ui.chat.room import Room
from app.ui.memory.page import MemoryPage


@dataclass(frozen=True, slots=True)
class Carried:
    """The open conversation and where it is scrolled to, what stands in the field, the views that are open, and the
    control in focus by the name of its kind."""

    conversation: int | None
    position: tuple[int, int] | None
    written: Written
    before: Written | None
    edited: Message | None
    documents: list[Document]
    mode: Mode
    searched: str
    views: list[str]
    section: str
    scrolled: int
    focus: str

    @classmethod
    def out_of(cls, room: Room) -> Carried:
        """What a room holds now."""
        composer, focus = room.page.composer, QApplication.focusWidget()
        memory = room.views.widget("memory") if room.views.built("memory") else None
        area = _area(room.side.currentWidget())
        return cls(
            room.talk.current,
            room.page.transcript.position(),
            composer.field.written(),
            composer.before,
            composer.editing,
            composer.attachments.documents(),
            room.care.mode,
            room.list.search.text(),
            room.views.open_ones(),
            memory.name if isinstance(memory, MemoryPage) else "",
            area.verticalScrollBar().value() if area is not None else 0,
            focus.objectName() if isinstance(focus, QWidget) else "",
        )

    def into(self, room: Room) -> None:
        """Bring it into a new room."""
        room.list.search.setText(self.searched)
        if self.conversation is not None:
            room.talk.come_back(self.conversation, self.position)
        else:
            room.care.begin(self.mode)
        composer = room.page.composer
        if self.edited is not None and self.before is not None:
            composer.field.write(self.before)
            composer.begin_edit(self.edited)
        composer.field.write(self.written)
        composer.attachments.show_documents(self.documents)
        for name in self.views:
            page = room.views.open(name)
            if isinstance(page, MemoryPage) and self.section:
                page.show_view(self.section)
        QTimer.singleShot(0, room, lambda: _settle(room, self.scrolled, self.focus))


def _settle(room: Room, scrolled: int, focus: str) -> None:
    """When everything has its size, scroll and focus come back."""
    if (area := _area(room.side.currentWidget())) is not None:
        area.verticalScrollBar().setValue(scrolled)
    found = room.findChild(QWidget, focus) if focus else None
    (found or room.page.composer.field).setFocus()


def _area(panel: QWidget | None) -> QScrollArea | None:
    found = panel.findChildren(QScrollArea) if panel is not None and not panel.isHidden() else []
    return found[0] if found else None
