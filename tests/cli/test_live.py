"""A memory budget in the terminal."""

from __future__ import annotations

from app.cli import live
from app.core.types import WeightsStatus
from tests.cli.conftest import Mneme
from tests.fakes import FakeModel

STATUS = WeightsStatus("layers from flash", 3_000_000_000, 2_900_000_000, 0.4, 1_600_000_000, 1.2)


def test_a_line_under_the_reply(cli: Mneme, model: FakeModel) -> None:
    model.weights = STATUS
    told = cli("ask", "How are you?", "--ram", "3GB").stdout
    assert "layers from flash · 2.90 of 3.00 GB · 7.2 tokens/s (predicted 1.2) · 40% in memory" in told
    assert cli.json("ask", "How are you?")["weights"]["token_bytes"] == 1_600_000_000


def test_a_budget_that_is_not_kept_is_told_once(cli: Mneme, model: FakeModel) -> None:
    live._told.clear()
    model.note = "The memory budget cannot be kept: for a reason."
    told = cli("chat", input="Hello.\nAnd again.\n")
    assert told.stderr.count(model.note) == 1


def test_a_size_that_is_none_is_told(cli: Mneme) -> None:
    assert cli("ask", "Hi.", "--ram", "plenty").exit_code == 5
