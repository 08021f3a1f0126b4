"""Bring the translations up to date: collect what the window says, and compile what was translated.

    .venv/bin/python tools/translations.py            update the .ts files, compile the .qm files, tell what is missing

Translate in Qt Linguist (`pyside6-linguist resources/translations/mneme_de.ts`), then run it again.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("de",)
BELOW = ("core", "storage", "runtime", "memory", "chat", "schedule", "archive", "bootstrap.py", "ui")
"""The rooms whose phrases the window may show."""
_ERROR = re.compile(
    r"\w*(Error|FlashRefused|Missing|Unreadable|TooLarge|Unreachable|Failed|Stopped|Overflow|TooNew|Locked|ReadOnly"
    r"|Damaged|DiskFull|Needed|Broken)"
)
_NOT_OURS = frozenset(
    {
        "RuntimeError",
        "ValueError",
        "TypeError",
        "KeyError",
        "OSError",
        "MemoryError",
        "SyntaxError",
        "FileNotFoundError",
        "EOFError",
        "IndexError",
        "NotImplementedError",
        "OverflowError",
    }
)


def phrases() -> list[str]:
    """The forms of all phrases that other rooms hand to the window: of errors, with their titles, of the diary, of
    reasons; and what the catalogue says of models."""
    files = [path for room in BELOW for path in _files(ROOT / "app" / room)]
    found = {form for path in files for form in _forms(ast.parse(path.read_text(encoding="utf-8")))}
    catalogue = tomllib.loads((ROOT / "models" / "catalogue.toml").read_text(encoding="utf-8"))
    found |= {str(entry["note"]) for entry in catalogue["model"]}
    return sorted(form for form in found if re.search(r"[A-Za-z]{2}", re.sub(r"\{[^}]*\}", "", form)))


def _files(place: Path) -> list[Path]:
    return [place] if place.suffix else sorted(place.rglob("*.py"))


def _forms(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(first := node.args[0], ast.Constant):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            marked = name in ("Phrase", "phrase", "form") or (_ERROR.fullmatch(name) and name not in _NOT_OURS)
            if marked and isinstance(first.value, str):
                yield first.value
        elif isinstance(node, ast.ClassDef) and _ERROR.fullmatch(node.name):
            yield from _titles(node)


def _titles(node: ast.ClassDef) -> Iterator[str]:
    for line in node.body:
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant) and isinstance(line.value.value, str):
            yield line.value.value


def collect(language: str, target: Path) -> None:
    """Write all strings of the window into a .ts file; what was translated in it stays."""
    sources = sorted(str(path) for path in (ROOT / "app" / "ui").rglob("*.py"))
    options = ["-no-obsolete", "-locations", "none", "-source-language", "en", "-target-language", language]
    with tempfile.TemporaryDirectory() as folder:
        below = Path(folder) / "phrases.py"
        below.write_text(
            "".join(f'QCoreApplication.translate("Phrases", {_quoted(form)})\n' for form in phrases()), "utf-8"
        )
        _run("pyside6-lupdate", *options, *sources, str(below), "-ts", str(target))


def _quoted(text: str) -> str:
    """A form as lupdate reads it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


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
