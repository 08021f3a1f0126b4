"""How the changes of a night are told in the diary, and undone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from app.core.clock import Clock, full_date
from app.core.errors import InputError
from app.core.types import Span
from app.memory.consolidation.gathering import label, sentence
from app.memory.diary import Kind
from app.storage.changes import Change, NewChange, Subject
from app.storage.links import Reason
from app.storage.store import Store

Tell = Callable[[Store, NewChange, Subject | None], None]
JOB = "consolidate"
FOLDED, LINKED, STRENGTHENED, GATHERED = "folded", "linked", "strengthened", "gathered"
LOOKED_BACK = "looked back"
_QUOTED = 90
_EXAMPLES = 2
_LONG_WORD = 4


def _tell_folded(store: Store, change: Change) -> str:
    spans = _read(store, change.ids("span"))
    if not spans:
        return "You said something again; it now stands for itself."
    first, *others = spans
    if not others:
        return f"“{_quote(first)}” stands for itself again; what repeated it has been erased."
    days = list(dict.fromkeys(full_date(span.said_at) for span in others))
    on = ", ".join(days[:3]) + (f" and {len(days) - 3} more days" if len(days) > 3 else "")
    once = "once more" if len(others) == 1 else f"{len(others)} times more"
    return f"“{_quote(first)}” was said {once}, on {on}. I keep it as one memory of {full_date(first.said_at)}."


def _undo_folded(store: Store, change: Change) -> None:
    store.folds.take_apart(change.undo.get("spans", []))


def _tell_links(store: Store, change: Change, reason: Reason, told: str) -> str:
    number = int(change.detail.get("count", 0))
    count = "Two memories" if number == 1 else f"{number} pairs of memories"
    pairs = store.links.of_run(change.job_run_id or 0, reason, _EXAMPLES)
    spans = store.spans.read([key for pair in pairs for key in pair])
    examples = "; ".join(f"“{_quote(spans[a])}” and “{_quote(spans[b])}”" for a, b in pairs)
    such = (": " if number <= len(pairs) else ", such as ") + examples if pairs else "."
    return f"{count} {told}{such}"


def _tell_linked(store: Store, change: Change) -> str:
    return _tell_links(store, change, Reason.ALIKE, "from different talks are about the same and are linked now")


def _tell_strengthened(store: Store, change: Change) -> str:
    return _tell_links(store, change, Reason.TOGETHER, "came back together and are linked more firmly")


def _undo_links(store: Store, change: Change) -> None:
    reason = Reason.ALIKE if change.kind == LINKED else Reason.TOGETHER
    if not store.links.take_away(change.job_run_id or 0, reason):
        raise InputError("These links have been made anew since, or are gone. There is nothing left to undo.")


def _tell_gathered(store: Store, change: Change) -> str:
    ids = change.ids("episode")
    themes = store.themes.read(list(dict.fromkeys(store.themes.of_episodes(ids).values()))[:1])
    count = len(ids)
    episodes = "An episode" if count == 1 else f"{count} episodes"
    if not themes or not themes[0].lines:
        return f"{episodes} came together under a theme that is no longer there."
    spans = _read(store, themes[0].lines)
    days = sorted(span.said_at for span in spans)
    period = full_date(days[0]) if full_date(days[0]) == full_date(days[-1]) else ""
    when = f"on {period}" if period else f"between {full_date(days[0])} and {full_date(days[-1])}"
    lines = " ".join(f"“{_quote(span)}”" for span in spans[:_EXAMPLES])
    return f"{episodes} belong{'s' if count == 1 else ''} to what was said {when} about {about(store, spans)}: {lines}"


def _undo_gathered(store: Store, change: Change) -> None:
    store.themes.take_out(change.undo.get("episodes", []))


def _tell_looked_back(store: Store, change: Change) -> str:
    count = int(change.detail.get("count", 0))
    memories = "one memory" if count == 1 else f"{count} memories"
    return f"I looked back at {memories} in the light of what was said around them, so that questions find them sooner."


def _undo_looked_back(store: Store, change: Change) -> None:
    if not store.hindsights.do_without(change.job_run_id or 0):
        raise InputError("These keys have been made anew since, or are gone. There is nothing left to undo.")


KINDS: dict[str, Kind] = {
    FOLDED: Kind(_tell_folded, _undo_folded),
    LINKED: Kind(_tell_linked, _undo_links),
    STRENGTHENED: Kind(_tell_strengthened, _undo_links),
    GATHERED: Kind(_tell_gathered, _undo_gathered),
    LOOKED_BACK: Kind(_tell_looked_back, _undo_looked_back),
}
"""The changes that sleep makes, for the diary."""


def tell(clock: Clock, store: Store, change: NewChange, same: Subject | None = None) -> None:
    """Log a change of the night that runs, on the line that it has about the `same` already."""
    store.changes.extend(replace(change, job_run_id=store.job_runs.open(JOB)), clock.now(), same)


def silent(store: Store, change: NewChange, same: Subject | None = None) -> None:
    """Log nothing: what is made anew has been told before."""


def about(store: Store, spans: Sequence[Span]) -> str:
    """What a theme is about, in a few of its own words."""
    words = [word.lower() for span in spans for word in re.findall(r"[^\W\d_]+", span.text) if len(word) >= _LONG_WORD]
    stems = {word: next(iter(store.terms.stems([word])), word) for word in set(words)}
    often = store.terms.frequencies(sorted(set(stems.values())))
    total = store.terms.count()
    return label(words, lambda word: often.get(stems[word], 0), total) or "the same"


def _read(store: Store, span_ids: Sequence[int]) -> list[Span]:
    """The spans that are still there, as they were said."""
    return sorted(store.spans.read(list(span_ids)).values(), key=lambda span: (span.said_at, span.id))


def _quote(span: Span) -> str:
    return sentence(span.text, _QUOTED)
