"""The tree of a conversation becomes a list of messages: parents first, the open branch last."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.archive.importers.chatgpt import _parents_first, parse_conversation
from app.core.types import Role
from tests.archive.exports import chain, node, talk, text


def _parents(raw: dict[str, Any]) -> dict[str, str | None]:
    return {message.external_id: message.parent_id for message in parse_conversation(raw).messages}


def test_the_open_branch_comes_last_and_the_other_is_kept() -> None:
    raw = talk(
        node("q", None, text("question")),
        node("new", "q", text("the chosen answer", "assistant")),
        node("old", "q", text("the other answer", "assistant")),
        current_node="new",
    )
    assert list(_parents(raw).items()) == [("q", None), ("old", "q"), ("new", "q")]


def test_the_open_tree_comes_last_among_several() -> None:
    raw = talk(node("a", None, text("one")), node("b", None, text("two")), current_node="a")
    assert list(_parents(raw)) == ["b", "a"]


def test_children_need_not_be_listed_nor_stand_after_their_parents() -> None:
    raw = talk(node("b", "a", text("two")), node("a", None, text("one")), current_node="b")
    assert _parents(raw) == {"a": None, "b": "a"}


def test_messages_without_words_are_skipped_and_their_children_hang_on_the_next_above() -> None:
    raw = talk(
        node("root", None, None),
        node("hidden", "root", text("", "system")),
        node("q", "hidden", text("question")),
        node("gap", "q", text("  \n", "assistant")),
        node("null", "gap", None),
        node("a", "null", text("answer", "assistant")),
    )
    assert _parents(raw) == {"q": None, "a": "q"}


def test_a_system_message_with_words_is_kept() -> None:
    found = parse_conversation(talk(node("s", None, text("Be brief.", "system"))))
    assert found.messages[0].role is Role.SYSTEM


def test_a_parent_that_is_not_there_makes_a_root() -> None:
    assert _parents(talk(node("a", "gone", text("words")))) == {"a": None}


def test_a_cycle_is_cut_and_every_message_kept() -> None:
    raw = talk(
        node("a", "c", text("one")),
        node("b", "a", text("two")),
        node("c", "b", text("three")),
        node("self", "self", text("four")),
    )
    found = _parents(raw)
    assert set(found) == {"a", "b", "c", "self"}
    assert None in found.values()


def test_the_roles_of_the_export_are_kept_and_an_unknown_one_is_a_tool() -> None:
    roles = ["user", "assistant", "tool", "critic", None]
    raw = talk(*(node(str(i), None, text("words", role)) for i, role in enumerate(roles)))
    found = {message.external_id: message.role for message in parse_conversation(raw).messages}
    assert [found[str(i)] for i in range(5)] == [Role.USER, Role.ASSISTANT, Role.TOOL, Role.TOOL, Role.TOOL]


def test_a_tool_is_named_as_the_speaker() -> None:
    message = text("1/3") | {"author": {"role": "tool", "name": "python"}}
    assert parse_conversation(talk(node("t", None, message))).messages[0].speaker == "python"


def test_an_author_that_is_only_a_word_is_its_role() -> None:
    message = text("hi") | {"author": "assistant"}
    assert parse_conversation(talk(node("t", None, message))).messages[0].role is Role.ASSISTANT


def test_a_message_without_a_time_has_that_of_the_one_before() -> None:
    raw = talk(
        node("a", None, text("one", create_time=1_700_000_100)),
        node("b", "a", text("two")),
        node("c", None, text("three", create_time="yesterday")),
        current_node="b",
    )
    times = {m.external_id: m.created_at.timestamp() for m in parse_conversation(raw).messages}
    assert times == {"a": 1_700_000_100, "b": 1_700_000_100, "c": 1_700_000_000}


@pytest.mark.parametrize("moment", [None, True, -5, 1e300, float("nan"), "2023", {}])
def test_a_conversation_without_a_sound_time_is_dated_at_the_epoch(moment: Any) -> None:
    found = parse_conversation(chain("words", create_time=moment))
    assert found.created_at == datetime.fromtimestamp(0, UTC)


@pytest.mark.parametrize("raw", [None, [], "words", {}, {"mapping": []}, {"mapping": {"a": None}}])
def test_what_is_no_conversation_is_refused(raw: Any) -> None:
    with pytest.raises((ValueError, KeyError)):
        parse_conversation(raw)


_KEYS = st.sampled_from("abcdefgh")
_NODES = st.dictionaries(_KEYS, st.builds(lambda parent: {"parent": parent}, st.none() | _KEYS))


@given(_NODES, st.none() | _KEYS)
def test_every_node_comes_once(nodes: dict[str, Any], current: str | None) -> None:
    assert sorted(_parents_first(nodes, current)) == sorted(nodes)


@given(st.permutations("abcdefgh"), st.lists(st.integers(0, 7), min_size=8, max_size=8), _KEYS)
def test_in_a_tree_parents_come_first_and_the_open_branch_last(order: list[str], up: list[int], current: str) -> None:
    parents = {key: order[above] if above < i else None for i, (key, above) in enumerate(zip(order, up, strict=True))}
    found = list(_parents_first({key: {"parent": parents[key]} for key in sorted(parents)}, current))
    assert all(above is None or found.index(above) < found.index(key) for key, above in parents.items())
    assert all(_leads_to(parents, key, current) for key in found[found.index(current) :])


def _leads_to(parents: dict[str, str | None], key: str | None, top: str) -> bool:
    while key is not None and key != top:
        key = parents[key]
    return key == top
