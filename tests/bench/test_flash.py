from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from app.bench.flash import FlashBench, Options
from app.bench.limits import Limit, laptop_read_ahead
from app.bench.random_model import Shape, write_model
from app.core.errors import InputError
from app.runtime.flash.trial import Outcome, Trial
from tests.conftest import ROOT

WANTED = {
    *(f"{case}.{share}.ratio" for case in ("moe.correlated", "moe.uniform", "dense") for share in (50, 25)),
    *("moe.50.io_share", "dense.50.bandwidth_share", "prefill.50.ratio", "ram.ratio", "predicted_over_measured"),
    *("bit_exact", "peak_over_budget"),
}


class Still(Limit):
    """A limit that nobody enforces."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.sizes: list[int] = []

    def set(self, size: int) -> None:
        self.sizes.append(size)

    @property
    def kills(self) -> int:
        return 0


class Told(FlashBench):
    """Measurements that are told, not made: ours takes a third of the baseline's time."""

    def _go(self, trial: Trial) -> Outcome:
        plan = {
            "slots": 10,
            "banks": 0,
            "budget": trial.budget or 1,
            "tokens_per_second": 30.0,
            "expert_bytes": 10_000,
        }
        second = 0.03 if trial.flash else 0.09
        tally = {"found": 60, "ahead": 30, "missed": 10}
        return Outcome(1.0, [second] * trial.tokens, second, 10**6, "same", trial.budget // 2, 0.4, 0.0, plan, tally)


def with_models(folder: Path) -> None:
    for kind in ("moe", "dense"):
        (folder / f"random-{kind}-300.gguf").write_bytes(bytes(8 << 20))


@pytest.mark.real
def test_every_figure_of_the_contract_is_told(tmp_path: Path) -> None:
    with_models(tmp_path)
    figures = Told(Options(tmp_path, 300, tokens=4, rounds=1), Still(tmp_path), lambda _: None).run()
    assert figures.keys() >= WANTED
    assert figures["moe.correlated.50.ratio"] == pytest.approx(3)
    assert figures["bit_exact"] == 1
    assert figures["moe.correlated.50.predicted_over_measured"] == pytest.approx(0.9)
    assert figures["moe.uniform.25.hit_rate"] == 0.6
    assert figures["peak_over_budget"] == 0.5
    assert list(tmp_path.glob("drives-*")) == []


@pytest.mark.real
def test_one_case_runs_alone(tmp_path: Path) -> None:
    with_models(tmp_path)
    figures = Told(Options(tmp_path, 300, rounds=1, only=("dense.25",)), Still(tmp_path), lambda _: None).run()
    assert figures["dense.25.ratio"] == pytest.approx(3)
    assert not any(name.startswith(("moe", "dense.50", "prefill", "ram")) for name in figures)
    assert Options(tmp_path, only=("moe.uniform", "ram")).cases() == ["ram", "moe.uniform.50", "moe.uniform.25"]
    with pytest.raises(InputError, match="no case dense.75: choose from ram, "):
        Options(tmp_path, only=("dense.75",)).cases()


@pytest.mark.real
def test_a_trial_in_its_process_is_the_same_with_and_without_flash(tmp_path: Path) -> None:
    path = tmp_path / "moe.gguf"
    write_model(path, Shape("qwen3moe", 8, 512, 512, experts=32, used=4))
    found = []
    for flash in (False, True):
        trial = Trial(str(path), flash, budget=140_000_000, warm=2, tokens=4, prompt=9, context=128)
        command = [sys.executable, "-m", "app.runtime.flash.trial", json.dumps(asdict(trial))]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        found.append(Outcome(**json.loads(done.stdout)))
    plain, ours = found
    assert ours.refusal == ""
    assert ours.plan["mode"] == "experts from flash"
    assert ours.digest == plain.digest
    assert sum(ours.tally.values()) == 4 * 8 * 4


def test_read_ahead_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setting = tmp_path / "read_ahead_kb"
    setting.write_text("8192\n")
    monkeypatch.setattr("app.bench.limits._read_ahead", lambda _: setting)
    with pytest.raises(KeyboardInterrupt), laptop_read_ahead(tmp_path):
        assert setting.read_text() == "128"
        raise KeyboardInterrupt
    assert setting.read_text() == "8192\n"
