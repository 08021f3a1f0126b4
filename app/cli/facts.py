"""`mneme facts`: what is known, as of a day, and the way to set it right."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from app.bootstrap import Assistant, build
from app.cli.output import DataDir, Json, Model, console, explained, print_json
from app.core.clock import full_date, to_text
from app.core.errors import InputError
from app.core.facts import Fact, Statement
from app.memory.facts.able import told
from app.memory.facts.book import sentence
from app.memory.facts.keeper import FactKeeper
from app.memory.facts.times import end_of
from app.memory.recall.times import local_day, times_in

AsOf = Annotated[str, typer.Option("--as-of", help='As of this day: 2024-05-01, "last spring".', show_default=False)]


def facts(  # noqa: PLR0913, PLR0917 - one option each
    as_of: AsOf = "",
    about: Annotated[str, typer.Option(help="Only of this person or thing.", show_default=False)] = "",
    past: Annotated[bool, typer.Option("--past", help="Also what holds no more.")] = False,
    correct: Annotated[int, typer.Option(help="Set the fact of this number right.", show_default=False)] = 0,
    to: Annotated[str, typer.Option(help="Its new value, for --correct.", show_default=False)] = "",
    forget: Annotated[int, typer.Option(help="Take the fact of this number back.", show_default=False)] = 0,
    probe: Annotated[bool, typer.Option("--probe", help="Measure whether the model may read facts.")] = False,
    data_dir: DataDir = None,
    model: Model = None,
    as_json: Json = False,
) -> None:
    """What is known of you and yours, since when, and from which words; nothing is known without words."""
    with explained(as_json), build(data_dir, model_path=model, background=False) as assistant:
        if probe:
            _measure(assistant, as_json)
            return
        book = assistant.memory.facts
        if correct:
            _print([book.correct(correct, to)], as_json)
            return
        if forget:
            count = book.forget(forget)
            _say({"forgotten": count}, "Taken back. The words it was read from stay.", as_json)
            return
        FactKeeper(assistant.store, assistant.clock).extract_pending()
        moment = _moment(as_of, assistant) if as_of else None
        _print(book.read(moment, about, past=past), as_json)


def _measure(assistant: Assistant, as_json: bool) -> None:
    """Ask the model all that is known of these messages, and say how it did."""
    name = assistant.model.load().name
    if (found := assistant.able.judge(thoroughly=True)) is None:
        raise InputError("This model cannot be asked in the form of a grammar.")
    _say({"model": name, **asdict(found)}, f"{name}: {told(found)}", as_json)


def _moment(text: str, assistant: Assistant) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return end_of(moment.date()) if len(text) <= len("2024-01-01") else moment.astimezone()
    except ValueError:
        found = times_in(f"in {text}" if text.isdigit() else text, local_day(assistant.clock.now()))
    if len(found) != 1:
        raise InputError(f'{text!r} is not a day that can be told. Write 2024-05-01, or "last spring".')
    return end_of(found[0].last)


def _print(found: list[Fact], as_json: bool) -> None:
    if as_json:
        print_json({"facts": [_as_dict(fact) for fact in found]})
        return
    for fact in found:
        console.print(f"{fact.id:5}  {sentence(fact)}", style="bold", soft_wrap=True)
        console.print(f"       {_times(fact)}", style="dim", soft_wrap=True)
        console.print(f"       “{fact.sources[0].quote}”", style="dim", soft_wrap=True)
    if not found:
        console.print("No facts are known of that.")


def _times(fact: Fact) -> str:
    since = f"since {full_date(fact.valid_from)}" if fact.valid_from else ""
    until = f"until {full_date(fact.valid_to)}" if fact.valid_to else ""
    hand = "written by hand" if fact.by_hand else "read by the chat model" if fact.by_model else ""
    other = fact.contested_by
    said = f"on {full_date(other.said_at)} you said: {other.value}" if other else ""
    return ", ".join(part for part in (since, until, hand, said) if part) or "at some time"


def _as_dict(fact: Fact) -> dict[str, Any]:
    by = fact.superseded_by
    return {
        "id": fact.id,
        "subject": fact.subject,
        "predicate": fact.attribute,
        "object": fact.value,
        "sentence": sentence(fact),
        "valid_from": _text(fact.valid_from),
        "valid_to": _text(fact.valid_to),
        "recorded_at": to_text(fact.recorded_at),
        "superseded_at": _text(fact.superseded_at),
        "superseded_by": by.id if by else None,
        "contested_by": _source(fact.contested_by) if fact.contested_by else None,
        "by_hand": fact.by_hand,
        "confidence": round(fact.confidence, 3),
        "sources": [_source(source) for source in fact.sources],
    }


def _source(said: Statement) -> dict[str, Any]:
    return {
        "statement_id": said.id,
        "message_id": said.message_id,
        "start": said.start,
        "end": said.end,
        "quote": said.quote,
        "value": said.value,
        "said_at": to_text(said.said_at),
        "method": said.method,
    }


def _text(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None


def _say(found: dict[str, Any], words: str, as_json: bool) -> None:
    if as_json:
        print_json(found)
    else:
        console.print(words)
