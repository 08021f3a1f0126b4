"""The memories that a reply was shown: their day, their words, and why each came."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from html import escape

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from app.core.reasons import HAS, again
from app.core.types import Hit
from app.memory.recall.places import told_parts
from app.ui import theme
from app.ui.widgets import SidePanel, label, link, named
from app.ui.words.dates import friendly_date
from app.ui.words.phrases import reason, told

_WORDS = 600
_TELLING = 0.05


class SourcesPanel(SidePanel):
    """Opens beside the transcript. `opened` carries the conversation and the message to show, `judged` the question,
    the span, and whether it was opened or dismissed, `forget_wanted` the message, `pin_wanted` the message and whether
    it is never to fade."""

    opened = Signal(int, int)
    judged = Signal(int, int, bool)
    forget_wanted = Signal(int)
    pin_wanted = Signal(int, bool)

    def __init__(self) -> None:
        super().__init__(QCoreApplication.translate("SourcesPanel", "Memories used"))
        self._question = 0
        self.body.addStretch(1)

    def show_hits(self, hits: Sequence[Hit], question: int, now: datetime) -> None:
        """Fill the panel with what the reply to a question was shown."""
        self._question = question
        while self.body.count() > 1:
            item = self.body.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.deleteLater()
        for place, hit in enumerate(hits):
            self.body.insertWidget(place, self._card(hit, now))

    def _card(self, hit: Hit, now: datetime) -> QFrame:
        span = hit.span
        day = friendly_date(span.said_at, now)
        card = named(QFrame(), "card")
        card.setAccessibleName(self.tr("Memory of {0}").format(day))
        text = span.text if len(span.text) <= _WORDS else span.text[:_WORDS] + "…"
        words = QLabel(marked(text, hit.reasons), wordWrap=True, textFormat=Qt.TextFormat.RichText)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        show = link(self.tr("Open"))
        show.setAccessibleName(self.tr("Open in its conversation: {0}").format(span.conversation_title))
        show.clicked.connect(lambda: self._open(hit))
        dismiss = link(self.tr("Not this"))
        dismiss.setAccessibleName(self.tr("Say that the memory of {0} has nothing to do with the question").format(day))
        dismiss.clicked.connect(lambda: self._dismiss(hit, card))
        why = link(self.tr("Why"))
        why.setAccessibleName(self.tr("Why the memory of {0} came back").format(day))
        details = label(_why(hit))
        details.hide()
        why.clicked.connect(lambda: details.setVisible(details.isHidden()))
        forget = link(self.tr("Forget…"))
        forget.setAccessibleName(self.tr("Forget the memory of {0}").format(day))
        forget.clicked.connect(lambda: self.forget_wanted.emit(span.first_message_id))
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(why)
        below.addWidget(forget)
        below.addWidget(self._pin(hit, day))
        below.addStretch(1)
        below.addWidget(dismiss)
        top = QHBoxLayout()
        where = f"{_short(span.conversation_title)} · {told(span.passage.words)}" if span.passage else ""
        top.addWidget(label(where or f"{day} · {_short(span.conversation_title)}", "date"), 1)
        top.addWidget(show)
        column = QVBoxLayout(card)
        column.setContentsMargins(12, 8, 8, 12)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(words)
        if hit.remark is not None:
            column.addWidget(label(_sentence(hit.remark.words)))
        column.addWidget(label(" · ".join(map(reason, hit.reasons))))
        column.addWidget(details)
        column.addLayout(below)
        return card

    def _pin(self, hit: Hit, day: str) -> QPushButton:
        """Keeps the episode of a memory from ever fading, or lets it fade again."""
        pin = link(self.tr("Keep"))
        pin.setCheckable(True)
        pin.setAccessibleName(self.tr("Never let the memory of {0} fade").format(day))
        pin.toggled.connect(lambda on: pin.setText(self.tr("Kept") if on else self.tr("Keep")))
        pin.clicked.connect(lambda on: self.pin_wanted.emit(hit.span.first_message_id, on))
        return pin

    def _open(self, hit: Hit) -> None:
        self.judged.emit(self._question, hit.span.id, True)
        self.opened.emit(hit.span.conversation_id, hit.span.first_message_id)

    def _dismiss(self, hit: Hit, card: QFrame) -> None:
        self.judged.emit(self._question, hit.span.id, False)
        card.hide()


def marked(text: str, reasons: Sequence[str]) -> str:
    """The text as HTML with the words that matched on a tinted ground."""
    has = [found for text in reasons if (found := again(text)).form == HAS]
    matched = [word for found in has for word in str(found.data[0]).split(", ")]
    if not matched:
        return escape(text)
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, matched))})\b", re.IGNORECASE)
    parts = pattern.split(text)
    ground = theme.token("mark")
    return "".join(
        f'<span style="background-color: {ground}">{escape(part)}</span>' if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def _why(hit: Hit) -> str:
    """What each stage of recall added to the score, and where the words were said."""
    parts = ", ".join(f"{stage} {part:+.1f}" for stage, part in hit.parts if abs(part) >= _TELLING)
    counted = QCoreApplication.translate("SourcesPanel", "Counted: {0}.").format(parts) if parts else ""
    return "\n".join(part for part in (counted, ", ".join(map(told, told_parts(hit.span.place)))) if part)


def _sentence(words: str) -> str:
    """A remark as a sentence."""
    said = "; ".join(map(reason, words.split("; ") if "; now: " not in words else [words]))
    return f"{said[:1].upper()}{said[1:]}."


def _short(title: str) -> str:
    return title if len(title) <= 28 else title[:27] + "…"
