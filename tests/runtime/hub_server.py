"""A small server on this machine that speaks the hub's API: what a repository holds, and its files with ranges."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "c" * 40


class Hub:
    """Repositories by name. `cut_after` ends that many connections early; `spoil` changes bytes on their way."""

    def __init__(self) -> None:
        self.repos: dict[str, dict[str, bytes]] = {}
        self.requests: list[tuple[str, str]] = []
        self.cuts: list[int] = []  # bytes after which the next connections are cut
        self.spoil: Callable[[bytes], bytes] = lambda body: body
        self.ranges = True
        self.status = 200
        self.url = ""


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - a class for one hub
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            hub.requests.append((self.path, self.headers.get("Range", "")))
            if hub.status != 200:
                self._answer(hub.status, b"", {})
            elif self.path.startswith("/api/models/"):
                self._describe(self.path.removeprefix("/api/models/").split("?")[0])
            else:
                repo, _, name = self.path[1:].partition(f"/resolve/{COMMIT}/")
                self._file(hub.spoil(hub.repos[repo][name]))

        def _describe(self, repo: str) -> None:
            found = json.dumps(_described(repo, hub.repos.get(repo, {}))).encode()
            status, headers = (200, {}) if repo in hub.repos else (404, {"X-Error-Code": "RepoNotFound"})
            self._answer(status, found, headers)

        def _file(self, body: bytes) -> None:
            asked = self.headers.get("Range", "").removeprefix("bytes=").partition("-")[0]
            if asked and hub.ranges:
                start = int(asked)
                span = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"}
                self._answer(206, body[start:], span)
            else:
                self._answer(200, body, {})

        def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for key, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(key, value)
            self.end_headers()
            if hub.cuts and "/resolve/" in self.path:
                self.wfile.write(body[: hub.cuts.pop(0)])
                self.wfile.flush()
                self.close_connection = True
                self.connection.shutdown(2)
            else:
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


def _described(repo: str, files: dict[str, bytes]) -> dict[str, Any]:
    siblings = []
    for name, body in files.items():
        blob = hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()
        row: dict[str, Any] = {"rfilename": name, "size": len(body), "blobId": blob}
        if name.endswith((".gguf", ".safetensors")):
            row["lfs"] = {"sha256": hashlib.sha256(body).hexdigest(), "size": len(body), "pointerSize": 134}
        siblings.append(row)
    return {"id": repo, "modelId": repo, "sha": COMMIT, "siblings": siblings, "tags": [], "private": False}


@contextmanager
def hub_here() -> Iterator[Hub]:
    """The server, running on a free port of this machine."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
