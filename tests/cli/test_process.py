"""`mneme` as a process with the real models: what it prints, what it loads, and Ctrl+C."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.core.settings import Settings
from tests.cli.conftest import MAIN
from tests.conftest import ROOT

pytestmark = pytest.mark.real
Process = Callable[..., subprocess.CompletedProcess[str]]

_LOADED = """
import sys
from app.cli.commands import mneme
mneme(standalone_mode=False)
heavy = {"PySide6", "torch", "llama_cpp", "sentence_transformers", "transformers"}
print("loaded:", sorted(heavy & set(sys.modules)), file=sys.stderr)
"""


def _rows(data_dir: Path, question: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(data_dir / "mneme.db")) as db:
        return db.execute(question).fetchall()


def test_ask_prints_the_reply_and_its_sources_and_is_quiet_otherwise(process: Process, data_dir: Path) -> None:
    process("remember", "My sister Ida plays the cello in Graz.", "--data-dir", str(data_dir))
    run = process("ask", "What does my sister Ida play?", "--data-dir", str(data_dir))
    assert (run.returncode, run.stderr) == (0, "")
    ((reply,),) = _rows(data_dir, "SELECT text FROM message WHERE role = 'assistant'")
    said, sources = run.stdout.rstrip("\n").rsplit("\n", 1)
    assert said == reply
    assert sources.startswith("from 1 memory · ")


def test_neither_qt_nor_a_model_is_loaded_into_the_process_even_by_a_real_question(
    process: Process, data_dir: Path
) -> None:
    run = process("ask", "Say hello.", "--json", "--data-dir", str(data_dir), code=_LOADED)
    assert run.returncode == 0
    found = json.loads(run.stdout)
    assert found["reply"]
    assert found["stats"]["reply_tokens"] > 0
    assert run.stderr == "loaded: []\n"


def test_piped_lines_are_answered_one_after_the_other(process: Process, data_dir: Path) -> None:
    run = process("chat", "--data-dir", str(data_dir), input="Hello\nHow are you?\n")
    assert (run.returncode, run.stderr) == (0, "")
    said = _rows(data_dir, "SELECT role, state FROM message ORDER BY id")
    assert said == [("user", "complete"), ("assistant", "complete")] * 2


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        ("missing", "Choose another file, or run `mneme setup`."),
        ("truncated", "Download it again, or choose another GGUF file."),
        ("not a GGUF", "Download it again, or choose another GGUF file."),
    ],
)
def test_a_model_that_cannot_be_loaded_ends_ask_with_3_and_advice(
    process: Process, data_dir: Path, tmp_path: Path, kind: str, advice: str
) -> None:
    path = tmp_path / "model.gguf"
    if kind == "truncated":
        with open(Settings().chat_model, "rb") as sound:
            path.write_bytes(sound.read(2_000_000))
    elif kind == "not a GGUF":
        path.write_text("Dear diary")
    run = process("ask", "Are you there?", "--model", str(path), "--data-dir", str(data_dir))
    assert (run.returncode, run.stdout) == (3, "")
    assert advice in run.stderr
    assert "Traceback" not in run.stderr
    assert _rows(data_dir, "SELECT text FROM message") == [("Are you there?",)]


def _start(data_dir: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """A process in a group of its own, so that Ctrl+C reaches the models' processes, too, as a terminal's does."""
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, *arguments, "--data-dir", str(data_dir)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        start_new_session=True,
    )


def test_ctrl_c_ends_the_reply_and_the_next_line_is_answered(data_dir: Path) -> None:
    chat = _start(data_dir, "chat")
    assert chat.stdin is not None and chat.stdout is not None
    chat.stdin.write(b"Write a very long story about the sea, with many chapters.\n")
    begun = chat.stdout.read(1)
    os.killpg(chat.pid, signal.SIGINT)
    out, err = chat.communicate(b"Say hello.\n", timeout=200)
    assert (chat.returncode, err) == (0, b"")
    assert b"\nstopped\n" in begun + out
    replies = _rows(data_dir, "SELECT state FROM message WHERE role = 'assistant' ORDER BY id")
    assert replies == [("stopped",), ("complete",)]


def test_ctrl_c_while_nothing_is_said_leaves(data_dir: Path) -> None:
    chat = _start(data_dir, "chat")
    assert chat.stdin is not None and chat.stdout is not None
    chat.stdin.write(b"/sources\n")
    assert chat.stdout.read(200) == b"The last reply used no memories.\n"
    os.killpg(chat.pid, signal.SIGINT)
    out, err = chat.communicate(timeout=60)
    assert (chat.returncode, out, err) == (130, b"", b"")


def test_a_reader_that_goes_away_in_the_middle_of_a_reply_is_no_fault(data_dir: Path) -> None:
    with _start(data_dir, "ask", "Write a very long story about the sea.") as ask:
        assert ask.stdout is not None and ask.stderr is not None
        ask.stdout.read(1)
        ask.stdout.close()
        told = ask.stderr.read()
        assert (ask.wait(60), told) == (0, b"")


@pytest.mark.parametrize("extra", [[], ["--json"]])
def test_a_reader_that_went_away_before_the_first_word_is_no_fault(data_dir: Path, extra: list[str]) -> None:
    recall = _start(data_dir, "recall", "anything", "--words", *extra)
    assert recall.stdout is not None
    recall.stdout.close()
    recall.stdout = None
    _, told = recall.communicate(timeout=60)
    assert (recall.returncode, told) == (0, b"")


def test_a_line_that_is_not_utf_8_does_not_end_the_chat(data_dir: Path) -> None:
    chat = _start(data_dir, "chat")
    _, told = chat.communicate(b"caf\xe9 au lait\nSay hello.\n", timeout=200)
    assert (chat.returncode, told) == (0, b"")
    asked = [text for (text,) in _rows(data_dir, "SELECT text FROM message WHERE role = 'user' ORDER BY id")]
    assert asked[-1] == "Say hello."
