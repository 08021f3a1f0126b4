"""What every command shares: options, the console, JSON, and how errors are told.

Exit codes: 0 done, 1 a fault in Mneme, 2 wrong usage, 3 the model or embedder, 4 the store,
5 the input, 130 interrupted.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from app.core.clock import friendly_date, to_text
from app.core.errors import MnemeError
from app.core.types import Hit, Verdict

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Use the store in this folder.", envvar="MNEME_DATA", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for a program to read.")]
Model = Annotated[Path | None, typer.Option("--model", help="Use this GGUF file.", show_default=False)]


class Terminal(Console):
    """A console that shows words as they are, and ends without a fuss when its reader goes away."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, emoji=False, markup=False)

    def on_broken_pipe(self) -> None:
        """Write to nowhere from now on, and end well: `mneme … | head` is no fault."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0)


console = Terminal()
errors = Terminal(stderr=True)


def print_json(found: Any) -> None:
    """One JSON document on standard output."""
    print(json.dumps(found, ensure_ascii=False, indent=2), flush=True)


@contextmanager
def explained(as_json: bool = False) -> Iterator[None]:
    """End the command with a clear sentence and the error's exit code; a bug says that it is one."""
    try:
        yield
    except MnemeError as error:
        if as_json:
            print_json(error.as_dict())
        else:
            tell(error)
        raise typer.Exit(error.exit_code) from None
    except (typer.Exit, typer.Abort):
        raise
    except BrokenPipeError:
        console.on_broken_pipe()
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except Exception as error:
        logging.getLogger(__name__).exception("a fault")
        errors.print(f"This is a fault in Mneme, not yours: {type(error).__name__}: {error}")
        errors.print("The log in the data folder has the details (`mneme doctor` says where).")
        raise typer.Exit(1) from None


def tell(error: MnemeError) -> None:
    """An error in one way everywhere: what it is, what happened, what to do."""
    errors.print(f"{error.title}.", style="bold red")
    errors.print(error.message, soft_wrap=True)


def progress(label: str) -> Progress:
    """A progress bar on standard error that leaves nothing behind."""
    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal)


def hit_as_dict(hit: Hit) -> dict[str, Any]:
    """A memory for a program."""
    span = hit.span
    return {
        "text": span.text,
        "said_at": to_text(span.said_at),
        "role": span.role,
        "speaker": span.speaker,
        "origin": span.origin,
        "conversation": span.conversation_title,
        "conversation_id": span.conversation_id,
        "message_id": span.first_message_id,
        "span_id": span.id,
        "score": round(hit.score, 4),
        "reasons": list(hit.reasons),
        "remark": hit.remark.words if hit.remark else "",
        "parts": {stage: round(part, 4) for stage, part in hit.parts},
        "place": {part: name for part, name in asdict(span.place).items() if name},
    }


def verdict_as_dict(verdict: Verdict) -> dict[str, Any]:
    """What recall makes of its hits, for a program."""
    return {
        "answerable": round(verdict.answerable, 4),
        "when": verdict.when,
        "fact": verdict.fact.words if verdict.fact else "",
    }


def verdict_line(verdict: Verdict) -> str:
    """The date that was asked for, or a doubt, in the window's words; "" where there is nothing to say."""
    if verdict.doubtful:
        return "perhaps not in memory"
    return f"by memory: {verdict.words}" if verdict.words else ""


def sources_line(hits: tuple[Hit, ...], now: Any, verdict: Verdict) -> str:
    """The quiet line under a reply: the answer by memory or a doubt, how many memories, from when; "" for none."""
    days = list(dict.fromkeys(friendly_date(hit.span.said_at, now) for hit in hits))
    count = f"from {len(hits)} {'memory' if len(hits) == 1 else 'memories'}"
    if not hits:  # what stands in the chat itself is not recalled, but may be known
        return "" if verdict.doubtful else verdict_line(verdict)
    return " · ".join(part for part in (verdict_line(verdict), count, ", ".join(days)) if part)
