from __future__ import annotations

import os

import pytest

from app.bench.erase import bench_erase
from tests.conftest import ROOT
from tests.fakes import FakeEmbedder


@pytest.fixture(autouse=True)
def _children_find_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))


def test_random_erasures_leave_nothing_one_of_them_killed() -> None:
    report = bench_erase(4, True, lambda done, total: None, FakeEmbedder())
    assert report.figures["killed"] == 1
    assert report.figures["messages_erased"] >= 4
    assert (report.figures["bytes_found"], report.figures["recalled"]) == (0, 0)
    assert {"ms", "p95_ms", "probe.bytes_found"} <= report.figures.keys()
