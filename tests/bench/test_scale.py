"""`mneme bench scale` grows a store and measures on the way."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from app.bench import scale
from app.bench.scale import bench_scale
from app.cli.commands import mneme
from tests.fakes import FakeEmbedder

FIGURES = {f"{what}.{point}" for what in ("recall", "search", "flat", "quick") for point in ("p50_ms", "p95_ms")} | {
    "recall.p50.ratio",
    "recall.p95.ratio",
    "search.p95.ratio",
    "agreement@10",
    "rss_mb",
    "add_ms",
    "delete_ms",
}


def test_it_measures_at_each_size_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "_SIZES", (1_000, 1_000_000))
    seen: list[int] = []
    report = bench_scale(1_400, True, lambda done, _: seen.append(done), FakeEmbedder(dimension=384))
    names = (
        FIGURES
        | {f"1k.{name}" for name in FIGURES}
        | {"fill_s", "build_s", "index_mb", "store_mb", "growth_exponent", "search.growth_exponent"}
    )
    assert names <= set(report.figures)
    assert report.settings["n"] == seen[-1] == 1_400
    assert 0 < report.figures["agreement@10"] <= 1
    assert all(value > 0 for name, value in report.figures.items() if name.endswith("_ms"))


@pytest.mark.real
def test_it_prints_one_object() -> None:
    result = CliRunner().invoke(mneme, ["bench", "scale", "--n", "1000", "--quick", "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["bench"], found["settings"]["n"], found["settings"]["real_embeddings"]) == ("scale", 1_000, 1_000)
    assert set(found["figures"]) >= FIGURES


@pytest.mark.parametrize("n", ["0", "-5", "many"])
def test_a_size_that_is_none_is_told(n: str) -> None:
    assert CliRunner().invoke(mneme, ["bench", "scale", "--n", n]).exit_code == 2
