"""`mneme export`: memory as one archive, or conversations as Markdown or JSON."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.archive.export import export as write_archive
from app.archive.plain import export_json, export_markdown
from app.archive.scope import Scope
from app.bootstrap import build
from app.cli.output import DataDir, Json, console, explained, print_json, progress
from app.cli.where import InApp, InSpace, OnDevice, Since, Until, as_filter
from app.core.errors import InputError

Sealed = Annotated[bool, typer.Option("--passphrase", help="Seal it with a passphrase, which is asked for.")]
From = Annotated[
    Path | None, typer.Option("--passphrase-file", help="Take the passphrase from this file's first line.")
]


class Form(StrEnum):
    """What is written."""

    ARCHIVE = "archive"
    MARKDOWN = "markdown"
    JSON = "json"


def export(  # noqa: PLR0913, PLR0917 - one option each
    target: Annotated[Path, typer.Argument(help="FILE.mneme, FILE.json, or with --as markdown a new folder.")],
    form: Annotated[Form | None, typer.Option("--as", help="What to write; by the name if not told.")] = None,
    conversation: Annotated[list[int] | None, typer.Option("--conversation", help="Only this one.")] = None,
    search: Annotated[str, typer.Option("--search", help="Only events in which all these words were said.")] = "",
    space: InSpace = "",
    app: InApp = "",
    device: OnDevice = "",
    since: Since = "",
    until: Until = "",
    passphrase: Sealed = False,
    passphrase_file: From = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file of this name.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Write memory to one file: all of it, or what the options name. Nothing in the store changes."""
    with explained(as_json), build(data_dir, background=False) as assistant:
        form = form or _form(target)
        if form is not Form.MARKDOWN and target.exists() and not overwrite:
            raise InputError(f"{target} is there already. Choose another name, or add --overwrite.")
        if form is not Form.ARCHIVE and (passphrase or passphrase_file):
            raise InputError("Only archives can be sealed. Leave the passphrase away, or write a .mneme file.")
        where = as_filter(space, app, device, since, until, assistant.clock.now())
        scope = Scope(tuple(conversation or ()), where, search)
        ids = assistant.store.call(scope.messages)
        database = assistant.data.database
        if form is not Form.ARCHIVE:
            write = export_json if form is Form.JSON else export_markdown
            count = write(database, target, ids)
            _tell({"file": str(target), "conversations": count}, f"{count} conversations are in {target}.", as_json)
            return
        secret = passphrase_of(passphrase, passphrase_file, new=True)
        with progress("Exporting") as bar:
            task = bar.add_task("export", total=None, visible=not as_json)
            manifest = write_archive(
                *(database, target, assistant.clock, assistant.settings),
                ids=ids,
                scope=scope.name,
                passphrase=secret,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        rows = {name: part["rows"] for name, part in manifest["parts"].items() if name.endswith(".jsonl")}
        told = f"{rows['messages.jsonl']} messages in {rows['conversations.jsonl']} conversations are in {target}."
        size = target.stat().st_size
        _tell({"file": str(target), "bytes": size, "sealed": bool(secret), "rows": rows}, told, as_json)


def passphrase_of(asked: bool, file: Path | None, *, new: bool = False) -> str:
    """The passphrase: from a file, or asked for, twice where it is new; "" where none is wanted. Raises InputError."""
    if file is not None:
        try:
            found = file.read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")
        except (OSError, ValueError) as error:
            raise InputError(f"{file} cannot be read as the passphrase ({type(error).__name__}).") from error
    elif asked:
        found = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True)
    else:
        return ""
    if not found:
        raise InputError("The passphrase is empty. Choose one of several words.")
    return str(found)


def _form(target: Path) -> Form:
    forms = {".mneme": Form.ARCHIVE, ".json": Form.JSON}
    if (form := forms.get(target.suffix.lower())) is None:
        raise InputError(f"Name a file that ends in .mneme or .json, or say --as markdown for a folder; not {target}.")
    return form


def _tell(found: dict[str, object], words: str, as_json: bool) -> None:
    if as_json:
        print_json(found)
    else:
        console.print(words, soft_wrap=True)
