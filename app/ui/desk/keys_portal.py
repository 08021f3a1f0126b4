"""A hotkey on Wayland, asked of the desktop through the portal `org.freedesktop.portal.GlobalShortcuts`.

The desktop asks the person, who may choose another key there. Over jeepney, because QtDBus cannot write the nested list
of shortcuts from Python.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jeepney import DBusAddress, HeaderFields, MatchRule, Message, MessageType, message_bus, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from PySide6.QtCore import QCoreApplication, QSocketNotifier, Qt

from app.ui.desk.combination import combination

if TYPE_CHECKING:
    from PySide6.QtGui import QKeySequence

    from app.ui.desk.hotkey import Hotkey

_BUS, _PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
_SHORTCUTS, _REQUEST = "org.freedesktop.portal.GlobalShortcuts", "org.freedesktop.portal.Request"
_NAME = "recall"
_MODIFIERS = {
    Qt.KeyboardModifier.ControlModifier: "CTRL",
    Qt.KeyboardModifier.AltModifier: "ALT",
    Qt.KeyboardModifier.ShiftModifier: "SHIFT",
    Qt.KeyboardModifier.MetaModifier: "LOGO",
}


class PortalKeys:
    """One session of the portal with one shortcut. Never waits for the desktop on this thread."""

    def __init__(self, owner: Hotkey) -> None:
        self._owner = owner
        self._portal = DBusAddress(_PATH, _BUS, _SHORTCUTS)
        self._bus: DBusConnection | None = None
        self._notifier: QSocketNotifier | None = None
        self._replies: dict[int, Callable[[Message], None]] = {}
        self._answers: dict[str, Callable[[int, dict[str, Any]], None]] = {}
        self._session = ""
        self._trigger = ""

    def grab(self, keys: QKeySequence) -> str:
        """Ask for the key; "" or why it cannot be asked for. Where the desktop says no later, the owner hears of it."""
        self._trigger = _trigger(keys)
        try:
            self._bus = open_dbus_connection("SESSION")
        except (OSError, KeyError, ValueError):
            return _forbidden()
        for interface in (_SHORTCUTS, _REQUEST):
            self._send(message_bus.AddMatch(MatchRule(type="signal", sender=_BUS, interface=interface)))
        self._notifier = QSocketNotifier(self._bus.sock.fileno(), QSocketNotifier.Type.Read, self._owner)
        self._notifier.activated.connect(self._read)
        tokens = {"handle_token": ("s", self._token("create")), "session_handle_token": ("s", self._token("session"))}
        self._ask("CreateSession", "a{sv}", (tokens,), "create", self._created)
        return ""

    def close(self) -> None:
        """Leave the bus; the desktop ends the session with it."""
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier = None
        if self._bus is not None:
            self._bus.close()
            self._bus = None

    def _created(self, code: int, results: dict[str, Any]) -> None:
        if code != 0:
            self._owner.refuse_later(_forbidden())
            return
        self._session = results["session_handle"][1]
        words = QCoreApplication.translate("Desk", "Recall: find anything you said")
        shortcut = (_NAME, {"description": ("s", words), "preferred_trigger": ("s", self._trigger)})
        options = {"handle_token": ("s", self._token("bind"))}
        self._ask("BindShortcuts", "oa(sa{sv})sa{sv}", (self._session, [shortcut], "", options), "bind", self._bound)

    def _bound(self, code: int, results: dict[str, Any]) -> None:
        if code != 0:
            self._owner.refuse_later(_forbidden())

    def _ask(
        self,
        method: str,
        signature: str,
        body: tuple[Any, ...],
        token: str,
        answered: Callable[[int, dict[str, Any]], None],
    ) -> None:
        """Call a method whose result comes later, as the Response of a request with a name that is known beforehand."""
        assert self._bus is not None
        sender = self._bus.unique_name.removeprefix(":").replace(".", "_")
        self._answers[f"{_PATH}/request/{sender}/{self._token(token)}"] = answered

        def replied(reply: Message) -> None:
            if reply.header.message_type is MessageType.error:
                self._owner.refuse_later(_forbidden())

        self._send(new_method_call(self._portal, method, signature, body), replied)

    def _send(self, message: Message, replied: Callable[[Message], None] = lambda _: None) -> None:
        assert self._bus is not None
        serial = next(self._bus.outgoing_serial)
        self._replies[serial] = replied
        self._bus.send(message, serial=serial)

    def _read(self) -> None:
        """Take what has come. A bus that is gone takes the key with it."""
        while self._bus is not None:
            try:
                message = self._bus.receive(timeout=0)
            except TimeoutError:
                return
            except (OSError, EOFError):
                self.close()
                return
            self._take(message)

    def _take(self, message: Message) -> None:
        fields = message.header.fields
        if message.header.message_type is not MessageType.signal:
            answered = self._replies.pop(fields.get(HeaderFields.reply_serial, 0), None)
            if answered is not None:
                answered(message)
            return
        member, path = fields.get(HeaderFields.member), fields.get(HeaderFields.path, "")
        if member == "Response" and path in self._answers:
            self._answers.pop(path)(*message.body)
        elif member == "Activated" and message.body[:2] == (self._session, _NAME):
            self._owner.pressed.emit()

    @staticmethod
    def _token(name: str) -> str:
        return f"mneme_{os.getpid()}_{name}"


def _trigger(keys: QKeySequence) -> str:
    """A key as the shortcuts specification of freedesktop.org writes it: "CTRL+ALT+m"."""
    chosen = combination(keys)
    held = [word for one, word in _MODIFIERS.items() if chosen.keyboardModifiers() & one]
    name = keys.toString().rpartition("+")[2]
    return "+".join([*held, name.lower() if len(name) == 1 else name])


def _forbidden() -> str:
    return QCoreApplication.translate(
        "Desk",
        "This desktop does not give Mneme a hotkey. Set one in its own settings that runs “mneme-window --recall”; "
        "recall is also in the tray, and Ctrl+K in the window.",
    )
