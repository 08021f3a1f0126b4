"""Where the installed app starts: the command line, or the window under the name `mneme-window`.

Model processes start through here, too; `freeze_support` sends them on before anything heavy is imported.
"""

from __future__ import annotations

import multiprocessing
import runpy
import sys
from pathlib import Path


def main() -> None:
    """Be what was asked for."""
    multiprocessing.freeze_support()
    if sys.argv[1:2] == ["-m"] and sys.argv[2:] and sys.argv[2].split(".")[0] == "app":
        del sys.argv[:2]  # Mneme starts parts of itself as `python -m app…`
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    elif _is_window():
        from app.__main__ import main as window

        window()
    else:
        from app.cli import main as command

        command()


def _is_window() -> bool:
    """Whether the window is meant: by name, or because macOS opens the app without a terminal."""
    opened_by_finder = sys.platform == "darwin" and len(sys.argv) == 1 and not sys.stdin.isatty()
    return Path(sys.argv[0]).stem.lower() == "mneme-window" or opened_by_finder


if __name__ == "__main__":
    main()
