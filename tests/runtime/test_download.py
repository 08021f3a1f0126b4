"""Fetching models from a hub that runs on this machine: whole, cut, wrong, without room, paused."""

from __future__ import annotations

import errno
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import DiskFull, DownloadFailed, MnemeError, ModelUnreadable, StoreError
from app.core.ledger import Ledger
from app.runtime.catalogue import Entry, Kind
from app.runtime.download import Downloader
from tests.runtime.hub_server import Hub, hub_here

BODY = random.Random(7).randbytes(3_000_000)
CHAT = Entry("one", "One", Kind.CHAT, "house/one", "one.gguf", "MIT", "1B", 512, len(BODY), "")
EMBEDDER = Entry("two", "Two", Kind.EMBEDDER, "house/two", "model.safetensors", "MIT", "1M", 512, 5, "")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    from huggingface_hub import close_session, constants, file_download

    close_session()  # a client that knows this environment
    monkeypatch.setattr(file_download.time, "sleep", lambda _: None)
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 65_536)
    with hub_here() as found:
        found.repos["house/one"] = {"one.gguf": BODY, "README.md": b"read me"}
        found.repos["house/two"] = {
            "model.safetensors": BODY[:50_000],
            "config.json": b"{}",
            "1_Pooling/config.json": b'{"a": 1}',
            "onnx/model.onnx": b"no",
            "README.md": b"no",
        }
        yield found
    close_session()


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "data" / "network.jsonl")


@pytest.fixture
def downloader(tmp_path: Path, hub: Hub, ledger: Ledger) -> Downloader:
    return Downloader(tmp_path / "models", ledger, hub.url)


def _fetch(downloader: Downloader, entry: Entry = CHAT, going: Any = lambda: True) -> Path | None:
    return downloader.fetch(entry, lambda *_: None, going)


def test_a_model_comes_whole_with_progress_and_a_line_for_each_call(
    downloader: Downloader, hub: Hub, ledger: Ledger
) -> None:
    seen: list[tuple[int, int]] = []
    place = downloader.fetch(CHAT, lambda done, total: seen.append((done, total)), lambda: True)
    assert place is not None
    assert place.read_bytes() == BODY
    assert sorted(path.name for path in place.parent.iterdir()) == ["one.gguf"]
    assert seen[0] == (0, len(BODY))
    assert seen[-1] == (len(BODY), len(BODY))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    calls = ledger.calls()
    assert [call.purpose for call in calls] == ["fetch house/one/one.gguf", "look up house/one"]
    assert all(call.host in hub.url and call.outcome == "200" for call in calls)
    assert calls[0].received == len(BODY)
    assert len(hub.requests) == len(calls)


def test_a_cut_connection_goes_on_where_it_was(downloader: Downloader, hub: Hub, ledger: Ledger) -> None:
    hub.cuts = [1_000_000, 500_000, 0]
    assert _fetch(downloader) is not None
    ranges = [asked for path, asked in hub.requests if "/resolve/" in path]
    assert len(ranges) == 4
    assert ranges[0] == ""
    assert all(asked.startswith("bytes=") for asked in ranges[1:])
    outcomes = [call.outcome for call in ledger.calls()]
    assert sum("cut short" in outcome for outcome in outcomes) == 3
    assert sum(call.received or 0 for call in ledger.calls()[:-1]) < 1.1 * len(BODY)


def test_a_connection_that_stays_cut_is_told_and_the_part_is_kept(downloader: Downloader, hub: Hub) -> None:
    hub.cuts = [1_000_000] + [0] * 20
    with pytest.raises(DownloadFailed, match="goes on from there"):
        _fetch(downloader)
    kept = downloader.started(CHAT)
    assert 900_000 < kept <= 1_000_000
    hub.cuts = []
    hub.requests.clear()
    assert _fetch(downloader) is not None
    assert hub.requests[-1][1] == f"bytes={kept}-"


def test_a_server_that_cannot_resume_sends_it_all_again(downloader: Downloader, hub: Hub) -> None:
    hub.ranges = False
    hub.cuts = [1_000_000]
    place = _fetch(downloader)
    assert place is not None
    assert place.read_bytes() == BODY


def test_wrong_bytes_are_never_used(downloader: Downloader, hub: Hub, tmp_path: Path) -> None:
    hub.spoil = lambda body: body[:-1] + bytes([body[-1] ^ 1])
    with pytest.raises(ModelUnreadable, match="other bytes"):
        _fetch(downloader)
    assert list((tmp_path / "models").iterdir()) == []
    hub.spoil = lambda body: body
    assert _fetch(downloader) is not None


def test_a_part_of_other_content_is_not_built_upon(downloader: Downloader, hub: Hub) -> None:
    hub.cuts = [1_000_000] + [0] * 20
    with pytest.raises(DownloadFailed):
        _fetch(downloader)
    hub.cuts = []
    hub.repos["house/one"]["one.gguf"] = BODY[::-1]
    place = _fetch(downloader)
    assert place is not None
    assert place.read_bytes() == BODY[::-1]


