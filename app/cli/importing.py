"""`mneme import`: bring an archive in, or conversations from other assistants."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.archive.importers import KINDS, bring_in, detect
from app.archive.load import Loaded, Loader, Preview
from app.archive.reader import Archive, PassphraseNeeded
from app.bootstrap import Assistant, build
from app.cli.exporting import From, passphrase_of
from app.cli.output import DataDir, Json, console, explained, print_json, progress
from app.core.errors import InputError

_ARCHIVE = "archive"


def import_(
    what: Annotated[list[str], typer.Argument(help="[KIND] FILE. The kind is told by the file if not named.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before an archive comes in.")] = False,
    passphrase_file: From = None,
    with_settings: Annotated[bool, typer.Option("--with-settings", help="Take the archive's settings, too.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Bring in an archive, or what another assistant exported. The same file twice adds nothing.

    Kinds: archive, chatgpt, claude, open-webui, jan, lm-studio, gpt4all, mem0, markdown, jsonl. Of an archive you see
    first what it would bring; with --json and without --yes it only shows that.
    """
    with explained(as_json), build(data_dir, background=False) as assistant:
        kind, path = _parsed(what)
        if kind == _ARCHIVE:
            _load(assistant, path, passphrase_file, yes, with_settings, as_json)
        else:
            _bring_in(assistant, kind, path, as_json)


def _parsed(what: list[str]) -> tuple[str, Path]:
    if len(what) not in (1, 2):
        raise InputError("Say `mneme import FILE`, or `mneme import KIND FILE`.")
    path = Path(what[-1])
    if len(what) == 1:
        return detect(path), path
    if what[0] not in (_ARCHIVE, *KINDS):
        raise InputError(f"{what[0]!r} is no kind that can be imported. Kinds: {', '.join((_ARCHIVE, *KINDS))}.")
    return what[0], path


def _bring_in(assistant: Assistant, kind: str, path: Path, as_json: bool) -> None:
    with progress("Importing") as bar:
        task = bar.add_task("import", total=None, visible=not as_json)
        report = bring_in(
            assistant.memory, kind, path, lambda done, total: bar.update(task, completed=done, total=total)
        )
    if as_json:
        print_json(asdict(report))
        return
    console.print(
        f"{report.messages} new messages in {report.conversations} conversation(s); "
        f"{report.already_known} were already here."
    )
    for problem in report.problems:
        console.print(f"Left out {problem}", style="yellow")


def _load(
    assistant: Assistant, path: Path, secret_file: Path | None, yes: bool, with_settings: bool, as_json: bool
) -> None:
    with _opened(path, secret_file, as_json) as archive, progress("Reading") as bar:
        task = bar.add_task("import", total=None, visible=not as_json)
        loader = Loader(assistant.memory, archive, lambda done, total: bar.update(task, completed=done, total=total))
        preview = loader.check()
        bar.stop()
        if not as_json:
            _show(preview)
        if not (yes or (not as_json and typer.confirm("Bring it in?"))):
            _nothing(preview, as_json)
            return
        loaded = loader.load()
        if with_settings:
            assistant.adopt(archive.settings())
        _tell(loaded, preview, as_json)


def _opened(path: Path, secret_file: Path | None, as_json: bool) -> Archive:
    try:
        return Archive(path, passphrase_of(False, secret_file))
    except PassphraseNeeded:
        if as_json:
            raise
        return Archive(path, passphrase_of(True, None))


def _show(preview: Preview) -> None:
    console.print(f"The archive holds {preview.scope}, written on {preview.made_at[:10]} by {preview.made_by}.")
    console.print(
        f"New: {preview.messages} messages, {preview.conversations} conversations. Here: {preview.known} messages."
    )
    if preview.conflicts:
        console.print(f"Here with other words: {preview.conflicts} messages. Both are kept.", style="yellow")


def _nothing(preview: Preview, as_json: bool) -> None:
    if as_json:
        print_json({"imported": False, **asdict(preview)})
    else:
        console.print("Nothing was brought in.")


def _tell(loaded: Loaded, preview: Preview, as_json: bool) -> None:
    if as_json:
        print_json({"imported": True, **asdict(loaded), "preview": asdict(preview)})
    elif not loaded.changed:
        console.print("Everything in it was already here. Nothing has changed.")
    else:
        new = loaded.added.get("message", 0)
        console.print(f"{new} messages came in; {loaded.known} were already here.")
        if loaded.conflicts:
            console.print(f"{loaded.conflicts} were here with other words; both are kept.", style="yellow")
    if loaded.disbelieved and not as_json:
        told = f"{loaded.disbelieved} facts were left out: they do not stand in what their person said."
        console.print(told, style="yellow")
