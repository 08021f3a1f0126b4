"""Find in the open conversation: a thin bar over it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QToolButton

from app.ui import theme
from app.ui.chat.transcript import Transcript
from app.ui.widgets import label, named


class FindBar(QFrame):
    """Hidden until it is asked for. Enter goes to the match before, as one reads back from the end."""

    def __init__(self, transcript: Transcript) -> None:
        super().__init__()
        named(self, "plain")
        self._transcript = transcript
        self._found: list[int] = []
        self._at = 0
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Find in this conversation"))
        self.field.setAccessibleName(self.tr("Find in this conversation"))
        self.field.textChanged.connect(self._look)
        self.field.returnPressed.connect(lambda: self._go(-1))
        self.count = label()
        self.count.setWordWrap(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 8, 24, 8)
        row.addStretch(1)
        row.addWidget(self.field, 2)
        row.addWidget(self.count)
        for name, words, by in (
            ("chevron-left", self.tr("Match before"), -1),
            ("chevron-right", self.tr("Match after"), 1),
            ("x", self.tr("Close"), 0),
        ):
            button = named(QToolButton(), "quiet")
            button.setIcon(theme.icon(name, "muted"))
            button.setIconSize(QSize(14, 14))
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.clicked.connect(lambda _, by=by: self._go(by) if by else self.close_bar())
            row.addWidget(button)
        row.addStretch(1)
        self.hide()

    def open_bar(self) -> None:
        """Show the bar and look for what is in it."""
        self.show()
        self.field.setFocus()
        self.field.selectAll()
        self._look()

    def close_bar(self) -> bool:
        """Hide the bar; False when it is hidden."""
        if self.isHidden():
            return False
        self.hide()
        self._transcript.find_message(0)
        self._transcript.setFocus()
        return True

    def _look(self) -> None:
        wanted = self.field.text().casefold()
        entries = self._transcript.entries
        self._found = [
            entry.message.id
            for entry in entries
            if wanted and entry.message is not None and wanted in entry.text.casefold()
        ]
        self._at = len(self._found) - 1
        self._go(0)

    def _go(self, by: int) -> None:
        if not self._found:
            self.count.setText(self.tr("Nothing found") if self.field.text() else "")
            self._transcript.find_message(0)
            return
        self._at = (self._at + by) % len(self._found)
        self.count.setText(f"{self._at + 1} / {len(self._found)}")
        self._transcript.find_message(self._found[self._at])
