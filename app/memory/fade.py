"""Lets memories fade: the step of a night that gives new episodes their strength, counts uses, and moves states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial, reduce

import numpy as np

from app.core.errors import ConsentNeeded
from app.core.types import EpisodeState, Origin, Role
from app.memory.forgetting import FADING, VIVID, Strength, Use, born, falls_to, together, used
from app.memory.salience import salience, signs_of
from app.storage.changes import Actor, NewChange
from app.storage.owner import StoreOwner
from app.storage.store import Store
from app.storage.strengths import NewEpisodeRow, Row

_AT_ONCE = 100
_KEPT = (Origin.REMEMBERED, Origin.DOCUMENT)  # what was given by hand does not fade
_SAME = 0.8  # cosine from which on one thing was said twice
_LOOKED_AT = 8
_JUDGED = 48  # by their true cosine: what says nearly the same has nearly the same signs
_A_WHILE = timedelta(days=30)  # that what was asked back to fading stays there at least
FADE = "fade"
"""The name of the job."""
MOVED = {EpisodeState.VIVID: "revived", EpisodeState.FADING: "faded", EpisodeState.ARCHIVED: "archived"}


@dataclass(slots=True)
class Faded:
    """What a run did: memories that were born, uses that counted, and how many came to each state."""

    born: int = 0
    uses: int = 0
    faded: int = 0
    archived: int = 0
    revived: int = 0

    def figures(self) -> dict[str, float]:
        """By name, for the record of a run."""
        return {name: float(getattr(self, name)) for name in self.__slots__}


def fade(
    store: StoreOwner,
    now: datetime,
    keep_going: Callable[[], bool] = lambda: True,
    *,
    most: float = 0.05,
) -> Faded:
    """Bring strengths and states up to date, in small transactions: a run that is stopped or killed loses nothing, and
    nothing is counted twice.

    What faded, was archived or revived is in the change log, and can be undone. Raises ConsentNeeded, with all else
    done, where more than the share `most` of all episodes would be archived in this run; StoreError.
    """
    done = Faded()
    while keep_going() and (born_now := store.call(partial(_newborns, now=now), background=True)):
        done.born += store.write(partial(_bear, found=born_now), background=True)
    while keep_going() and (count := store.write(_count, background=True)):
        done.uses += count
    if keep_going():
        move = partial(_move, now=now, most=most, done=done)
        if would := store.write(move, background=True):
            raise _asking(would, store.call(lambda opened: sum(opened.strengths.counts().values()), background=True))
    return done


def _asking(would: int, of: int) -> ConsentNeeded:
    return ConsentNeeded(
        f"{would} of {of} episodes have not been of use for so long that they would be archived at once. Nothing was. "
        "`mneme sleep --yes` allows it; they stay on disk, are still found, and can be brought back.",
        would,
        of,
    )


def archive(store: Store, episodes: Sequence[int], now: datetime, actor: Actor = Actor.PERSON) -> int:
    """Put episodes away as the curve would in time; the change, by which they can be brought back."""
    rows = store.strengths.of_episodes(episodes)
    for row in rows.values():
        store.strengths.put(row._replace(fades_at=now, archives_at=now, pinned=False))
    return _log(store, _before(store, episodes), EpisodeState.ARCHIVED, now, actor)


def bring_back(store: Store, episodes: Iterable[int], now: datetime) -> None:
    """Make episodes vivid again: to be asked back is a use."""
    ids = list(episodes)
    for row in store.strengths.of_episodes(ids).values():
        store.strengths.put(_row(row.message_id, row.last_message_id, used(_strength(row), Use.OPENED, now)))
    _to_state(store, ids, EpisodeState.VIVID, now)


def put_back(store: Store, before: Mapping[int, EpisodeState], now: datetime) -> None:
    """Bring episodes into the states that they had, and let the curve go on from there."""
    rows = store.strengths.of_episodes(list(before))
    for key, state in before.items():
        if state is EpisodeState.VIVID:
            bring_back(store, [key], now)
        elif (row := rows.get(key)) is not None:
            archived = now if state is EpisodeState.ARCHIVED else max(row.archives_at, now + _A_WHILE)
            store.strengths.put(row._replace(fades_at=now, archives_at=archived))
            _to_state(store, [key], state, now)


def pin(store: Store, episodes: Iterable[int], now: datetime, *, on: bool = True) -> int:
    """Keep episodes from ever fading, or let them fade again; how many there were to pin."""
    ids = list(episodes)
    rows = store.strengths.of_episodes(ids)
    for row in rows.values():
        strength = _strength(row._replace(pinned=on, used_at=now))
        store.strengths.put(_row(row.message_id, row.last_message_id, strength))
    _to_state(store, list(rows), EpisodeState.VIVID, now)
    return len(rows)


def _newborns(store: Store, now: datetime) -> list[Row]:
    """The strengths of a batch of new episodes. Their curve starts now, however long ago they were said.

    Not in a transaction: the index of vectors follows only what is committed.
    """
    usual = store.strengths.usual_surprise()
    found = []
    for episode in store.strengths.new(_AT_ONCE):
        known = store.strengths.covering(episode.first, episode.last)
        fresh = _newborn(store, episode, usual, now)
        found.append(_row(episode.first, episode.last, reduce(together, map(_strength, known), fresh)))
    return found


def _bear(store: Store, found: Sequence[Row]) -> int:
    for row in found:
        store.strengths.put(row)
    return len(found)


def _newborn(store: Store, episode: NewEpisodeRow, usual: tuple[float, float], now: datetime) -> Strength:
    said = store.strengths.said(episode.first, episode.last)
    mean, deviation = usual
    surprise = (episode.surprise_peak - mean) / deviation if episode.surprise_peak is not None and deviation else 0.0
    texts = [part.text for part in said if part.role is Role.USER]
    signs = signs_of(texts, surprise, _repeated(store, episode))
    return born(salience(signs), now, pinned=any(part.origin in _KEPT for part in said))


def _repeated(store: Store, episode: NewEpisodeRow) -> int:
    """How many earlier memories say nearly the same; 0 where meaning is not to be had."""
    if not store.vectors.ready:
        return 0
    spans = store.strengths.spans_of([episode.id])
    vectors = store.vectors.read(spans)
    if not len(vectors):
        return 0
    mean = vectors.mean(axis=0)
    near = store.vectors.search(mean / max(float(np.linalg.norm(mean)), 1e-9), _LOOKED_AT, judged=_JUDGED)
    own = set(spans)
    return sum(cosine >= _SAME for key, cosine in near if key not in own and key < min(own))


def _count(store: Store) -> int:
    """Count a batch of uses. A memory used twice moves twice, in order of time."""
    uses = store.strengths.uses(_AT_ONCE)
    moved: dict[int, tuple[Row, Strength]] = {}
    for use in uses:
        row, strength = moved.get(use.row.message_id, (use.row, _strength(use.row)))
        moved[row.message_id] = (row, used(strength, Use(use.kind), use.at))
    for row, strength in moved.values():
        store.strengths.put(_row(row.message_id, row.last_message_id, strength))
    store.strengths.counted(use.id for use in uses)
    return len(uses)


def _move(store: Store, now: datetime, most: float, done: Faded) -> int:
    """Bring episodes to the states that are due; how many are not archived as they would be too many."""
    due = store.strengths.due(now)
    would, room = len(due[EpisodeState.ARCHIVED]), max(int(most * sum(store.strengths.counts().values())), 1)
    if would > room:
        due[EpisodeState.ARCHIVED] = []
    for state, moves in due.items():
        if moves:
            _log(store, dict(moves), state, now, Actor.NIGHT)
            setattr(done, MOVED[state], len(moves))
    return would if would > room else 0


def _log(store: Store, before: dict[int, EpisodeState], state: EpisodeState, now: datetime, actor: Actor) -> int:
    """Bring episodes into a state and note it, with the state that each had."""
    _to_state(store, list(before), state, now)
    subjects = [("episode", key) for key in before]
    run = store.job_runs.open(FADE) if actor is Actor.NIGHT else None
    return store.changes.note(NewChange(MOVED[state], subjects, {}, {"before": before}, actor, run), now)


def _to_state(store: Store, ids: Sequence[int], state: EpisodeState, now: datetime) -> None:
    """The state, and in archived ones without the other wordings that they were found by: half of what they take."""
    store.strengths.move(ids, state, now)
    spans = store.strengths.spans_of(ids)
    if state is EpisodeState.ARCHIVED:
        store.keys.empty(spans)
    else:
        store.keys.refill(spans)


def _before(store: Store, episodes: Sequence[int]) -> dict[int, EpisodeState]:
    states = store.strengths.states(episodes)
    return {key: states.get(key, EpisodeState.VIVID) for key in episodes}


def _strength(row: Row) -> Strength:
    return Strength(row.born_at, row.used_at, row.salience, row.stability, row.uses, row.pinned)


def _row(first: int, last: int, strength: Strength) -> Row:
    moments = falls_to(strength, VIVID), falls_to(strength, FADING)
    return Row(
        first,
        last,
        strength.born_at,
        strength.used_at,
        strength.salience,
        strength.stability,
        strength.uses,
        strength.pinned,
        *moments,
    )
