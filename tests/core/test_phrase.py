"""Phrases: English that remembers how it was made, over processes and over a restart."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.core.errors import InputError
from app.core.phrase import Phrase, phrase
from app.core.reasons import again
from tools.translations import phrases

DAY = datetime(2025, 3, 12, 12, tzinfo=UTC)


def test_a_phrase_is_its_english() -> None:
    said = Phrase("“{0}” of {1}, {2:.1f} GB", Phrase("page {0}", 3), DAY, 2.04)
    assert said == "“page 3” of 12 March 2025, 2.0 GB"
    assert said.form == "“{0}” of {1}, {2:.1f} GB"
    assert pickle.loads(pickle.dumps(said)).data == said.data
    assert phrase(said) is said
    assert Phrase("a brace { stands as it is") == "a brace { stands as it is"


def test_an_error_keeps_its_form_and_its_data() -> None:
    error = InputError("There is no file {0}.", Path("a{b}.txt"))
    assert str(error) == error.message == "There is no file a{b}.txt."
    assert (error.message.form, error.message.data) == ("There is no file {0}.", ("a{b}.txt",))
    assert pickle.loads(pickle.dumps(error)).message.data == ("a{b}.txt",)
    assert InputError(error.message).message.form == "There is no file {0}."


@pytest.mark.parametrize(
    ("text", "form", "data"),
    [
        ("has dog, thunder", "has {0}", ("dog, thunder",)),
        ("said by Anna · imported", "{0} · imported", ("said by Anna",)),
        ("in notes.pdf, page 3", "in {0}, {1}", ("notes.pdf", "page 3")),
        (
            "no longer so since 13 April 2025; now: Bergen",
            "{0}; now: {1}",
            ("no longer so since 13 April 2025", "Bergen"),
        ),
        ("said by you", "said by you", ()),
        ("something of a later version", "{0}", ("something of a later version",)),
    ],
)
def test_a_reason_that_was_kept_is_known_again(text: str, form: str, data: tuple[object, ...]) -> None:
    found = again(text)
    assert (found, found.form, found.data) == (text, form, data)


def test_a_day_in_a_reason_is_a_day_again() -> None:
    [day] = again("said on 12 March 2025").data
    assert isinstance(day, datetime) and (day.year, day.month, day.day) == (2025, 3, 12)


def test_what_other_rooms_say_is_collected_for_translation() -> None:
    found = phrases()
    assert {"The disk is full", "has {0}", "You merged {0} memories into one: “{1}”."} <= set(found)
    assert len(found) > 200
