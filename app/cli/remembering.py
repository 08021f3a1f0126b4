"""`mneme remember` and `mneme recall`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from app.bootstrap import build, place_here
from app.cli.output import (
    DataDir,
    Json,
    console,
    errors,
    explained,
    hit_as_dict,
    print_json,
    verdict_as_dict,
    verdict_line,
)
from app.cli.where import InApp, InSpace, OnDevice, Since, Space, Until, as_filter
from app.core.clock import friendly_date, full_date
from app.core.errors import EmbedderError, InputError
from app.core.types import Episode, Hit
from app.memory.engine import Memory
from app.memory.recall.places import told


def remember(
    text: Annotated[str, typer.Argument(help="What to keep, in your own words.")],
    space: Space = "",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Keep a note in memory."""
    with explained(as_json), build(data_dir, background=False, here=place_here(space)) as assistant:
        note = assistant.memory.remember(text)
        if as_json:
            print_json({"message_id": note.id, "text": note.text})
        else:
            console.print("Remembered.")


def recall(  # noqa: PLR0913, PLR0917 - one option each
    query: Annotated[str, typer.Argument(help="What to look for, in any words.")],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many memories at most.")] = 5,
    words: Annotated[bool, typer.Option("--words", help="By words alone: instant, needs no model.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Also what each stage of recall counted.")] = False,
    space: InSpace = "",
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
        where = as_filter(space, app, device, since, until, assistant.clock.now())
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
            print_json({"query": query, "by_meaning": found.by_meaning, **verdict_as_dict(found.verdict), "hits": hits})
            return
        if (found.hits or found.verdict.fact) and (line := verdict_line(found.verdict)):
            console.print(line[0].upper() + line[1:] + ".", style="yellow" if found.verdict.doubtful else "bold")
        episodes = _episodes(memory, found.hits) if explain else {}
        for hit in found.hits:
            day = friendly_date(hit.span.said_at, assistant.clock.now())
            console.print(f"{day}  {hit.span.conversation_title}", style="bold", soft_wrap=True)
            console.print(f"  {hit.span.text}", soft_wrap=True)
            if hit.remark is not None:
                console.print(f"  {hit.remark.words}", style="yellow", soft_wrap=True)
            console.print(f"  {' · '.join(hit.reasons)}", style="dim")
            if explain:
                console.print(f"  {_explained(hit, episodes.get(hit.span.first_message_id))}", style="dim")
        if not found.hits:
            console.print("Nothing that was said fits.")


def _episodes(memory: Memory, hits: Sequence[Hit]) -> dict[int, Episode]:
    messages = [hit.span.first_message_id for hit in hits]
    return memory.store.call(lambda store: store.episodes.episode_of(messages))


def _explained(hit: Hit, episode: Episode | None) -> str:
    """What each stage added to the score, the place, and the episode the words are from."""
    parts = [f"{stage} {part:+.2f}" for stage, part in hit.parts] or ["by its words"]
    where = told(hit.span.place)
    if episode is not None:
        begun, ended = (f"{moment.astimezone():%H:%M}" for moment in (episode.started_at, episode.ended_at))
        where = ", ".join(
            filter(None, (where, f"in an episode of {full_date(episode.started_at)}, {begun} to {ended}"))
        )
    return ", ".join(parts) + (f"; {where}" if where else "")
