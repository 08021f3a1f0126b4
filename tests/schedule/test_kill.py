"""Nights that are killed at random moments leave the store whole; `tools/kill_nights.py` does it 500 times."""

from __future__ import annotations

import random
from pathlib import Path

from tools.kill_nights import end_well, killed, problems


def test_a_night_can_be_killed_anywhere(data_dir: Path) -> None:
    chance, told = random.Random(7), set[int]()
    for _ in range(10):
        told |= set(killed(data_dir, chance.random() * 0.5))
        assert problems(data_dir, told) == []
    assert end_well(data_dir) == []
