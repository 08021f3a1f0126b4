"""What would go, and the two ways to let it go: archived, which can be undone, or erased, which cannot."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from app.core.types import Message
from app.ui.widgets import SidePanel, label, named
from app.ui.words.dates import friendly_date
from app.ui.words.phrases import told

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.memory.erasure import Erased, Preview

_SHOWN = 12
_LETTERS = 240
SCOPES = {
    "message": QT_TRANSLATE_NOOP("ForgetPanel", "This message"),
    "episode": QT_TRANSLATE_NOOP("ForgetPanel", "The episode it is from"),
    "conversation": QT_TRANSLATE_NOOP("ForgetPanel", "The whole conversation"),
}
_WORDS = QT_TRANSLATE_NOOP(
    "ForgetPanel",
    "Erasing takes it out of the store, its index, what was derived from it, cached prompts and backups, and then "
    "looks for traces. It cannot be undone. Archiving only puts it away; that can be undone.",
)


class ForgetPanel(SidePanel):
    """Emits `scope_wanted` with a scope, `erase_wanted` with the ids to erase and those of repeats that stay,
    `archive_wanted` and `undo_wanted`."""

    scope_wanted = Signal(str)
    erase_wanted = Signal(list, list)
    archive_wanted = Signal()
    undo_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(QCoreApplication.translate("SidePanel", "Forget"))
        self._preview: Preview | None = None
        self._boxes: dict[int, QCheckBox] = {}
        self.scope = QComboBox()
        self.scope.setAccessibleName(self.tr("What to forget"))
        for key, words in SCOPES.items():
            self.scope.addItem(self.tr(str(words)), key)
        self.scope.currentIndexChanged.connect(lambda _: self.scope_wanted.emit(self.scope.currentData()))
        self._cards = QVBoxLayout()
        self._cards.setSpacing(8)
        self.counts = label()
        self.note = label(self.tr(str(_WORDS)))
        self.outcome = label(name="value")
        self.outcome.setAccessibleName(self.tr("Outcome"))
        self.erase = named(QPushButton(self.tr("Erase for good")), "danger")
        self.erase.clicked.connect(self._erase)
        self.archive = QPushButton(self.tr("Archive instead"))
        self.archive.clicked.connect(self.archive_wanted)
        self.undo = QPushButton(self.tr("Undo"))
        self.undo.clicked.connect(self.undo_wanted)
        for part in (self.scope, self.counts, self.note, self.erase, self.archive, self.outcome, self.undo):
            self.body.addWidget(part)
        self.body.insertLayout(1, self._cards)
        self.body.addStretch(1)
        self.wait()

    def wait(self) -> None:
        """Nothing is known yet of what would go."""
        self._preview = None
        self._empty()
        self.counts.setText(self.tr("Looking at what there is…"))
        self.outcome.clear()
        self.undo.hide()
        self._offer(False)

    def begin(self, scope: str = "message") -> None:
        """Ask about one message first, or about what is named."""
        self.scope.blockSignals(True)
        self.scope.setCurrentIndex(self.scope.findData(scope))
        self.scope.blockSignals(False)
        self.wait()

    def show_preview(self, preview: Preview, now: datetime) -> None:
        """What would go: the messages, what came from them, and what says them again."""
        self._preview = preview
        self._empty()
        for message in preview.messages[:_SHOWN]:
            self._cards.addWidget(_card(message, now))
        if len(preview.messages) > _SHOWN:
            self._cards.addWidget(label(self.tr("and {0} more messages").format(len(preview.messages) - _SHOWN)))
        if preview.repeats:
            self._cards.addWidget(label(self.tr("These say it again. Take them along?")))
        for message in preview.repeats:
            self._cards.addWidget(self._choice(message, now))
        self.counts.setText(self.tr("With it goes what came from it: {0}.").format(taken(preview)))
        self._offer(True)

    def show_progress(self, words: str) -> None:
        """What is being done, while it is."""
        self._offer(False)
        self.outcome.setText(words)

    def show_erased(self, erased: Erased) -> None:
        """What was erased, and the proof; or where traces are left."""
        self._over(outcome(erased))

    def show_archived(self, episodes: int) -> None:
        """It is put away, and can be brought back."""
        none = self.tr("This is in no episode yet. Episodes are made a few minutes after something was said.")
        done = self.tr("Archived. It fades from replies, and search still finds it.")
        self._over(done if episodes else none)
        self.undo.setVisible(bool(episodes))

    def show_undone(self) -> None:
        """It is back."""
        self._over(self.tr("Brought back."))

    def show_problem(self, words: str) -> None:
        """It could not be done."""
        self._over(words)

    def _over(self, words: str) -> None:
        self._empty()
        self.counts.clear()
        self._offer(False)
        self.undo.hide()
        self.outcome.setText(words)

    def _erase(self) -> None:
        if self._preview is not None:
            along = [key for key, box in self._boxes.items() if box.isChecked()]
            stay = [key for key in self._boxes if key not in along]
            self.erase_wanted.emit([*(message.id for message in self._preview.messages), *along], stay)

    def _choice(self, message: Message, now: datetime) -> QFrame:
        """A repeat with a box that takes it along."""
        box = QCheckBox()
        box.setChecked(True)
        box.setAccessibleName(self.tr("Also erase: {0}").format(_short(message.text, 60)))
        self._boxes[message.id] = box
        card = named(QFrame(), "card")
        row = QHBoxLayout(card)
        row.setContentsMargins(12, 8, 12, 8)
        row.addWidget(box, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label(f"{friendly_date(message.created_at, now)}: {_short(message.text)}", "value"), 1)
        return card

    def _offer(self, offered: bool) -> None:
        for part in (self.erase, self.archive, self.note):
            part.setVisible(offered)

    def _empty(self) -> None:
        self._boxes.clear()
        while (item := self._cards.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()


def outcome(erased: Erased) -> str:
    """What an erasure came to, without what it was about."""
    translate = QCoreApplication.translate
    one, many = translate("ForgetPanel", "1 message"), translate("ForgetPanel", "{0} messages")
    name = one if erased.messages == 1 else many.format(erased.messages)
    if erased.proven:
        words = translate("ForgetPanel", "Erased {0}. Searched {1} files and recall: nothing of it is left.")
        return words.format(name, erased.files)
    words = translate("ForgetPanel", "Erased {0}, but traces are left: {1} bytes, in {2}.")
    where = ", ".join(erased.where) or translate("ForgetPanel", "recall")
    return words.format(name, erased.bytes_found, where)


def taken(preview: Preview) -> str:
    """All that an erasure would take."""
    return ", ".join(map(told, preview.parts()))


def _card(message: Message, now: datetime) -> QFrame:
    card = named(QFrame(), "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(12, 8, 12, 8)
    column.addWidget(label(friendly_date(message.created_at, now), "date"))
    column.addWidget(label(_short(message.text), "value"))
    return card


def _short(text: str, letters: int = _LETTERS) -> str:
    line = " ".join(text.split())
    return line if len(line) <= letters else line[: letters - 1] + "…"
