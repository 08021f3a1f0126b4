"""The `mneme` command with all its subcommands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from app import __version__
from app.cli.attaching import attach
from app.cli.bench import bench
from app.cli.chat import ask, chat
from app.cli.doctor import doctor
from app.cli.exporting import export
from app.cli.facts import facts
from app.cli.fitting import fit
from app.cli.forgetting import forget
from app.cli.health import health
from app.cli.importing import import_
from app.cli.learning import learning
from app.cli.models import models, network
from app.cli.ordering import order
from app.cli.output import console, explained
from app.cli.pausing import pause
from app.cli.remembering import recall, remember
from app.cli.restoring import restore
from app.cli.sleeping import diary, rebuild, sleep
from app.core.paths import keep_private, models_dir
from app.runtime.weights import fetch

_EPILOG = (
    "Exit codes: 0 done, 1 a fault in Mneme, 2 wrong usage, 3 the model or embedder, 4 the memory store, "
    "5 the input, 7 a night asks before it changes much, 130 interrupted."
)

mneme = typer.Typer(
    help="A private assistant that remembers.", epilog=_EPILOG, no_args_is_help=True, add_completion=False
)
for command in (
    chat,
    ask,
    export,
    attach,
    remember,
    recall,
    facts,
    order,
    learning,
    sleep,
    diary,
    rebuild,
    forget,
    pause,
    restore,
    doctor,
    health,
    fit,
    network,
):
    mneme.command(epilog=_EPILOG)(command)
mneme.command("import", epilog=_EPILOG)(import_)
mneme.add_typer(bench, name="bench")
mneme.add_typer(models, name="models")


@mneme.command()
def setup() -> None:
    """Fetch the embedded default models (170 MB, once); needs the network."""
    with explained():
        fetch(models_dir(), console.print)
        console.print(f"The embedded models are in {models_dir()}.", soft_wrap=True)


@mneme.callback(invoke_without_command=True)
def options(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """A private assistant that remembers."""
    if version:
        console.print(f"mneme {__version__}")
        raise typer.Exit()


def run() -> None:
    """Run the command line of this process."""
    _prepare()
    mneme()


def run_chat(data_dir: Path | None, model: Path | None) -> None:
    """`mneme chat` for a start that found no display."""
    _prepare()
    try:
        chat(data_dir, model)
    except typer.Exit as done:
        sys.exit(done.exit_code)


def _prepare() -> None:
    keep_private()
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
