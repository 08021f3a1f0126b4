from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.errors import InputError
from app.core.facts import ME, FactKind, NewStatement, Told
from app.core.types import Hit, Verdict
from app.storage.store import Store
from tests.storage.helpers import NOW, say, span_of


def stated(store: Store, text: str = "I live in Oslo.", value: str = "Oslo") -> NewStatement:
    message = say(store, text)
    return NewStatement(message.id, 0, len(text), ME, "home", value, FactKind.HOLDS, NOW)


def test_a_statement_comes_back_with_its_quote(store: Store) -> None:
    said = replace(stated(store), since=NOW, adds=True, confidence=0.5)
    key = store.facts.add(said)
    kept = store.facts.get(key)
    assert kept is not None and kept.quote == "I live in Oslo."
    assert NewStatement(**{name: getattr(kept, name) for name in NewStatement.__dataclass_fields__}) == said
    assert store.facts.get(key + 1) is None


@pytest.mark.parametrize(
    "wrong", [{"end": 99}, {"start": -1}, {"start": 5, "end": 5}, {"value": "Rome"}, {"message_id": 99}, {"end": 6}]
)
def test_a_fact_whose_quote_is_not_in_its_source_is_refused(store: Store, wrong: dict[str, object]) -> None:
    said = replace(stated(store), **wrong)  # type: ignore[arg-type]
    with pytest.raises(InputError):
        store.facts.add(said)
    assert store.facts.put(said.message_id, [said]) == []
    assert store.facts.all() == []


def test_putting_again_keeps_what_is_the_same_and_drops_the_rest(store: Store) -> None:
    said = stated(store, "I live in Oslo and Bergen.")
    (first,) = store.facts.put(said.message_id, [said])
    other = replace(said, value="Bergen")
    (second,) = store.facts.put(said.message_id, [said, other])
    assert store.facts.put(said.message_id, [other]) == []
    assert [one.id for one in store.facts.all()] == [second]
    assert first != second


def test_what_was_told_goes_when_any_words_it_rests_on_go(store: Store) -> None:
    old, new, question = stated(store), stated(store, "I moved to Bergen.", "Bergen"), say(store, "Where do I live?")
    keys = [store.facts.add(old), store.facts.add(new)]
    span = store.spans.read([span_of(store, say(store, "Something else."))]).popitem()[1]
    hit = Hit(span, 1.0, (), remark=Told("no longer so; now: Bergen", tuple(keys)))
    store.recalls.log(question.id, [hit], True, NOW, Verdict(fact=Told("Bergen", (keys[1],))))
    assert store.recalls.shown([question.id])[question.id] == [hit]
    assert store.recalls.verdicts([question.id])[question.id].fact == Told("Bergen", (keys[1],))
    store._db.execute("DELETE FROM message WHERE id = ?", [old.message_id])
    assert store.recalls.shown([question.id])[question.id][0].remark is None
    assert store.recalls.verdicts([question.id])[question.id].fact is not None
    store._db.execute("DELETE FROM message WHERE id = ?", [new.message_id])
    assert store.recalls.verdicts([question.id])[question.id].fact is None
    assert store._db.table("recall_told").count == 0


def test_a_rejected_statement_stays_where_it_is(store: Store) -> None:
    said = stated(store)
    (key,) = store.facts.put(said.message_id, [said])
    store.facts.reject([key])
    assert store.facts.put(said.message_id, []) == []
    kept = store.facts.get(key)
    assert kept is not None and kept.rejected
    store.facts.reject([key], rejected=False)
    assert not store.facts.all()[0].rejected
