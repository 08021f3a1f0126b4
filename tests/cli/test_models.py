"""`mneme models` and `mneme network`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.commands import mneme
from app.core.ledger import Ledger
from app.core.settings import load_settings
from app.runtime.catalogue import catalogue, entry
from tests.runtime import gguf
from tests.runtime.hub_server import hub_here


def _run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(mneme, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


def test_they_are_listed(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    assert "qwen3-4b-instruct" in _run("models", "--data-dir", data)
    found = json.loads(_run("models", "--json", "--data-dir", data))
    assert [row["id"] for row in found["models"]] == [item.id for item in catalogue()]
    assert not (tmp_path / "data").exists()


def test_one_is_fetched_and_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body, data, wanted = gguf.sound() + bytes(2_000_000), tmp_path / "data", entry("smollm2-360m")
    monkeypatch.setenv("MNEME_MODELS", str(tmp_path / "models"))
    assert "not here yet" in _run("models", "use", wanted.id, "--data-dir", str(data), code=5)
    with hub_here() as hub:
        hub.repos[wanted.repo] = {wanted.file: body}
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        _run("models", "download", wanted.id, "--data-dir", str(data))
        calls = json.loads(_run("network", "--json", "--data-dir", str(data)))["calls"]
        assert len(calls) == len(hub.requests) == 2
    assert "fits" in _run("models", "use", wanted.id, "--data-dir", str(data))
    assert load_settings(data / "settings.json").model_path == str(tmp_path / "models" / wanted.file)
    assert wanted.file.removesuffix(".gguf") in _run("models", "find", "--data-dir", str(data))


def test_a_strange_name_and_a_file_that_is_no_model_are_told(tmp_path: Path) -> None:
    assert "has no model" in _run("models", "download", "nothing", "--data-dir", str(tmp_path), code=5)
    (tmp_path / "no.gguf").write_bytes(b"no")
    assert "not a GGUF" in _run("models", "use", str(tmp_path / "no.gguf"), "--data-dir", str(tmp_path), code=3)


def test_without_any_call_it_says_so(tmp_path: Path) -> None:
    assert "None so far" in _run("network", "--data-dir", str(tmp_path))
    Ledger(tmp_path / "network.jsonl").begin("hub.example", "look up one")
    assert "no answer" in _run("network", "--data-dir", str(tmp_path))
