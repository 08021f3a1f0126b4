from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.types import NewSpan, Role
from app.storage import spans
from app.storage.spans import spaced
from app.storage.store import Store
from tests.storage.helpers import NOW, remember, say, span_of

CJK = st.text(st.sampled_from("京都大阪東私猫犬本日語时间記憶かなのカナฉันรัก𠮷"), min_size=2, max_size=12)


def found(store: Store, *words: str, unfinished: bool = False) -> list[str]:
    hits = store.spans.search(words, 10, unfinished=unfinished)
    read = store.spans.read([key for key, _ in hits])
    return [read[key].text for key, _ in hits]


def test_words_find_a_span_whatever_their_ending(store: Store) -> None:
    remember(store, ["She was running home", "The dogs slept"])
    assert found(store, "run") == ["She was running home"]
    assert found(store, "dog") == ["The dogs slept"]
    assert found(store, "cat") == []


def test_accents_do_not_matter(store: Store) -> None:
    remember(store, ["Das Café in Zürich"])
    assert found(store, "cafe") == found(store, "ZURICH") == ["Das Café in Zürich"]


def test_any_word_is_enough_and_more_are_better(store: Store) -> None:
    remember(store, ["red apples", "red apples and green pears", "blue plums"])
    assert found(store, "green", "pears", "red")[0] == "red apples and green pears"
    assert len(found(store, "green", "pears", "red")) == 2


def test_the_unfinished_last_word_is_completed(store: Store) -> None:
    remember(store, ["The violin lesson", "The violet flower", "A lesson"])
    assert sorted(found(store, "the", "viol", unfinished=True)) == ["The violet flower", "The violin lesson"]
    assert found(store, "lesson", "viol", unfinished=True) == ["The violin lesson"]


