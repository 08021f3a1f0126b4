"""`python -m app.bench.erase_once FOLDER ID…`: one erasure in a process of its own, to be killed in the middle."""

from __future__ import annotations

import sys
from pathlib import Path

from app.bootstrap import build


def main(folder: str, *ids: str) -> None:
    """Say that all is open, then erase."""
    with build(Path(folder), background=False) as assistant:
        assistant.eraser.meaning_wait_s = None
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        assistant.eraser.erase([int(key) for key in ids])


if __name__ == "__main__":
    main(*sys.argv[1:])
