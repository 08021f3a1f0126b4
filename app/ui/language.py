"""The window's language: as the settings say, or the system's where Mneme speaks it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app.core.paths import resources_dir

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""Each by its own name."""
_OURS = "mneme"  # the name of the translators that are installed here


def speak(application: QCoreApplication, chosen: str) -> str:
    """Speak a language from now on, "" for the system's; its code. English needs no file.

    Windows that are open are told by Qt, with a LanguageChange event, where it is another one than before.
    """
    code = chosen if chosen in LANGUAGES else QLocale.system().name().partition("_")[0]
    code = code if code in LANGUAGES else "en"
    if code == spoken(application):
        return code
    before = application.findChildren(QTranslator, _OURS)
    found = [] if code == "en" else _translators(application, code)
    if code != "en" and not found:
        return spoken(application)
    for translator in before:
        application.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(QLocale(code) if code != "en" else QLocale(QLocale.Language.English))
    application.setProperty("language", code)
    for translator in found:
        application.installTranslator(translator)
    return code


def spoken(application: QCoreApplication | None = None) -> str:
    """The code of the language that is spoken now."""
    application = application or QCoreApplication.instance()
    return str(application.property("language") or "en") if application is not None else "en"


def _translators(application: QCoreApplication, code: str) -> list[QTranslator]:
    """Ours, and that of Qt's own dialogs where it is to be had; none without ours."""
    ours, qt = QTranslator(application), QTranslator(application)
    for translator in (ours, qt):
        translator.setObjectName(_OURS)
    if not ours.load(str(resources_dir() / "translations" / f"mneme_{code}.qm")):
        return []
    has_qt = qt.load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    return [qt, ours] if has_qt else [ours]
