"""The import contracts of pyproject.toml are kept, and each was seen broken by what it is against."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS: Mapping[str, str] = {
    key: next(contract["name"] for contract in SETTINGS["contracts"] if contract["name"].startswith(start))
    for key, start in {
        "down": "An import points down",
        "rules": "The rules are the lowest floor",
        "telegram": "Models and scheduler do not know Telegram",
        "apart": "The simulator imports nothing of Kith",
        "try-out": "Kith reaches the simulator through the try-out only",
        "circle": "No circle among neighbours",
    }.items()
}

# What breaks a contract: the files of a wrong module or two, each with the line that must not be.
WRONGS: list[tuple[str, dict[str, str]]] = [
    ("down", {"models/wrong.py": "import handlers.feature"}),
    ("down", {"models/wrong.py": "import scheduler.upkeep"}),
    ("down", {"handlers/wrong.py": "from bot import clock"}),
    ("down", {"scheduler/wrong.py": "import handlers.feature"}),
    ("down", {"handlers/wrong.py": "import scheduler.upkeep"}),
    ("rules", {"models/rules/wrong.py": "import sqlalchemy"}),
    ("rules", {"models/rules/wrong.py": "from models import members"}),
    ("telegram", {"models/wrong.py": "def late():\n    import telegram"}),
    ("telegram", {"scheduler/wrong.py": "from telegram.ext import Application"}),
    ("apart", {"simulator/wrong.py": "import models.ids"}),
    ("try-out", {"handlers/wrong.py": "import simulator.world"}),
    ("circle", {"models/wrong.py": "import models.worse", "models/worse.py": "import models.wrong"}),
    ("circle", {"handlers/wrong.py": "import handlers.worse", "handlers/worse.py": "import handlers.wrong"}),
    ("circle", {"bot/wrong.py": "import bot.cli.worse", "bot/cli/worse.py": "import bot.wrong"}),
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages."""
    folder = tmp_path_factory.mktemp("tree")
    for package in SETTINGS["root_packages"]:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "data", "*.po"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def verdicts(folder: Path) -> Mapping[str, bool]:
    """Whether each contract is kept in a tree of packages."""
    program = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run(
        [program, "--no-logo"],
        cwd=folder,
        env={**os.environ, "COLUMNS": "1000"},
        capture_output=True,
        text=True,
        check=False,
    )
    words = told.stdout
    found = {}
    for contract in SETTINGS["contracts"]:
        name = contract["name"]
        assert f"{name} KEPT" in words or f"{name} BROKEN" in words, words + told.stderr
        found[name] = f"{name} KEPT" in words
    assert (told.returncode == 0) is all(found.values())
    return found


def test_every_contract_is_kept(tree: Path) -> None:
    broken = [name for name, is_kept in verdicts(tree).items() if not is_kept]
    assert broken == []


def test_every_contract_has_a_wrong_that_breaks_it() -> None:
    assert {CONTRACTS[key] for key, _ in WRONGS} == {contract["name"] for contract in SETTINGS["contracts"]}


@pytest.mark.parametrize(
    ("key", "wrong"), WRONGS, ids=lambda value: value if isinstance(value, str) else next(iter(value))
)
def test_a_wrong_import_breaks_its_contract(tree: Path, key: str, wrong: Mapping[str, str]) -> None:
    files = [tree / name for name in wrong]
    try:
        for file, line in zip(files, wrong.values(), strict=True):
            file.write_text(f'"""Wrong."""\n\n{line}\n')
        assert verdicts(tree)[CONTRACTS[key]] is False
    finally:
        for file in files:
            file.unlink()


@pytest.mark.parametrize("floor", ["handlers", "models", "scheduler", "simulator"])
def test_the_versions_of_the_database_are_the_bots_own_business(floor: str) -> None:
    for path in (ROOT / floor).rglob("*.py"):
        assert re.search(r"^\s*(from|import) migrations\b", path.read_text(encoding="utf-8"), re.MULTILINE) is None, (
            path
        )
