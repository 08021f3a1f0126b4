"""`mneme bench archive --locomo` in small."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.bench import recall
from app.bench.archive_recall import bench_archive_recall
from app.bootstrap import build
from app.core.errors import InputError
from tests.bench.samples import sample, write
from tests.fakes import FakeEmbedder, FakeModel


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    def small(path: Path, **options: Any) -> Any:
        return build(path, **({"model": FakeModel(), "embedder": FakeEmbedder()} | options))

    monkeypatch.setattr(recall, "build", small)


def test_what_is_recalled_is_the_same_behind_an_archive(_small: None, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = write(tmp_path, [sample(), sample("conv-2")])
    report = bench_archive_recall(path, False, lambda done, total: told.append((done, total)))
    figures = report.figures
    assert figures["same"] == 1.0
    assert figures["before.recall@5"] == figures["after.recall@5"] > 0
    assert told[-1][0] == told[-1][1]


def test_a_file_without_questions_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no question"):
        bench_archive_recall(write(tmp_path, [sample() | {"qa": []}]), False, lambda *_: None)
