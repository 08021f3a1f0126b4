"""`mneme bench knowledge`: is the current value of what changes told first, and the one that held at another time?

A script is JSON Lines in order of time: `{at, say}`, and `{at, ask, expect, as_of?}`. Each line happens at its moment
in a fresh store, and the background work runs in between. An answer is right when what is expected stands in it, case
ignored; it is the first answer that memory alone gives, and no model generates any of it. An `expect` of "" asks what
memory cannot know: right is to say nothing.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any

from app.bench.report import Report, percentile
from app.bootstrap import Assistant, build
from app.core.errors import InputError
from app.memory.answer import Answer
from app.memory.episodes import EpisodeKeeper
from app.memory.facts.keeper import FactKeeper
from app.memory.facts.times import end_of

Progress = Callable[[int, int], None]
_SAME_CHAT = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Line:
    """Something said, or asked with what the answer should hold, at its moment."""

    at: datetime
    say: str = ""
    ask: str = ""
    expect: str = ""
    as_of: datetime | None = None

    @property
    def kind(self) -> str:
        """Under which figure a question counts."""
        return "as_of" if self.as_of else "current" if self.expect else "unknown"


class Moment:
    """A clock that is set from line to line."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.moment


def load_script(path: Path) -> list[Line]:
    """The lines of a script. Raises InputError, naming the line, where one is of another shape."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InputError(f"The script {path} cannot be read. Give a file of JSON Lines.") from error
    lines = []
    for number, row in enumerate(text.splitlines(), 1):
        if row.strip():
            try:
                lines.append(_line(json.loads(row)))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                raise InputError(
                    f'Line {number} of {path} is neither {{"at", "say"}} nor {{"at", "ask", "expect", "as_of"?}}.'
                ) from error
    if not any(line.ask for line in lines):
        raise InputError(f"The script {path} asks nothing.")
    return sorted(lines, key=lambda line: line.at)


def bench_knowledge(
    script: Path, quick: bool, progress: Progress, misses: Callable[[str], None] | None = None
) -> Report:
    """Play a script. `quick` plays its first 150 lines; `misses` is told of each answer that was not right."""
    lines = load_script(script)
    lines = lines[:150] if quick else lines
    run = _Run(misses or (lambda _: None))
    clock = Moment(lines[0].at)
    with (
        tempfile.TemporaryDirectory(prefix="mneme-bench-") as folder,
        build(Path(folder), background=False, clock=clock) as assistant,
    ):
        for done, line in enumerate(lines, 1):
            clock.moment = line.at
            run.play(assistant, line)
            progress(done, len(lines))
    said = sum(bool(line.say) for line in lines)
    return Report("knowledge", {"script": script.name, "said": said, "asked": len(lines) - said}, run.figures())


class Player:
    """Says what a script says, and does the work of the background after it."""

    def __init__(self) -> None:
        self._chat: int | None = None
        self._last: datetime | None = None

    def say(self, assistant: Assistant, line: Line) -> float:
        """One line, in the chat that goes on or a new one; how many ms it took to keep it."""
        begun = time.perf_counter()
        goes_on = self._chat is not None and self._last is not None and line.at - self._last < _SAME_CHAT
        self._last = line.at
        chat = self._chat if goes_on else None
        if chat is None or assistant.memory.go_on(chat, line.say, line.at) is None:
            self._chat = assistant.memory.begin(line.say, line.at)[0].id
        took = (time.perf_counter() - begun) * 1000
        FactKeeper(assistant.store, assistant.clock).extract_pending()
        assistant.memory.embed_pending()
        EpisodeKeeper(assistant.store).segment_pending()
        return took


class _Run:
    """Says and asks, and adds up."""

    def __init__(self, misses: Callable[[str], None]) -> None:
        self._misses = misses
        self._right: dict[str, list[float]] = {"current": [], "as_of": [], "unknown": []}
        self._by: list[str] = []
        self._times: list[float] = []
        self._said_in: list[float] = []
        self._player = Player()

    def play(self, assistant: Assistant, line: Line) -> None:
        """One line, and after what was said the work of the background."""
        if line.ask:
            self._ask(assistant, line)
        else:
            self._said_in.append(self._player.say(assistant, line))

    def figures(self) -> dict[str, float]:
        """The shares that were right, of those answered by a fact, and the times."""
        shares = {name: fmean(values) for name, values in self._right.items() if values}
        times = {"p50_ms": percentile(self._times, 50), "p95_ms": percentile(self._times, 95)}
        by_fact = fmean(by == "fact" for by in self._by) if self._by else 0.0
        return {**shares, "by_fact": by_fact, **times, "say_p95_ms": percentile(self._said_in, 95)}

    def _ask(self, assistant: Assistant, line: Line) -> None:
        begun = time.perf_counter()
        answer = assistant.memory.answer(line.ask, line.as_of)
        self._times.append((time.perf_counter() - begun) * 1000)
        right = line.expect.casefold() in answer.words.casefold() if line.expect else not answer.words
        self._right[line.kind].append(float(right))
        if line.expect:
            self._by.append(answer.by)
        if not right:
            self._misses(_told(line, answer))


def _told(line: Line, answer: Answer) -> str:
    when = f" (as of {line.as_of:%Y-%m-%d})" if line.as_of else ""
    return f"{line.at:%Y-%m-%d} {line.ask}{when}\n  expected {line.expect!r}, by {answer.by}: {answer.words[:140]!r}"


def _line(row: dict[str, Any]) -> Line:
    at = _moment(row["at"])
    if "say" in row:
        return Line(at, say=_text(row["say"]))
    as_of = _moment(row["as_of"], end=True) if row.get("as_of") else None
    return Line(at, ask=_text(row["ask"]), expect=str(row["expect"]), as_of=as_of)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError("words are wanted")
    return value


def _moment(text: str, *, end: bool = False) -> datetime:
    """A moment; a day is its middle or, as the `end` of what is asked about, its last moment."""
    moment = datetime.fromisoformat(text)
    if len(text.strip()) <= len("2024-01-01"):
        return end_of(moment.date()) if end else moment.replace(hour=12, tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def print_misses(text: str) -> None:
    """On standard error."""
    sys.stderr.write(text + "\n")
