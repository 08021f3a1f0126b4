"""`mneme bench sleep` measures recall around a night, the cost of one, and waiting meanwhile."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.commands import mneme
from tests.bench.samples import ask, sample, write


@pytest.mark.real
def test_it_prints_one_object_with_every_figure(tmp_path: Path) -> None:
    path = write(tmp_path, [sample()])
    result = CliRunner().invoke(mneme, ["bench", "sleep", "--locomo", str(path), "--n", "100", "--quick", "--json"])
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)["figures"]
    names = {
        f"{when}.{kind}recall@{k}" for when in ("before", "after") for kind in ("", "cat1.", "cat2.") for k in (5, 10)
    }
    names |= {"messages_per_s", "cost_growth", "ttft_during_over_idle", "peak_mb", "night_s"}
    assert names <= figures.keys()
    assert figures["after.recall@5"] == 1.0  # five turns a conversation


def test_a_file_without_evidence_is_refused(tmp_path: Path) -> None:
    item = sample()
    item["qa"] = [ask("What did nobody say?", 4, "D", "D9:9")]
    result = CliRunner().invoke(mneme, ["bench", "sleep", "--locomo", str(write(tmp_path, [item]))])
    assert result.exit_code == 5
    assert "no question with evidence" in result.output
