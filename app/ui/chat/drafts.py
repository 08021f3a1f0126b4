"""What stands unsent in the field, kept for each conversation and over a restart."""

from __future__ import annotations

import re

from PySide6.QtCore import QSettings

from app.core.types import is_private
from app.ui.chat.page import ChatPage

_LONGEST = 50_000
_KEY = re.compile(r"draft(-\d+)?")


class Drafts:
    """A private conversation leaves none on disk."""

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
        self._composer.field.setPlainText(str(self._state.value(_name(conversation_id), "")))

    def keep(self) -> None:
        """Write down what stands in the field now."""
        text = self._composer.draft()
        if text and len(text) <= _LONGEST and not self._page.private and not is_private(self._open):
            self._state.setValue(_name(self._open), text)
        else:
            self._state.remove(_name(self._open))

    def forget(self) -> None:
        """Drop all of them: one may repeat what was erased."""
        for name in self._state.childKeys():
            if _KEY.fullmatch(name):
                self._state.remove(name)


def _name(conversation_id: int | None) -> str:
    return "draft" if conversation_id is None else f"draft-{conversation_id}"
