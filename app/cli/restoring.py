"""`mneme restore`: list the backups, and put one in the store's place."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.output import DataDir, Json, console, explained, print_json
from app.core.clock import SystemClock, to_text
from app.core.errors import InputError
from app.core.paths import DataDir as Folder
from app.core.paths import default_data_dir
from app.storage.restoring import Backup, backups
from app.storage.restoring import restore as put_in_place


def restore(
    name: Annotated[str, typer.Argument(help="The backup, by its name; none to list them.", show_default=False)] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take the last restore back.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Put a backup in the place of the memory store. What is there now is kept, so that it can be undone."""
    with explained(as_json):
        data = Folder(data_dir or default_data_dir())
        found = backups(data)
        if undo:
            name = next((backup.name for backup in found if backup.of_restore), "")
            if not name:
                raise InputError("Nothing was restored, so there is nothing to take back.")
        if not name:
            _list(found, as_json)
            return
        if not (yes or as_json) and not typer.confirm(f"Put {name} in the place of your memory? It can be undone"):
            console.print("Nothing was changed.")
            return
        kept = put_in_place(data, name, SystemClock().now())
        if as_json:
            print_json({"restored": name, "undo": kept.name if kept else None})
        else:
            console.print(f"{name} is your memory now. `mneme restore --undo` takes it back.")


def _list(found: list[Backup], as_json: bool) -> None:
    if as_json:
        print_json([{"name": b.name, "made_at": to_text(b.made_at), "bytes": b.size} for b in found])
    elif not found:
        console.print("There are no backups yet. Mneme makes one a day while nobody needs the machine.")
    for backup in found if not as_json else ():
        console.print(f"{backup.name}  {backup.made_at:%Y-%m-%d %H:%M}  {backup.size / 1e6:.1f} MB", soft_wrap=True)
