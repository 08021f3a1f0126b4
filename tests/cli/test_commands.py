"""The commands as a whole: their names, their version, and that the README knows them."""

from __future__ import annotations

from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from app import __version__
from app.cli.commands import mneme
from tests.conftest import ROOT


def _names(command: Any = None, before: str = "") -> set[str]:
    """Every command by its full name."""
    inside = getattr(command or typer.main.get_command(mneme), "commands", None)
    if inside is None:
        return {before.strip()}
    return set().union(*(_names(part, f"{before}{name} ") for name, part in inside.items()))


def test_the_commands_are_these() -> None:
    assert _names() == {
        "attach",
        "chat",
        "ask",
        "remember",
        "recall",
        "import",
        "export",
        "restore",
        "setup",
        "doctor",
        "models download",
        "models find",
        "models use",
        "network",
        "fit",
        "sleep",
        "diary",
        "rebuild",
        "bench kv",
        "bench model",
        "bench sleep",
        "bench recall",
        "bench flash",
        "bench segment",
        "bench multihop",
        "bench start",
        "bench scale",
        "bench sort",
        "order",
        "learning",
        "pause",
        "forget",
        "health",
        "bench forgetting",
        "bench erase",
        "bench archive",
        "bench learning",
        "bench knowledge",
        "facts",
    }


@pytest.mark.parametrize("name", sorted(_names()))
def test_the_readme_names_every_command(name: str) -> None:
    assert f"mneme {name}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(_names()))
def test_every_command_explains_itself(name: str) -> None:
    result = CliRunner().invoke(mneme, [*name.split(), "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.stdout


def test_the_version_is_told() -> None:
    result = CliRunner().invoke(mneme, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"mneme {__version__}\n")


@pytest.mark.parametrize(
    "arguments", [["dance"], ["ask"], ["ask", "--loud", "hi"], ["bench", "nothing"], ["recall", "x", "--limit", "0"]]
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    result = CliRunner().invoke(mneme, arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
