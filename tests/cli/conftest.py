"""The command line in this process, with stand-ins for the models, and as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.bootstrap import build
from app.cli.commands import mneme
from tests.conftest import ROOT
from tests.fakes import FakeClock, FakeEmbedder, FakeModel

MAIN = "from app.cli import main; main()"


class Mneme:
    """Runs commands on one store."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir

    def __call__(self, *arguments: str, input: str | None = None) -> Any:  # noqa: A002
        return CliRunner().invoke(mneme, [*arguments, "--data-dir", str(self.data_dir)], input=input)

    def json(self, *arguments: str) -> Any:
        result = self(*arguments, "--json")
        assert (result.exit_code, result.stderr) == (0, "")
        return json.loads(result.stdout)


@pytest.fixture
def cli(
    monkeypatch: pytest.MonkeyPatch, data_dir: Path, clock: FakeClock, model: FakeModel, embedder: FakeEmbedder
) -> Mneme:
    """The command line with the models replaced and everything else real."""
    for module in ("chat", "remembering", "importing", "doctor", "pausing", "forgetting", "sleeping", "exporting"):
        monkeypatch.setattr(f"app.cli.{module}.build", partial(build, clock=clock, model=model, embedder=embedder))
    return Mneme(data_dir)


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs `mneme` as a process and returns what it said."""

    def run(*arguments: str, input: str = "", code: str = MAIN) -> subprocess.CompletedProcess[str]:  # noqa: A002
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=ROOT,
            env=os.environ | {"COLUMNS": "400"},
            input=input,
            capture_output=True,
            text=True,
            timeout=200,
        )

    return run
