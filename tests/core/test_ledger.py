"""The list of network calls: added to and never changed, whole after a kill."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from app.core.errors import StoreError
from app.core.ledger import Call, Ledger
from tests.fakes import FakeClock


def test_a_call_is_there_before_it_ends_and_after(tmp_path: Path, clock: FakeClock) -> None:
    ledger = Ledger(tmp_path / "data" / "network.jsonl", clock)
    assert ledger.calls() == []
    call = ledger.begin("hub.example", "look up one")
    assert ledger.calls() == [Call(clock.now(), "hub.example", "look up one")]
    call.end(12, "200")
    call.end(99, "once is enough")
    clock.advance(timedelta(seconds=1))
    ledger.begin("hub.example", "fetch one")
    assert [(found.purpose, found.received, found.outcome) for found in ledger.calls()] == [
        ("fetch one", None, ""),
        ("look up one", 12, "200"),
    ]
    assert stat.S_IMODE((tmp_path / "data" / "network.jsonl").stat().st_mode) == 0o600


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_line_cut_short_costs_no_other(tmp_path: Path, clock: FakeClock, cut: int) -> None:
    path = tmp_path / "network.jsonl"
    ledger = Ledger(path, clock)
    ledger.begin("hub.example", "one").end(1, "200")
    ledger.begin("hub.example", "two")
    path.write_bytes(path.read_bytes()[:-cut])
    ledger.begin("hub.example", "three")
    assert {call.purpose for call in ledger.calls()} >= {"one", "three"}


def test_a_list_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "network.jsonl").mkdir()
    with pytest.raises(StoreError, match="no call was made"):
        Ledger(tmp_path / "network.jsonl").begin("hub.example", "one")
