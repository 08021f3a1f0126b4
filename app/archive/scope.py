"""What part of memory an archive is to hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.errors import InputError
from app.core.types import Filter
from app.storage.store import Store


@dataclass(frozen=True, slots=True)
class Scope:
    """Conversations, and what a filter keeps, and the events in which words were said; all that is named has to fit.
    Nothing named is everything."""

    conversations: tuple[int, ...] = ()
    where: Filter | None = None
    words: str = ""

    @property
    def name(self) -> str:
        """The scope in words, without those that were searched for."""
        named = [
            f"{len(self.conversations)} conversations" if self.conversations else "",
            "a place or time" if self.where else "",
            "a search" if self.words.strip() else "",
        ]
        return ", ".join(filter(None, named)) or "everything"

    def messages(self, store: Store) -> Sequence[int] | None:
        """The ids of the messages that fit, None for all. Raises InputError when there are none. Read-only."""
        if self.name == "everything":
            return None
        kept: list[set[int]] = []
        if self.conversations:
            kept.append(set(store.erasures.in_conversations(self.conversations)))
        if self.where is not None:
            kept.append(set(store.erasures.of_spans(sorted(store.spans.within(self.where)))))
        if self.words.strip():
            kept.append(_said_around(store, self.words))
        if not (found := set.intersection(*kept)):
            raise InputError(
                "Nothing that was said fits, so there is nothing to export. `mneme recall` shows what there is."
            )
        return sorted(found)


def _said_around(store: Store, words: str) -> set[int]:
    """The messages of the events in which these words were said; where a conversation is not cut yet, those alone."""
    spans = [key for key, _ in store.spans.search(words.split(), 10_000, unfinished=True)]
    found = set(store.erasures.of_spans(spans))
    episodes = {episode.uid for episode in store.episodes.episode_of(sorted(found)).values()}
    return found | set(store.erasures.in_episodes(sorted(episodes)))
