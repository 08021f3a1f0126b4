"""Start at login, in the way of each desktop. Apart from whether closing the window ends Mneme."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import suppress
from pathlib import Path

from app.core.errors import StoreError

_DESKTOP = """[Desktop Entry]
Type=Application
Name=Mneme
Comment=A private assistant that remembers
Exec={command}
Icon=mneme
Terminal=false
StartupNotify=false
X-GNOME-Autostart-enabled=true
"""
_PLIST = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>Label</key><string>mneme</string>
<key>ProgramArguments</key><array>{arguments}</array>
<key>RunAtLoad</key><true/>
</dict></plist>
"""


def start_at_login(wanted: bool, data_dir: Path | None = None) -> None:
    """Have this desktop start Mneme in the tray at login, or not any more. Idempotent. Raises StoreError.

    Tried on Linux; the files for macOS and Windows are written as their makers describe them, and untested.
    """
    path = entry_file()
    try:
        if wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_entry(data_dir), encoding="utf-8")
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"Starting at login is set in {path}, which cannot be written ({error.strerror}).") from error


def starts_at_login() -> bool:
    """Whether this desktop starts Mneme at login, as far as its own file says."""
    with suppress(OSError, ValueError):
        return "Hidden=true" not in entry_file().read_text(encoding="utf-8")
    return False


def entry_file() -> Path:
    """The file by which this desktop knows of it."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "LaunchAgents" / "mneme.plist"
    if sys.platform == "win32":
        programs = Path(os.environ.get("APPDATA", Path.home())) / "Microsoft" / "Windows" / "Start Menu" / "Programs"
        return programs / "Startup" / "Mneme.cmd"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "autostart" / "mneme.desktop"


def _entry(data_dir: Path | None) -> str:
    arguments = [sys.executable, "-m", "app", "--tray", *(["--data-dir", str(data_dir)] if data_dir else [])]
    if sys.platform == "darwin":
        return _PLIST.format(arguments="".join(f"<string>{_xml(part)}</string>" for part in arguments))
    if sys.platform == "win32":
        return '@start "" ' + " ".join(f'"{part}"' for part in arguments) + "\r\n"
    return _DESKTOP.format(command=" ".join(_quoted(part) for part in arguments))


def _quoted(part: str) -> str:
    """An argument as the Desktop Entry Specification quotes it."""
    if part and part == shlex.quote(part):
        return part
    for sign in ("\\", '"', "`", "$"):
        part = part.replace(sign, "\\" + sign)
    return '"' + part.replace("\\", "\\\\").replace("%", "%%") + '"'


def _xml(part: str) -> str:
    return part.replace("&", "&amp;").replace("<", "&lt;")
