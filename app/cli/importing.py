"""`mneme import …`: bring conversations in from other assistants."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.archive.importers.chatgpt import import_chatgpt
from app.bootstrap import build
from app.cli.output import DataDir, Json, console, explained, print_json, progress

importing = typer.Typer(help="Bring conversations in from other assistants.", no_args_is_help=True)


@importing.command()
def chatgpt(
    file: Annotated[Path, typer.Argument(help="conversations.json of an export, or its zip.")],
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Import a ChatGPT export as dated conversations. A second import adds nothing."""
    with explained(as_json), build(data_dir, background=False) as assistant, progress("Importing") as bar:
        task = bar.add_task("import", total=None, visible=not as_json)
        report = import_chatgpt(
            assistant.memory, file, lambda done, total: bar.update(task, completed=done, total=total)
        )
        bar.stop()
        if as_json:
            print_json(asdict(report))
            return
        console.print(
            f"{report.messages} new messages in {report.conversations} conversation(s); "
            f"{report.already_known} were already here."
        )
        for problem in report.problems:
            console.print(f"Left out {problem}", style="yellow")
