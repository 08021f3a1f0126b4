"""The window's language: as the settings say, or the system's where Mneme speaks it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app.core.paths import resources_dir

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""Each by its own name."""


def speak(application: QCoreApplication, chosen: str) -> str:
    """Speak a language from now on, "" for the system's; its code. English needs no file. Before any window is made."""
    code = chosen if chosen in LANGUAGES else QLocale.system().name().partition("_")[0]
    if code not in LANGUAGES or code == "en":
        return "en"
    ours = QTranslator(application)
    if not ours.load(str(resources_dir() / "translations" / f"mneme_{code}.qm")):
        return "en"
    application.installTranslator(ours)
    qt = QTranslator(application)
    if qt.load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(qt)
    return code
