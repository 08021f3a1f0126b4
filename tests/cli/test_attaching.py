"""`mneme attach`."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from app.bootstrap import build
from app.cli import attaching
from app.cli.commands import mneme
from tests.fakes import FakeEmbedder, FakeModel


def _run(monkeypatch: object, data_dir: Path, *words: str) -> object:
    def small(folder: Path, **options: object) -> object:
        return build(folder, model=FakeModel(), embedder=FakeEmbedder(), **options)  # type: ignore[arg-type]

    monkeypatch.setattr(attaching, "build", small)  # type: ignore[attr-defined]
    return CliRunner().invoke(mneme, ["attach", *words, "--data-dir", str(data_dir)])


def test_documents_are_kept_and_counted(monkeypatch: object, data_dir: Path, tmp_path: Path) -> None:
    path = tmp_path / "house.md"
    path.write_text("# Boiler\n\nIt needs 1.5 bar.", encoding="utf-8")
    result = _run(monkeypatch, data_dir, str(path), "--json")
    assert result.exit_code == 0, result.output  # type: ignore[attr-defined]
    found = json.loads(result.stdout)["documents"][0]  # type: ignore[attr-defined]
    assert (found["name"], found["kind"], found["passages"]) == ("house.md", "markdown", 1)


def test_a_bad_file_is_an_error_of_the_input(monkeypatch: object, data_dir: Path, tmp_path: Path) -> None:
    result = _run(monkeypatch, data_dir, str(tmp_path / "none.txt"))
    assert result.exit_code == 5  # type: ignore[attr-defined]
    assert "no file at" in result.output  # type: ignore[attr-defined]
