from __future__ import annotations

from pathlib import Path

import pytest

from app.core.paths import DataDir, default_data_dir, models_dir, resources_dir
from app.core.settings import Settings


def test_the_environment_chooses_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MNEME_DATA", str(tmp_path))
    assert default_data_dir() == tmp_path


@pytest.mark.parametrize(
    ("system", "variable", "folder"),
    [("linux", "XDG_DATA_HOME", "mneme"), ("win32", "LOCALAPPDATA", "Mneme")],
)
def test_each_system_has_its_own_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, system: str, variable: str, folder: str
) -> None:
    monkeypatch.delenv("MNEME_DATA")
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setenv(variable, str(tmp_path))
    assert default_data_dir() == tmp_path / folder


def test_the_environment_chooses_the_models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MNEME_MODELS", str(tmp_path))
    assert models_dir() == tmp_path
    assert Settings().chat_model.parent == Settings().embedder.parent == tmp_path
    assert Settings(model_path="/other.gguf").chat_model == Path("/other.gguf")


def test_only_the_owner_can_read_the_data_folder(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "deep" / "store").create()
    data.create()
    for folder in (data.root, data.backups, data.logs, data.kv):
        assert folder.stat().st_mode & 0o077 == 0


def test_the_prompts_are_among_the_resources() -> None:
    assert (resources_dir() / "prompts" / "system.txt").is_file()


def test_a_folder_named_from_where_one_stands_is_the_same_from_anywhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert DataDir(Path("here")).database == tmp_path / "here" / "mneme.db"
