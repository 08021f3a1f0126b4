"""How facts that changed in the background are told in the diary, and undone."""

from __future__ import annotations

from app.core.facts import Statement
from app.core.phrase import Phrase
from app.memory.diary import Kind
from app.memory.facts.book import DROPPED, MERGED, told_of
from app.memory.facts.update import facts_of
from app.storage.changes import Change, NewChange
from app.storage.store import Store

FACT_CHANGED = "fact changed"


def changes_of(store: Store, new: list[int]) -> list[NewChange]:
    """For each of the statements that took the place of others: the change, by ids alone."""
    found = []
    for key in new:
        if (said := store.facts.get(key)) is None:
            continue
        line = facts_of(store.facts.of_slots([(said.subject, said.attribute)]))
        replaced = [f.sources[0].id for f in line if f.superseded_by is not None and f.superseded_by.id == key]
        if replaced:
            subjects = [("fact", key), *(("fact", old) for old in replaced)]
            found.append(NewChange(FACT_CHANGED, subjects, undo={"statement": key}))
    return found


def _tell(store: Store, change: Change) -> str:
    said = [one for key in change.ids("fact") if (one := store.facts.get(key)) is not None]
    new = next((one for one in said if one.id == change.undo.get("statement")), None)
    old = [one for one in said if one is not new]
    if new is None or not old:
        return Phrase("A fact changed; what it rested on has been erased.")
    before = ", ".join(dict.fromkeys(f"“{one.value}”" for one in old))
    if not new.value:
        return Phrase("{0} is no longer {1}.", _about(new), before)
    return Phrase("{0} was {1}; now it is “{2}”.", _about(new), before, new.value)


def _undo(store: Store, change: Change) -> None:
    store.facts.reject([int(change.undo["statement"])])


def _about(said: Statement) -> str:
    return f"{told_of(said.subject)} {said.attribute}"


def _tell_merged(store: Store, change: Change) -> str:
    said = [one for key in change.ids("fact") if (one := store.facts.own(key)) is not None]
    if len(said) < 2:
        return Phrase("Facts were merged; what they rested on has been erased.")
    *most, last = dict.fromkeys(_quoted(one) for one in said)
    if not most:
        return Phrase("You merged {0} with what says the same.", last)
    return Phrase("You merged {0} and {1} into one.", ", ".join(most), last)


def _undo_merged(store: Store, change: Change) -> None:
    same = change.undo.get("same") or dict.fromkeys(change.ids("fact"), 0)
    store.facts.part({int(key): into for key, into in same.items()})


def _tell_dropped(store: Store, change: Change) -> str:
    said = [one for key in change.ids("fact") if (one := store.facts.own(key)) is not None]
    if not said:
        return Phrase("Facts were taken back; what they rested on has been erased.")
    about = list(dict.fromkeys(_quoted(one) for one in said))
    if len(about) == 1:
        return Phrase("You took back {0}.", about[0])
    return Phrase("You took back {0} facts, such as {1}.", len(about), about[0])


def _undo_dropped(store: Store, change: Change) -> None:
    store.facts.reject(change.ids("fact"), rejected=False)


def _quoted(said: Statement) -> str:
    return f"“{_about(said)}: {said.value}”"


KINDS: dict[str, Kind] = {
    FACT_CHANGED: Kind(_tell, _undo),
    MERGED: Kind(_tell_merged, _undo_merged),
    DROPPED: Kind(_tell_dropped, _undo_dropped),
}
"""The changes of facts, for the diary."""
