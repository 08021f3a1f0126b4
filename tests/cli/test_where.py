"""`--space`, `--app`, `--device`, `--since` and `--until`: what is said has a place, and recall keeps to one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.bootstrap import Assistant
from app.cli.where import as_filter
from app.core.errors import InputError
from app.core.types import Filter, ForeignConversation, ForeignMessage, Place, Role
from tests.cli.conftest import Mneme

NOW = datetime(2023, 5, 25, 12, tzinfo=UTC)


def test_no_option_is_no_filter() -> None:
    assert as_filter("", "", "", "", "", NOW) is None
    assert as_filter("Bergen", "", "laptop", "", "", NOW) == Filter(space="Bergen", device="laptop")


@pytest.mark.parametrize(
    ("since", "until", "first", "after"),
    [
        ("2023-05-01", "2023-05-03", "2023-05-01", "2023-05-04"),
        ("last spring", "last spring", "2022-03-01", "2022-06-01"),
        ("2021", "yesterday", "2021-01-01", "2023-05-25"),
    ],
)
def test_days_are_told_in_figures_or_words(since: str, until: str, first: str, after: str) -> None:
    where = as_filter("", "", "", since, until, NOW)
    assert where is not None and where.since is not None and where.until is not None
    assert (str(where.since.date()), str(where.until.date())) == (first, after)
    assert where.since.tzinfo is not None


@pytest.mark.parametrize("text", ["soon", "2023-02-30", "5/7/2023", "May 1 or May 2", "9999-12-31T", "12345"])
def test_what_is_no_day_is_told(text: str) -> None:
    with pytest.raises(InputError, match="not a time"):
        as_filter("", "", "", text, "", NOW)


def test_what_is_said_here_and_what_is_imported_have_their_places(assistant: Assistant) -> None:
    assistant.memory.here = Place("Bergen", "Mneme", "laptop")
    note = assistant.memory.remember("The ferry leaves at nine")
    message = ForeignMessage("1", None, Role.USER, "", "The ferry was late", NOW)
    assistant.memory.bring_in(ForeignConversation("chatgpt:1", "Ferries", NOW, (message,), "ChatGPT"))
    assert note.place == Place("Bergen", "Mneme", "laptop")
    for where, text in (
        (Filter(space="bergen"), "leaves at nine"),
        (Filter(app="chatgpt", until=note.created_at), "late"),
    ):
        for found in (assistant.memory.recall("ferry", where=where), assistant.memory.search("ferry", where=where)):
            (hit,) = found.hits
            assert text in hit.span.text


def test_a_machine_has_a_name(assistant: Assistant) -> None:
    assert assistant.memory.here.app == "Mneme"
    assert assistant.memory.remember("Hello").place == assistant.memory.here


def test_a_chat_recalls_within_its_space_unless_it_looks_everywhere(cli: Mneme) -> None:
    cli("remember", "The passphrase of the safe is marmalade.", "--space", "Work")
    asked = "What is the passphrase of the safe?"
    assert cli.json("ask", asked, "--space", "Home")["sources"] == []
    assert cli.json("ask", asked)["sources"] == []
    assert "marmalade" in cli.json("ask", asked, "--project", "work")["sources"][0]["text"]
    assert "marmalade" in cli.json("ask", asked, "--space", "Home", "--everywhere")["sources"][0]["text"]
