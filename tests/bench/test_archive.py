"""`mneme bench archive` in small."""

from __future__ import annotations

from app.bench.archive import bench_archive
from tests.fakes import FakeEmbedder


def test_every_figure_of_the_contract_is_there() -> None:
    told: list[tuple[int, int]] = []
    report = bench_archive(300, True, lambda done, total: told.append((done, total)), FakeEmbedder())
    assert {"export.ratio", "import.ratio", "peak_mb", "round_trip_equal"} <= report.figures.keys()
    assert report.figures["round_trip_equal"] == 1.0
    assert all(value > 0 for value in report.figures.values())
    assert told[-1][0] == told[-1][1]
