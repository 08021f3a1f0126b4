"""Bring the translations up to date: collect what the window says, and compile what was translated.

    .venv/bin/python tools/translations.py            update the .ts files, compile the .qm files, tell what is missing

Translate in Qt Linguist (`pyside6-linguist resources/translations/mneme_de.ts`), then run it again.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("de",)


def collect(language: str, target: Path) -> None:
    """Write all strings of the window into a .ts file; what was translated in it stays."""
    sources = sorted(str(path) for path in (ROOT / "app" / "ui").rglob("*.py"))
    options = ["-no-obsolete", "-locations", "none", "-source-language", "en", "-target-language", language]
    _run("pyside6-lupdate", *options, *sources, "-ts", str(target))


def missing(target: Path) -> list[str]:
    """What has no translation yet."""
    found = ElementTree.parse(target).getroot().iter("message")  # noqa: S314 - our own file
    return [m.findtext("source", "") for m in found if not (m.findtext("translation") or "").strip()]


def main() -> None:
    """Do it for every language."""
    for language in LANGUAGES:
        target = FOLDER / f"mneme_{language}.ts"
        collect(language, target)
        _run("pyside6-lrelease", "-silent", str(target), "-qm", str(target.with_suffix(".qm")))
        for source in missing(target):
            print(f"{language}: {source}")


def _run(tool: str, *arguments: str) -> None:
    subprocess.run([str(Path(sys.executable).parent / tool), *arguments], check=True, capture_output=True)


if __name__ == "__main__":
    main()
