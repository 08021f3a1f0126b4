"""The Hugging Face hub through its own library: describe a repository, read a file. Imported when somebody fetches.

Every request goes through one client whose hooks write it into the ledger before it leaves. Nobody is logged in, and
nothing is told of this machine but that Mneme asks.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import httpx2
from huggingface_hub import HfApi, constants, hf_hub_url, set_client_factory
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, OfflineModeIsEnabled, RepositoryNotFoundError
from huggingface_hub.file_download import http_get

from app import __version__
from app.core.ledger import Ledger, OpenCall
from app.core.phrase import Phrase

if TYPE_CHECKING:
    from app.runtime.download import Remote

# What a request can end in beside OSError.
PROBLEMS = (HfHubHTTPError, OfflineModeIsEnabled, httpx2.HTTPError, ValueError)
_CALL = "mneme.call"
_CHUNK = 1 << 18  # bytes: a pause waits for so many, and a cut loses them at most
_HEADERS = {"user-agent": f"mneme/{__version__}", "accept-encoding": "identity"}
_calling: ContextVar[tuple[Ledger, str] | None] = ContextVar("calling", default=None)


@contextmanager
def calling(ledger: Ledger, purpose: str) -> Iterator[None]:
    """Requests inside are written into the ledger under this purpose."""
    token = _calling.set((ledger, purpose))
    try:
        yield
    finally:
        _calling.reset(token)


def describe(endpoint: str, repo: str) -> list[Remote]:
    """The files of a repository as they are now. One request; raises one of PROBLEMS."""
    from app.runtime.download import Remote

    info = HfApi(endpoint=endpoint, token=False, headers=_HEADERS).model_info(repo, files_metadata=True)
    found = []
    for file in info.siblings or []:
        digest = file.lfs.sha256 if file.lfs is not None else file.blob_id
        size = file.lfs.size if file.lfs is not None else file.size
        if info.sha and digest and size is not None:
            found.append(Remote(repo, info.sha, file.rfilename, size, digest))
    return found


def get(endpoint: str, file: Remote, target: Any) -> None:
    """Write what is missing of a file to `target`, beginning at the byte `target.begun`.

    Tries again where the connection is cut, going on where it was; raises one of PROBLEMS or OSError once that has
    failed five times without a byte.
    """
    url = hf_hub_url(file.repo, file.name, revision=file.commit, endpoint=endpoint)
    http_get(url, target, resume_size=target.begun, headers=dict(_HEADERS), expected_size=file.size, tqdm_class=_NoBar)


def reason(name: str, error: Exception) -> str:
    """What kept a model from being fetched, and what to do, for people."""
    kept = Phrase("What has come is kept, and the next try goes on from there.")
    if isinstance(error, GatedRepoError):
        return Phrase("The makers of {0} want an account and their terms accepted first. Choose another model.", name)
    if isinstance(error, RepositoryNotFoundError):
        return Phrase("The hub does not have {0} any more. Choose another model.", name)
    if isinstance(error, OfflineModeIsEnabled):
        return Phrase("HF_HUB_OFFLINE is set here, so nothing is fetched. Unset it, and try again.")
    if isinstance(error, HfHubHTTPError):
        code = error.response.status_code
        return Phrase("The hub answered with an error ({0}). Try again later. {1}", code, kept)
    if isinstance(error, httpx2.HTTPError):
        kind = type(error).__name__
        return Phrase("The connection failed ({0}). Check the network and try again. {1}", kind, kept)
    return Phrase("{0} could not be fetched ({1}). {2}", name, error, kept)


class _NoBar:
    """In place of a progress bar on the terminal."""

    def __init__(self, **_: Any) -> None:
        pass

    def update(self, _: float) -> None:
        """Nothing to show."""

    def close(self) -> None:
        """Nothing to close."""

    def __enter__(self) -> _NoBar:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class _Counted(httpx2.SyncByteStream):
    """The body of an answer, counted as it comes; its end is the end of the call."""

    def __init__(self, stream: Any, call: OpenCall, outcome: str) -> None:
        self._stream, self._call, self._outcome = stream, call, outcome
        self._received = 0
        self._whole = False

    def __iter__(self) -> Iterator[bytes]:
        for block in self._stream:
            self._received += len(block)
            yield block
        self._whole = True

    def close(self) -> None:
        """Write down how many bytes came."""
        self._stream.close()
        self._call.end(self._received, self._outcome if self._whole else f"{self._outcome}, cut short")


def _asked(request: Any) -> None:
    if (known := _calling.get()) is None:
        raise RuntimeError("a network call that nobody asked for")
    ledger, purpose = known
    port = f":{request.url.port}" if request.url.port else ""
    request.extensions[_CALL] = ledger.begin(f"{request.url.host}{port}", purpose)


def _answered(response: Any) -> None:
    call = response.request.extensions.get(_CALL)
    if call is not None:
        response.stream = _Counted(response.stream, call, str(response.status_code))


def _client() -> httpx2.Client:
    hooks: dict[str, list[Any]] = {"request": [_asked], "response": [_answered]}
    return httpx2.Client(event_hooks=hooks, follow_redirects=True, timeout=httpx2.Timeout(20.0))


constants.HF_HUB_DISABLE_TELEMETRY = True  # else the library asks the hub for a list of programs to name as its user
logging.getLogger("httpx2").setLevel(logging.WARNING)  # the ledger has it already
constants.DOWNLOAD_CHUNK_SIZE = _CHUNK
set_client_factory(_client)
