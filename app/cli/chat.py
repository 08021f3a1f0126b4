"""`mneme chat` and `mneme ask`: the conversation in a terminal."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from app.bootstrap import Assistant, build, place_here
from app.chat.events import Answered, Recalled, Stored, Words
from app.chat.session import Session
from app.cli.fitting import Ram, as_bytes
from app.cli.live import Live
from app.cli.output import (
    DataDir,
    Json,
    Model,
    console,
    errors,
    explained,
    hit_as_dict,
    print_json,
    sources_line,
    tell,
    verdict_as_dict,
)
from app.cli.where import Everywhere, Space
from app.core.clock import full_date
from app.core.errors import InputError, MnemeError
from app.core.types import Hit, MessageState, Mode, Verdict, is_private
from app.runtime.protocols import Running

_HELP = "Type a message and press Enter. /new starts a new chat, /sources shows what the last reply used, /quit leaves."
_OF_MODE = {
    Mode.READ: "Private: replies use your memory, and nothing said here is written. /keep keeps it after all.",
    Mode.OFF: "Private: memory is neither used nor written. /keep keeps what was said here after all.",
}

Private = Annotated[bool, typer.Option("--private", help="Neither use memory nor write anything.")]
NoWrite = Annotated[bool, typer.Option("--no-write", help="Use memory, and write nothing.")]


def chat(
    data_dir: DataDir = None,
    model: Model = None,
    ram: Ram = "",
    space: Space = "",
    everywhere: Everywhere = False,
    private: Private = False,
    no_write: NoWrite = False,
) -> None:
    """Talk with the assistant; what you say is remembered. With piped input, answers each line."""
    with explained(), _build(data_dir, model, ram, space) as assistant:
        assistant.session.everywhere = everywhere
        mode = _mode(private, no_write)
        if mode is not Mode.OFF:
            assistant.embedder.load(0)
        converse(assistant, interactive=sys.stdin.isatty(), mode=mode)


def ask(  # noqa: PLR0913, PLR0917 - one option each
    text: Annotated[str, typer.Argument(help="The question.")],
    data_dir: DataDir = None,
    model: Model = None,
    ram: Ram = "",
    space: Space = "",
    everywhere: Everywhere = False,
    private: Private = False,
    no_write: NoWrite = False,
    as_json: Json = False,
) -> None:
    """Ask one question and print the reply."""
    with explained(as_json), _build(data_dir, model, ram, space) as assistant:
        assistant.session.everywhere = everywhere
        mode = _mode(private, no_write)
        if mode is not Mode.OFF:
            assistant.embedder.load(0)
        if as_json:
            print_json(_collect(assistant.session, text, mode))
        else:
            _show(assistant, text, None, mode)


def _mode(private: bool, no_write: bool) -> Mode:
    if private and no_write:
        raise InputError("--private already writes nothing. Give one of the two: --no-write still uses memory.")
    return Mode.OFF if private else Mode.READ if no_write else Mode.REMEMBER


def _build(data_dir: Path | None, model: Path | None, ram: str, space: str) -> Assistant:
    budget = as_bytes(ram) if ram else 0
    return build(data_dir, model_path=model, memory_budget=budget, here=place_here(space))


def converse(assistant: Assistant, *, interactive: bool, mode: Mode = Mode.REMEMBER) -> None:
    """Read lines and answer them until the input ends. An error is told and the conversation goes on."""
    mode = Mode.OFF if assistant.settings.pause else mode
    for line in _greeting(assistant, interactive, mode):
        console.print(line, style="dim")
    conversation: int | None = None
    shown: tuple[Hit, ...] = ()
    for line in _lines(interactive):
        if line == "/quit":
            break
        if line == "/new":
            conversation = None
        elif line == "/sources":
            _print_sources(shown)
        elif line.strip():
            try:
                if line == "/keep":
                    conversation, mode = _keep(assistant, conversation), Mode.REMEMBER
                else:
                    conversation, shown = _show(assistant, line, conversation, mode)
            except MnemeError as error:
                tell(error)


def _greeting(assistant: Assistant, interactive: bool, mode: Mode) -> Iterator[str]:
    if assistant.settings.pause:
        yield "Memory is paused (`mneme pause --off` ends it)."
    if interactive:
        yield _HELP
    if mode in _OF_MODE:
        yield _OF_MODE[mode]


def _keep(assistant: Assistant, conversation: int | None) -> int:
    """Write the private conversation after all."""
    if conversation is None or not is_private(conversation):
        raise InputError("This chat is not private: what is said in it is kept already.")
    kept = assistant.session.private.keep(conversation)
    console.print("Kept. It is remembered from now on.", style="dim")
    return kept.id


def _show(
    assistant: Assistant, text: str, conversation: int | None, mode: Mode = Mode.REMEMBER
) -> tuple[int | None, tuple[Hit, ...]]:
    """Print a reply as it streams; return its conversation and what it was shown."""
    hits: tuple[Hit, ...] = ()
    verdict, live = Verdict(), Live()
    with _stops_on_interrupt(assistant.session), errors.status("Thinking…") as waiting:
        for event in assistant.session.ask(text, conversation, mode):
            if isinstance(event, Stored):
                conversation = event.conversation.id
            elif isinstance(event, Recalled):
                hits, verdict = event.hits, event.verdict
            elif isinstance(event, Words):
                waiting.stop()
                console.print(event.text, end="", soft_wrap=True)
            elif isinstance(event, Running):
                live.take(event)
            elif isinstance(event, Answered):
                console.print("" if event.message else "(no words)")
                if event.message and event.message.state is MessageState.STOPPED:
                    console.print("stopped", style="dim")
    live.end(assistant)
    if line := sources_line(hits, assistant.clock.now(), verdict):
        console.print(line, style="dim")
    return conversation, hits


def _collect(session: Session, text: str, mode: Mode) -> dict[str, Any]:
    found: dict[str, Any] = {"question": text, "reply": "", "state": MessageState.STOPPED, "sources": []}
    for event in session.ask(text, mode=mode):
        if isinstance(event, Stored):
            found |= {"conversation_id": event.conversation.id, "written": not event.conversation.private}
        elif isinstance(event, Recalled):
            found |= {"sources": [hit_as_dict(hit) for hit in event.hits], "by_meaning": event.by_meaning}
            found |= verdict_as_dict(event.verdict)
        elif isinstance(event, Running):
            found["weights"] = asdict(event.weights)
        elif isinstance(event, Answered):
            stats = asdict(event.stats) | {
                "tokens_per_second": event.stats.tokens_per_second,
                "reused": event.stats.reused,
            }
            found["stats"] = {key: v if isinstance(v, bool) else round(v, 2) for key, v in stats.items()}
            if event.message is not None:
                found |= {"reply": event.message.text, "state": event.message.state, "model": event.message.model}
    return found


def _print_sources(hits: tuple[Hit, ...]) -> None:
    if not hits:
        console.print("The last reply used no memories.", style="dim")
    for hit in hits:
        console.print(f"{full_date(hit.span.said_at)}  {hit.span.text}")
        console.print(f"    {' · '.join(hit.reasons)}", style="dim")


def _lines(interactive: bool) -> Iterator[str]:
    while True:
        try:
            yield console.input("› ") if interactive else input()
        except EOFError:
            return
        except UnicodeDecodeError:
            console.print("That line is not valid UTF-8 text and was left out.", style="red")


@contextmanager
def _stops_on_interrupt(session: Session) -> Iterator[None]:
    """While a reply streams, Ctrl+C ends the reply and not the conversation."""
    before = signal.signal(signal.SIGINT, lambda *_: threading.Thread(target=session.stop, daemon=True).start())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
