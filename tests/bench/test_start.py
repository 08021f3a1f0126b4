"""`mneme bench start` opens the real window and measures it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from app.bench.start import bench_start
from app.cli.commands import mneme
from app.core.errors import DisplayError
from app.ui.display import why_no_display


@pytest.mark.real
@pytest.mark.skipif(bool(why_no_display()), reason="no window can be opened here")
def test_it_measures_the_first_paint_and_quick_recall() -> None:
    result = CliRunner().invoke(mneme, ["bench", "start", "--quick", "--n", "1000", "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["bench"], found["settings"]["runs"], found["settings"]["messages"]) == ("start", 2, 1_000)
    assert {"first_paint_ms", "quick_recall_ms", "quick_recall.p95_ms", "tray_pss_mb"} <= set(found["figures"])
    assert {"quick_recall.meaning.p50_ms", "quick_recall.meaning.p95_ms"} <= set(found["figures"])
    assert {"open_5000_ms", "worst_ui_block_ms"} <= set(found["figures"])
    assert all(value > 0 for name, value in found["figures"].items() if not name.endswith("grown_mb"))


def test_a_window_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    failed: Any = type("Run", (), {"stdout": "", "stderr": "no plugin\n"})
    monkeypatch.setattr("app.bench.start.subprocess.run", lambda *_, **__: failed)
    with pytest.raises(DisplayError, match="no plugin"):
        bench_start(1, 1_000, lambda *_: None)
