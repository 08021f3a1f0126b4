"""One rotating log file per store. Nothing goes to the terminal, and no words that anyone said go anywhere."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"


def log_to(folder: Path) -> None:
    """Send this process's log to `folder`/mneme.log (1 MB, three old ones kept). Idempotent per folder.

    A folder that cannot be written costs the log, never the start of the app.
    """
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, RotatingFileHandler)]:
        root.removeHandler(handler)
        handler.close()
    try:
        handler = RotatingFileHandler(folder / "mneme.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8")
    except OSError:
        return
    handler.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.raiseExceptions = False  # a full disk must not print tracebacks over the user's terminal
