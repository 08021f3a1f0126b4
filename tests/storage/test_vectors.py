from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.bench.talk import talks
from app.core.paths import DataDir
from app.runtime.host import EmbedHost
from app.storage.index_signs import SignIndex, Vectors, signs_of
from app.storage.store import Store, open_store
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


def test_a_file_of_vectors_that_an_earlier_version_left_is_removed(store: Store, data_dir: Path) -> None:
    store.close()
    old = [DataDir(data_dir).index, DataDir(data_dir).index.with_suffix(".json")]
    for path in old:
        path.write_bytes(b"what was erased")
    with closing(open_store(DataDir(data_dir), FakeClock())):
        assert not any(path.exists() for path in old)


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


def test_vectors_that_are_rolled_back_are_never_proposed(store: Store, embedder: FakeEmbedder) -> None:
    keys = remember(store, TEXTS)
    store.vectors.use(embedder.identity, embedder.dimension)
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.vectors.add(keys[:2], embedder.embed(TEXTS[:2]))
        nearest(store, embedder, TEXTS[0])
        raise ZeroDivisionError
    store.vectors.add(keys[2:], embedder.embed(TEXTS[2:]))  # under the ids that became free
    assert nearest(store, embedder, TEXTS[4], 5)[0] == keys[4]
    assert sorted(nearest(store, embedder, TEXTS[0], 5)) == keys[2:]


def test_many_erased_at_once_leave_no_hole_in_the_answer(store: Store, embedder: FakeEmbedder) -> None:
    texts = [f"note {i} of the harbour" for i in range(300)] + TEXTS
    keys = remember(store, texts, embedder)
    assert len(nearest(store, embedder, "note of the harbour", 20)) == 20
    with store.transaction():
        for key in keys[:300]:
            erase(store, key)
    assert sorted(nearest(store, embedder, "note of the harbour", 20)) == keys[300:]


def test_looking_for_spans_without_vector_starts_where_all_have_one(store: Store, embedder: FakeEmbedder) -> None:
    keys = remember(store, TEXTS[:3], embedder)
    assert store.vectors.pending(1 << 62, 10) == []
    assert store.vectors.pending(1 << 62, 10) == []
    new = remember(store, TEXTS[3:])
    assert store.vectors.pending(1 << 62, 1) == new[1:]
    assert store.vectors.pending(1 << 62, 10) == new[::-1]
    assert store.vectors.pending(1 << 62, 10) == new[::-1]
    store.vectors.add(new, embedder.embed(TEXTS[3:]))
    assert store.vectors.pending(keys[0], 10) == store.vectors.pending(1 << 62, 10) == []


@given(arrays(np.float32, (40, 24), elements=st.floats(-1, 1, width=32)), st.integers(1, 50))
def test_a_small_store_is_searched_exactly(store: Store, vectors: Vectors, limit: int) -> None:
    keys = list(range(1, 41)) if store.spans.count() else remember(store, ["x"] * 40)
    store.vectors.use("any", 24)
    store.vectors.add(keys, vectors)
    hits = store.vectors.search(vectors[0], limit)
    cosines = dict(zip(keys, (vectors @ vectors[0]).tolist(), strict=True))
    assert [score for _, score in hits] == pytest.approx(sorted(cosines.values(), reverse=True)[:limit], abs=1e-5)
    assert [score for _, score in hits] == pytest.approx([cosines[key] for key, _ in hits], abs=1e-5)


@given(st.integers(1, 300), st.integers(1, 40), st.sampled_from([8, 20, 384]), st.integers(0, 9))
def test_signs_propose_as_many_as_asked_for_and_the_likeliest(size: int, count: int, dimension: int, seed: int) -> None:
    vectors = np.random.default_rng(seed).standard_normal((size, dimension), dtype=np.float32)
    index = SignIndex(dimension)
    index.add(np.arange(size) * 3, signs_of(vectors))
    index.remove(np.array([3, 4]))
    left = [3 * i for i in range(size) if i != 1]
    assert index.ids.tolist() == left
    found = index.nearest(vectors[0], count).tolist()
    assert len(set(found)) == len(found) == min(count, len(left))
    agreement = {3 * i: float(vectors[0][vectors[i] > 0].sum()) for i in range(size) if i != 1}
    best = sorted(agreement.values(), reverse=True)[:count]
    assert sorted((agreement[key] for key in found), reverse=True) == pytest.approx(best, abs=1e-3)


@pytest.mark.real
def test_real_vectors_are_found_as_a_flat_index_finds_them(store: Store, embed_host: EmbedHost) -> None:
    texts = [text for talk in talks(700) for text in talk.texts]
    keys = remember(store, texts)
    embed_host.load()
    vectors = embed_host.embed(texts)
    store.vectors.use(embed_host.identity, embed_host.dimension)
    store.vectors.add(keys, vectors)
    agreed = []
    for asked in embed_host.embed([talk.question for talk in talks(120, seed=1)]):
        best = {keys[i] for i in np.argsort(-(vectors @ asked))[:10]}
        agreed.append(len(best & {key for key, _ in store.vectors.search(asked, 10)}) / 10)
    assert np.mean(agreed) > 0.98


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["add", "again", "erase", "kill", "kill amid", "elsewhere", "search"]), max_size=14))
def test_the_index_equals_a_rebuild_whatever_happened(steps: list[str]) -> None:
    embedder = FakeEmbedder(dimension=8)
    with tempfile.TemporaryDirectory() as folder:
        store = opened(open_store(DataDir(Path(folder)), FakeClock()), embedder)
        for number, step in enumerate(steps):
            store = _perform(step, store, embedder, number)
        vector = embedder.embed(["memory number 3"])[0]
        rows = store._db.execute("SELECT span_id, vector FROM span_vector").fetchall()
        table = {key: float(np.frombuffer(blob, "<f4") @ vector) for key, blob in rows}
        answer = store.vectors.search(vector, 1_000)
        assert dict(answer) == pytest.approx(table)
        assert sorted(_held(store)) == [row[0] for row in store._db.execute("SELECT id FROM span_vector ORDER BY id")]
        with closing(opened(store, embedder)) as rebuilt:
            assert rebuilt.vectors.search(vector, 1_000) == answer
            assert _held(rebuilt) == _held(store)
        store.close()


def _held(store: Store) -> dict[int, bytes]:
    """What the index holds in memory: ids and signs."""
    index = store.vectors._index
    assert index is not None
    return {int(key): signs.tobytes() for key, signs in zip(index.ids, index.signs, strict=True)}


def _perform(step: str, store: Store, embedder: FakeEmbedder, number: int) -> Store:
    texts = [f"memory number {number}", f"thought number {number}"]
    if step == "add":
        remember(store, texts, embedder)
    elif step == "again" and (found := store.spans.search(["number"], 2)):
        store.vectors.add([key for key, _ in found], embedder.embed(texts[: len(found)]))
    elif step == "erase" and (found := store.spans.search(["number"], 1)):
        erase(store, found[0][0])
    elif step == "elsewhere":
        with closing(opened(store, embedder)) as other:
            remember(other, [f"said elsewhere {number}"], embedder)
    elif step == "search":
        nearest(store, embedder, texts[0])
    elif step == "kill":
        store._db.close()
        return opened(store, embedder)
    elif step == "kill amid":
        keys = remember(store, texts)
        store._db.execute("BEGIN IMMEDIATE")
        store.vectors.add(keys, embedder.embed(texts))
        nearest(store, embedder, texts[0])
        store._db.close()
        return opened(store, embedder)
    return store
