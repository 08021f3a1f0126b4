"""What was said before something is found whatever came after."""

from __future__ import annotations

from app.storage.store import Store
from tests.fakes import FakeEmbedder
from tests.storage.helpers import remember


def test_a_search_before_a_span_comes_to_the_same_however_much_follows(store: Store) -> None:
    embedder = FakeEmbedder()
    early = remember(store, [f"The cello of house {i}" for i in range(30)], embedder)
    vector = embedder.embed(["The cello of house 29"])[0]
    before = store.vectors.search(vector, 5, early[-1])
    assert early[-1] not in dict(before)
    assert len(before) == 5
    remember(store, ["The cello of house 29"] * 700, embedder)
    assert store.vectors.search(vector, 5, early[-1]) == before
    assert store.vectors.search(vector, 5, early[0]) == []


def test_spans_that_are_gone_are_not_found_before(store: Store) -> None:
    embedder = FakeEmbedder()
    keys = remember(store, ["The cello", "The cello", "The cello"], embedder)
    vector = embedder.embed(["The cello"])[0]
    assert len(store.vectors.search(vector, 5, keys[2])) == 2
    with store.transaction():
        store._db.execute("DELETE FROM span WHERE id = ?", [keys[0]])
    assert [key for key, _ in store.vectors.search(vector, 5, keys[2])] == [keys[1]]
