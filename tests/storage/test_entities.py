"""Entities: the same name however it is written, which spans name it, and which are about it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.storage.entities import Mention
from app.storage.store import Store
from tests.storage.helpers import remember


def test_a_text_names_what_it_writes_in_another_way(store: Store) -> None:
    (key,) = remember(store, ["Aschenbrödel"])
    with store.transaction():
        store.entities.add(key, ["Aschenbrödel", "U.S.", "Hank Snow's", "..."])
    assert set(store.entities.named_in("did the u.s. see ASCHENBRODEL by hank snow?")) == {
        "aschenbrodel",
        "u s",
        "hank snow",
    }
    assert store.entities.named_in("a snowman") == {}


def test_spans_about_a_name_come_first_and_a_name_of_too_many_leads_nowhere(store: Store) -> None:
    keys = remember(store, ["one", "two", "three"])
    with store.transaction():
        store.entities.add(keys[0], ["Graz"], about="GRAZ")
        for key in keys[1:]:
            store.entities.add(key, ["Graz"], about="Linz")
    graz = store.entities.named_in("Graz")["graz"]
    assert store.entities.spans_of([graz], each=2, at_most=3) == [keys[0], keys[2]]
    assert store.entities.spans_of([graz], each=2, at_most=2) == []
    assert store.entities.mentions(keys, at_most=3) == [Mention(key, graz, 3, key == keys[0]) for key in keys]
    assert store.entities.mentions(keys, at_most=2) == []


def test_a_name_is_forgotten_with_the_last_span_that_names_it(store: Store) -> None:
    (key,) = remember(store, ["Graz"])
    with store.transaction():
        store.entities.add(key, ["Graz"])
        store._db.execute("DELETE FROM span WHERE id = ?", [key])
    assert store.entities.named_in("Graz") == {}


@given(st.text(max_size=400))
def test_any_text_can_be_asked(store: Store, text: str) -> None:
    assert store.entities.named_in(text) == {}
