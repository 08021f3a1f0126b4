"""What can be done with what is chosen, in a row of buttons: the same for memories as for facts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from app.ui.widgets import label


class Deeds(QWidget):
    """Emits what is wanted: `keep_wanted` with whether it is never to fade, `move_wanted` with a space, "" for none,
    `archive_wanted` with whether it is put away or brought back."""

    keep_wanted = Signal(bool)
    merge_wanted = Signal()
    move_wanted = Signal(str)
    archive_wanted = Signal(bool)
    forget_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._pinned = self._archived = False
        self._spaces: Sequence[str] = ()
        self.count = label()
        self.keep, self.merge = QPushButton(), QPushButton(self.tr("Merge"))
        self.move_to, self.archive = QPushButton(self.tr("Move to")), QPushButton()
        self.forget = QPushButton(self.tr("Forget…"))
        self.keep.clicked.connect(lambda _: self.keep_wanted.emit(not self._pinned))
        self.merge.clicked.connect(self.merge_wanted)
        self.archive.clicked.connect(lambda _: self.archive_wanted.emit(not self._archived))
        self.forget.clicked.connect(self.forget_wanted)
        self.menu = QMenu(self.move_to)
        self.menu.aboutToShow.connect(self.fill_menu)
        self.move_to.setMenu(self.menu)
        self.keep.setToolTip(self.tr("Never let their episodes fade"))
        self.merge.setToolTip(self.tr("Keep them as one; nothing is rewritten"))
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(8)
        self.row.addWidget(self.count, 1)
        for button in (self.keep, self.merge, self.move_to, self.archive, self.forget):
            self.row.addWidget(button)
        self.show_chosen(0)

    def put_first(self, button: QPushButton) -> None:
        """A deed of one view alone goes before the others."""
        self.row.insertWidget(self.row.indexOf(self.keep), button)

    def show_spaces(self, names: Sequence[str]) -> None:
        """The spaces that there are to move to."""
        self._spaces = names

    def show_chosen(self, count: int, *, pinned: bool = False, archived: bool = False) -> None:
        """Offer what can be done with so many; `pinned` and `archived` when all of them are."""
        self._pinned, self._archived = pinned, archived
        self.count.setText(self.tr("{} chosen").format(count) if count else "")
        for button in (self.keep, self.move_to, self.archive, self.forget):
            button.setEnabled(count > 0)
        self.merge.setEnabled(count > 1)
        self.keep.setText(self.tr("Let fade") if pinned else self.tr("Keep"))
        self.archive.setText(self.tr("Bring back") if archived else self.tr("Archive"))

    def fill_menu(self) -> None:
        """The spaces as they are now."""
        self.menu.clear()
        for name in ("", *self._spaces):
            action = self.menu.addAction(name or self.tr("No space"))
            action.triggered.connect(lambda _=False, name=name: self.move_wanted.emit(name))
        if not self._spaces:
            self.menu.addAction(self.tr("Make a space at the top of the sidebar first")).setEnabled(False)
