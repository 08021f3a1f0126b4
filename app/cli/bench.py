"""`mneme bench …`: measurements anyone can repeat."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.bench.archive import bench_archive
from app.bench.archive_recall import bench_archive_recall
from app.bench.erase import bench_erase
from app.bench.forgetting import bench_forgetting
from app.bench.knowledge import bench_knowledge, print_misses
from app.bench.learning import bench_learning
from app.bench.longmemeval import bench_longmemeval
from app.bench.multihop import bench_multihop
from app.bench.recall import bench_recall
from app.bench.report import Report
from app.bench.scale import bench_scale
from app.bench.segment import bench_segment
from app.bench.sleep import bench_sleep
from app.bench.sort import bench_sort
from app.bench.start import bench_start
from app.cli.output import DataDir, Json, console, errors, explained, print_json, progress
from app.core.errors import InputError
from app.core.paths import DataDir as Folder
from app.core.paths import default_data_dir
from app.core.settings import load_settings

bench = typer.Typer(help="Measure Mneme on this machine.", no_args_is_help=True)
Quick = Annotated[bool, typer.Option("--quick", help="A shorter run, under a minute.")]


@bench.command()
def recall(
    locomo: Annotated[Path | None, typer.Option(help="A LoCoMo file.", show_default=False)] = None,
    longmemeval: Annotated[Path | None, typer.Option(help="A LongMemEval file.", show_default=False)] = None,
    k: Annotated[str, typer.Option(help="Depths, comma-separated.")] = "5,10,20",
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only about so many questions.")] = None,
    ablate: Annotated[bool, typer.Option("--ablate", help="Also without each part of recall.")] = False,
    quick: Quick = False,
    as_json: Json = False,
) -> None:
    """Evidence recall on long conversations, beside dense and BM25 alone; or which of many chats tells."""
    with explained(as_json), progress("Asking") as bar:
        task = bar.add_task("recall", total=None)

        def step(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        if longmemeval is not None and locomo is None:
            found = bench_longmemeval(longmemeval, limit, step)
        elif locomo is not None and longmemeval is None:
            found = bench_recall(locomo, _depths(k), limit, quick, ablate, step)
        else:
            raise InputError("Name one file: --locomo FILE or --longmemeval FILE.")
        _print(found, as_json)


@bench.command()
def multihop(
    questions: Annotated[Path, typer.Option(help="Questions as MuSiQue has them.")],
    corpus: Annotated[Path, typer.Option(help="The passages to find them in.")],
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only so many questions.")] = None,
    quick: Quick = False,
    as_json: Json = False,
) -> None:
    """Whether every passage that a question needs comes back, with the graph of names and without."""
    with explained(as_json), progress("Asking") as bar:
        task = bar.add_task("multihop", total=None)
        found = bench_multihop(
            questions, corpus, limit, quick, lambda done, total: bar.update(task, completed=done, total=total)
        )
        _print(found, as_json)


@bench.command()
def scale(
    n: Annotated[int | None, typer.Option("--n", min=1_000, help="Messages; 100,000 if not told.")] = None,
    quick: Quick = False,
    as_json: Json = False,
) -> None:
    """How fast recall stays as the store grows, beside a flat index and plain full text."""
    with explained(as_json), progress("Growing") as bar:
        task = bar.add_task("scale", total=None)
        size = n or (20_000 if quick else 100_000)
        found = bench_scale(size, quick, lambda done, total: bar.update(task, completed=done, total=total))
        _print(found, as_json)


@bench.command()
def segment(
    locomo: Annotated[Path | None, typer.Option(help="A LoCoMo file.", show_default=False)] = None,
    dialogues: Annotated[list[Path] | None, typer.Option(help="A dialogue file; may be given again.")] = None,
    observed: Annotated[int, typer.Option(min=0, help="Turns of each set that the chat model reads.")] = 150,
    quick: Quick = False,
    as_json: Json = False,
) -> None:
    """Where episodes begin, beside where people say that something new begins."""
    with explained(as_json), progress("Cutting") as bar:
        task = bar.add_task("segment", total=None)
        _print(
            bench_segment(
                locomo,
                dialogues or [],
                observed,
                quick,
                lambda done, total: bar.update(task, completed=done, total=total),
            ),
            as_json,
        )


@bench.command()
def sort(
    data: Annotated[Path, typer.Option(help="A Book-SORT folder: csv files of pairs, and the books.")],
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only about so many pairs.")] = None,
    quick: Quick = False,
    as_json: Json = False,
) -> None:
    """Which of two passages of a book came first."""
    with explained(as_json), progress("Asking") as bar:
        task = bar.add_task("sort", total=None)
        found = bench_sort(data, limit, quick, lambda done, total: bar.update(task, completed=done, total=total))
        _print(found, as_json)


@bench.command()
def learning(
    locomo: Annotated[Path, typer.Option(help="A LoCoMo file.")],
    questions: Annotated[Path | None, typer.Option(help="A MuSiQue file, for a user of documents.")] = None,
    corpus: Annotated[Path | None, typer.Option(help="The passages of its questions.")] = None,
    quick: Quick = False,
    as_json: Json = False,
) -> None:
    """Whether recall gets better by being used, and what wrong clicks do to it."""
    with explained(as_json), progress("Learning") as bar:
        if (questions is None) != (corpus is None):
            raise InputError("Questions and their corpus come together. Give both files, or none.")
        task = bar.add_task("learning", total=None)
        documents = (questions, corpus) if questions and corpus else None
        _print(
            bench_learning(locomo, documents, quick, lambda done, total: bar.update(task, completed=done, total=total)),
            as_json,
        )


@bench.command()
def forgetting(
    years: Annotated[float, typer.Option(min=0.2, help="Years to live through.")] = 5,
    quick: Quick = False,
    as_json: Json = False,
) -> None:
    """What years of use make of the store, and whether what is needed is still recalled."""
    with explained(as_json), progress("Living") as bar:
        task = bar.add_task("forgetting", total=None)
        _print(
            bench_forgetting(years, quick, lambda done, total: bar.update(task, completed=done, total=total)), as_json
        )


@bench.command()
def knowledge(
    script: Annotated[Path, typer.Option(help="JSON Lines: what is said, and what is asked, each at its moment.")],
    misses: Annotated[bool, typer.Option("--misses", help="Also tell which answers were not right.")] = False,
    quick: Quick = False,
    as_json: Json = False,
) -> None:
    """Whether the current value of what changes is told first, and the one that held at another time."""
    with explained(as_json), progress("Asking") as bar:
        task = bar.add_task("knowledge", total=None)
        tell = print_misses if misses else None
        found = bench_knowledge(script, quick, lambda done, total: bar.update(task, completed=done, total=total), tell)
        _print(found, as_json)


@bench.command()
def erase(
    n: Annotated[int | None, typer.Option("--n", min=1, help="Erasures; 200 if not told.")] = None,
    quick: Quick = False,
    as_json: Json = False,
) -> None:
    """Whether anything is left of what was erased, also after a kill in the middle."""
    with explained(as_json), progress("Erasing") as bar:
        task = bar.add_task("erase", total=None)
        times = n or (16 if quick else 200)
        _print(bench_erase(times, quick, lambda done, total: bar.update(task, completed=done, total=total)), as_json)


@bench.command()
def sleep(
    locomo: Annotated[Path, typer.Option(help="A LoCoMo file.")],
    n: Annotated[int | None, typer.Option("--n", min=100, help="Messages of the night that is timed; 10,000.")] = None,
    quick: Quick = False,
    as_json: Json = False,
) -> None:
    """Recall before and after a night, what a night costs, and how long one waits for an answer meanwhile."""
    with explained(as_json), progress("Sleeping") as bar:
        task = bar.add_task("sleep", total=None)
        size = n or (200 if quick else 10_000)
        _print(
            bench_sleep(locomo, size, quick, lambda done, total: bar.update(task, completed=done, total=total)), as_json
        )


@bench.command()
def flash(
    folder: Annotated[Path | None, typer.Option(help="Where models are made and kept.", show_default=False)] = None,
    size: Annotated[int | None, typer.Option(min=300, help="MB of each model; 2,700 if not told.")] = None,
    tokens: Annotated[int, typer.Option(min=4, help="Tokens in each measurement.")] = 24,
    rounds: Annotated[int, typer.Option(min=1, help="Measurements of each kind, ours and mmap's in turns.")] = 2,
    rho: Annotated[float, typer.Option(min=0, max=0.99, help="How much one token resembles the last.")] = 0.9,
    only: Annotated[list[str] | None, typer.Option(help="A case, such as dense.50; may be given more often.")] = None,
    quick: Quick = False,
    as_json: Json = False,
) -> None:
    """Weights on flash against plain mmap within the same memory limit; needs root on Linux."""
    from app.bench.flash import Options, bench_flash

    with explained(as_json), errors.status("Measuring…") as shown:
        kept = folder or default_data_dir() / "bench"
        options = Options(kept, size or (520 if quick else 2_700), tokens, rounds, rho, quick, tuple(only or ()))
        if quick:
            options = replace(options, tokens=min(tokens, 8), rounds=1)
        found = bench_flash(options, shown.update)
        shown.stop()
        _print(found, as_json)


@bench.command()
def kv(
    books: Annotated[Path | None, typer.Option(help="A Book-SORT folder, to read from.", show_default=False)] = None,
    locomo: Annotated[Path | None, typer.Option(help="A LoCoMo file, to talk from.", show_default=False)] = None,
    tokens: Annotated[int, typer.Option(min=1_000, help="How long ago the first of eight things is said.")] = 50_000,
    only: Annotated[list[str] | None, typer.Option(help="One part; may be given again. A wrong one names all.")] = None,
    quick: Quick = False,
    as_json: Json = False,
) -> None:
    """What the model need not read again: prefixes, conversations and episodes, and what that is worth."""
    from app.bench.kv import bench_kv

    with explained(as_json), progress("Reading") as bar:
        task = bar.add_task("kv", total=None)

        def step(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        _print(bench_kv(books, locomo, tokens, quick, step, only or ()), as_json)


@bench.command()
def model(
    file: Annotated[Path | None, typer.Option("--model", help="A GGUF file; yours if not told.")] = None,
    data_dir: DataDir = None,
    quick: Quick = False,
    as_json: Json = False,
) -> None:
    """How this machine runs the chat model fastest. What is found is remembered, and used from the next start on."""
    from app.bench.model import bench_model

    with explained(as_json), progress("Measuring") as bar:
        task = bar.add_task("model", total=None)
        data = Folder(data_dir or default_data_dir())
        path = file or load_settings(data.settings).chat_model
        found = bench_model(path, data, quick, lambda done, total: bar.update(task, completed=done, total=total))
        _print(found, as_json)


@bench.command()
def archive(
    n: Annotated[int | None, typer.Option("--n", min=100, help="Messages; 100,000 if not told.")] = None,
    store: Annotated[Path | None, typer.Option("--store", help="Keep the filled store here, for the next run.")] = None,
    locomo: Annotated[
        Path | None, typer.Option("--locomo", help="A LoCoMo file: is recall the same behind an archive?")
    ] = None,
    quick: Quick = False,
    as_json: Json = False,
) -> None:
    """How fast an archive is written and taken in, beside copying and compressing the database."""
    with explained(as_json), progress("Archiving") as bar:
        task = bar.add_task("archive", total=None)

        def told(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        if locomo is not None:
            _print(bench_archive_recall(locomo, quick, told), as_json)
            return
        size = n or (5_000 if quick else 100_000)
        _print(bench_archive(size, quick, told, kept=store), as_json)


@bench.command()
def start(
    n: Annotated[int | None, typer.Option("--n", min=1_000, help="Messages to recall from; 100,000.")] = None,
    quick: Quick = False,
    as_json: Json = False,
) -> None:
    """How fast the window paints, a long talk opens and quick recall answers, and what the tray takes."""
    with explained(as_json), progress("Growing") as bar:
        task = bar.add_task("start", total=None)
        tell = lambda done, total: bar.update(task, completed=done, total=total)  # noqa: E731
        _print(bench_start(2 if quick else 5, n or (5_000 if quick else 100_000), tell), as_json)


def _depths(text: str) -> list[int]:
    try:
        depths = sorted({int(part) for part in text.split(",")})
    except ValueError:
        depths = []
    if not depths or depths[0] < 1:
        raise InputError(f"Depths are whole numbers from 1, comma-separated, such as 5,10,20; not {text!r}.")
    return depths


def _print(report: Report, as_json: bool) -> None:
    if as_json:
        print_json(report.as_dict())
        return
    table = Table("figure", "value", title=f"mneme bench {report.bench}")
    for name, value in report.as_dict()["figures"].items():
        table.add_row(name, f"{value:g}")
    console.print(table)
