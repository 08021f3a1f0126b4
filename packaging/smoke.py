"""Tries a built package as a person would meet it, in a root of its own: `python packaging/smoke.py dist/mneme_*.deb`.

Installs the package, speaks one turn on the command line, then one in the window under a display of its own (typed by
xdotool), quits, installs a newer version over it, and looks whether memory is still there; opens stores of earlier
versions with it, too. Nothing of the system but the package is used: the environment is empty. Prints one JSON object
with what was done and how long it took in ms; exits with 1 when something did not hold.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
KEY = "The key is under the blue pot."
_PATIENCE_S = 120


class Broken(Exception):
    """What did not hold."""


class Installed:
    """A package in a root of its own, and a home with nothing in it."""

    def __init__(self, folder: Path) -> None:
        self.root, self.home = folder / "root", folder / "home"
        self.home.mkdir()
        for name in ("info", "updates", "triggers"):
            (self.root / "var/lib/dpkg" / name).mkdir(parents=True)
        (self.root / "var/lib/dpkg/status").touch()

    def install(self, package: Path) -> None:
        """As dpkg does it, without what it depends on: that is the system's."""
        command = ["dpkg", f"--root={self.root}", "--force-depends", "--force-not-root", "--force-bad-path"]
        subprocess.run([*command, "--install", str(package)], check=True, capture_output=True)

    def run(self, *command: str, said: str = "", **more: str) -> str:
        """Run a program of the package; what it printed."""
        done = subprocess.run(
            [str(self.root / "usr/bin" / command[0]), *command[1:]],
            **{"env": self.environment(**more), "input": said, "text": True, "capture_output": True},
            timeout=_PATIENCE_S * 2,
            check=False,
        )
        if done.returncode:
            raise Broken(f"{' '.join(command)} ended with {done.returncode}: {(done.stderr or done.stdout)[-600:]}")
        return done.stdout

    def environment(self, **more: str) -> dict[str, str]:
        """What a program sees of the world."""
        return {"PATH": "/usr/bin:/bin", "HOME": str(self.home), "LANG": "C.UTF-8", **more}

    @property
    def database(self) -> Path:
        """Where memory lies."""
        return self.home / ".local/share/mneme/mneme.db"

    def said(self, role: str) -> list[str]:
        """The whole messages of a role."""
        if not self.database.exists():
            return []
        with contextlib.closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True, timeout=5)) as db:
            rows = db.execute("SELECT text FROM message WHERE role = ? AND state = 'complete' ORDER BY id", [role])
            return [row[0] for row in rows]


def command_line(app: Installed, version: str) -> None:
    """The package answers without a display."""
    if (told := app.run("mneme", "doctor")) and version not in told:
        raise Broken(f"`mneme doctor` does not tell the version {version}")
    app.run("mneme", "remember", KEY)
    reply = json.loads(app.run("mneme", "ask", "--json", "Where is the key?"))
    if "blue pot" not in json.dumps(reply):
        raise Broken("the question did not bring the memory")


