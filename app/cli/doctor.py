"""`mneme doctor`: is everything in place, and where does it lie?"""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import psutil
import typer

from app import __version__
from app.bootstrap import Assistant, build
from app.cli.output import DataDir, Json, Model, console, explained, print_json
from app.core.errors import MnemeError, StoreDamaged
from app.core.volume import is_encrypted
from app.memory.facts.able import told
from app.runtime.gguf_check import check_gguf

_UNTOLD = "on a volume of which it cannot be told whether it is encrypted"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `exit_code` is 0 when it is well."""

    name: str
    detail: str
    exit_code: int = 0


def doctor(data_dir: DataDir = None, model: Model = None, as_json: Json = False) -> None:
    """Check the store, the models and the machine; the exit code is that of the first trouble."""
    with explained(as_json), build(data_dir, model_path=model, background=False) as assistant:
        findings = [_look(name, check, assistant) for name, check in _CHECKS.items()]
        if as_json:
            print_json({"findings": [asdict(finding) for finding in findings]})
        else:
            for finding in findings:
                mark, style = ("✗", "red") if finding.exit_code else ("✓", "green")
                console.print(mark, style=style, end=" ")
                console.print(f"{finding.name:<10}", end=" ")
                console.print(finding.detail, soft_wrap=True)
        if code := next((finding.exit_code for finding in findings if finding.exit_code), 0):
            raise typer.Exit(code)


def _look(name: str, check: Callable[[Assistant], str], assistant: Assistant) -> Finding:
    try:
        return Finding(name, check(assistant))
    except MnemeError as error:
        return Finding(name, error.message, error.exit_code)


def _version(_: Assistant) -> str:
    return f"Mneme {__version__}, Python {platform.python_version()}, {platform.platform(terse=True)}"


def _machine(assistant: Assistant) -> str:
    memory = psutil.virtual_memory()
    disk = shutil.disk_usage(assistant.data.root)
    return (
        f"{psutil.cpu_count()} processors, {memory.available / 1e9:.1f} of {memory.total / 1e9:.1f} GB RAM free, "
        f"{disk.free / 1e9:.1f} GB disk free"
    )


def _store(assistant: Assistant) -> str:
    def work(store: Any) -> tuple[str, dict[str, int], int]:
        return store.check(), store.conversations.counts(), store.spans.count()

    verdict, counts, spans = assistant.store.call(work)
    if verdict != "ok":
        raise StoreDamaged(f"{assistant.data.database} is damaged: {verdict}. Copies are in {assistant.data.backups}.")
    return (
        f"{assistant.data.database}: {counts['conversation']} conversations, {counts['message']} messages, "
        f"{spans} memories, sound"
    )


def _privacy(assistant: Assistant) -> str:
    found = is_encrypted(assistant.data.root)
    volume = {True: "on an encrypted volume", False: "on a volume that is not encrypted"}
    return f"read by your account alone, {_UNTOLD if found is None else volume[found]}"


def _log(assistant: Assistant) -> str:
    return str(assistant.data.logs / "mneme.log")


def _model(assistant: Assistant) -> str:
    header = check_gguf(assistant.settings.chat_model)
    info = assistant.model.load()
    return f"{info.name}, {header.size_bytes / 1e6:.0f} MB, context {info.context} tokens ({info.path})"


def _facts(assistant: Assistant) -> str:
    found = assistant.able.ability()
    unknown = "read by rule; `mneme facts --probe`, or an idle minute, tells whether the model may read them, too"
    return told(found) if found is not None else unknown


def _embedder(assistant: Assistant) -> str:
    assistant.embedder.load()
    return f"{assistant.embedder.identity}, {assistant.embedder.dimension} dimensions"


_CHECKS: dict[str, Callable[[Assistant], str]] = {
    "version": _version,
    "machine": _machine,
    "store": _store,
    "privacy": _privacy,
    "log": _log,
    "model": _model,
    "facts": _facts,
    "embedder": _embedder,
}
