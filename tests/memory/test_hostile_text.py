"""A text made to keep a pattern busy for ever holds nobody up: what people paste is read before their reply begins."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime

from app.memory.entities import heading, names_in
from app.memory.facts.extract import Reader

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


def _read_every() -> None:
    for start in _STARTS:
        for unit in _UNITS:
            text = (start + unit * _LONG)[:_LONG] + "!"
            Reader(lambda _: []).read(1, text, datetime(2024, 1, 1, tzinfo=UTC))
            names_in(text)
            heading(text)


def test_no_text_keeps_the_reader_busy() -> None:
    reading = multiprocessing.get_context("spawn").Process(target=_read_every)
    reading.start()
    reading.join(_PATIENCE)
    reading.kill()
    assert reading.exitcode == 0
