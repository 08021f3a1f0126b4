"""Every network call that Mneme ever made: written down before it is made, one line of JSON each, and only added to.

A file of its own and not a table, because a backup put in the store's place must not undo it: docs/decisions/0023.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from app.core.clock import Clock, SystemClock, from_text, to_text
from app.core.errors import StoreError


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `received` counts bytes and is None while it runs, or where the app ended in the middle of it."""

    at: datetime
    host: str
    purpose: str
    received: int | None = None
    outcome: str = ""


class Ledger:
    """The list in the file at `path`. Thread-safe; several processes may add to it."""

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self._path = path
        self._clock = clock or SystemClock()

    def begin(self, host: str, purpose: str) -> OpenCall:
        """Write down that a call is about to be made. Raises StoreError, and then it must not be made."""
        key = uuid4().hex
        self._add({"id": key, "at": to_text(self._clock.now()), "host": host, "purpose": purpose})
        return OpenCall(self, key)

    def end(self, key: str, received: int, outcome: str) -> None:
        """Write down how a call ended."""
        self._add({"id": key, "received": received, "outcome": outcome})

    def calls(self) -> list[Call]:
        """All calls, newest first. A line that a kill cut short is passed over."""
        found: dict[str, Call] = {}
        for line in self._lines():
            try:
                row = json.loads(line)
                if "host" in row:
                    found[row["id"]] = Call(from_text(row["at"]), row["host"], row["purpose"])
                elif (call := found.get(row["id"])) is not None:
                    found[row["id"]] = Call(call.at, call.host, call.purpose, int(row["received"]), row["outcome"])
            except (ValueError, KeyError, TypeError):
                continue
        newest_last = sorted(found.values(), key=lambda call: call.at)
        return newest_last[::-1]

    def _lines(self) -> list[str]:
        try:
            return self._path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            raise StoreError("The list of network calls in {0} cannot be read.", self._path) from error

    def _add(self, row: dict[str, object]) -> None:
        line = (json.dumps(row, ensure_ascii=False) + "\n").encode()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            torn = self._torn()
            file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(file, b"\n" + line if torn else line)
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            raise StoreError(
                "Network calls are written down in {0}, and that file cannot be written ({1}). So no call was made.",
                self._path,
                error.strerror,
            ) from error

    def _torn(self) -> bool:
        """Whether the last line has no end, because its writer was killed."""
        try:
            with open(self._path, "rb") as file:
                if not file.seek(0, os.SEEK_END):
                    return False
                file.seek(-1, os.SEEK_END)
                return file.read(1) != b"\n"
        except FileNotFoundError:
            return False


class OpenCall:
    """A call that is being made. It ends once, whoever says so first."""

    def __init__(self, ledger: Ledger, key: str) -> None:
        self._ledger, self._key = ledger, key
        self._ended = threading.Lock()

    def end(self, received: int, outcome: str) -> None:
        """Write down how it ended."""
        if self._ended.acquire(blocking=False):
            self._ledger.end(self._key, received, outcome)
