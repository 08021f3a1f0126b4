"""A memory limit that the system enforces, and a read-ahead that is the same everywhere."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from app.core.errors import InputError

_ROOTS = (Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup"))
_LAPTOP_KB = 128


class Limit:
    """A control group with a limit in bytes. `kills` is how often the system had to end a process in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._first_kind = (folder / "memory.limit_in_bytes").exists()

    def set(self, size: int) -> None:
        """Allow so much, page cache included, and no swap."""
        if self._first_kind:
            (self.folder / "memory.limit_in_bytes").write_text(str(size))
            return
        (self.folder / "memory.max").write_text(str(size))
        with contextlib.suppress(OSError):
            (self.folder / "memory.swap.max").write_text("0")

    @property
    def kills(self) -> int:
        """Processes ended because they would not keep to it."""
        name = "memory.oom_control" if self._first_kind else "memory.events"
        for line in (self.folder / name).read_text().splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
        return 0


@contextlib.contextmanager
def memory_limit() -> Iterator[Limit]:
    """A control group of our own. Raises InputError where this user cannot make one."""
    for root in _ROOTS:
        folder = root / f"mneme-bench-{os.getpid()}"
        try:
            if root.name == "cgroup":
                (root / "cgroup.subtree_control").write_text("+memory")
            folder.mkdir()
        except OSError:
            continue
        try:
            if any((folder / name).exists() for name in ("memory.limit_in_bytes", "memory.max")):
                yield Limit(folder)
                return
        finally:
            with contextlib.suppress(OSError):
                folder.rmdir()
    raise InputError("This needs a control group for memory (Linux, as root): without one no limit can be proved.")


@contextlib.contextmanager
def laptop_read_ahead(path: Path) -> Iterator[None]:
    """Have the drive under a file read ahead 128 KB, as laptops do; put back what was set, also when interrupted."""
    setting = _read_ahead(path)
    if setting is None or not os.access(setting, os.W_OK):
        yield
        return
    before = setting.read_text()

    def restore() -> None:
        with contextlib.suppress(OSError):
            setting.write_text(before)

    def end(number: int, _: FrameType | None) -> None:
        restore()
        raise SystemExit(128 + number)  # so that what is open is closed on the way out

    atexit.register(restore)
    handlers = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        setting.write_text(str(_LAPTOP_KB))
        yield
    finally:
        restore()
        atexit.unregister(restore)
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _read_ahead(path: Path) -> Path | None:
    device = path.stat().st_dev
    found = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}")
    for folder in (found, found / ".."):
        if (setting := folder / "queue" / "read_ahead_kb").exists():
            return setting.resolve()
    return None
