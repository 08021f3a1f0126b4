"""What describes the installed app is sound and agrees with the app. The package itself is tried by packaging/smoke.py."""

from __future__ import annotations

import configparser
import plistlib
import re
import shutil
import struct
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from app import __version__
from app.ui.display import why_no_display
from tests.conftest import ROOT

HERE = ROOT / "packaging"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROGRAMS = {*PROJECT["project"]["scripts"], *PROJECT["project"]["gui-scripts"]}


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Imports a module of the folder, which is no package and bears the name of another."""
    monkeypatch.syspath_prepend(str(HERE))
    names = {path.stem for path in HERE.glob("*.py")}

    def found(name: str) -> ModuleType:
        return import_module(name)

    yield found
    for name in names & sys.modules.keys():
        del sys.modules[name]


def entry(name: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[method-assign, assignment]
    parser.read(HERE / "linux" / name, encoding="utf-8")
    return parser["Desktop Entry"]


@pytest.mark.parametrize("name", ["mneme.desktop", "mneme-autostart.desktop"])
def test_a_desktop_entry_starts_the_window(name: str) -> None:
    found = entry(name)
    assert (found["Type"], found["Name"], found["Icon"], found["Terminal"]) == (
        "Application",
        "Mneme",
        "mneme",
        "false",
    )
    assert found["Exec"].split()[0] == found["TryExec"] == "mneme-window"
    assert found["TryExec"] in PROGRAMS
    assert ("--tray" in found["Exec"]) == (name == "mneme-autostart.desktop")
    if tool := shutil.which("desktop-file-validate"):
        subprocess.run([tool, "--no-hints", str(HERE / "linux" / name)], check=True)


def test_the_metadata_is_of_this_version_and_of_these_programs(part: object, tmp_path: Path) -> None:
    build = part("build")  # type: ignore[operator]
    text = build.metainfo()
    tree = ElementTree.fromstring(text)
    assert tree.findtext("id") == build.APP_ID
    assert tree.findtext("project_license") == PROJECT["project"]["license"]
    assert tree.findtext("launchable") == "mneme.desktop"
    assert {binary.text for binary in tree.iter("binary")} == PROGRAMS
    assert [release.get("version") for release in tree.iter("release")] == [__version__]
    assert tree.findtext("summary") == entry("mneme.desktop")["Comment"]
    if tool := shutil.which("appstreamcli"):
        path = tmp_path / f"{build.APP_ID}.metainfo.xml"
        path.write_text(text, encoding="utf-8")
        subprocess.run([tool, "validate", "--no-net", str(path)], check=True, capture_output=True)


def test_the_version_stands_in_one_place() -> None:
    told = [path for path in HERE.rglob("*") if path.is_file() and __version__ in path.read_text(encoding="utf-8")]
    assert told == []
    assert PROJECT["tool"]["hatch"]["version"]["path"] == "app/__init__.py"


def test_all_icons_are_drawn(part: object, tmp_path: Path) -> None:
    if reason := why_no_display():
        pytest.skip(reason)
    icons = part("icons")  # type: ignore[operator]
    found = icons.make(ROOT / "resources/icons/mneme.svg", tmp_path)
    for size in icons.SIZES:
        data = found[size].read_bytes()
        assert data[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", data[16:24]) == (size, size)
    ico, icns = (tmp_path / "mneme.ico").read_bytes(), (tmp_path / "mneme.icns").read_bytes()
    _, kind, count = struct.unpack("<HHH", ico[:6])
    assert (kind, count) == (1, 7)
    length, at = struct.unpack("<II", ico[6 + 16 * 6 + 8 : 6 + 16 * 7])
    assert len(ico) == at + length
    assert (icns[:4], struct.unpack(">I", icns[4:8])[0]) == (b"icns", len(icns))


def test_what_the_app_loads_is_kept_and_the_rest_left_out(part: object) -> None:
    slim = part("slim")  # type: ignore[operator]
    kept = [
        "app.bootstrap",
        "transformers.models",
        "transformers.models.bert.modeling_bert",
        "torch.nn",
        "llama_cpp/lib/libllama.so",
    ]
    kept += [
        "transformers/models/auto/modeling_auto.py",
        "transformers/models/__init__.py",
        "torch/lib/libtorch_cpu.so",
        "libgcc_s.so.1",
        "torch/bin/torch_shm_manager",
    ]
    kept += ["PySide6/Qt/plugins/platforms/libqxcb.so", "app/_resources/icons/mneme.svg"]
    out = [
        "transformers.models.gpt2.modeling_gpt2",
        "transformers/models/llama/__init__.py",
        "torch/bin/protoc",
        "torch/test/x",
    ]
    out += [
        "libgdk_pixbuf-2.0.so.0",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "hypothesis-6.170.15.dist-info/METADATA",
    ]
    assert [name for name in kept if not slim.is_kept(name)] == []
    assert [name for name in out if slim.is_kept(name)] == []
    hidden = [name for name in slim.HIDDEN if name.startswith("app.")]
    assert [name for name in hidden if not (ROOT / f"{name.replace('.', '/')}.py").is_file()] == []


def test_the_specs_name_what_there_is() -> None:
    spec = (HERE / "mneme.spec").read_text(encoding="utf-8")
    compile(spec, "mneme.spec", "exec")
    script = (HERE / "windows/mneme.iss").read_text(encoding="utf-8")
    assert (ROOT / "LICENSE").is_file()
    assert re.findall(r"^\[(\w+)\]$", script, re.MULTILINE) == [
        "Setup",
        "Languages",
        "Tasks",
        "InstallDelete",
        "Files",
        "Icons",
        "Run",
    ]
    assert "AppVersion={#Version}" in script
    for path in (HERE / "macos").glob("*.plist"):
        assert plistlib.loads(path.read_bytes())
    subprocess.run(["sh", "-n", str(HERE / "macos/bundle.sh")], check=True)


def test_packaging_is_described_by_make() -> None:
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "packaging/build.py" in made
    assert "packaging/smoke.py" in made
    assert any(line.startswith("pyinstaller") for line in PROJECT["dependency-groups"]["package"])
