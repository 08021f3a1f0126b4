from __future__ import annotations

import logging
from pathlib import Path

from app.core.log import log_to


def test_the_log_goes_to_one_file(tmp_path: Path) -> None:
    log_to(tmp_path)
    log_to(tmp_path)
    logging.getLogger("mneme.test").info("one line")
    assert (tmp_path / "mneme.log").read_text(encoding="utf-8").count("one line") == 1


def test_another_store_takes_the_log_with_it(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        log_to(tmp_path / name)
        logging.getLogger("mneme.test").info("in %s", name)
    assert "in second" not in (tmp_path / "first" / "mneme.log").read_text(encoding="utf-8")
    assert "in second" in (tmp_path / "second" / "mneme.log").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_costs_only_the_log(tmp_path: Path) -> None:
    log_to(tmp_path / "nowhere")
    logging.getLogger("mneme.test").info("lost")
    assert not (tmp_path / "nowhere").exists()
