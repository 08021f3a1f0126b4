"""How a machine runs a model fastest: which choices are taken, and that looking for them ends when it should."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import DiskFull
from app.core.settings import Settings
from app.runtime import choosing
from app.runtime.chooser import find_best
from app.runtime.choosing import Search, Speed
from app.runtime.tuning import Tuning

LIKE = np.tile(np.log([0.35, 0.25, 0.25, 0.15]), (50, 1))


@pytest.fixture
def search(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Callable[[Tuning], Speed]], Search]:
    """A search over a model whose speed is told rather than measured."""
    path = tmp_path / "small.gguf"
    path.write_bytes(b"GGUF" * 400)

    def written(source: Path, target: Path, form: str) -> Path:
        if form == "Q8_0":
            raise DiskFull("The disk is full.")
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(b"x")
        return target

    def searching(speed: Callable[[Tuning], Speed]) -> Search:
        monkeypatch.setattr(Search, "_measure", lambda _, tuning: speed(tuning))
        monkeypatch.setattr(choosing, "requantize", written)
        monkeypatch.setattr("os.cpu_count", lambda: 2)
        return Search(path, tmp_path / "weights", 1, lambda: False)

    return searching


def all_of(search: Search) -> Search:
    for _, options in search.choices():
        search.choose(options)
    return search


def test_each_choice_stands_on_those_before(search: Callable[[Callable[[Tuning], Speed]], Search]) -> None:
    def speed(tuning: Tuning) -> Speed:
        return Speed(300 * (2 if tuning.weights else 1) + tuning.batch, 600 + 100 * (tuning.threads == 1), LIKE)

    found = all_of(search(speed))
    assert found.best.weights.endswith("BF16.gguf")
    assert (found.best.batch, found.best.threads, found.best.kv) == (512, 1, "f16")
    assert found.figures["weights.BF16.prefill_tps"] == 856


def test_what_is_faster_and_worse_is_not_taken(search: Callable[[Callable[[Tuning], Speed]], Search]) -> None:
    worse = LIKE[:, ::-1]

    def speed(tuning: Tuning) -> Speed:
        return Speed(900, 90, worse) if tuning.kv == "q4_0" or tuning.weights else Speed(300, 60, LIKE)

    found = all_of(search(speed))
    assert found.best == Tuning()
    found.tidy()
    assert list((found._folder).iterdir()) == []


def test_a_little_faster_is_noise(search: Callable[[Callable[[Tuning], Speed]], Search]) -> None:
    found = all_of(search(lambda tuning: Speed(300 + (tuning.batch == 512), 60, LIKE)))
    assert found.best == Tuning()


@pytest.mark.real
def test_it_ends_when_a_person_comes_back(tmp_path: Path) -> None:
    assert find_best(Settings().chat_model, tmp_path / "weights", lambda: False) is None
