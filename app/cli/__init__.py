"""The command line: the same engine without a window. Never imports Qt."""


def main() -> None:
    """Entry point of the `mneme` command."""
    from app.cli.commands import run

    run()
