"""`mneme attach`: documents into memory, from the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.bootstrap import build, place_here
from app.cli.output import DataDir, Json, console, errors, explained, print_json
from app.cli.where import Space
from app.core.errors import EmbedderError


def attach(
    files: Annotated[list[Path], typer.Argument(help="Text, Markdown, code or PDF.")],
    space: Space = "",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Keep documents in memory: recalled by passages with their page or lines, and never taken for your words."""
    with explained(as_json), build(data_dir, background=False, here=place_here(space)) as assistant:
        found = [assistant.documents.attach(path, tell=_warn) for path in files]
        try:
            with errors.status("Reading…"):
                assistant.memory.embed_pending()
        except EmbedderError as error:
            errors.print(error.message, style="yellow")
        if as_json:
            rows = [
                {"id": d.id, "name": d.name, "kind": d.kind, "pages": d.pages, "passages": d.passages} for d in found
            ]
            print_json({"documents": rows})
            return
        for document in found:
            pages = f"{document.pages} pages, " if document.pages is not None else ""
            console.print(f"{document.name}: {pages}{document.passages} passages are in memory.")


def _warn(words: str) -> None:
    errors.print(words, style="yellow")
