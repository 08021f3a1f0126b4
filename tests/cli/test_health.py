"""`mneme health` tells how memory is."""

from __future__ import annotations

from tests.cli.conftest import Mneme


def test_a_small_store_is_whole(cli: Mneme) -> None:
    cli("remember", "The spare key of the cabin lies under the blue flowerpot beside the door.")
    found = cli.json("health")
    assert found["whole"]
    assert (found["messages"], found["recall"]["asked"]) == (1, 1)
    told = cli("health", "--no-recall")
    assert "1 conversations, 1 messages" in told.stdout
    assert "recall" not in told.stdout
