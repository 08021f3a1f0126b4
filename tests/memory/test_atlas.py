"""The map of names: what is a name, and where it lies."""

from __future__ import annotations

import numpy as np
import pytest

from app.bootstrap import Assistant
from app.memory.atlas import atlas, drawn, laid_out, spelling


@pytest.mark.parametrize(
    ("plain", "texts", "spelt"),
    [
        ("ingrid", ["Yesterday I met Ingrid.", "Ingrid sails."], "Ingrid"),
        ("grand canyon", ["We saw the Grand  Canyon."], "Grand Canyon"),
        ("glad", ["Glad you came. Glad to hear."], ""),
        ("here", ["Look, Here it is, right here."], ""),
        ("can t", ["I Can't."], ""),
        ("friday", ["It is on Friday."], ""),
        ("i", ["Then I went."], ""),
        ("ミケ", ["猫の名前はミケです"], "ミケ"),
    ],
)
def test_a_name_is_written_large_within_a_sentence(plain: str, texts: list[str], spelt: str) -> None:
    assert spelling(plain, texts) == spelt


def test_the_map_is_the_same_each_time_and_within_its_bounds() -> None:
    ties = [(0, 1, 3.0), (1, 2, 1.0)]
    one, other = laid_out(6, ties), laid_out(6, ties)
    assert np.array_equal(one, other)
    assert np.abs(one).max() <= 1.0
    assert len(laid_out(0, [])) == 0


def test_what_is_tied_lies_nearer_than_what_is_not() -> None:
    at = laid_out(12, [(0, 1, 9.0)])
    gaps = np.linalg.norm(at[0] - at[2:], axis=1)
    assert np.linalg.norm(at[0] - at[1]) < gaps.min()


def test_what_memories_name_together_is_tied(assistant: Assistant) -> None:
    for line in ("I sailed with Ingrid and Rufus.", "We saw Ingrid and Rufus again.", "Then we met Jonas."):
        assistant.memory.begin(line, assistant.clock.now())
    found = drawn(*assistant.store.call(atlas))
    names = [name.name for name in found.names]
    assert names[:2] == ["Ingrid", "Rufus"]
    assert names[2] == "Jonas"
    assert [(tie.a, tie.b, tie.memories) for tie in found.ties] == [(0, 1, 2)]
