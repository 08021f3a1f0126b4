"""Make the pictures of the memory views: `xvfb-run .venv/bin/python docs/images/make_memory.py [FOLDER]`,
into FOLDER or beside this file. With `QT_SCALE_FACTOR=2` in the environment they are as on a screen of 200 %.

A store of its own is lived through, day by day, with the real models; then each view is photographed in light and dark.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from camera import opened, save, wait
from PySide6.QtWidgets import QApplication

from app.bootstrap import Assistant, build
from app.core.types import NewMessage, Role
from app.ui.memory.page import MemoryPage
from app.ui.theme import apply_theme

VIEWS = ("browse", "facts", "timeline", "map", "fading", "health")
Talk = tuple[int, str, tuple[str, ...]]
DAYS: tuple[Talk, ...] = (
    (
        64,
        "Home",
        (
            "I live in Oslo with my dog Rufus, a beagle who is afraid of thunder.",
            "A quiet room and a familiar blanket help a dog through a storm.",
            "My sister Ingrid found him at the shelter in Drammen.",
            "Shelter dogs often settle within a few weeks.",
            "By the way, the wifi password at the cabin is bluebird42.",
            "I will remember that.",
        ),
    ),
    (
        41,
        "Work",
        (
            "I work at the Maritime Museum, where Anna leads the exhibition on the Gokstad ship.",
            "The Gokstad ship was found in 1880 and is about 23 metres long.",
            "The budget for the exhibition is due on the first Friday of each month.",
            "Then a reminder a week before would help.",
            "Anna wants the labels in Norwegian and English.",
            "Short sentences make labels easier to translate.",
        ),
    ),
    (
        40,
        "Home",
        (
            "I started to run with Jonas along Akerselva, ten kilometres on Sunday.",
            "Ten kilometres is a fine distance to build on.",
            "We want to finish the marathon in Bergen in under four hours.",
            "That is a pace of five minutes and forty seconds a kilometre.",
        ),
    ),
    (
        19,
        "Home",
        (
            "I moved to Bergen last week and Ingrid helped with the boxes.",
            "Moving is easier with a sister who can carry.",
            "Rufus likes Fløyen, he ran up with Jonas and me.",
            "Fløyen has a fine view of the harbour.",
            "Ingrid turns 40 on 3 May and she is allergic to peanuts.",
            "A cake with almonds might do.",
        ),
    ),
    (
        3,
        "Work",
        (
            "I work at the Bergen Aquarium now, Anna wrote me a kind letter from the Maritime Museum.",
            "A kind letter is a good thing to keep.",
            "The penguins get their fish at eleven, and Jonas films it for the website.",
            "People like to watch penguins eat.",
        ),
    ),
)


class Then:
    """A clock that is moved from day to day."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def now(self) -> datetime:
        """The moment that it was moved to."""
        return self.moment


def main() -> None:
    """Live through the days, and photograph."""
    application = QApplication([])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _live(folder)
        for theme in ("light", "dark"):
            apply_theme(application, theme)
            (folder / "settings.json").write_text(f'{{"theme": "{theme}"}}', encoding="utf-8")
            _photograph(folder, theme)


def _live(folder: Path) -> None:
    clock = Then()
    with build(folder, background=False, clock=clock) as assistant:
        assistant.model.load()
        for ago, space, lines in DAYS:
            clock.moment = datetime.now(UTC) - timedelta(days=ago, hours=2)
            _talk(assistant, clock, space, lines)
            for job in ("embed", "segment", "facts", "fade"):
                assistant.runner.run(assistant.runner.jobs[job])
        clock.moment = datetime.now(UTC)
        for job in assistant.night(agreed=True):
            assistant.runner.run(job)


def _talk(assistant: Assistant, clock: Then, space: str, lines: tuple[str, ...]) -> None:
    assistant.memory.here = replace(assistant.memory.here, space=space)
    talk, last = assistant.memory.begin(lines[0], clock.now())
    for number, line in enumerate(lines[1:], 1):
        clock.moment += timedelta(minutes=1)
        role = Role.ASSISTANT if number % 2 else Role.USER
        last = assistant.memory.record(NewMessage(talk.id, role, line, clock.now(), last.id))


def _photograph(folder: Path, theme: str) -> None:
    desktop = opened(folder)
    window = desktop.window
    page = cast(MemoryPage, window.views.open("memory"))
    for view in VIEWS:
        page.show_view(view)
        wait(1.5)
        save(window, f"memory-{view}-{theme}")
    desktop.close()


if __name__ == "__main__":
    main()
