"""What stands unsent in the field, and the documents with it, kept for each conversation and over a restart."""

from __future__ import annotations

import re

from PySide6.QtCore import QSettings

from app.core.types import is_private
from app.ui.chat.page import ChatPage

_LONGEST = 50_000
_KEY = re.compile(r"(draft|attached)(-\d+)?")


class Drafts:
    """A private conversation leaves none on disk. Documents are kept by their numbers."""

    def __init__(self, page: ChatPage, state: QSettings) -> None:
        self._page, self._composer, self._state = page, page.composer, state
        self._open: int | None = None
        self._composer.field.setPlainText(str(state.value("draft", "")))

    def move(self, conversation_id: int | None) -> None:
        """Another conversation is open: what stood in the field stays with the one before."""
        if conversation_id == self._open:
            return
        self._composer.end_edit()
        self.keep()
        self._open = conversation_id
        self._composer.field.setPlainText(str(self._state.value(_name("draft", conversation_id), "")))
        self._composer.attachments.clear()
        self.bring_documents()

    def bring_documents(self) -> None:
        """Show the documents that were to go with what stands in the field, once the store is open."""
        kept = str(self._state.value(_name("attached", self._open), "")).split()
        if ids := [int(key) for key in kept if key.isdigit()]:
            self._composer.attachments.bring(ids)

    def keep(self) -> None:
        """Write down what stands in the field now."""
        kept = not self._page.private and not is_private(self._open)
        text = self._composer.draft()
        self._write("draft", text if kept and len(text) <= _LONGEST else "")
        self._write("attached", " ".join(map(str, self._composer.attachments.ids())) if kept else "")

    def forget(self) -> None:
        """Drop all of them: one may repeat what was erased."""
        for name in self._state.childKeys():
            if _KEY.fullmatch(name):
                self._state.remove(name)

    def _write(self, what: str, value: str) -> None:
        if value:
            self._state.setValue(_name(what, self._open), value)
        else:
            self._state.remove(_name(what, self._open))


def _name(what: str, conversation_id: int | None) -> str:
    return what if conversation_id is None else f"{what}-{conversation_id}"
