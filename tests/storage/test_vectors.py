from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.paths import DataDir
from app.storage.store import Store, open_store
from app.storage.vectors import VectorIndex
from tests.fakes import FakeClock, FakeEmbedder
from tests.storage.helpers import remember, say, span_of

TEXTS = [
    "Biscuit is a brown dog",
    "The ferry leaves at nine",
    "A violin lesson on Tuesday",
    "Rye bread with caraway",
    "The passport is in the drawer",
]


def reopened(store: Store, embedder: FakeEmbedder) -> Store:
    """The store as the next start of the app finds it."""
    store.close()
    return opened(store, embedder)


def opened(store: Store, embedder: FakeEmbedder) -> Store:
    """The same store through a connection of its own, as another process has it."""
    fresh = open_store(DataDir(store.path.parent), FakeClock())
    fresh.vectors.use(embedder.identity, embedder.dimension)
    return fresh


def nearest(store: Store, embedder: FakeEmbedder, text: str, limit: int = 3) -> list[int]:
    return [key for key, _ in store.vectors.search(embedder.embed([text])[0], limit)]


def erase(store: Store, span_id: int) -> None:
    store.spans.remove_of(store.spans.read([span_id])[span_id].first_message_id)


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of vectors that had to be read from the table because the cache did not have them."""
    ids: list[int] = []
    fetch = VectorIndex._fetch
    monkeypatch.setattr(VectorIndex, "_fetch", lambda self, part: (ids.extend(part.tolist()), fetch(self, part))[1])
    return ids


def test_the_nearest_comes_first_with_its_cosine(store: Store, embedder: FakeEmbedder) -> None:
    keys = remember(store, TEXTS, embedder)
    vector = embedder.embed(["a brown dog"])[0]
    hits = store.vectors.search(vector, 5)
    assert hits[0][0] == keys[0]
    assert hits[0][1] == pytest.approx(float(embedder.embed(TEXTS[:1])[0] @ vector))
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)


def test_more_is_never_asked_of_the_index_than_it_holds(store: Store, embedder: FakeEmbedder) -> None:
    store.vectors.use(embedder.identity, embedder.dimension)
    assert nearest(store, embedder, "anything") == []
    remember(store, TEXTS[:2], embedder)
    assert len(nearest(store, embedder, "anything", 100)) == 2


def test_cosines_are_told_for_the_spans_that_have_a_vector(store: Store, embedder: FakeEmbedder) -> None:
    keys = remember(store, TEXTS, embedder)
    bare = span_of(store, say(store, "no vector yet"))
    known = store.vectors.cosines(embedder.embed([TEXTS[1]])[0], [keys[1], bare, 999])
    assert known == {keys[1]: pytest.approx(1.0)}


def test_spans_without_a_vector_are_pending_newest_first(store: Store, embedder: FakeEmbedder) -> None:
    keys = remember(store, TEXTS)
    store.vectors.use(embedder.identity, embedder.dimension)
    store.vectors.add(keys[:2], embedder.embed(TEXTS[:2]))
    assert store.vectors.pending(1 << 62, 10) == keys[:1:-1]
    assert store.vectors.pending(keys[4], 1) == [keys[3]]


def test_a_vector_given_twice_is_held_once(store: Store, embedder: FakeEmbedder) -> None:
    keys = remember(store, TEXTS, embedder)
    store.vectors.add(keys, embedder.embed(TEXTS))
    assert store.vectors.count() == len(TEXTS)
    assert nearest(store, embedder, TEXTS[2], 5).count(keys[2]) == 1


def test_a_span_erased_while_it_was_embedded_gets_no_vector(store: Store, embedder: FakeEmbedder) -> None:
    keys = remember(store, TEXTS)
    store.vectors.use(embedder.identity, embedder.dimension)
    erase(store, keys[1])
    store.vectors.add(keys, embedder.embed(TEXTS))
    assert store.vectors.count() == len(TEXTS) - 1
    assert keys[1] not in nearest(store, embedder, TEXTS[1], 5)


def test_the_cache_spares_reading_the_table(store: Store, embedder: FakeEmbedder, fetched: list[int]) -> None:
    keys = remember(store, TEXTS, embedder)
    with closing(reopened(store, embedder)) as again:
        assert nearest(again, embedder, TEXTS[3])[0] == keys[3]
    assert fetched == []


def test_an_unchanged_cache_is_not_written_again(store: Store, embedder: FakeEmbedder, data_dir: Path) -> None:
    remember(store, TEXTS, embedder)
    again = reopened(store, embedder)
    DataDir(data_dir).index.unlink()
    again.close()
    assert not DataDir(data_dir).index.exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda index: index.unlink(),
        lambda index: index.with_suffix(".json").unlink(),
        lambda index: index.write_bytes(b""),
        lambda index: index.write_bytes(index.read_bytes()[:-7]),
        lambda index: index.write_bytes(b"garbage" * 50),
        lambda index: index.with_suffix(".json").write_text("[1, 2]"),
        lambda index: index.with_suffix(".json").write_text('{"identity": 3'),
        lambda index: index.with_suffix(".json").write_bytes(b"\xff\xfe\x00"),
    ],
    ids=["gone", "note gone", "empty", "cut", "garbage", "note of another shape", "half a note", "note in no encoding"],
)
def test_a_cache_that_cannot_be_trusted_is_rebuilt_from_the_table(
    store: Store, embedder: FakeEmbedder, data_dir: Path, fetched: list[int], damage: Callable[[Path], None]
) -> None:
    keys = remember(store, TEXTS, embedder)
    store.close()
    damage(DataDir(data_dir).index)
    with closing(opened(store, embedder)) as again:
        assert [nearest(again, embedder, text)[0] for text in TEXTS] == keys
    assert sorted(fetched) == keys
    with closing(opened(store, embedder)):
        assert sorted(fetched) == keys  # the rebuilt cache was saved and is believed


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.8, 0.999])
def test_a_flipped_bit_in_the_cache_is_noticed(
    store: Store, embedder: FakeEmbedder, data_dir: Path, fetched: list[int], share: float
) -> None:
    keys = remember(store, TEXTS, embedder)
    store.close()
    content = bytearray(DataDir(data_dir).index.read_bytes())
    content[int(len(content) * share)] ^= 4
    DataDir(data_dir).index.write_bytes(content)
    with closing(opened(store, embedder)) as again:
        assert [nearest(again, embedder, text)[0] for text in TEXTS] == keys
    assert sorted(fetched) == keys


def test_what_another_process_adds_and_removes_is_followed(store: Store, embedder: FakeEmbedder) -> None:
    keys = remember(store, TEXTS, embedder)
    with closing(opened(store, embedder)) as other:
        [added] = remember(other, ["A red kite over the hill"], embedder)
        erase(other, keys[0])
    assert nearest(store, embedder, "red kite hill")[0] == added
    assert keys[0] not in nearest(store, embedder, TEXTS[0], 10)
    assert store.vectors.count() == len(TEXTS)


def test_a_process_that_dies_before_it_saves_costs_no_vector(store: Store, embedder: FakeEmbedder) -> None:
    keys = remember(store, TEXTS[:2], embedder)
    again = reopened(store, embedder)
    keys += remember(again, TEXTS[2:], embedder)
    again._db.close()  # as a kill leaves it: the index of before, the table of now
    with closing(opened(store, embedder)) as last:
        assert [nearest(last, embedder, text)[0] for text in TEXTS] == keys


def test_as_many_new_vectors_as_old_ones_went_are_still_noticed(store: Store, embedder: FakeEmbedder) -> None:
    keys = remember(store, TEXTS, embedder)
    again = reopened(store, embedder)
    erase(again, keys[0])
    [added] = remember(again, ["A red kite over the hill"], embedder)
    with closing(reopened(again, embedder)) as last:
        assert nearest(last, embedder, "red kite hill")[0] == added
        assert last.vectors.count() == len(TEXTS)


def test_vectors_of_two_embedders_never_mix(store: Store, embedder: FakeEmbedder) -> None:
    other = FakeEmbedder(dimension=16, identity="other:1")
    keys = remember(store, TEXTS, embedder)
    store.vectors.use(other.identity, other.dimension)
    assert store.vectors.pending(1 << 62, 10) == keys[::-1]
    store.vectors.add(keys[:1], other.embed(TEXTS[:1]))
    assert nearest(store, other, TEXTS[1], 10) == keys[:1]


def test_the_first_embedder_finds_its_vectors_when_it_comes_back(store: Store, embedder: FakeEmbedder) -> None:
    other = FakeEmbedder(dimension=16, identity="other:1")
    keys = remember(store, TEXTS, embedder)
    store.vectors.use(other.identity, other.dimension)
    store.vectors.use(embedder.identity, embedder.dimension)
    assert [nearest(store, embedder, text)[0] for text in TEXTS] == keys


def test_a_cache_of_another_embedder_is_not_believed(store: Store, embedder: FakeEmbedder) -> None:
    remember(store, TEXTS, embedder)
    other = FakeEmbedder(identity="other:1")
    with closing(reopened(store, other)) as again:
        assert again.vectors.count() == 0


def test_a_cache_that_cannot_be_written_is_no_error(store: Store, embedder: FakeEmbedder, data_dir: Path) -> None:
    keys = remember(store, TEXTS, embedder)
    DataDir(data_dir).index.mkdir()
    store.close()
    DataDir(data_dir).index.rmdir()
    assert not DataDir(data_dir).index.with_suffix(".new").exists()
    with closing(opened(store, embedder)) as again:
        assert [nearest(again, embedder, text)[0] for text in TEXTS] == keys


@settings(max_examples=40)
@given(st.lists(st.sampled_from(["add", "erase", "reopen", "crash", "elsewhere", "lose cache"]), max_size=12))
def test_the_index_equals_the_table_whatever_happened(steps: list[str]) -> None:
    embedder = FakeEmbedder(dimension=8)
    with tempfile.TemporaryDirectory() as folder:
        store = opened(open_store(DataDir(Path(folder)), FakeClock()), embedder)
        for number, step in enumerate(steps):
            store = _perform(step, store, embedder, number)
        store = reopened(store, embedder)
        rows = store._db.execute("SELECT span_id, vector FROM span_vector").fetchall()
        vector = embedder.embed(["memory number 3"])[0]
        expected = {key: float(np.frombuffer(blob, "<f4") @ vector) for key, blob in rows}
        assert dict(store.vectors.search(vector, 1_000)) == pytest.approx(expected)
        store.close()


def _perform(step: str, store: Store, embedder: FakeEmbedder, number: int) -> Store:
    if step == "add":
        remember(store, [f"memory number {number}", f"thought number {number}"], embedder)
    elif step == "erase" and (found := store.spans.search(["number"], 1)):
        erase(store, found[0][0])
    elif step == "elsewhere":
        with closing(opened(store, embedder)) as other:
            remember(other, [f"said elsewhere {number}"], embedder)
    elif step == "reopen":
        return reopened(store, embedder)
    elif step == "lose cache":
        store.close()
        DataDir(store.path.parent).index.unlink(missing_ok=True)
        return opened(store, embedder)
    elif step == "crash":
        store._db.close()
        return opened(store, embedder)
    return store
