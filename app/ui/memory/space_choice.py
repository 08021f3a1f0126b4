"""Which space the views of memory look at: one choice for all of them, kept over a restart."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.ui.widgets import choices

_KEY = "memory-space"
_EVERYWHERE = "\0"  # no space has such a name


class SpaceChoice(QWidget):
    """Hidden while there are no spaces. `changed` says that another one is looked at.

    `space` is None for all of them, "" for what is in none.
    """

    changed = Signal()

    def __init__(self, state: QSettings) -> None:
        super().__init__()
        self._state = state
        kept = state.value(_KEY)
        self.space: str | None = None if kept is None else str(kept)
        self.names: list[str] = []
        self.box: QComboBox = choices(self.tr("Which space"))
        self.box.currentIndexChanged.connect(self._chosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)
        self.hide()

    def show_names(self, names: Sequence[str]) -> None:
        """Offer these spaces. When the one that was looked at is gone, all are."""
        if list(names) != self.names or not self.box.count():
            self.names = list(names)
            self._fill()
        self.setVisible(bool(self.names))
        if self.space is not None and self.space not in ("", *self.names):
            self.choose(None)

    def choose(self, space: str | None) -> None:
        """Look at a space."""
        self.box.setCurrentIndex(self._row(space))

    def _fill(self) -> None:
        self.box.blockSignals(True)
        self.box.clear()
        self.box.addItem(self.tr("All spaces"), _EVERYWHERE)
        self.box.addItem(self.tr("In no space"), "")
        for name in self.names:
            self.box.addItem(name, name)
        self.box.setCurrentIndex(self._row(self.space))
        self.box.blockSignals(False)

    def _row(self, space: str | None) -> int:
        return max(self.box.findData(_EVERYWHERE if space is None else space), 0)

    def _chosen(self) -> None:
        found = self.box.currentData()
        self.space = None if found == _EVERYWHERE else str(found)
        if self.space is None:
            self._state.remove(_KEY)
        else:
            self._state.setValue(_KEY, self.space)
        self.changed.emit()
