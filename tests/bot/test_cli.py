"""The command line as a person meets it: the real `kith`, its words and its exit codes."""

import os
import subprocess
import sys
import textwrap
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.cli import COMMANDS
from bot.config.handout import example

KITH = Path(sys.executable).with_name("kith")
TOKEN = "123456789:AAabcdefghijklmnopqrstuvwxyz0123456"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("KITH_")]:
        monkeypatch.delenv(name)


def kith(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [KITH, *args], capture_output=True, text=True, check=False, env={**os.environ, **environment}, encoding="utf-8"
    )


def program(text: str, *args: str) -> subprocess.CompletedProcess[str]:
    """A process that begins as `text` says and then is `kith` with `args`."""
    whole = f"{textwrap.dedent(text)}\nfrom bot.cli import main\nmain()\n"
    return subprocess.run([sys.executable, "-c", whole, *args], capture_output=True, text=True, check=False)


def test_help_names_every_command_an_example_and_the_exit_codes() -> None:
    done = kith("--help")

    assert done.returncode == 0
    for name, (_, told) in COMMANDS.items():
        assert f"  {name} " in done.stdout
        assert told.split(".")[0][:40] in done.stdout
    for told in ("Examples:", "Exit codes:", "  0  done", "  3  something needed", "--config PATH", "KITH_CONFIG"):
        assert told in done.stdout


def test_without_a_command_the_help_is_shown_and_the_call_counts_as_wrong() -> None:
    done = kith()

    assert done.returncode == 2
    assert "Commands:" in done.stdout + done.stderr


def test_help_loads_none_of_the_heavy_libraries() -> None:
    done = program(
        """
        import atexit, sys
        heavy = {"telegram", "sqlalchemy", "pydantic", "structlog", "httpx", "alembic", "uvicorn", "models", "handlers"}
        atexit.register(lambda: print("loaded:", sorted(heavy & sys.modules.keys()), file=sys.stderr))
        """,
        "--help",
    )

    assert done.returncode == 0
    assert done.stderr == "loaded: []\n"


def test_the_version_is_the_packages() -> None:
    assert kith("--version").stdout == f"kith {version('kith')}\n"


def test_a_command_that_does_not_exist_is_answered_with_the_nearest() -> None:
    done = kith("confg")

    assert done.returncode == 2
    assert "There is no command 'confg'. Did you mean config?" in done.stderr


def test_config_example_prints_the_example() -> None:
    done = kith("config", "example")

    assert (done.returncode, done.stdout, done.stderr) == (0, example(), "")


def test_config_show_tells_the_values_where_they_come_from_and_no_secret() -> None:
    Path("mine.toml").write_text("[messages]\npoints = 0.5\n", encoding="utf-8")

    done = kith(
        "--config",
        "mine.toml",
        "config",
        "show",
        KITH_TELEGRAM__TOKEN=TOKEN,
        KITH_TELEGRAM__WEBHOOK__SECRET="hush-hush",
        KITH_DATABASE__URL="postgresql://kith:hush@host/kith",
    )

    assert (done.returncode, done.stderr) == (0, "")
    for line in (
        'token = "***"  # KITH_TELEGRAM__TOKEN',
        'secret = "***"  # KITH_TELEGRAM__WEBHOOK__SECRET',
        'url = "postgresql://kith:***@host/kith"  # KITH_DATABASE__URL',
        "points = 0.5  # mine.toml",
        'level = "info"  # default',
    ):
        assert line in done.stdout.splitlines()
    assert "hush" not in done.stdout
    assert TOKEN[12:] not in done.stdout


def test_a_wrong_configuration_is_told_line_by_line_and_ends_with_two() -> None:
    Path("config.toml").write_text("[telegram]\nmod = 1\ntoken = 'hush-hush'\n", encoding="utf-8")

    done = kith("config", "show", KITH_LOG__LEVEL="loud")

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "config.toml: [telegram] mod: unknown key; did you mean mode?",
        "config.toml: [telegram] token: must have the shape that @BotFather gives: digits, a colon, then letters",
        'KITH_LOG__LEVEL: must be "debug" or "info" or "warning" or "error", not "loud"',
    ]


def test_a_configuration_file_that_is_missing_ends_with_two() -> None:
    done = kith("--config", "nowhere.toml", "config", "show")

    assert (done.returncode, done.stderr) == (2, "nowhere.toml: cannot be read: No such file or directory\n")


# A command of the test's own in the place of `run`: it loads the configuration and then meets what it did not expect.
BREAKING = """
import os, sys, types
import click
from bot.cli.session import configuration
os.environ["KITH_TELEGRAM__TOKEN"] = "100:SIM"
@click.command()
@click.pass_context
def command(ctx):
    configuration(ctx)
    raise RuntimeError("no answer from\\nhttps://host/bot100:SIM/getMe")
sys.modules["bot.cli.run"] = types.ModuleType("bot.cli.run")
sys.modules["bot.cli.run"].command = command
"""


def test_what_nobody_expected_is_one_line_without_secrets() -> None:
    done = program(BREAKING, "run")

    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Error: RuntimeError: no answer from https://host/bot***/getMe",
        "This was not expected. `kith --debug ...` shows where it happened.",
    ]


def test_debug_shows_the_traceback_without_secrets() -> None:
    done = program(BREAKING, "--debug", "run")

    assert done.returncode == 1
    assert done.stderr.startswith("Traceback (most recent call last):")
    assert "RuntimeError: no answer" in done.stderr
    assert "100:SIM" not in done.stderr


@pytest.mark.parametrize(("kind", "code"), [("Failed", 1), ("Wrong", 2), ("Missing", 3)])
def test_an_expected_end_has_its_own_code(kind: str, code: int) -> None:
    done = program(
        f"""
        import sys, types
        import click
        from bot.cli.exits import {kind}
        @click.command()
        def command():
            raise {kind}("There is no token.")
        sys.modules["bot.cli.run"] = types.ModuleType("bot.cli.run")
        sys.modules["bot.cli.run"].command = command
        """,
        "run",
    )

    assert (done.returncode, done.stderr) == (code, "Error: There is no token.\n")
