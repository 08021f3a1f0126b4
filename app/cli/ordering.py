"""`mneme order`: which of two things was said first."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from app.bootstrap import build
from app.cli.output import DataDir, Json, console, explained, print_json
from app.core.clock import full_date, to_text
from app.core.errors import InputError
from app.memory.order import Passage, first_of


def order(
    a: Annotated[str, typer.Argument(help="A passage that was said, about as it was said.")],
    b: Annotated[str, typer.Argument(help="Another one.")],
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Tell which of two passages was said first, and when."""
    with explained(as_json), build(data_dir, background=False) as assistant:
        found = assistant.store.call(partial(first_of, passage_a=a, passage_b=b))
        if found is None:
            raise InputError("At least one of the two is not in memory. Give some words just as they were said.")
        if as_json:
            said = {"earlier": _as_dict(found.earlier), "later": _as_dict(found.later)}
            print_json({"first": "b" if found.swapped else "a"} | said)
            return
        for name, passage in (("First", found.earlier), ("Then", found.later)):
            title = passage.span.conversation_title
            console.print(f"{name}, {full_date(passage.span.said_at)}  {title}", style="bold", soft_wrap=True)
            console.print(f"  {passage.span.text}", soft_wrap=True)


def _as_dict(passage: Passage) -> dict[str, object]:
    span = passage.span
    return {
        "said_at": to_text(span.said_at),
        "message_id": span.first_message_id,
        "conversation": span.conversation_title,
    }
