"""What is known of somebody while a message is read, with what the message has stated so far."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.core.facts import Fact, NewStatement, Statement
from app.memory.facts.found import Found
from app.memory.facts.update import alike, current, facts_in
from app.memory.facts.values import NUMBER
from app.memory.facts.words import concept, concepts

Lookup = Callable[[str], Sequence[Statement]]
_NUMBERED = re.compile(NUMBER)
_LAST = 8  # statements of an attribute that are looked at for what holds


@dataclass(slots=True)
class Known:
    """What holds at the moment at which a message was said. `lookup` gives what was stated of a subject before."""

    lookup: Lookup
    said_at: datetime
    new: list[NewStatement] = field(default_factory=list)
    _held: dict[str, list[Fact]] = field(default_factory=dict)

    def add(self, said: NewStatement) -> None:
        """Count what the message has just stated."""
        self.new.append(said)
        self._held.clear()

    def named_before(self, found: Found, value: str) -> Found:
        """Under the longer name that its attribute has been known by: "number" after "phone number"."""
        if found.ruled or found.known or not found.attribute:
            return found
        known = {fact.attribute for fact in self.facts(found.subject) if fact.subject == found.subject}
        if (price := f"{found.attribute} price") in known and _NUMBERED.match(value):
            return replace(found, attribute=price)
        head, words = found.attribute.split()[-1], concepts(found.attribute)
        longer = [a for a in known if a.split()[-1] == head and words < concepts(a)]
        return replace(found, attribute=longer[0]) if len(longer) == 1 and found.attribute not in known else found

    def called(self, owner: str, words: str) -> list[Found]:
        """What holds under these words: by its value, else by its attribute ("the car")."""
        by_value, by_name = [], []
        wanted = concepts(words)
        for fact in self.facts(owner):
            found = Found(fact.subject, fact.attribute, fact.value)
            if alike(fact.value, words):
                by_value.append(found)
            elif wanted and concepts(fact.attribute) and concepts(fact.attribute) <= wanted:
                by_name.append(found)
        return by_value or by_name

    def of_kind(self, owner: str, new: str) -> list[Found]:
        """A fact whose attribute `new` names ("the Evo gym"), or whose value ends alike ("oat milk", "soy milk")."""
        wanted = concepts(new)
        last = concept(new.rsplit(maxsplit=1)[-1])
        facts = self.facts(owner)
        named = [f for f in facts if concepts(f.attribute) and concepts(f.attribute) <= wanted]
        ended = [f for f in facts if concept(f.value.split()[-1]) == last] if len(new.split()) > 1 else []
        return [Found(f.subject, f.attribute, f.value) for f in named or ended]

    def facts(self, owner: str) -> list[Fact]:
        """What holds of somebody and theirs, as far as this message has been read."""
        if owner not in self._held:
            new = [_stored(one, n) for n, one in enumerate(self.new) if one.subject.startswith(owner)]
            self._held[owner] = current(facts_in(_last([*self.lookup(owner), *new])), self.said_at)
        return self._held[owner]


def _last(stated: Sequence[Statement]) -> list[Statement]:
    """The last few statements of each attribute: what was said long before does not say what holds."""
    found: dict[tuple[str, str], deque[Statement]] = {}
    for said in stated:
        found.setdefault((said.subject, said.attribute), deque(maxlen=_LAST)).append(said)
    return [said for few in found.values() for said in few]


def _stored(new: NewStatement, number: int) -> Statement:
    fields = {name: getattr(new, name) for name in NewStatement.__dataclass_fields__}
    return Statement(**fields, id=1 << 40 | number)
