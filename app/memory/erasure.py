"""An erasure as people see it: what is meant, what would go, and what was done and found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.phrase import Phrase, form
from app.core.types import Filter, Message

_NOUNS = {
    "message": (form("message"), form("messages")),
    "conversation": (form("conversation"), form("conversations")),
    "episode": (form("episode"), form("episodes")),
    "fact": (form("fact"), form("facts")),
    "link": (form("link"), form("links")),
    "fold": (form("link"), form("links")),
    "theme_line": (form("line of a summary"), form("lines of summaries")),
    "theme": (form("summary"), form("summaries")),
    "span": (form("index entry"), form("index entries")),
    "recall": (form("record of what a reply was shown"), form("records of what replies were shown")),
    "kv_file": (form("cached prompt"), form("cached prompts")),
}


@dataclass(frozen=True, slots=True)
class Target:
    """What is meant: messages, episodes by uid, conversations, what a search for words finds, and all that a filter
    keeps; words and filter together are a search in a place and time."""

    messages: tuple[int, ...] = ()
    episodes: tuple[str, ...] = ()
    conversations: tuple[int, ...] = ()
    words: str = ""
    where: Filter | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What an erasure would take: the messages, how many of each kind of thing that came from them, the backups they
    are in, and other messages that repeat them."""

    messages: tuple[Message, ...]
    counts: Mapping[str, int]
    backups: int
    repeats: tuple[Message, ...]

    def told(self) -> str:
        """All that would go, for people: "1 message, 2 facts, 1 backup that holds it"."""
        return ", ".join(self.parts())

    def parts(self) -> list[Phrase]:
        """The same part by part."""
        parts = [_counted(count, noun) for noun, count in self.counts.items()]
        if self.backups:
            one = self.backups == 1
            parts.append(Phrase("a copy in 1 backup") if one else Phrase("copies in {0} backups", self.backups))
        return parts


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did and what the probe found: traces in bytes, in which files, and how many memories recall still
    brought for the words. Without the words."""

    messages: int
    bytes_found: int
    recalled: int
    files: int
    ms: float
    where: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether nothing was found."""
        return self.bytes_found == 0 and self.recalled == 0

    def figures(self) -> dict[str, float]:
        """By name, for the journal."""
        return {name: float(getattr(self, name)) for name in ("messages", "bytes_found", "recalled", "files", "ms")}


def counted(counts: Mapping[str, int]) -> dict[str, int]:
    """Rows by table as people call them."""
    found: dict[str, int] = {}
    for table, (_, many) in _NOUNS.items():
        if counts.get(table):
            found[many] = found.get(many, 0) + counts[table]
    return found


def _counted(count: int, many: str) -> Phrase:
    one = next((single for single, plural in _NOUNS.values() if plural == many), many)
    return Phrase("1 {0}", Phrase(one)) if count == 1 else Phrase("{0} {1}", count, Phrase(many))
