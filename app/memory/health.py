"""How memory is: what is there twice, what hangs in the air, whether the indexes are whole, and whether what was said
comes back when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app.core.paths import DataDir
from app.core.types import Hit, Span
from app.memory.engine import Memory
from app.memory.recall.query import parse_query
from app.storage.store import Store

_ASKED = 24
_AMONG = 5
_CUES = 4  # words of a question that is made of a memory
_LONG = 4

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RecallCheck:
    """Questions made of the person's own words, and how many of these came back among the first five."""

    asked: int
    found: int
    by_meaning: bool
    missed: tuple[int, ...] = ()

    @property
    def share(self) -> float:
        """The share that was found, 0 to 1; 1 where there was nothing to ask."""
        return self.found / self.asked if self.asked else 1.0


@dataclass(frozen=True, slots=True)
class Health:
    """`repeats` are memories folded into others, `twice` messages said to the letter again. `waiting` have no vector
    yet. Sizes in bytes."""

    verdict: str
    conversations: int
    messages: int
    memories: int
    episodes: Mapping[str, int]
    facts: int
    repeats: int
    twice: int
    orphans: Mapping[str, int]
    indexed: int
    waiting: int
    sizes: Mapping[str, int]
    recall: RecallCheck | None = field(default=None)

    @property
    def whole(self) -> bool:
        """Whether nothing needs mending."""
        return self.verdict == "ok" and not any(self.orphans.values())

    def as_dict(self) -> dict[str, Any]:
        """All of it for a program."""
        found = asdict(self) | {"whole": self.whole}
        if self.recall is not None:
            found["recall"] = {"asked": self.recall.asked, "found": self.recall.found, "share": self.recall.share}
            found["recall"]["by_meaning"] = self.recall.by_meaning
        return found


def examine(memory: Memory, data: DataDir) -> Health:
    """Look at everything but recall. Read-only; for any thread but the UI's."""

    def work(store: Store) -> Health:
        counts, spans = store.conversations.counts(), store.spans.count()
        waiting = store.vectors.missing() if store.vectors.ready else spans - store.overview.embedded()
        return Health(
            verdict=store.check(),
            conversations=counts["conversation"],
            messages=counts["message"],
            memories=spans,
            episodes={str(state): count for state, count in store.strengths.counts().items()},
            facts=sum(not said.rejected for said in store.facts.all()),
            repeats=store.folds.count(),
            twice=sum(times - 1 for _, times in store.overview.said_twice()),
            orphans=store.overview.orphans(),
            indexed=spans - waiting,
            waiting=waiting,
            sizes=_sizes(data),
        )

    return memory.store.call(work)


def check_recall(memory: Memory, report: Report = lambda done, total: None, count: int = _ASKED) -> RecallCheck:
    """Ask for memories spread over all there is, each by a few of its words, out of order and with no sentence around
    them, and see whether it comes back. Writes nothing, and teaches recall nothing."""
    spans = memory.store.call(lambda store: list(store.spans.read(store.overview.some_spans(count)).values()))
    found, missed, by_meaning = 0, [], True
    for number, span in enumerate(spans):
        recall = memory.recall(memory.store.call(lambda store, span=span: question(store, span)), _AMONG, wait_s=5.0)  # type: ignore[misc]
        by_meaning &= recall.by_meaning
        if any(_is(memory, span, hit) for hit in recall.hits):
            found += 1
        else:
            missed.append(span.first_message_id)
        report(number + 1, len(spans))
    return RecallCheck(len(spans), found, by_meaning, tuple(missed))


def question(store: Store, span: Span) -> str:
    """A question for a memory: who said what about a few of its longer words that others do not have."""
    words = [word for word in parse_query(span.text[:2_000]).words if len(word) >= _LONG] or [span.text[:60]]
    stems = store.terms.stems(words)
    often = store.terms.frequencies(sorted(stems))
    # neither the rarest words, which would find it by themselves, nor those that everything has
    ranked = sorted(words, key=lambda word: often.get(next(iter(store.terms.stems([word])), word), 0))
    chosen = sorted(ranked[1 : 1 + _CUES] or ranked[:_CUES])
    who = f"{span.speaker} say" if span.speaker else "I say"
    return f"What did {who} about {' and '.join(chosen)}?"


def _is(memory: Memory, span: Span, hit: Hit) -> bool:
    """Whether a hit is the memory, or says the same: what it was folded into, or its very words."""
    if hit.span.id == span.id or hit.span.text == span.text:
        return True
    return memory.store.call(lambda store: store.folds.exemplars([span.id])).get(span.id) == hit.span.id


def _sizes(data: DataDir) -> dict[str, int]:
    """Bytes of what lies in the data folder."""
    database = [path for path in data.root.glob("mneme.db*") if path.is_file()]
    return {
        "memory": sum(path.stat().st_size for path in database),
        "backups": _under(data.backups),
        "saved states": _under(data.kv),
        "weights": _under(data.weights),
        "log": _under(data.logs),
    }


def _under(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0
