"""`python -m app` as a process: in the terminal, twice, and killed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.ui.display import why_no_display

pytestmark = pytest.mark.real
_NO_DISPLAY = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}


def _app(data_dir: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "app", "--data-dir", str(data_dir), *arguments]


def test_without_a_display_it_says_so_and_answers_each_line(data_dir: Path) -> None:
    run = subprocess.run(
        _app(data_dir), input="Hello\n\nHow are you?\n", capture_output=True, text=True, env=_NO_DISPLAY, timeout=200
    )
    assert run.returncode == 0
    assert run.stderr == ""
    lines = run.stdout.splitlines()
    assert "no display" in lines[0]
    with sqlite3.connect(data_dir / "mneme.db") as db:
        rows = db.execute("SELECT role, state, text FROM message ORDER BY id").fetchall()
    assert [row[0] for row in rows] == ["user", "assistant", "user", "assistant"]
    assert all(row[1] == "complete" for row in rows)
    assert rows[1][2].splitlines()[0] in run.stdout


def test_a_broken_model_is_told_for_each_line_and_nothing_is_lost(data_dir: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF but not really")
    run = subprocess.run(
        _app(data_dir, "--model", str(broken)),
        input="Keep this\n",
        capture_output=True,
        text=True,
        env=_NO_DISPLAY,
        timeout=200,
    )
    assert run.returncode == 0
    assert "Traceback" not in run.stderr
    assert "choose another GGUF file" in " ".join(run.stderr.split())
    rows = sqlite3.connect(data_dir / "mneme.db").execute("SELECT text FROM message").fetchall()
    assert rows == [("Keep this",)]


def test_killing_the_app_in_the_middle_of_a_reply_keeps_what_was_said(data_dir: Path) -> None:
    process = subprocess.Popen(
        _app(data_dir, "--terminal"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_NO_DISPLAY
    )
    assert process.stdin is not None
    process.stdin.write(b"Write a very long story about the sea, with many chapters.\n")
    process.stdin.flush()
    deadline = time.monotonic() + 100
    while _replies(data_dir) == [] and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.7)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert _replies(data_dir)[0][0] == "streaming"
    again = subprocess.run(
        _app(data_dir, "--terminal"), input="", capture_output=True, text=True, env=_NO_DISPLAY, timeout=60
    )
    assert again.returncode == 0
    state, text = _replies(data_dir)[0]
    assert state == "interrupted"
    assert text


def _replies(data_dir: Path) -> list[tuple[str, str]]:
    try:
        with sqlite3.connect(f"file:{data_dir / 'mneme.db'}?mode=ro", uri=True) as db:
            return db.execute("SELECT state, text FROM message WHERE role = 'assistant'").fetchall()
    except sqlite3.OperationalError:
        return []


@pytest.mark.skipif(bool(why_no_display()), reason="no window can be opened here")
def test_a_second_window_leaves_the_field_to_the_first(data_dir: Path) -> None:
    first = subprocess.Popen(_app(data_dir), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 60
        while not (data_dir / "mneme.db").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        second = subprocess.run(_app(data_dir), capture_output=True, text=True, timeout=60)
        assert second.returncode == 0
        assert first.poll() is None
    finally:
        first.send_signal(signal.SIGTERM)
        first.communicate(timeout=60)
    assert first.returncode == 0


_WINDOW = """
import sys
from pathlib import Path
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from app.ui.application import Desktop


def wait(condition):
    for _ in range(2000):
        if condition():
            return
        QTest.qWait(50)
    sys.exit("the window did not get that far")


if __name__ == "__main__":
    application = QApplication([])
    desktop = Desktop(Path(sys.argv[1]), None)
    desktop.show()
    desktop.engine.start()
    wait(lambda: desktop.engine.model is not None and desktop.engine.by_meaning)
    desktop.window.composer.field.setPlainText("Hello")
    desktop.window.composer.button.click()
    wait(lambda: desktop.window.turn.running)
    wait(lambda: not desktop.window.turn.running)
    print(len(desktop.window.transcript.views()), sorted({"torch", "llama_cpp", "sentence_transformers"} & sys.modules.keys()))
    desktop.close()
"""


@pytest.mark.skipif(bool(why_no_display()), reason="no window can be opened here")
def test_the_process_of_the_window_never_loads_a_model_library(data_dir: Path, tmp_path: Path) -> None:
    script = tmp_path / "window.py"
    script.write_text(_WINDOW, encoding="utf-8")
    data_dir.mkdir()
    run = subprocess.run([sys.executable, str(script), str(data_dir)], capture_output=True, text=True, timeout=150)
    assert (run.returncode, run.stdout.strip()) == (0, "2 []")
