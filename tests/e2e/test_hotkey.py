"""The key for quick recall: a real grab on a real X server, and the portal of Wayland desktops on a real bus."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.ui.display import why_no_display

if reason := why_no_display():
    pytest.skip(f"no window can be opened here: {reason}", allow_module_level=True)

from PySide6.QtGui import QKeySequence
from pytestqt.qtbot import QtBot

from app.ui.desk.hotkey import Hotkey

_GRAB = """
import subprocess
import sys
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from app.ui.desk.hotkey import Hotkey

application = QApplication([])
first, second, pressed = Hotkey(), Hotkey(), []
first.pressed.connect(lambda: pressed.append(1))
first.set("Ctrl+Alt+M")
second.set("Ctrl+Alt+M")
for keys in ("ctrl+alt+m", "ctrl+m", "ctrl+alt+m"):
    subprocess.run(["xdotool", "key", keys], check=True)
    QTest.qWait(300)
first.set("")
subprocess.run(["xdotool", "key", "ctrl+alt+m"], check=True)
QTest.qWait(300)
print(len(pressed), repr(first.problem), "Another program" in second.problem)
"""


@pytest.mark.skipif(not (shutil.which("xvfb-run") and shutil.which("xdotool")), reason="needs an X server and xdotool")
def test_a_key_is_grabbed_on_x11_and_given_back(tmp_path: Path) -> None:
    script = tmp_path / "grab.py"
    script.write_text(_GRAB, encoding="utf-8")
    env = {key: value for key, value in os.environ.items() if key != "QT_QPA_PLATFORM"}
    command = ["xvfb-run", "-a", sys.executable, str(script)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, env=env)
    assert run.stdout.strip() == "2 '' True", run.stderr


def test_a_desktop_without_keys_says_so(qtbot: QtBot) -> None:
    hotkey = Hotkey()
    with qtbot.waitSignal(hotkey.refused):
        hotkey.set("Ctrl+Alt+M")
    assert "Ctrl+K" in hotkey.problem
    hotkey.set("M")
    assert "cannot be a hotkey" in hotkey.problem
    hotkey.set("")
    assert hotkey.problem == ""


_PORTAL = """
import sys
from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_return, new_signal, message_bus
from jeepney.io.blocking import open_dbus_connection

bus = open_dbus_connection("SESSION")
bus.send_and_get_reply(message_bus.RequestName("org.freedesktop.portal.Desktop"))
print("ready", flush=True)
allowed, calls = sys.argv[1] == "yes", []
while len(calls) < 2:
    message = bus.receive()
    member = message.header.fields.get(HeaderFields.member)
    if message.header.message_type is not MessageType.method_call or member not in ("CreateSession", "BindShortcuts"):
        continue
    calls.append((member, message.header.fields.get(HeaderFields.signature), message.body))
    sender = message.header.fields[HeaderFields.sender].removeprefix(":").replace(".", "_")
    options = message.body[-1]
    request = f"/org/freedesktop/portal/desktop/request/{sender}/{options['handle_token'][1]}"
    bus.send(new_method_return(message, "o", (request,)))
    session = f"/org/freedesktop/portal/desktop/session/{sender}/one"
    results = {"session_handle": ("s", session)} if member == "CreateSession" else {}
    code = 0 if allowed or member == "CreateSession" else 1
    at = DBusAddress(request, interface="org.freedesktop.portal.Request")
    bus.send(new_signal(at, "Response", "ua{sv}", (code, results)))
print(calls[1][1], calls[1][2][1], flush=True)
at = DBusAddress("/org/freedesktop/portal/desktop", interface="org.freedesktop.portal.GlobalShortcuts")
bus.send(new_signal(at, "Activated", "osta{sv}", (session, "recall", 1, {})))
sys.stdin.readline()
"""
_ASKING = """
import subprocess
import sys
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from app.ui.desk.hotkey import Hotkey
from app.ui.desk.keys_portal import PortalKeys

application = QApplication([])
portal = subprocess.Popen([sys.executable, sys.argv[1], sys.argv[2]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
portal.stdout.readline()
hotkey, pressed = Hotkey(), []
hotkey.pressed.connect(lambda: pressed.append(1))
keys = PortalKeys(hotkey)
problem = keys.grab(QKeySequence("Ctrl+Alt+M"))
for _ in range(100):
    if pressed or hotkey.problem:
        break
    QTest.qWait(50)
print(repr(problem), len(pressed), bool(hotkey.problem))
print(portal.stdout.readline().strip())
portal.communicate("end\\n")
keys.close()
"""


@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="needs a bus")
@pytest.mark.parametrize(("allowed", "told"), [("yes", "'' 1 False"), ("no", "'' 1 True")])
def test_the_portal_is_asked_and_heard(tmp_path: Path, allowed: str, told: str) -> None:
    portal, asking = tmp_path / "portal.py", tmp_path / "asking.py"
    portal.write_text(_PORTAL, encoding="utf-8")
    asking.write_text(_ASKING, encoding="utf-8")
    command = ["dbus-run-session", "--", sys.executable, str(asking), str(portal), allowed]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    lines = run.stdout.splitlines()
    assert lines, run.stderr
    assert lines[0] in (told, told.replace("1", "0"))
    if allowed == "yes":
        assert lines[0] == told
    assert lines[1].startswith("oa(sa{sv})sa{sv}")
    assert "CTRL+ALT+m" in lines[1]


def test_no_bus_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.ui.desk.keys_portal import PortalKeys

    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    assert "mneme-window --recall" in PortalKeys(Hotkey()).grab(QKeySequence("Ctrl+Alt+M"))
