"""How the changes of a night are told in the diary, and undone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from app.core.clock import Clock, full_date
from app.core.errors import InputError
from app.core.phrase import Phrase, form
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
        return Phrase("You said something again; it now stands for itself.")
    first, *others = spans
    quote = _quote(first)
    if not others:
        return Phrase("“{0}” stands for itself again; what repeated it has been erased.", quote)
    if len(others) == 1:
        once = form("“{0}” was said once more, on {1}. I keep it as one memory of {2}.")
        return Phrase(once, quote, others[0].said_at, first.said_at)
    often = form("“{0}” was said {1} times more, last on {2}. I keep it as one memory of {3}.")
    return Phrase(often, quote, len(others), max(span.said_at for span in others), first.said_at)


def _undo_folded(store: Store, change: Change) -> None:
    store.folds.take_apart(change.undo.get("spans", []))


def _tell_links(store: Store, change: Change, reason: Reason, one: str, many: str) -> str:
    number = int(change.detail.get("count", 0))
    pairs = store.links.of_run(change.job_run_id or 0, reason, _EXAMPLES)
    spans = store.spans.read([key for pair in pairs for key in pair])
    told = Phrase(one) if number == 1 else Phrase(many, number)
    examples = [Phrase("“{0}” and “{1}”", _quote(spans[a]), _quote(spans[b])) for a, b in pairs]
    if not examples:
        return Phrase("{0}.", told)
    both = Phrase("{0}; {1}", *examples) if len(examples) == _EXAMPLES else examples[0]
    return Phrase("{0}: {1}", told, both) if number <= len(pairs) else Phrase("{0}, such as {1}", told, both)


def _tell_linked(store: Store, change: Change) -> str:
    one = form("Two memories from different talks are about the same and are linked now")
    many = form("{0} pairs of memories from different talks are about the same and are linked now")
    return _tell_links(store, change, Reason.ALIKE, one, many)


def _tell_strengthened(store: Store, change: Change) -> str:
    one = form("Two memories came back together and are linked more firmly")
    many = form("{0} pairs of memories came back together and are linked more firmly")
    return _tell_links(store, change, Reason.TOGETHER, one, many)


def _undo_links(store: Store, change: Change) -> None:
    reason = Reason.ALIKE if change.kind == LINKED else Reason.TOGETHER
    if not store.links.take_away(change.job_run_id or 0, reason):
        raise InputError("These links have been made anew since, or are gone. There is nothing left to undo.")


def _tell_gathered(store: Store, change: Change) -> str:
    ids = change.ids("episode")
    themes = store.themes.read(list(dict.fromkeys(store.themes.of_episodes(ids).values()))[:1])
    count = len(ids)
    if not themes or not themes[0].lines:
        one = form("An episode came together under a theme that is no longer there.")
        return Phrase(one) if count == 1 else Phrase("{0} episodes came together under a theme that is gone.", count)
    spans = _read(store, themes[0].lines)
    days = sorted(span.said_at for span in spans)
    what = about(store, spans), " ".join(f"“{_quote(span)}”" for span in spans[:_EXAMPLES])
    if full_date(days[0]) == full_date(days[-1]):
        when = Phrase("on {0}", days[0])
    else:
        when = Phrase("between {0} and {1}", days[0], days[-1])
    if count == 1:
        return Phrase("An episode belongs to what was said {0} about {1}: {2}", when, *what)
    return Phrase("{0} episodes belong to what was said {1} about {2}: {3}", count, when, *what)


def _undo_gathered(store: Store, change: Change) -> None:
    store.themes.take_out(change.undo.get("episodes", []))


def _tell_looked_back(store: Store, change: Change) -> str:
    count = int(change.detail.get("count", 0))
    if count == 1:
        return Phrase(
            "I looked back at one memory in the light of what was said around it. Questions find it sooner now."
        )
    many = form(
        "I looked back at {0} memories in the light of what was said around them. Questions find them sooner now."
    )
    return Phrase(many, count)


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
