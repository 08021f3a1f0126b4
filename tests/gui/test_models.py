"""The view of models: what is here, what is on offer, fetching one from a hub on this machine, and using it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from app.core.settings import Settings, load_settings
from app.runtime.catalogue import catalogue, entry
from app.ui.desk.desk import Desk as Desktop
from app.ui.desk.network import NetworkPage
from app.ui.models.page import ModelsPage
from app.ui.models.row import ModelRow
from tests.gui.conftest import Desk
from tests.runtime import gguf
from tests.runtime.hub_server import Hub, hub_here

WANTED = entry("smollm2-360m")


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models with the small one in it, and a home with nothing."""
    small = Settings().chat_model
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / small.name).symlink_to(small)
    monkeypatch.setenv("MNEME_MODELS", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("HF_HOME", "HF_HUB_CACHE", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def hub(own: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with hub_here() as found:
        found.repos[WANTED.repo] = {WANTED.file: gguf.sound() + bytes(2_000_000)}
        monkeypatch.setenv("HF_ENDPOINT", found.url)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        yield found


@pytest.fixture
def page(own: Path, desk: Desk) -> ModelsPage:
    Desktop(desk.window, desk.engine, desk.tasks, desk.quick, desk.window.show)
    found = desk.window.views.open("models")
    assert isinstance(found, ModelsPage)
    desk.until(lambda: _here(found))
    return found


def _here(page: ModelsPage) -> list[ModelRow]:
    return [row for row in page.findChildren(ModelRow) if row not in page.rows.values()]


def test_what_is_here_and_on_offer_is_shown(page: ModelsPage, desk: Desk) -> None:
    assert [row.title.text() for row in _here(page)] == ["SmolLM2-135M-Instruct.Q4_1"]
    desk.until(lambda: "fits" in _here(page)[0].details.text())
    assert _here(page)[0].button.text() == "In use"
    assert set(page.rows) == {item.id for item in catalogue()}
    assert page.rows[WANTED.id].button.text() == "Fetch 386 MB"
    assert all(button.accessibleName() or button.text() for button in page.findChildren(QPushButton))


def test_nothing_goes_over_the_network_before_a_click(page: ModelsPage, desk: Desk, hub: Hub) -> None:
    page.refresh()
    network = desk.window.views.open("network")
    assert isinstance(network, NetworkPage)
    desk.until(lambda: network.summary.text() == "None so far.")
    assert hub.requests == []
    assert not desk.assistant.data.network.exists()


def test_a_model_is_fetched_and_used(hub: Hub, page: ModelsPage, desk: Desk, own: Path) -> None:
    row = page.rows[WANTED.id]
    row.button.click()
    assert row.button.text() == "Pause"
    desk.until(lambda: row.button.text() == "Use")
    assert (own / WANTED.file).is_file()
    row.button.click()
    desk.until(lambda: load_settings(desk.engine.assistant.data.settings).model_path if desk.engine.assistant else "")
    assert desk.assistant.settings.model_path == str(own / WANTED.file)
    network = desk.window.views.open("network")
    assert isinstance(network, NetworkPage)
    desk.until(lambda: network.table.rowCount() == 2)
    assert network.summary.text() == "2 calls to one host"
    assert network.table.item(0, 2).text() == f"fetch {WANTED.repo}/{WANTED.file}"


def test_a_failed_download_is_told_and_goes_on(hub: Hub, page: ModelsPage, desk: Desk) -> None:
    hub.spoil = lambda body: body[:-1] + b"x"
    row = page.rows[WANTED.id]
    row.button.click()
    desk.until(lambda: "other bytes" in desk.window.errors.text())
    assert row.button.text().startswith("Fetch")


def test_a_model_that_will_not_fit_can_be_loaded_anyway(
    page: ModelsPage, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.runtime.advice._weighed", lambda *_: (False, 0.0, "It is of one piece."))
    other = tmp_path / "home" / ".cache" / "llama.cpp" / "other.gguf"
    other.parent.mkdir(parents=True)
    other.write_bytes(gguf.sound() + bytes(2_000_000))
    page.in_use.changed.emit(Settings(memory_budget=1))
    desk.until(lambda: desk.engine.assistant is not None and desk.assistant.settings.memory_budget == 1)
    page.refresh()
    desk.until(lambda: len(_here(page)) == 2)

    def other_row() -> ModelRow:  # the list is made anew when the engine has opened again
        return [row for row in _here(page) if row.title.text() == "other"][-1]

    def offered() -> bool:
        button = other_row().button
        if button.text() == "Use" and path_is_open():
            button.click()
        return bool(button.text() == "Load anyway")

    def path_is_open() -> bool:
        return desk.engine.assistant is not None and other not in page._too_large

    desk.until(offered)
    desk.until(lambda: "will not fit" in other_row().details.text())
    other_row().button.click()
    desk.until(lambda: desk.engine.assistant is not None and desk.assistant.settings.load_anyway)
    assert desk.assistant.settings.model_path == str(other)
