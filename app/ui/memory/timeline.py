"""Episodes as bands, a row a day: the surprise of what was said above them, a tick where one ends and the next begins.

A band is as wide as there was talk, and the paler and thinner the less of it is left.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime
from itertools import accumulate

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from app.storage.overview import Stretch
from app.ui import theme
from app.ui.accessible import has_parts, tell_focus
from app.ui.memory.days import Day
from app.ui.memory.memory_list import left_of
from app.ui.words.dates import friendly_date

_DAY, _LEFT, _RIGHT, _TOP = 84, 132, 16, 8
_CURVE, _BAND, _THINNEST = 26, 22, 8
_WIDEST, _NARROWEST, _GAP = 48.0, 8.0, 2.0
_PALEST = 0.3
_QUOTED = 160


class Timeline(QWidget):
    """The rows. Arrow keys go from episode to episode, Enter opens one. `opened` carries conversation and message,
    `looked_at` where the episode lies that the keys came to."""

    opened = Signal(int, int)
    looked_at = Signal(QRect)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Timeline of episodes"))
        has_parts(self)
        self.days: list[Day] = []
        self._begins: list[int] = []  # the number of the first episode of each day
        self._now = datetime.now().astimezone()
        self._at: tuple[int, int] | None = None
        self._highest, self._lowest, self._most = 1.0, 0.0, 1

    def show_days(self, days: list[Day], now: datetime) -> None:
        """Replace the rows."""
        self.days, self._now, self._at = days, now, None
        self._begins = list(accumulate((len(day.episodes) for day in days), initial=0))[:-1]
        self._most = max((sum(one.messages for one in day.episodes) for day in days), default=1)
        peaks = [nats for day in days for _, nats in day.curve]
        peaks = peaks or [n for day in days for one in day.episodes for n in (one.surprise, one.boundary) if n]
        self._highest, self._lowest = max(peaks, default=1.0), min(peaks, default=0.0)
        self.setMinimumHeight(len(days) * _DAY + _TOP)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, len(self.days) * _DAY + _TOP)

    def chosen(self) -> Stretch | None:
        """The episode that the keys have come to."""
        return self.days[self._at[0]].episodes[self._at[1]] if self._at is not None else None

    def words(self, episode: Stretch) -> str:
        """What is told of an episode: when, what it began with, how surprising that was, how much of it is left."""
        begun, ended = (f"{moment.astimezone():%H:%M}" for moment in (episode.begun, episode.ended))
        text = " ".join(episode.text.split())
        quoted = text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"
        parts = [
            f"{friendly_date(episode.begun, self._now)}, {begun}" + (f"–{ended}" if ended != begun else ""),
            f"{episode.speaker}: “{quoted}”" if episode.speaker else f"“{quoted}”",
            self.tr("{} messages").format(episode.messages) if episode.messages > 1 else self.tr("1 message"),
        ]
        if episode.boundary is not None:
            parts.append(self.tr("surprise at its beginning {:.1f} nats a token").format(episode.boundary))
        left = left_of(episode.curve, self._now)
        kept = episode.curve is not None and episode.curve.pinned
        parts.append(self.tr("kept") if kept else self.tr("{} % left").format(round(100 * left)))
        return "\n".join(parts[:2]) + "\n" + " · ".join(parts[2:])

    def parts(self) -> int:
        return sum(len(day.episodes) for day in self.days)

    def part_name(self, number: int) -> str:
        row, episode = self._numbered(number)
        return self.words(self.days[row].episodes[episode])

    def part_box(self, number: int) -> QRect:
        return self._box(*self._numbered(number)).toRect()

    def part_in_focus(self) -> int | None:
        return self._begins[self._at[0]] + self._at[1] if self._at is not None else None

    def _numbered(self, number: int) -> tuple[int, int]:
        row = bisect_right(self._begins, number) - 1
        return row, number - self._begins[row]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first = max((event.rect().top() - _TOP) // _DAY, 0)
        last = min((event.rect().bottom() - _TOP) // _DAY, len(self.days) - 1)
        for row in range(first, last + 1):
            self._paint_day(painter, row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (episode := self.chosen()) is not None:
            self.opened.emit(episode.conversation, episode.first)
        elif (step := _STEPS.get(Qt.Key(key))) is not None and self.days:
            self._step(*step)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if (place := self._place(event.position())) is not None:
            self._go(place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if (place := self._place(event.position())) is not None:
            episode = self.days[place[0]].episodes[place[1]]
            self.opened.emit(episode.conversation, episode.first)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            place = self._place(QPointF(event.pos()))
            if place is None:
                QToolTip.hideText()
            else:
                episode = self.days[place[0]].episodes[place[1]]
                QToolTip.showText(event.globalPos(), self.words(episode), self, self._box(*place).toRect())
            return True
        return super().event(event)

    def _step(self, rows: int, episodes: int) -> None:
        if self._at is None:
            self._go((0, 0))
            return
        row, number = self._at
        number += episodes
        if number < 0 and row + 1 < len(self.days):
            row, number = row + 1, len(self.days[row + 1].episodes) - 1
        elif number >= len(self.days[row].episodes) and row > 0:
            row, number = row - 1, 0
        row = max(0, min(row + rows, len(self.days) - 1))
        self._go((row, max(0, min(number, len(self.days[row].episodes) - 1))))

    def _go(self, place: tuple[int, int]) -> None:
        """Come to an episode, and have it read out."""
        self._at = place
        episode = self.days[place[0]].episodes[place[1]]
        self.setAccessibleDescription(self.words(episode))
        tell_focus(self, self._begins[place[0]] + place[1])
        self.update()
        self.looked_at.emit(self._box(*place).toRect())

    def _spread(self, day: Day) -> list[tuple[float, float]]:
        """Where each episode lies: from and to, within the widget."""
        room = max(self.width() - _LEFT - _RIGHT, 100)
        total = sum(one.messages for one in day.episodes)
        gaps = _GAP * (len(day.episodes) - 1)
        narrowest = min(_NARROWEST, max(room - gaps, 1) / max(len(day.episodes), 1))
        spare = max(room - gaps - narrowest * len(day.episodes), 0.0)
        unit = min(spare / max(total, self._most, 1), _WIDEST)
        at, found = float(_LEFT), []
        for one in day.episodes:
            width = narrowest + unit * one.messages
            found.append((at, at + width))
            at += width + _GAP
        return found

    def _box(self, row: int, number: int) -> QRectF:
        begin, end = self._spread(self.days[row])[number]
        left = left_of(self.days[row].episodes[number].curve, self._now)
        height = _THINNEST + (_BAND - _THINNEST) * left
        top = _TOP + row * _DAY + _CURVE + 8 + (_BAND - height) / 2
        return QRectF(begin, top, end - begin, height)

    def _place(self, point: QPointF) -> tuple[int, int] | None:
        row = int((point.y() - _TOP) // _DAY)
        if not 0 <= row < len(self.days) or point.x() < _LEFT:
            return None
        number = bisect_right([begin for begin, _ in self._spread(self.days[row])], point.x()) - 1
        inside = number >= 0 and point.x() <= self._spread(self.days[row])[number][1]
        return (row, number) if inside else None

    def _paint_day(self, painter: QPainter, row: int) -> None:
        day, top = self.days[row], _TOP + row * _DAY
        spread = self._spread(day)
        painter.setPen(QPen(QColor(theme.token("line")), 1))
        if row:
            painter.drawLine(QPointF(0, top - 6.5), QPointF(self.width() - _RIGHT, top - 6.5))
        self._paint_label(painter, day, top)
        self._paint_curve(painter, day, spread, top)
        for number, episode in enumerate(day.episodes):
            self._paint_episode(painter, episode, self._box(row, number), (row, number) == self._at)
            x = spread[number][0]
            painter.setPen(QPen(QColor(theme.token("accent")), 1))
            painter.drawLine(QPointF(x, top + _CURVE + 2), QPointF(x, top + _CURVE + 8 + _BAND + 4))

    def _paint_label(self, painter: QPainter, day: Day, top: int) -> None:
        at = day.episodes[0].begun
        font = QFont(self.font())
        painter.setFont(font)
        painter.setPen(QColor(theme.token("text")))
        name = friendly_date(at, self._now)
        box = QRect(0, top + _CURVE - 4, _LEFT - 12, 20)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name[:1].upper() + name[1:])
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(QColor(theme.token("muted")))
        count = len(day.episodes)
        words = self.tr("{} episodes").format(count) if count > 1 else self.tr("1 episode")
        painter.drawText(box.translated(0, 18), Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_curve(self, painter: QPainter, day: Day, spread: list[tuple[float, float]], top: int) -> None:
        points = self._points(day, spread)
        if len(points) < 2:
            return
        path = QPainterPath()
        for number, (x, nats) in enumerate(points):
            share = (nats - self._lowest) / max(self._highest - self._lowest, 1e-6)
            point = QPointF(x, top + _CURVE - (_CURVE - 4) * min(max(share, 0.0), 1.0))
            if number:
                path.lineTo(point)
            else:
                path.moveTo(point)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.token("muted")), 1.2))
        painter.drawPath(path)

    def _points(self, day: Day, spread: list[tuple[float, float]]) -> list[tuple[float, float]]:
        """The curve over the bands: of each message where a model read them, else of each episode."""
        if not day.curve:
            known = [(one, place) for one, place in zip(day.episodes, spread, strict=True) if one.surprise is not None]
            return [
                point
                for one, (begin, end) in known
                for point in ((begin, one.boundary or one.surprise or 0.0), ((begin + end) / 2, one.surprise or 0.0))
            ]
        begins = [one.begun for one in day.episodes]
        inside: dict[int, list[float]] = {}
        for at, nats in day.curve:
            inside.setdefault(max(bisect_right(begins, at) - 1, 0), []).append(nats)
        return [
            (spread[number][0] + (spread[number][1] - spread[number][0]) * place / len(values), nats)
            for number, values in sorted(inside.items())
            for place, nats in enumerate(values)
        ]

    def _paint_episode(self, painter: QPainter, episode: Stretch, box: QRectF, chosen: bool) -> None:
        colour = QColor(theme.token("accent"))
        colour.setAlphaF(_PALEST + (1 - _PALEST) * left_of(episode.curve, self._now))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(box.adjusted(1, 0, 0, 0), 3, 3)
        if episode.curve is not None and episode.curve.pinned:
            painter.setBrush(QColor(theme.token("on_accent")))
            painter.drawEllipse(QPointF(box.left() + 7, box.center().y()), 2, 2)
        if chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.token("focus")), 2))
            painter.drawRoundedRect(box.adjusted(-2, -3, 2, 3), 5, 5)


_STEPS = {
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Up: (-1, 0),
}