def test_a_pause_keeps_what_came(downloader: Downloader, hub: Hub) -> None:
    left = iter([True] * 20)
    assert _fetch(downloader, going=lambda: next(left, False)) is None
    kept = downloader.started(CHAT)
    assert 0 < kept < len(BODY)
    hub.requests.clear()
    assert _fetch(downloader) is not None
    assert hub.requests[-1][1] == f"bytes={kept}-"
    assert downloader.started(CHAT) == 0


def test_what_came_can_be_let_go(downloader: Downloader, tmp_path: Path) -> None:
    for entry in (CHAT, EMBEDDER):
        left = iter([True] * 1)
        assert _fetch(downloader, entry, lambda left=left: next(left, False)) is None
        downloader.discard(entry)
    assert list((tmp_path / "models").iterdir()) == []


def test_no_room_is_told_before_a_byte_is_asked_for(
    downloader: Downloader, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 150_000_000})
    monkeypatch.setattr("app.runtime.download.shutil.disk_usage", lambda _: usage)
    with pytest.raises(DiskFull, match=r"0\.0 GB are still to come, and 0\.1 GB are free|0\.2 GB are free"):
        _fetch(downloader)
    assert not any("/resolve/" in path for path, _ in hub.requests)


def test_a_disk_that_fills_up_meanwhile_keeps_the_part(downloader: Downloader, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.runtime import download

    plain = download._Watched.write

    def full(watched: Any, block: bytes) -> int:
        if watched.tell() > 1_000_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return plain(watched, block)

    monkeypatch.setattr(download._Watched, "write", full)
    with pytest.raises(DiskFull, match="go on"):
        _fetch(downloader)
    assert downloader.started(CHAT) > 1_000_000
    monkeypatch.setattr(download._Watched, "write", plain)
    assert _fetch(downloader) is not None


def test_an_embedder_comes_as_a_folder_with_what_it_needs(downloader: Downloader, tmp_path: Path) -> None:
    place = _fetch(downloader, EMBEDDER)
    assert place == tmp_path / "models" / "two"
    found = sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file())
    assert found == ["1_Pooling/config.json", "config.json", "model.safetensors"]


def test_a_small_file_with_wrong_bytes_is_found_by_its_git_id(downloader: Downloader, hub: Hub) -> None:
    hub.spoil = lambda body: b"[]" if body == b"{}" else body
    with pytest.raises(ModelUnreadable, match=r"config\.json"):
        _fetch(downloader, EMBEDDER)


def test_a_model_that_is_here_is_not_fetched_again(downloader: Downloader, hub: Hub) -> None:
    assert _fetch(downloader) is not None
    hub.requests.clear()
    assert _fetch(downloader) is not None
    assert not any("/resolve/" in path for path, _ in hub.requests)


@pytest.mark.parametrize(("status", "words"), [(500, "error"), (403, "error"), (429, "error")])
def test_a_hub_in_trouble_is_told(
    downloader: Downloader, hub: Hub, status: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub.utils import _http

    monkeypatch.setattr(_http.time, "sleep", lambda _: None)
    hub.status = status
    with pytest.raises(MnemeError, match=words):
        _fetch(downloader)


def test_a_repository_that_is_gone_is_told(downloader: Downloader, hub: Hub) -> None:
    hub.repos.clear()
    with pytest.raises(DownloadFailed, match="any more"):
        _fetch(downloader)


def test_no_server_is_told(tmp_path: Path, hub: Hub, ledger: Ledger) -> None:
    with pytest.raises(DownloadFailed, match="connection failed"):
        _fetch(Downloader(tmp_path / "models", ledger, "http://127.0.0.1:9"))
    assert [(call.host, call.received) for call in ledger.calls()] == [("127.0.0.1:9", None)]


def test_a_call_that_cannot_be_written_down_is_not_made(tmp_path: Path, hub: Hub) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="no call was made"):
        _fetch(Downloader(tmp_path / "models", Ledger(tmp_path / "file" / "network.jsonl"), hub.url))
    assert hub.requests == []


def test_a_killed_download_goes_on_in_the_next_process(tmp_path: Path, hub: Hub, ledger: Ledger) -> None:
    hub.cuts = [1_500_000] + [0] * 200
    code = (
        "import sys; from pathlib import Path; from app.core.ledger import Ledger;"
        "from tests.runtime.test_download import CHAT; from app.runtime.download import Downloader;"
        "folder = Path(sys.argv[1]);"
        "Downloader(folder / 'models', Ledger(folder / 'data' / 'network.jsonl'), sys.argv[2])"
        ".fetch(CHAT, lambda *_: None, lambda: True)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path), hub.url], stderr=subprocess.DEVNULL)
    downloader = Downloader(tmp_path / "models", ledger, hub.url)
    deadline = time.monotonic() + 60
    while downloader.started(CHAT) < 1_000_000 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.kill()
    process.wait()
    kept = downloader.started(CHAT)
    assert kept > 0
    hub.cuts = []
    hub.requests.clear()
    place = _fetch(downloader)
    assert place is not None
    assert place.read_bytes() == BODY
    assert hub.requests[-1][1] == f"bytes={kept}-"
