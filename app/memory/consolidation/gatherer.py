"""Puts new episodes under their themes, a few at a time."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.clock import Clock
from app.memory.consolidation.gathering import LEAST, Line, Vectors, gist, lines_of, middle, telling, theme_for
from app.memory.consolidation.kinds import GATHERED, Tell
from app.storage.changes import NewChange, Subject
from app.storage.store import Store

_AT_ONCE = 16  # episodes in one step


class Gatherer:
    """One run over the episodes that are under no theme yet, in the order in which they were said. The themes are read
    once; when a step fails, so does the run, and the next one reads them again."""

    def __init__(self, clock: Clock, told: Tell) -> None:
        self._clock = clock
        self._told = told
        self._lines: dict[int, list[Line]] | None = None
        self._middles: dict[int, Vectors] = {}
        self._after = 0

    def step(self, store: Store) -> dict[str, int]:
        """Put the next episodes under their themes, inside a transaction; figures, none when there are none left."""
        identity = store.episodes.embedder()
        if self._lines is None:
            self._lines = {theme.id: _of_spans(store, theme.lines, identity) for theme in store.themes.read()}
            self._middles = {key: middle(lines) for key, lines in self._lines.items() if lines}
        episodes = store.themes.pending(_AT_ONCE, self._after)
        if not episodes:
            return {}
        self._after = store.themes.first_message(episodes[-1])
        for episode, lines in _of_episodes(store, episodes, identity).items():
            self._put(store, episode, gist(lines), self._lines)
        return {"gathered": len(episodes)}

    def _put(self, store: Store, episode: int, lines: Sequence[Line], known: dict[int, list[Line]]) -> None:
        theme, likeness = theme_for(middle(lines), self._middles) or (store.themes.make(self._clock.now()), 1.0)
        known[theme] = lines_of([*known.get(theme, []), *lines])
        self._middles[theme] = middle(known[theme])
        store.themes.put(theme, episode, likeness)
        store.themes.tell(theme, [line.span_id for line in known[theme]])
        [kept] = store.themes.read([theme])
        if len(kept.episodes) >= LEAST:
            new = kept.episodes if len(kept.episodes) == LEAST else (episode,)
            about: list[Subject] = [("theme", theme), *(("episode", key) for key in new)]
            self._told(store, NewChange(GATHERED, about, {"count": len(new)}, {"episodes": list(new)}), about[0])


def _of_episodes(store: Store, episodes: list[int], identity: str) -> dict[int, list[Line]]:
    """The spans that may stand for each episode; where none is long enough, all of them."""
    spans = store.nights.spans_of(episodes)
    texts = store.spans.read([key for keys in spans.values() for key in keys])
    vectors = store.nights.vectors(list(texts), identity)
    found = {}
    for episode in episodes:
        usable = [key for key in spans.get(episode, []) if key in vectors]
        long_enough = [key for key in usable if telling(texts[key].text)]
        if usable:
            found[episode] = [Line(key, vectors[key]) for key in long_enough or usable]
    return found


def _of_spans(store: Store, span_ids: Sequence[int], identity: str) -> list[Line]:
    vectors = store.nights.vectors(list(span_ids), identity)
    return [Line(key, vectors[key]) for key in span_ids if key in vectors]
