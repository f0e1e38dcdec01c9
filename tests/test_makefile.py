"""The Makefile on a machine that lacks something: it says what, in words."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ("sh", "awk", "cat", "echo", "grep", "rm")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A checkout under a path with a space, and beside it the only programs that this machine has."""
    checkout = tmp_path / "a checkout"
    checkout.mkdir()
    shutil.copy(ROOT / "Makefile", checkout)
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found, name
        (tools / name).symlink_to(found)
    return checkout


def make(checkout: Path, *args: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("make")
    assert program
    environment = {"PATH": str(checkout.parent / "bin"), "HOME": str(checkout.parent)}
    return subprocess.run([program, *args], cwd=checkout, env=environment, capture_output=True, text=True, check=False)


def install_python(checkout: Path, *, version: str, old: bool = False, with_venv: bool = True) -> None:
    """Something that answers the Makefile's questions as a Python of that version would."""
    program = checkout.parent / "bin" / "python3"
    answers = f'case "$*" in *ensurepip*) exit {int(not with_venv)};; *exit*) exit {int(old)};; esac; echo {version}'
    program.write_text(f"#!/bin/sh\n{answers}\n", encoding="utf-8")
    program.chmod(0o755)


def test_without_a_target_every_task_is_listed(machine: Path) -> None:
    done = make(machine)

    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert done.returncode == 0
    assert [line.split()[1] for line in done.stdout.splitlines() if line.startswith("  make ")] == targets
    assert {"install", "try", "run", "test", "check", "bench", "lock", "clean"} <= set(targets)


def test_a_missing_python_is_named(machine: Path) -> None:
    done = make(machine, "install")

    assert done.returncode != 0
    assert "Kith needs Python 3.11 or newer; none was found as python3.13" in done.stderr
    assert "https://www.python.org/downloads/" in done.stderr


def test_a_python_that_is_too_old_is_named_with_its_version(machine: Path) -> None:
    install_python(machine, version="3.9", old=True)

    assert "Kith needs Python 3.11 or newer; python3 is 3.9." in make(machine, "install").stderr


def test_a_python_that_was_asked_for_and_is_not_there_is_named(machine: Path) -> None:
    assert "none was found as /no such/python." in make(machine, "install", "PYTHON=/no such/python").stderr


def test_a_python_without_environments_is_told_with_the_package_that_has_them(machine: Path) -> None:
    install_python(machine, version="3.12", with_venv=False)

    done = make(machine, "install")

    assert "sudo apt install python3.12-venv" in done.stderr
    assert not (machine / ".venv").exists()


def test_the_locks_name_no_host_and_pin_every_package_by_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text
        pinned = re.findall(r"^[a-z0-9].*==", text, flags=re.MULTILINE)
        assert pinned
        assert len(pinned) == len(re.findall(r"^[a-z0-9].*\\\n    --hash=sha256:", text, flags=re.MULTILINE))


def test_ci_runs_the_same_tests() -> None:
    program = ROOT / ".ci" / "run"

    assert os.access(program, os.X_OK)
    assert program.read_text(encoding="utf-8").rstrip().endswith("make test")
