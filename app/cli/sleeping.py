"""`mneme sleep`, `mneme diary` and `mneme rebuild`: a night now, what nights changed, and making it all anew."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated, Any

import typer

from app.bootstrap import Assistant, build
from app.cli.output import DataDir, Json, console, explained, print_json, progress
from app.core.clock import friendly_date, to_text
from app.memory.diary import Line
from app.schedule import night
from app.schedule.runner import Ended, Job

_SHOWN = 5


def sleep(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Also when many memories would be folded.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Go over what is new, as in a night: embed, cut, fold, link, gather, verify and copy."""
    with explained(as_json), build(data_dir, background=False) as assistant:
        if dry_run:
            _tell_plan(assistant, as_json)
            return
        first = _newest_line(assistant)
        ended = _sleep(assistant, assistant.night(agreed=yes))
        lines = [line for line in assistant.diary.lines(1_000) if line.id > first]
        if as_json:
            jobs = {
                name: {"outcome": run.outcome, "figures": dict(run.figures)} | _problem(run)
                for name, run in ended.items()
            }
            print_json({"jobs": jobs, "diary": [_as_dict(line) for line in lines]})
        else:
            _tell_night(ended, lines)
    problems = [run.problem for run in ended.values() if run.problem is not None]
    if problems:
        with explained(False):
            raise problems[0]


def diary(
    undo: Annotated[int | None, typer.Option(help="Take back the line of this number.", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many lines at most.")] = 50,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Read what changed in memory, day by day; or take a line back."""
    with explained(as_json), build(data_dir, background=False) as assistant:
        if undo is not None:
            done = assistant.diary.undo(undo)
            if as_json:
                print_json({"undone": undo, "changed": done})
            else:
                console.print("Taken back." if done else "That had been taken back already.")
            return
        lines = assistant.diary.lines(limit)
        if as_json:
            print_json([_as_dict(line) for line in lines])
        elif lines:
            _tell_lines(assistant, lines)
        else:
            console.print("Nothing has changed yet. A night begins by itself, or with `mneme sleep`.")


def rebuild(data_dir: DataDir = None, as_json: Json = False) -> None:
    """Drop all that nights have made, and make it anew from what was said. What you took apart stays apart."""
    with explained(as_json), build(data_dir, background=False) as assistant:
        [ended] = _sleep(assistant, [assistant.rebuilding()]).values()
        if ended.problem is not None:
            raise ended.problem
        if as_json:
            print_json({"figures": dict(ended.figures)})
        else:
            console.print(f"Made anew: {_told(ended)}.")


def _sleep(assistant: Assistant, jobs: list[Job]) -> dict[str, Ended]:
    with progress("{task.description}") as bar:
        task = bar.add_task("Sleep", total=None)

        def step(name: str, done: int, total: int) -> None:
            bar.update(task, description=name.capitalize(), completed=done, total=total)

        return night.sleep(assistant.runner, jobs, step)


def _newest_line(assistant: Assistant) -> int:
    return max((line.id for line in assistant.diary.lines(1)), default=0)


def _tell_plan(assistant: Assistant, as_json: bool) -> None:
    plan = assistant.consolidator.plan()
    spans, waiting, episodes = assistant.store.call(
        lambda store: (
            store.spans.read([key for pair in plan.folds.items() for key in pair]),
            store.vectors.missing() if store.vectors.ready else store.spans.count(),
            len(store.themes.pending(1_000_000)),
        )
    )
    folds = [(spans[one], spans[other]) for one, other in plan.folds.items()]
    asks = assistant.consolidator.asks(plan)
    if as_json:
        found = {"read": plan.spans, "links": plan.links, "gather": episodes, "without_vector": waiting, "asks": asks}
        print_json(found | {"folds": [{"text": a.text, "exemplar": b.text} for a, b in folds]})
        return
    console.print(f"A night would go over {plan.spans} new memories and {episodes} new episodes.")
    if waiting:
        console.print(f"It would embed {waiting} memories first; what they bring is not counted here.")
    console.print(f"It would link {plan.links} pairs, and fold {len(folds)} memories into others that say the same.")
    for one, other in folds[:_SHOWN]:
        console.print(f"  {one.text[:100]!r} repeats {other.text[:100]!r}", soft_wrap=True)
    if asks:
        console.print("That is more than may go without a word: `mneme sleep --yes` does it.")


def _tell_night(ended: dict[str, Ended], lines: list[Line]) -> None:
    for name, run in ended.items():
        if told := _told(run):
            console.print(f"{name.capitalize()}: {told}.")
    for line in reversed(lines):
        console.print(f"  {line.text}", soft_wrap=True)
    if not lines and not any(map(_told, ended.values())):
        console.print("There was nothing to do.")


def _told(ended: Ended) -> str:
    return ", ".join(f"{value:g} {name}" for name, value in ended.figures.items() if value)


def _tell_lines(assistant: Assistant, lines: list[Line]) -> None:
    now = assistant.clock.now()
    for day, of_day in groupby(lines, lambda line: friendly_date(line.at, now)):
        console.print(day.capitalize(), style="bold")
        for line in of_day:
            state = " (taken back)" if line.undone_at else ""
            console.print(f"  {line.id:>4}  {line.text}{state}", soft_wrap=True, highlight=False)
    console.print("`mneme diary --undo NUMBER` takes a line back.", style="dim")


def _problem(run: Ended) -> dict[str, Any]:
    return {"problem": run.problem.as_dict()} if run.problem is not None else {}


def _as_dict(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "at": to_text(line.at),
        "text": line.text,
        "kind": line.kind,
        "by_night": line.by_night,
        "undoable": line.undoable,
        "undone_at": to_text(line.undone_at) if line.undone_at else None,
    }
