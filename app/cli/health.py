"""`mneme health`: is memory whole, and does what was said come back?"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from app.bootstrap import build
from app.cli.output import DataDir, Json, console, errors, explained, print_json
from app.core.errors import StoreDamaged
from app.memory.health import Health, check_recall, examine


def health(
    recall: Annotated[bool, typer.Option("--recall/--no-recall", help="Also ask for what was said.")] = True,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """What is there twice, what hangs in the air, whether the indexes are whole, and how well recall finds things."""
    with explained(as_json), build(data_dir, background=False) as assistant:
        found = examine(assistant.memory, assistant.data)
        if recall:
            with errors.status("Asking for what was said…"):
                found = replace(found, recall=check_recall(assistant.memory))
        if as_json:
            print_json(found.as_dict())
        else:
            _print(found)
        if found.verdict != "ok":
            raise StoreDamaged(f"{assistant.data.database} is damaged. `mneme restore` puts a backup in its place.")


def _print(found: Health) -> None:
    states = ", ".join(f"{count} {state}" for state, count in found.episodes.items())
    lines = {
        "store": f"{found.conversations} conversations, {found.messages} messages, {found.facts} statements, sound"
        if found.verdict == "ok"
        else found.verdict,
        "episodes": states,
        "twice": f"{found.repeats} memories are kept under one they repeat, {found.twice} say the same to the letter",
        "orphans": ", ".join(f"{n} {name}" for name, n in found.orphans.items() if n) or "none",
        "index": f"{found.indexed} of {found.memories} memories are found by meaning",
        "sizes": ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in found.sizes.items() if size),
    }
    if found.recall is not None:
        lines["recall"] = f"{found.recall.found} of {found.recall.asked} memories came back when asked for"
    for name, line in lines.items():
        console.print(f"{name:<10} {line}", soft_wrap=True)
