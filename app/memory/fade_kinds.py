"""How fading is told in the diary, and undone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from app.core.clock import Clock
from app.core.errors import InputError
from app.core.phrase import Phrase, form
from app.core.types import EpisodeState
from app.memory.diary import Kind
from app.memory.fade import MOVED, put_back
from app.memory.gist import gist
from app.storage.changes import Change
from app.storage.store import Store

_QUOTED = 90
_TOLD = {
    "faded": (
        form("“{0}” of {1} fades: nobody needed it for a while."),
        form("“{0}” of {1} fades, as you wished."),
        form("{0} episodes fade, such as “{1}” of {2}."),
    ),
    "archived": (
        form("“{0}” of {1} is archived: nobody needed it for long."),
        form("“{0}” of {1} is archived, as you wished."),
        form("{0} episodes are archived, such as “{1}” of {2}."),
    ),
    "revived": (
        form("“{0}” of {1} is vivid again: it was of use."),
        form("“{0}” of {1} is vivid again, as you wished."),
        form("{0} episodes are vivid again, such as “{1}” of {2}."),
    ),
}
"""Of one by night, of one by hand, of many."""


def fading_kinds(clock: Clock) -> Mapping[str, Kind]:
    """The changes that fading makes, for the diary."""
    return {kind: Kind(_tell, partial(_undo, clock)) for kind in MOVED.values()}


def _tell(store: Store, change: Change) -> str:
    by_night, by_hand, many = _TOLD[change.kind]
    ids = change.ids("episode")
    first = store.strengths.first_words(ids)
    if first is None:
        return Phrase("An episode that has been cut anew since.")
    said_at, text = first
    quote = gist(text, _QUOTED)
    if len(ids) == 1:
        return Phrase(by_night if change.actor == "night" else by_hand, quote, said_at)
    return Phrase(many, len(ids), quote, said_at)


def _undo(clock: Clock, store: Store, change: Change) -> None:
    before = {int(key): EpisodeState(state) for key, state in change.undo.get("before", {}).items()}
    there = {key: state for key, state in before.items() if key in change.ids("episode")}
    if not there:
        raise InputError("These episodes are not there any more. There is nothing left to undo.")
    put_back(store, there, clock.now())
