"""What all tests share: parts of small size wired as the app wires them, and the real ones, started once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from app.bootstrap import Assistant, build
from app.core.settings import Settings
from app.runtime.host import ChatHost, EmbedHost
from app.runtime.messages import ChatConfig, EmbedConfig
from tests.fakes import FakeClock, FakeEmbedder, FakeModel

ROOT = Path(__file__).resolve().parents[1]

settings.register_profile(
    "mneme", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("mneme")


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test sees the user's own store, and none leaves its log file behind for the next."""
    monkeypatch.setenv("MNEME_DATA", str(tmp_path / "default"))
    root, level, raises = logging.getLogger(), logging.getLogger().level, logging.raiseExceptions
    yield
    for handler in [h for h in root.handlers if isinstance(h, RotatingFileHandler)]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    logging.raiseExceptions = raises


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def model() -> FakeModel:
    return FakeModel()


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def assistant(data_dir: Path, clock: FakeClock, model: FakeModel, embedder: FakeEmbedder) -> Iterator[Assistant]:
    with build(data_dir, background=False, clock=clock, model=model, embedder=embedder) as built:
        yield built


@pytest.fixture(scope="session")
def chat_host() -> Iterator[ChatHost]:
    """The real small model in its process, for tests that do not kill it."""
    host = ChatHost(ChatConfig(str(Settings().chat_model), context=1024))
    yield host
    host.close()


@pytest.fixture(scope="session")
def embed_host() -> Iterator[EmbedHost]:
    """The real embedder in its process, for tests that do not kill it."""
    host = EmbedHost(EmbedConfig(str(Settings().embedder)))
    yield host
    host.close()


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """Finds a file of the public data sets that may lie beside the repository; skips the test where they do not."""

    def find(name: str) -> Path:
        path = ROOT.parent / "shared" / "data" / name
        if not path.exists():
            pytest.skip(f"the data set {name} is not here")
        return path

    return find
