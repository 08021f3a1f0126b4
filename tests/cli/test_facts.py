"""`mneme facts`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Mneme


def test_facts_are_listed_with_their_words(cli: Mneme) -> None:
    cli("remember", "I live in Oslo.")
    result = cli("facts")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "My home: Oslo" in result.stdout
    assert "“I live in Oslo.”" in result.stdout
    assert "written by hand" in result.stdout


def test_facts_for_a_program(cli: Mneme) -> None:
    note = cli.json("remember", "My sister Anna lives in Lund.")
    found = cli.json("facts", "--about", "sister")["facts"]
    home = next(fact for fact in found if fact["predicate"] == "home")
    assert (home["subject"], home["object"], home["by_hand"]) == ("me/sister", "Lund", True)
    (source,) = home["sources"]
    assert (source["message_id"], source["quote"]) == (note["message_id"], "My sister Anna lives in Lund.")
    assert home["valid_from"] == home["recorded_at"] == "2025-03-14T09:00:00.000000Z"
    assert home["valid_to"] is home["superseded_at"] is None
    assert cli.json("facts", "--about", "car") == {"facts": []}


def test_facts_as_of_a_day(cli: Mneme) -> None:
    cli("remember", "I've lived in Bergen since June 2020.")
    cli("remember", "I lived in Oslo until 2020.")
    assert [fact["object"] for fact in cli.json("facts", "--as-of", "2021-05-01")["facts"]] == ["Bergen"]
    assert [fact["object"] for fact in cli.json("facts", "--as-of", "2019")["facts"]] == ["Oslo"]
    assert cli("facts", "--as-of", "whenever").exit_code == 5


def test_a_fact_is_corrected_and_taken_back(cli: Mneme) -> None:
    cli("remember", "I live in Oslo.")
    number = cli.json("facts")["facts"][0]["id"]
    assert cli.json("facts", "--correct", str(number), "--to", "Bergen")["facts"][0]["object"] == "Bergen"
    (fact,) = cli.json("facts")["facts"]
    assert fact["object"] == "Bergen"
    assert "My home: Oslo" in cli("facts", "--past").stdout
    assert cli.json("facts", "--forget", str(fact["id"])) == {"forgotten": 2}
    assert [fact["object"] for fact in cli.json("facts")["facts"]] == ["Oslo"]
    assert cli("facts", "--forget", "99").exit_code == 5
    assert cli("facts", "--correct", str(number)).exit_code == 5


def test_recall_tells_the_fact_and_what_is_no_longer_so(cli: Mneme) -> None:
    cli("remember", "I live in Oslo.")
    cli("remember", "I moved to Bergen.")
    found = cli.json("recall", "Where do I live?")
    assert found["fact"] == "Bergen"
    remarks = {hit["text"]: hit["remark"] for hit in found["hits"]}
    assert remarks["I live in Oslo."].endswith("now: Bergen")
    assert "By memory: Bergen." in cli("recall", "Where do I live?").stdout


@pytest.mark.real
def test_the_model_is_measured_and_the_doctor_tells(data_dir: Path) -> None:
    mneme = Mneme(data_dir)
    assert "mneme facts --probe" in mneme("doctor").stdout
    found = mneme.json("facts", "--probe")
    assert (found["able"], found["asked"]) == (False, 16)
    line = next(f["detail"] for f in mneme.json("doctor")["findings"] if f["name"] == "facts")
    assert line.startswith("facts are read by rule alone")
