"""A text made to keep a pattern busy for ever holds nobody up: what people paste is read before their reply begins."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime

from app.core.types import Hit, Role, Span
from app.memory.entities import heading, names_in
from app.memory.facts.extract import Reader
from app.memory.telling.choose import chosen
from app.memory.telling.lines import Line

_LONG = 4_000
_PATIENCE = 60  # seconds: a pattern that tries every way to cut such a text takes longer than anybody lives
_UNITS = (
    "a ",
    "A ",
    "A and ",
    "my a ",
    "a's ",
    "I ",
    "not ",
    "no ",
    "a, ",
    "1,",
    "a.",
    "- ",
    "`",
    '"',
    "“ ",
    "\n",
    " ",
)
_STARTS = ("", '"', '"my ', "I said “", "If ", "My ")


def _judge(text: str) -> None:
    """As a memory that may answer, and as what is asked."""
    span = Span(1, 1, 1, 0, len(text), id=1, text=text, role=Role.USER, said_at=datetime(2024, 1, 1, tzinfo=UTC))
    line = Line(Hit(span, 0.0, ()), text)
    for question in ("Who is my boss?", text[:200]):
        chosen(question, None, [line, line])


def _read_every() -> None:
    for start in _STARTS:
        for unit in _UNITS:
            text = (start + unit * _LONG)[:_LONG] + "!"
            Reader(lambda _: []).read(1, text, datetime(2024, 1, 1, tzinfo=UTC))
            names_in(text)
            heading(text)
            _judge(text)


def test_no_text_keeps_the_reader_busy() -> None:
    reading = multiprocessing.get_context("spawn").Process(target=_read_every)
    reading.start()
    reading.join(_PATIENCE)
    reading.kill()
    assert reading.exitcode == 0
