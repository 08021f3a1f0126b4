from __future__ import annotations

from pathlib import Path

import pytest

from app.bench.random_model import Shape, write_model
from app.cli.fitting import as_bytes
from app.core.errors import InputError
from tests.cli.conftest import Mneme


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("models") / "moe.gguf"
    write_model(made, Shape("qwen3moe", 8, 512, 512, experts=32, used=4))
    return made


@pytest.mark.parametrize(
    ("text", "size"), [("3GB", 3e9), ("2.5g", 2.5e9), (" 800 MB ", 8e8), ("1GiB", 1 << 30), ("500000000", 5e8)]
)
def test_sizes_as_people_write_them(text: str, size: float) -> None:
    assert as_bytes(text) == size


@pytest.mark.parametrize("text", ["", "much", "3XB", "0GB", "-1GB"])
def test_what_is_no_size_is_told(text: str) -> None:
    with pytest.raises(InputError, match="no amount of memory"):
        as_bytes(text)


def test_fit_tells_a_plan_without_loading(cli: Mneme, path: Path) -> None:
    for ram, mode in (("2GB", "in memory"), ("230MB", "experts from flash"), ("100MB", "mapped by the system")):
        plan = cli.json("fit", str(path), "--ram", ram)
        assert plan["mode"] == mode
        assert plan["weights"] + plan["taken"] <= plan["budget"] or mode.startswith("mapped")
        assert plan["reason"]
    told = cli("fit", str(path), "--ram", "230MB")
    assert "moe.gguf in 0.2 GB: experts from flash, about" in told.stdout
    assert "are read for each token" in told.stdout


def test_fit_of_what_is_no_model(cli: Mneme, tmp_path: Path) -> None:
    (tmp_path / "note.gguf").write_text("words")
    assert cli("fit", str(tmp_path / "note.gguf")).exit_code == 3
    assert cli("fit", str(tmp_path / "none.gguf")).exit_code == 3
    (tmp_path / "m.gguf").write_text("words")
    assert cli("fit", str(tmp_path / "m.gguf"), "--ram", "lots").exit_code == 5
