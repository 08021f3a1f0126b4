"""`mneme pause`: memory stops reading and writing, everywhere, until it is told to go on."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from app.bootstrap import build
from app.cli.output import DataDir, Json, console, explained, print_json


def pause(
    off: Annotated[bool, typer.Option("--off", help="End the pause.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Stop memory: until `mneme pause --off` nothing said is kept, and replies are given without it."""
    with explained(as_json), build(data_dir, background=False) as assistant:
        assistant.change(replace(assistant.settings, pause=not off))
        if as_json:
            print_json({"paused": not off})
        else:
            console.print("Memory goes on." if off else "Memory is paused. `mneme pause --off` ends it.")
