"""The drawing of the map: dots for names, lines between those that memories name together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QGraphicsView, QStyleOptionGraphicsItem, QWidget

from app.ui import theme
from app.ui.accessible import has_parts, tell_focus

if TYPE_CHECKING:
    from app.memory.atlas import Atlas, Name

_SIZE = 1_000.0
_SMALLEST, _LARGEST = 3.0, 15.0
_LABELLED = 36
_NEARER = 1.2
_CLOSEST, _FARTHEST = 8.0, 0.4


class Dot(QGraphicsItem):
    """A name. `loud` ones always bear their label, the others where they are looked at."""

    def __init__(self, name: Name, radius: float, loud: bool) -> None:
        super().__init__()
        self.name, self.radius, self.loud = name, radius, loud
        self.near = self.found = self.current = False
        self.setPos(name.x * _SIZE, name.y * _SIZE)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setAcceptHoverEvents(True)
        self.setZValue(name.memories)
        self.setToolTip(name.name)

    def boundingRect(self) -> QRectF:
        return QRectF(-self.radius - 3, -self.radius - 3, 2 * self.radius + 6, 2 * self.radius + 6)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        strong = self.near or self.found or self.current
        colour = QColor(theme.token("accent"))
        colour.setAlphaF(1.0 if strong else 0.75 if self.loud else 0.45)
        painter.setPen(QPen(QColor(theme.token("focus")), 2) if self.current else QPen(Qt.PenStyle.NoPen))
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(0, 0), self.radius, self.radius)

    def hoverEnterEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        self.near = True
        self.scene().update()

    def hoverLeaveEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        self.near = False
        self.scene().update()


class MapGraphics(QGraphicsView):
    """Draws an atlas. `chosen` carries the id and the name of what was clicked, or chosen with Enter."""

    chosen = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self.setScene(QGraphicsScene(self))
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.viewport().setAutoFillBackground(False)
        has_parts(self)
        self.dots: list[Dot] = []
        self._ties: list[tuple[int, int, QLineF]] = []
        self._at: int | None = None
        self._moved = False

    def show_atlas(self, found: Atlas) -> None:
        """Draw a map in the place of the one that is shown."""
        self.scene().clear()
        most = max((name.memories for name in found.names), default=1)
        self.dots = []
        for number, name in enumerate(found.names):
            share = math.sqrt(name.memories / most)
            dot = Dot(name, _SMALLEST + (_LARGEST - _SMALLEST) * share, number < _LABELLED)
            self.dots.append(dot)
            self.scene().addItem(dot)
        self._ties = [(t.a, t.b, QLineF(self.dots[t.a].pos(), self.dots[t.b].pos())) for t in found.ties]
        self._at = None
        edge = _SIZE * 1.12
        self.scene().setSceneRect(-edge, -edge, 2 * edge, 2 * edge)
        self._fit()

    def point_out(self, text: str) -> None:
        """Point out the names that hold a text, and come to the first of them."""
        wanted = text.casefold()
        for dot in self.dots:
            dot.found = bool(wanted) and wanted in dot.name.name.casefold()
        if (first := self._first_found()) is not None:
            self.centerOn(self.dots[first])
        self.viewport().update()

    def choose_found(self) -> None:
        """Choose the first name that was found."""
        if (first := self._first_found()) is not None:
            self._go(first)
            self._choose()

    def parts(self) -> int:
        return len(self.dots)

    def part_name(self, number: int) -> str:
        name = self.dots[number].name
        return self.tr("{}, in {} memories").format(name.name, name.memories)

    def part_box(self, number: int) -> QRect:
        dot = self.dots[number]
        return dot.boundingRect().translated(QPointF(self.mapFromScene(dot.pos()))).toRect()

    def part_in_focus(self) -> int | None:
        return self._at

    def drawBackground(self, painter: QPainter, rect: QRectF | object) -> None:
        """The lines, below the dots: those of what is looked at stronger than the others."""
        looked_at = {number for number, dot in enumerate(self.dots) if dot.near or dot.current}
        quiet = QColor(theme.token("muted"))
        quiet.setAlphaF(0.3)
        painter.setPen(_line(quiet, 0.8))
        painter.drawLines([line for _, _, line in self._ties])
        painter.setPen(_line(QColor(theme.token("accent")), 1.6))
        painter.drawLines([line for a, b, line in self._ties if a in looked_at or b in looked_at])

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        self._paint_labels(painter)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._moved:
            self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._zoom(_NEARER if event.angleDelta().y() > 0 else 1 / _NEARER)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom(_NEARER)
        elif key == Qt.Key.Key_Minus:
            self._zoom(1 / _NEARER)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        elif (way := _WAYS.get(Qt.Key(key))) is not None and self.dots:
            self._go(self._next(way))
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        item = self.itemAt(event.position().toPoint())
        if isinstance(item, Dot) and event.button() is Qt.MouseButton.LeftButton:
            self._go(self.dots.index(item))
            self._choose()

    def _first_found(self) -> int | None:
        return next((number for number, dot in enumerate(self.dots) if dot.found), None)

    def _choose(self) -> None:
        if self._at is not None:
            name = self.dots[self._at].name
            self.chosen.emit(name.id, name.name)

    def _go(self, number: int) -> None:
        """Come to a name, and have it read out."""
        if self._at is not None:
            self.dots[self._at].current = False
        self._at = number
        dot = self.dots[number]
        dot.current = True
        self.setAccessibleDescription(self.part_name(number))
        tell_focus(self, number)
        self.ensureVisible(dot, 60, 60)
        self.viewport().update()

    def _next(self, way: tuple[int, int]) -> int:
        """The nearest name in a direction; the most named one to begin with."""
        if self._at is None:
            return 0
        here, best, least = self.dots[self._at].pos(), self._at, math.inf
        for number, dot in enumerate(self.dots):
            gap = dot.pos() - here
            along, across = gap.x() * way[0] + gap.y() * way[1], abs(gap.x() * way[1]) + abs(gap.y() * way[0])
            if along > 0 and number != self._at and along + 2 * across < least:
                best, least = number, along + 2 * across
        return best

    def _zoom(self, by: float) -> None:
        scale = self.transform().m11() * by
        whole = min(self.viewport().width(), self.viewport().height()) / (2 * _SIZE * 1.12)
        if _FARTHEST <= scale / max(whole, 1e-6) <= _CLOSEST:
            self._moved = True
            self.scale(by, by)

    def _fit(self) -> None:
        self._moved = False
        self.fitInView(self.sceneRect(), Qt.AspectRatioMode.KeepAspectRatio)

    def _paint_labels(self, painter: QPainter) -> None:
        """Names that are looked at first, then the most named ones where there is room: no label lies on another."""
        font = QFont(self.font())
        font.setPixelSize(12)
        painter.setFont(font)
        metrics, taken = QFontMetricsF(font), list[QRectF]()
        nearness = self.transform().m11() / max(min(self.width(), self.height()) / (2 * _SIZE * 1.12), 1e-6)
        loud = _LABELLED * max(nearness, 1.0) ** 2
        strong = [dot for dot in self.dots if dot.near or dot.current or dot.found]
        for number, dot in enumerate([*strong, *self.dots]):
            if number >= len(strong) + loud:
                break
            at = self.mapFromScene(dot.pos())
            size = metrics.size(0, dot.name.name)
            box = QRectF(at.x() - size.width() / 2 - 3, at.y() + dot.radius + 1, size.width() + 6, size.height())
            if any(box.intersects(other) for other in taken):
                continue
            taken.append(box)
            ground = QColor(theme.token("background"))
            ground.setAlphaF(0.85)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(QColor(theme.token("text" if number < len(strong) or dot.loud else "muted")))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, dot.name.name)


def _line(colour: QColor, width: float) -> QPen:
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    return pen


_WAYS = {
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Down: (0, 1),
    Qt.Key.Key_Up: (0, -1),
}
