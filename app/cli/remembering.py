"""`mneme remember` and `mneme recall`."""

from __future__ import annotations

from typing import Annotated

import typer

from app.bootstrap import build, place_here
from app.cli.output import DataDir, Json, console, errors, explained, hit_as_dict, print_json
from app.cli.where import InApp, InProject, OnDevice, Project, Since, Until, as_filter
from app.core.clock import friendly_date
from app.core.errors import EmbedderError, InputError


def remember(
    text: Annotated[str, typer.Argument(help="What to keep, in your own words.")],
    project: Project = "",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Keep a note in memory."""
    with explained(as_json), build(data_dir, background=False, here=place_here(project)) as assistant:
        note = assistant.memory.remember(text)
        if as_json:
            print_json({"message_id": note.id, "text": note.text})
        else:
            console.print("Remembered.")


def recall(  # noqa: PLR0913, PLR0917 - one option each
    query: Annotated[str, typer.Argument(help="What to look for, in any words.")],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many memories at most.")] = 5,
    words: Annotated[bool, typer.Option("--words", help="By words alone: instant, needs no model.")] = False,
    project: InProject = "",
    app: InApp = "",
    device: OnDevice = "",
    since: Since = "",
    until: Until = "",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Find what was said, by its words and by its meaning, and say why each was found."""
    with explained(as_json), build(data_dir, background=False) as assistant:
        if not query.strip():
            raise InputError("There is nothing to look for. Write a word or a question.")
        where = as_filter(project, app, device, since, until, assistant.clock.now())
        if not words:
            try:
                with errors.status("Reading your memory…"):
                    assistant.memory.embed_pending()
            except EmbedderError as error:
                errors.print(error.message, style="yellow")
        memory = assistant.memory
        found = memory.search(query, limit, where) if words else memory.recall(query, limit, where=where)
        if as_json:
            hits = [hit_as_dict(hit) for hit in found.hits]
            print_json({"query": query, "by_meaning": found.by_meaning, "hits": hits})
            return
        for hit in found.hits:
            day = friendly_date(hit.span.said_at, assistant.clock.now())
            console.print(f"{day}  {hit.span.conversation_title}", style="bold", soft_wrap=True)
            console.print(f"  {hit.span.text}", soft_wrap=True)
            console.print(f"  {' · '.join(hit.reasons)}", style="dim")
        if not found.hits:
            console.print("Nothing that was said fits.")
