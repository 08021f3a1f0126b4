from __future__ import annotations

from app.core.facts import FactKind, NewStatement
from app.storage.store import Store
from tests.storage.helpers import NOW, say


def test_a_statement_that_the_words_do_not_hold_costs_itself_and_never_the_message(store: Store) -> None:
    message = say(store, "I sold the rusty blanket.")
    kind = next(iter(FactKind))
    good = NewStatement(message.id, 0, 25, "me", "blanket", "rusty", kind, NOW)
    strange = NewStatement(message.id, 0, 25, "me", "blanket", "at 17:44 on Sunday", kind, NOW)
    with store.transaction():
        assert len(store.facts.put(message.id, [strange, good])) == 1
    assert [one.value for one in store.facts.of_messages([message.id])] == ["rusty"]
