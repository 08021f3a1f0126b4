from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.commands import mneme
from app.core.settings import Settings, save_settings
from app.memory.recall.features import STAGES


def run(data_dir: Path, *arguments: str) -> str:
    result = CliRunner().invoke(mneme, ["learning", *arguments, "--data-dir", str(data_dir)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_fresh_store_counts_every_part_as_it_was_shipped(data_dir: Path) -> None:
    found = json.loads(run(data_dir, "--json"))
    assert found == {"on": True, "feedback": 0, "forgotten": 0, "factors": dict.fromkeys(STAGES, 1.0)}
    assert "words     × 1.00" in run(data_dir)


def test_resetting_says_how_much_was_forgotten(data_dir: Path) -> None:
    assert "Forgot 0 pieces of feedback" in run(data_dir, "--reset")


def test_a_switch_that_is_off_is_told(data_dir: Path) -> None:
    run(data_dir)
    save_settings(data_dir / "settings.json", Settings(learn=False))
    assert "Learning is off" in run(data_dir)


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("no folder")
    result = CliRunner().invoke(mneme, ["learning", "--data-dir", str(path)])
    assert result.exit_code == 4


@pytest.mark.parametrize("value", ["yes", 1, None])
def test_the_switch_is_true_or_false(data_dir: Path, value: object) -> None:
    run(data_dir)
    (data_dir / "settings.json").write_text(json.dumps({"learn": value}))
    assert CliRunner().invoke(mneme, ["learning", "--data-dir", str(data_dir)]).exit_code == 5
