"""`mneme forget`: see what would go, then erase it for good; or put it away, which can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from app.bootstrap import Assistant, build
from app.cli.output import DataDir, Json, console, errors, explained, print_json
from app.cli.where import InApp, InSpace, OnDevice, Since, Until, as_filter
from app.core.clock import friendly_date, to_text
from app.core.types import Message
from app.memory.erasure import Erased, Preview, Target
from app.memory.fade import archive, bring_back

_SHOWN = 8
_LETTERS = 100

Messages = Annotated[list[int] | None, typer.Option("--message", help="This message, by its id; may be given again.")]
Episodes = Annotated[list[str] | None, typer.Option("--episode", help="This episode, by its uid.")]
Conversations = Annotated[list[int] | None, typer.Option("--conversation", help="All of this conversation.")]


def forget(  # noqa: PLR0913, PLR0917 - one option each
    words: Annotated[str, typer.Argument(help="All messages that hold these words.", show_default=False)] = "",
    message: Messages = None,
    episode: Episodes = None,
    conversation: Conversations = None,
    space: InSpace = "",
    app: InApp = "",
    device: OnDevice = "",
    since: Since = "",
    until: Until = "",
    with_repeats: Annotated[bool, typer.Option("--with-repeats", help="Also messages that say it again.")] = False,
    put_away: Annotated[bool, typer.Option("--archive", help="Put it away instead of erasing it.")] = False,
    undo: Annotated[bool, typer.Option("--bring-back", help="Bring back what was put away.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Erase what was said, with all that came from it, and prove that it is gone. There is no undo for that.

    Without --yes, shows what would go and asks; with --json it only shows.
    """
    with explained(as_json), build(data_dir, background=False) as assistant:
        where = as_filter(space, app, device, since, until, assistant.clock.now())
        target = Target(tuple(message or ()), tuple(episode or ()), tuple(conversation or ()), words, where)
        ids = assistant.eraser.find(target)
        if put_away or undo:
            _put_away(assistant, ids, undo, as_json)
            return
        preview = assistant.eraser.preview(ids)
        if with_repeats:
            preview = assistant.eraser.preview([*ids, *(again.id for again in preview.repeats)])
        if not as_json:
            _show(preview, assistant)
        if not (yes or (not as_json and typer.confirm("Erase it for good? This cannot be undone"))):
            _left(preview, as_json)
            return
        doomed = [one.id for one in preview.messages]
        with errors.status("Erasing…") as status:
            erased = assistant.eraser.erase(doomed, [again.id for again in preview.repeats], status.update)
        _tell(erased, preview, as_json)
        if not erased.proven:
            raise typer.Exit(1)


def _put_away(assistant: Assistant, ids: Sequence[int], undo: bool, as_json: bool) -> None:
    found = assistant.store.call(lambda store: set(store.episodes.numbers(ids).values()))
    now = assistant.clock.now()
    if undo:
        assistant.store.write(lambda store: bring_back(store, sorted(found), now))
    else:
        assistant.store.write(lambda store: archive(store, sorted(found), now))
    if as_json:
        print_json({"episodes": len(found), "archived": not undo})
    elif not found:
        console.print("This is in no episode yet. Episodes are made a few minutes after something was said.")
    else:
        name = "1 episode" if len(found) == 1 else f"{len(found)} episodes"
        console.print(f"Brought back {name}." if undo else f"Archived {name}. `--bring-back` undoes it.")


def _show(preview: Preview, assistant: Assistant) -> None:
    console.print("This would be erased:", style="bold")
    _list(preview.messages, assistant)
    console.print(f"With it goes what came from it: {preview.told()}.", style="dim")
    if preview.repeats:
        console.print("These say it again and would stay (--with-repeats erases them, too):", style="bold")
        _list(preview.repeats, assistant)


def _list(messages: Sequence[Message], assistant: Assistant) -> None:
    for message in messages[:_SHOWN]:
        line = " ".join(message.text.split())
        line = line if len(line) <= _LETTERS else line[: _LETTERS - 1] + "…"
        day = friendly_date(message.created_at, assistant.clock.now())
        console.print(f"  {day}  {message.speaker or message.role}: {line}", soft_wrap=True)
    if len(messages) > _SHOWN:
        console.print(f"  … and {len(messages) - _SHOWN} more")


def _left(preview: Preview, as_json: bool) -> None:
    if as_json:
        print_json({"erased": False, **_as_dict(preview)})
    else:
        console.print("Nothing was erased.")


def _tell(erased: Erased, preview: Preview, as_json: bool) -> None:
    if as_json:
        print_json({"erased": True, "proven": erased.proven, **erased.figures(), "left_in": list(erased.where)})
    elif erased.proven:
        name = "1 message" if erased.messages == 1 else f"{erased.messages} messages"
        console.print(f"Erased {name}. Searched {erased.files} files and recall: nothing of it is left.")
        if preview.repeats:
            console.print("What says it again was left as you see above.", style="dim")
    else:
        left = ", ".join(erased.where) or "recall"
        console.print(f"Erased, but traces are left: {erased.bytes_found} bytes, in {left}.", style="red")


def _as_dict(preview: Preview) -> dict[str, Any]:
    def told(messages: Sequence[Message]) -> list[dict[str, Any]]:
        return [{"id": m.id, "said_at": to_text(m.created_at), "role": m.role, "text": m.text} for m in messages]

    return {
        "messages": told(preview.messages),
        "counts": dict(preview.counts),
        "backups": preview.backups,
        "repeats": told(preview.repeats),
    }
