"""`python -m app`: the window, or the terminal where there is no display.

Nothing heavy is imported above: worker processes import this module, too.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main() -> None:
    """Start Mneme and exit with its code."""
    options = _options()
    from app.ui.display import why_no_display

    if not options.terminal and not (reason := why_no_display()):
        from app.ui.application import run

        sys.exit(
            run(
                options.data_dir,
                options.model,
                hidden=options.tray,
                recall=options.recall,
                report_first_paint=options.report_first_paint,
            )
        )
    if not options.terminal:
        sys.stdout.write(f"{reason} Mneme speaks in the terminal instead.\n")
    from app.cli.commands import run_chat

    run_chat(options.data_dir, options.model)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="mneme-window", description="Mneme, a private assistant that remembers.")
    parser.add_argument("--data-dir", type=Path, help="use the store in this folder")
    parser.add_argument("--model", type=Path, help="use this GGUF file")
    parser.add_argument("--tray", action="store_true", help="start in the tray, without a window")
    parser.add_argument("--recall", action="store_true", help="open quick recall, also of a Mneme that runs already")
    parser.add_argument("--terminal", action="store_true", help="talk in the terminal")
    parser.add_argument("--report-first-paint", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
