"""`mneme learning`: what recall has learned from use, and the way back."""

from __future__ import annotations

from typing import Annotated

import typer

from app.bootstrap import build
from app.cli.output import DataDir, Json, console, explained, print_json


def learning(
    reset: Annotated[bool, typer.Option("--reset", help="Forget it all and rank as Mneme was shipped.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Show how far use has moved recall, part by part; or undo it."""
    with explained(as_json), build(data_dir, background=False) as assistant:
        kept = assistant.memory.learning
        forgotten = kept.forget() if reset else 0
        factors = {stage: round(factor, 3) for stage, factor in kept.factors().items()}
        if as_json:
            print_json({"on": kept.on, "feedback": kept.count(), "forgotten": forgotten, "factors": factors})
            return
        if reset:
            console.print(f"Forgot {forgotten} pieces of feedback. Recall ranks as it was shipped.")
            return
        state = "on" if kept.on else "off: the shipped weights rank"
        console.print(f"Learning is {state}. {kept.count()} pieces of feedback.")
        for stage, factor in factors.items():
            console.print(f"  {stage:9} × {factor:.2f}")
