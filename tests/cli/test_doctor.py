"""`mneme doctor` looks at everything and says where it lies."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app.core.settings import Settings
from tests.cli.conftest import Mneme
from tests.fakes import FakeEmbedder


@pytest.fixture
def sound_model() -> Path:
    path = Settings().chat_model
    if not path.exists():
        pytest.skip("the embedded model is not here")
    return path


def test_all_is_well(cli: Mneme, sound_model: Path) -> None:
    found = cli.json("doctor")["findings"]
    assert [finding["name"] for finding in found] == [
        "version",
        "machine",
        "store",
        "privacy",
        "log",
        "model",
        "facts",
        "embedder",
    ]
    assert [finding["exit_code"] for finding in found] == [0] * 8
    by_name = {finding["name"]: finding["detail"] for finding in found}
    assert str(cli.data_dir / "mneme.db") in by_name["store"]
    assert str(cli.data_dir / "logs") in by_name["log"]
    assert "your account alone" in by_name["privacy"]


def test_the_store_is_counted(cli: Mneme, sound_model: Path) -> None:
    cli("remember", "The key is under the blue pot.")
    assert "1 conversations, 1 messages, 1 memories, sound" in cli("doctor").stdout


def test_trouble_is_found_and_the_rest_is_still_looked_at(
    cli: Mneme, sound_model: Path, embedder: FakeEmbedder
) -> None:
    embedder.error = "The embedder cannot load."
    result = cli("doctor")
    assert result.exit_code == 3
    assert "✗ embedder" in result.stdout
    assert "The embedder cannot load." in result.stdout
    assert "✓ store" in result.stdout


def test_a_missing_model_is_found(cli: Mneme, tmp_path: Path) -> None:
    result = cli("doctor", "--model", str(tmp_path / "gone.gguf"), "--json")
    assert result.exit_code == 3
    model = next(f for f in json.loads(result.stdout)["findings"] if f["name"] == "model")
    assert "There is no model at" in model["detail"]


def test_a_truncated_model_is_found(cli: Mneme, sound_model: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.gguf"
    shutil.copyfile(sound_model, half)
    with open(half, "r+b") as file:
        file.truncate(1_000_000)
    result = cli("doctor", "--model", str(half))
    assert result.exit_code == 3
    assert "Download it again" in " ".join(result.stdout.split())


@pytest.mark.real
def test_the_real_models_are_sound(data_dir: Path) -> None:
    found = Mneme(data_dir).json("doctor")["findings"]
    assert all(finding["exit_code"] == 0 for finding in found)
    assert "SmolLM2" in next(f["detail"] for f in found if f["name"] == "model")