def window(app: Installed) -> dict[str, float]:
    """One turn in the window, typed and sent; how long it took to the first paint."""
    with display(app) as name:
        shown = {"DISPLAY": name, "QT_QPA_PLATFORM": "xcb"}
        before = len(app.said("assistant"))
        begun = time.perf_counter()
        process = subprocess.Popen(
            [str(app.root / "usr/bin/mneme-window")],
            env=app.environment(**shown),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            found = until(lambda: hand(shown, "search", "--onlyvisible", "--name", "Mneme"), "a window", process)
            seen = (time.perf_counter() - begun) * 1000
            time.sleep(3)  # the engine opens behind the window
            hand(shown, "windowfocus", "--sync", found.split()[0])
            hand(shown, "key", "Escape")  # past the welcome of the first run
            hand(shown, "type", "--delay", "20", "What did I say about the key?")
            hand(shown, "key", "Return")
            until(lambda: len(app.said("assistant")) > before, "a reply in the window", process)
        finally:
            process.terminate()
            code = process.wait(_PATIENCE_S)
        if code:
            raise Broken(f"the window ended with {code}: {process.stdout.read()[-600:] if process.stdout else ''}")
    return {"window_ms": round(seen)}


def upgrade(app: Installed, newer: Path) -> None:
    """A newer package over the older one: the same memory."""
    before = [app.said(role) for role in ("user", "assistant")]
    app.install(newer)
    app.run("mneme", "doctor")
    if [app.said(role) for role in ("user", "assistant")] != before:
        raise Broken("the upgrade did not keep what was said")
    if KEY not in app.run("mneme", "recall", "--words", "blue pot"):
        raise Broken("the upgrade does not recall what was said before it")


def older_stores(app: Installed, folder: Path) -> int:
    """Stores of earlier versions open with the package, with all their messages and a backup from before; how many."""
    stores = sorted((ROOT / "tests/upgrade").glob("*.db"))
    for store in stores:
        data = folder / f"older-{store.stem}"
        data.mkdir()
        shutil.copyfile(store, data / "mneme.db")
        with contextlib.closing(sqlite3.connect(data / "mneme.db")) as db:
            before = db.execute("SELECT count(*), sum(length(text)) FROM message").fetchone()
        app.run("mneme", "doctor", "--data-dir", str(data))
        app.run("mneme", "recall", "--words", "the", "--data-dir", str(data))
        with contextlib.closing(sqlite3.connect(data / "mneme.db")) as db:
            after = db.execute("SELECT count(*), sum(length(text)) FROM message").fetchone()
        if after != before or not list((data / "backups").glob("*.db")):
            raise Broken(f"the store {store.name} did not come through its upgrade")
    return len(stores)


def versioned(package: Path, folder: Path, version: str) -> Path:
    """The same package under another version, where there is no earlier one to upgrade from."""
    inside = folder / f"as-{version}"
    subprocess.run(["dpkg-deb", "-R", str(package), str(inside)], check=True)
    control = inside / "DEBIAN/control"
    lines = control.read_text().splitlines(keepends=True)
    control.write_text("".join(f"Version: {version}\n" if line.startswith("Version:") else line for line in lines))
    target = folder / f"mneme_{version}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(inside), str(target)]
    subprocess.run(command, check=True, capture_output=True)
    shutil.rmtree(inside)
    return target


@contextlib.contextmanager
def display(app: Installed) -> Iterator[str]:
    """A display of its own."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL, text=True)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            name = f":{told.readline().strip()}"
        until(lambda: hand({"DISPLAY": name}, "getdisplaygeometry"), "a display", server)
        yield name
    finally:
        server.terminate()
        server.wait()


def hand(shown: dict[str, str], *words: str) -> str:
    """What a person's hand does, by xdotool; what it printed, "" where it found nothing."""
    environment = {"PATH": "/usr/bin:/bin", **shown}
    done = subprocess.run(["xdotool", *words], env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def until(holds: Callable[[], Any], what: str, process: subprocess.Popen[str]) -> Any:
    """Wait until something holds; what it was."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        if found := holds():
            return found
        if process.poll() is not None:
            told = process.stdout.read()[-600:] if process.stdout else ""
            raise Broken(f"the program ended before there was {what}: {told}")
        time.sleep(0.05)
    raise Broken(f"there was not {what} within {_PATIENCE_S} s")


def try_all(package: Path, previous: Path | None, folder: Path) -> dict[str, Any]:
    """All of it; what was done."""
    version = subprocess.run(
        ["dpkg-deb", "-f", str(package), "Version"], check=True, capture_output=True, text=True
    ).stdout.strip()
    app, done = Installed(folder), {}
    older = previous or versioned(package, folder, f"{version}~previous")
    app.install(older)
    began = time.perf_counter()
    app.run("mneme", "--help")
    done["help_ms"] = round((time.perf_counter() - began) * 1000)
    command_line(app, version)
    done["command_line"] = True
    if missing := [name for name in ("Xvfb", "xdotool") if not shutil.which(name)]:
        done["window_skipped"] = f"{missing[0]} is not installed"
    else:
        done |= window(app)
    upgrade(app, package)
    done |= {"upgraded": True, "messages": len(app.said("user")), "older_stores": older_stores(app, folder)}
    return done


def main() -> int:
    """Try the package that is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    parser.add_argument("--previous", type=Path, help="the package before it, to upgrade from")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mneme-smoke-") as name:
        try:
            print(json.dumps(try_all(wanted.package.resolve(), wanted.previous, Path(name)), indent=1))
        except (Broken, subprocess.CalledProcessError) as error:
            told = error.stderr.decode()[-600:] if isinstance(error, subprocess.CalledProcessError) else ""
            print(json.dumps({"broken": f"{error} {told}".strip()}), file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
