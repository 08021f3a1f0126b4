from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.paths import DataDir
from app.storage.store import Store, open_store
from tests.fakes import FakeClock


@pytest.fixture
def store(data_dir: Path, clock: FakeClock) -> Iterator[Store]:
    """A store of its own, for the thread of the test."""
    opened = open_store(DataDir(data_dir), clock)
    yield opened
    opened.close()
