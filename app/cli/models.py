"""`mneme models`: what is on offer, what is on this machine, fetching one, using one; and `mneme network`."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table

from app.cli.output import DataDir, Json, console, errors, explained, print_json
from app.core import paths
from app.core.clock import to_text
from app.core.errors import InputError
from app.core.ledger import Ledger
from app.core.settings import Settings, load_settings, save_settings
from app.runtime.advice import Advice, Verdict, advise, check_import, guess
from app.runtime.catalogue import Entry, Kind, catalogue, entry
from app.runtime.found import find_models

models = typer.Typer(help="Models: what is on offer, what is on this machine, fetch one, use one.")
Which = Annotated[str, typer.Argument(help="The id of a model in the catalogue, or the path of a GGUF file.")]
Name = Annotated[str, typer.Argument(help="The id of a model in the catalogue.")]


def told(advice: Advice) -> str:
    """How a model would run, in the window's words."""
    if advice.verdict is Verdict.STREAMS:
        return f"streams from flash at about {advice.tokens_per_second:.1f} tokens/s"
    return "fits" if advice.verdict is Verdict.FITS else "will not fit"


@models.callback(invoke_without_command=True)
def list_models(context: typer.Context, data_dir: DataDir = None, as_json: Json = False) -> None:
    """List the models on offer, and how each would run here."""
    if context.invoked_subcommand:
        return
    with explained(as_json):
        settings = _settings(data_dir)
        rows = [_row(found, settings) for found in catalogue()]
        if as_json:
            print_json({"models": rows})
            return
        table = Table(box=None, pad_edge=False)
        for heading in ("id", "for", "parameters", "size", "licence", "here"):
            table.add_column(heading, no_wrap=heading == "id")
        for row in rows:
            parameters = f"{row['parameters']} ({row['active']} used)" if row["active"] else row["parameters"]
            size = f"{row['size'] / 1e9:.1f} GB"
            table.add_row(row["id"], row["kind"], parameters, size, row["licence"], row["here"])
        console.print(table)


@models.command()
def find(data_dir: DataDir = None, as_json: Json = False) -> None:
    """Find GGUF models that this machine already has, also in other programs' folders."""
    with explained(as_json):
        found = find_models([_settings(data_dir).own_models])
        if as_json:
            print_json({"models": [asdict(item) | {"path": str(item.path)} for item in found]})
            return
        for item in found:
            console.print(f"{item.owner:<12} {item.size / 1e9:6.1f} GB  {item.name}", soft_wrap=True)
            console.print(f"{'':<12} {item.path}", style="dim", soft_wrap=True)
        if not found:
            console.print("No GGUF models were found. `mneme models` lists what can be fetched.")


@models.command()
def download(which: Name, data_dir: DataDir = None) -> None:
    """Fetch a model from the Hugging Face hub; what was begun goes on. Ctrl+C pauses."""
    from app.runtime.download import Downloader

    with explained():
        wanted, data = entry(which), _data(data_dir)
        settings = load_settings(data.settings)
        columns = (TextColumn(wanted.name), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
            task = bar.add_task("", total=wanted.size)
            place = Downloader(settings.own_models, Ledger(data.network)).fetch(
                wanted, lambda done, total: bar.update(task, completed=done, total=total), lambda: True
            )
        console.print(f"{wanted.name} is in {place}. `mneme models use {wanted.id}` uses it.", soft_wrap=True)


@models.command()
def use(
    which: Which,
    anyway: Annotated[bool, typer.Option("--anyway", help="Even if it will not fit.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Use a model from the next start on: one that was fetched, or any GGUF file."""
    with explained():
        data = _data(data_dir)
        settings = load_settings(data.settings)
        if (known := next((item for item in catalogue() if item.id == which), None)) is not None:
            path = known.place(settings.own_models)
            if not path.exists():
                raise InputError(f"{known.name} is not here yet. `mneme models download {which}` fetches it.")
            if known.kind is Kind.EMBEDDER:
                _save(data, replace(settings, next_embedder=str(path)))
                console.print(f"Vectors by {known.name} are made in the background; until then the old ones serve.")
                return
        else:
            path = Path(which).resolve()
        check_import(path)
        advice = advise(path, settings, data.drives if data.root.is_dir() else None)
        if advice.verdict is Verdict.TOO_LARGE and not anyway:
            raise InputError(
                f"{path.name} will not fit: it needs {advice.needed / 1e9:.1f} GB, and {advice.room / 1e9:.1f} GB are "
                f"to be had. {advice.reason} Use --anyway to try it all the same."
            )
        _save(data, replace(settings, model_path=str(path), load_anyway=anyway or settings.load_anyway))
        console.print(f"{path.name} is used from now on: {told(advice)}.", soft_wrap=True)


def network(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List every network call that Mneme ever made."""
    with explained(as_json):
        calls = Ledger(_data(data_dir).network).calls()
        if as_json:
            print_json({"calls": [asdict(call) | {"at": to_text(call.at)} for call in calls]})
            return
        for call in calls:
            came = "no answer" if call.received is None else f"{call.received:,} bytes, {call.outcome}"
            at = f"{call.at.astimezone():%Y-%m-%d %H:%M:%S}"
            console.print(f"{at}  {call.host}  {call.purpose}  {came}", soft_wrap=True)
        if not calls:
            console.print("None so far.")


def _row(found: Entry, settings: Settings) -> dict[str, Any]:
    here = found.place(settings.own_models).exists()
    fit = told(guess(found.size, settings)) if found.kind is Kind.CHAT else ""
    return asdict(found) | {"here": "yes" if here else fit}


def _data(data_dir: Path | None) -> paths.DataDir:
    return paths.DataDir(data_dir or paths.default_data_dir())


def _settings(data_dir: Path | None) -> Settings:
    return load_settings(_data(data_dir).settings)


def _save(data: paths.DataDir, settings: Settings) -> None:
    data.create()
    save_settings(data.settings, settings)
