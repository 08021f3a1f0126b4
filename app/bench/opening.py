"""How fast a long conversation opens and scrolls, and how long the UI thread is ever held up while a reply streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from app.bootstrap import build
from app.core.errors import DisplayError
from app.core.types import NewMessage, Role
from app.storage.store import Store

_MESSAGES = 5_000
_PARAGRAPH = "The ferry to the island leaves at seven, and the cabin is a short walk from the harbour. "


def opening_figures(folder: Path) -> dict[str, float]:
    """Fill a store, open it in a fresh process with the real window and models, and take its figures."""
    with build(folder, background=False) as assistant:
        conversation, first = assistant.memory.begin("A long talk", assistant.clock.now())
        now = assistant.clock.now()

        def fill(store: Store) -> None:
            parent = first.id
            for number in range(1, _MESSAGES):
                role = Role.ASSISTANT if number % 2 else Role.USER
                text = f"**{number}.** " + _PARAGRAPH * (1 + number % 6)
                parent = store.conversations.add(NewMessage(conversation.id, role, text, now, parent)).id

        assistant.store.write(fill)
    command = [sys.executable, "-m", "app.ui.measure", str(folder), str(conversation.id)]
    display = os.environ if "DISPLAY" in os.environ else os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, env=display, check=False)
    try:
        found = json.loads(run.stdout.strip().splitlines()[-1])
    except (ValueError, IndexError):
        raise DisplayError(f"The window did not open: {run.stderr.strip() or run.stdout.strip()}") from None
    return {
        "open_5000_ms": found["open_ms"],
        "scroll_5000.p95_ms": found["scroll_ms"],
        "scroll_5000.grown_mb": found["scroll_grown_mb"],
        "worst_ui_block_ms": found["worst_ui_block_ms"],
    }
