"""How fading is told in the diary, and undone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from app.core.clock import Clock, full_date
from app.core.errors import InputError
from app.core.types import EpisodeState
from app.memory.diary import Kind
from app.memory.fade import MOVED, put_back
from app.memory.gist import gist
from app.storage.changes import Change
from app.storage.store import Store

_QUOTED = 90
_TOLD = {
    "faded": ("fades", "fade", "nobody needed it for a while"),
    "archived": ("is archived", "are archived", "nobody needed it for long"),
    "revived": ("is vivid again", "are vivid again", "it was of use"),
}


def fading_kinds(clock: Clock) -> Mapping[str, Kind]:
    """The changes that fading makes, for the diary."""
    return {kind: Kind(_tell, partial(_undo, clock)) for kind in MOVED.values()}


def _tell(store: Store, change: Change) -> str:
    one, many, why = _TOLD[change.kind]
    ids = change.ids("episode")
    first = store.strengths.first_words(ids)
    if first is None:
        return "An episode that has been cut anew since."
    said_at, text = first
    example = f"“{gist(text, _QUOTED)}” of {full_date(said_at)}"
    if len(ids) == 1:
        return f"{example} {one}: {why}." if change.actor == "night" else f"{example} {one}, as you wished."
    return f"{len(ids)} episodes {many}, such as {example}."


def _undo(clock: Clock, store: Store, change: Change) -> None:
    before = {int(key): EpisodeState(state) for key, state in change.undo.get("before", {}).items()}
    there = {key: state for key, state in before.items() if key in change.ids("episode")}
    if not there:
        raise InputError("These episodes are not there any more. There is nothing left to undo.")
    put_back(store, there, clock.now())