@pytest.fixture
def large(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store of 60 spans in which no more than 20 matches are ranked: "harbour" is in all, "kettle" in every sixth."""
    monkeypatch.setattr(spans, "_RANKED", 20)
    remember(store, [f"harbour {'kettle' if i % 6 == 0 else 'lamp'} number{i}" for i in range(60)])
    return store


def test_in_a_large_store_frequent_words_give_way_to_rare_ones(large: Store) -> None:
    assert found(large, "harbour", "lamp", "number31") == ["harbour lamp number31"]
    assert len(found(large, "harbour", "kettle", "number31")) == 10
    assert found(large, "harbour", "kettle", "number31")[0] == "harbour lamp number31"


def test_frequent_words_alone_find_the_newest(large: Store) -> None:
    hits = large.spans.search(["harbour"], 60)
    assert sorted(key for key, _ in hits) == list(range(41, 61))
    assert len(large.spans.search(["lamp", "harbour"], 60)) == 20
    assert sorted(key for key, _ in large.spans.search(["har"], 60, unfinished=True)) == list(range(41, 61))


def test_all_words_are_wanted_in_a_large_store_too(large: Store) -> None:
    assert found(large, "harbour", "kettle", "number5", unfinished=True) == ["harbour kettle number54"]


def test_a_single_letter_is_not_completed(store: Store) -> None:
    remember(store, ["The dog slept", "Plan d is a plan"])
    assert found(store, "d", unfinished=True) == ["Plan d is a plan"]
    assert found(store, "dog", "s", unfinished=True) == ["The dog slept"]


def test_a_speaker_is_found_like_a_word(store: Store) -> None:
    span_of(store, say(store, "I bought a boat", speaker="Caroline"))
    assert found(store, "caroline") == ["I bought a boat"]


@given(CJK, st.data())
@example("日本語", None)
def test_any_part_of_a_text_without_spaces_is_found(store: Store, text: str, data: st.DataObject | None) -> None:
    low, high = (0, 2) if data is None else sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    span_of(store, say(store, f"メモ:{text}。"))
    part = text[low:high].strip()
    if re.search(r"\w", part):
        assert any(part in hit for hit in found(store, part, unfinished=True))


@given(st.text())
def test_setting_signs_apart_loses_none(text: str) -> None:
    assert "".join(spaced(text).split()) == "".join(text.split())


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=4), st.booleans())
@example(['"', "AND", "NEAR(", "*", "-", "words:", "^"], False)
@example(["NOT"], True)
@example(["half\x00word"], True)
@example(["half a character: \ud83d"], False)
def test_nothing_that_is_typed_is_taken_for_a_query_language(store: Store, words: list[str], unfinished: bool) -> None:
    remember(store, ["something to search in"])
    assert isinstance(store.spans.search(words, 5, unfinished=unfinished), list)


def test_a_span_shows_the_words_it_covers(store: Store) -> None:
    message = say(store, "👩‍🚀 first. Second part. Third.", speaker="Ann")
    start = message.text.index("Second")
    with store.transaction():
        key = store.spans.add(NewSpan(message.conversation_id, message.id, message.id, start, start + 12), "Ann", "x")
    span = store.spans.read([key])[key]
    assert (span.text, span.speaker, span.said_at, span.conversation_title) == ("Second part.", "Ann", NOW, "Talk")


def test_a_span_over_several_messages_joins_their_words(store: Store) -> None:
    first = say(store, "Where do you live?")
    here = first.conversation_id
    say(store, "a branch not taken", here, parent_id=first.id, role=Role.ASSISTANT)
    second = say(store, "In Graz.", here, parent_id=first.id, role=Role.ASSISTANT)
    third = say(store, "How nice.", here, parent_id=second.id)
    with store.transaction():
        key = store.spans.add(NewSpan(here, first.id, third.id, 0, len(third.text)), "", "live Graz nice")
    assert store.spans.read([key])[key].text == "Where do you live?\nIn Graz.\nHow nice."


def test_neighbours_stand_before_and_after_in_the_same_conversation(store: Store) -> None:
    one = say(store, "one", speaker="Ann")
    keys = [span_of(store, one)]
    span_of(store, say(store, "elsewhere"))
    keys += [span_of(store, say(store, text, one.conversation_id)) for text in ("two", "three")]
    around = store.spans.neighbours(keys)
    assert [around[key].beside for key in keys] == [(keys[1],), (keys[0], keys[2]), (keys[1],)]
    assert (around[keys[0]].message_id, around[keys[0]].speaker, around[keys[0]].role) == (one.id, "Ann", Role.USER)


def test_many_spans_are_read_at_once(store: Store) -> None:
    message = say(store, "word " * 1_300)
    with store.transaction():
        keys = [
            store.spans.add(NewSpan(message.conversation_id, message.id, message.id, i, i + 4), "", "word")
            for i in range(1_300)
        ]
    assert len(store.spans.read(keys)) == len(store.spans.neighbours(keys)) == store.spans.count() == 1_300


def test_a_removed_span_is_gone_from_words_and_vectors(store: Store) -> None:
    message = say(store, "a passing thought")
    key = span_of(store, message)
    store.vectors.use("some embedder", 8)
    store.spans.remove_of(message.id)
    assert found(store, "thought") == []
    assert store.spans.read([key]) == {}
    assert store.vectors.pending(1 << 62, 10) == []


def test_speakers_are_people_and_not_tools(store: Store) -> None:
    first = say(store, "Hello", speaker="Melanie")
    say(store, "Hello", first.conversation_id, speaker="Caroline")
    say(store, "42", first.conversation_id, speaker="python", role=Role.TOOL)
    say(store, "Hello", first.conversation_id)
    assert store.spans.speakers() == ["Caroline", "Melanie"]


@pytest.mark.parametrize("words", [["dog"], ["dog", "slept"], ["do"]])
def test_conversations_are_found_by_what_was_said_in_them(store: Store, words: list[str]) -> None:
    kept = say(store, "The dog slept")
    span_of(store, kept)
    span_of(store, say(store, "The dog slept again", kept.conversation_id))
    span_of(store, say(store, "A cat slept"))
    assert store.spans.conversations_with(words) == [kept.conversation_id]
