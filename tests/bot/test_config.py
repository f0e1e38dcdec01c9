"""The configuration: what it admits, what it refuses and in which words, and the example that goes with it."""

import dataclasses
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.config import Configuration, ConfigurationError
from bot.config.handout import effective, example
from bot.config.judging import section_for, settings_from
from bot.config.keys import all_keys
from bot.config.loading import load
from models.rules.features import FEATURE_SETTINGS
from models.rules.settings import Unit, hashtags, number, switch, topic, weekday, weekdays

ROOT = Path(__file__).parents[2]
TOKEN = "123456789:AAabcdefghijklmnopqrstuvwxyz0123456"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may find the developer's own config.toml."""
    monkeypatch.chdir(tmp_path)


def told(text: str) -> Configuration:
    Path("config.toml").write_text(text, encoding="utf-8")
    return load(None, environment={})


def refusal(text: str = "", **environment: str) -> tuple[str, ...]:
    Path("config.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load(None, environment=environment)
    return refused.value.lines


def test_without_file_and_environment_everything_has_its_default() -> None:
    configuration = load(None, environment={})

    assert configuration.telegram.token is None
    assert configuration.telegram.api_url == "https://api.telegram.org"
    assert configuration.telegram.mode == "polling"
    assert configuration.telegram.owners == ()
    assert configuration.database.url.get_secret_value() == "sqlite:///kith.db"
    assert configuration.communities.time_zone == "UTC"
    assert configuration.features == {name: settings() for name, settings in FEATURE_SETTINGS.items()}
    assert configuration.origins == {}


def test_the_environment_wins_over_the_file_and_the_file_over_the_default() -> None:
    Path("config.toml").write_text('[log]\nlevel = "debug"\nformat = "json"\n', encoding="utf-8")

    configuration = load(None, environment={"KITH_LOG__LEVEL": "error"})

    assert (configuration.log.level, configuration.log.format) == ("error", "json")
    assert configuration.origins == {("log", "format"): "config.toml", ("log", "level"): "KITH_LOG__LEVEL"}


def test_every_kind_of_value_comes_from_the_environment_as_text() -> None:
    configuration = load(
        None,
        environment={
            "KITH_TELEGRAM__TOKEN": "100:SIM",
            "KITH_TELEGRAM__WEBHOOK__PORT": "8443",
            "KITH_MONITOR__ENABLED": "true",
            "KITH_MESSAGES__POINTS": "0.25",
        },
    )

    assert configuration.telegram.token
    assert configuration.telegram.token.get_secret_value() == "100:SIM"
    assert configuration.telegram.webhook.port == 8443
    assert configuration.monitor.enabled is True
    assert configuration.features["messages"] == dataclasses.replace(FEATURE_SETTINGS["messages"](), points=25)


@pytest.mark.parametrize(
    ("text", "owners"), [("1, 2", (1, 2)), ("[1, 2]", (1, 2)), ("7", (7,)), ("[]", ()), ("7,", (7,))]
)
def test_owners_are_written_in_the_environment_as_json_or_with_commas(text: str, owners: tuple[int, ...]) -> None:
    assert load(None, environment={"KITH_TELEGRAM__OWNERS": text}).telegram.owners == owners


def test_an_empty_variable_counts_as_not_set() -> None:
    configuration = load(None, environment={"KITH_TELEGRAM__TOKEN": "", "KITH_MONITOR__PORT": ""})

    assert configuration.telegram.token is None
    assert configuration.monitor.port == 9464


def test_points_are_written_with_decimals_and_kept_in_hundredths() -> None:
    configuration = told("[messages]\npoints = 0.29\ndaily_cap_points = 12\n")

    assert configuration.features["messages"] == dataclasses.replace(
        FEATURE_SETTINGS["messages"](), points=29, daily_cap_points=1200
    )


@dataclass(frozen=True)
class GardenSettings:
    """A feature of the test's own."""

    harvest_points: int = number(150, "What a harvest is worth.", unit=Unit.POINTS, least=0, most=500)
    beds: int = number(3, "How many beds there are.", least=1, most=9)
    open: bool = switch(True, "Whether anybody may come in.")
    digging: str = weekday("monday", "When we dig.")
    watering: tuple[str, ...] = weekdays(("friday",), "When we water.")
    tags: tuple[str, ...] = hashtags(("garden",), "What shows a harvest.", most=2)
    place: int = topic("Where we meet.")


def test_every_kind_of_setting_goes_to_its_section_and_back() -> None:
    section = section_for("garden", GardenSettings)

    assert settings_from(section(), GardenSettings) == GardenSettings()
    assert settings_from(
        section.model_validate({"harvest_points": 2.5, "beds": 4, "open": False}), GardenSettings
    ) == GardenSettings(250, 4, False)
    lists = {"digging": "sunday", "watering": ["monday", "friday"], "tags": ["harvest", "收成"]}
    assert settings_from(section.model_validate(lists), GardenSettings) == GardenSettings(
        digging="sunday", watering=("monday", "friday"), tags=("harvest", "收成")
    )
    assert "place" not in section.model_fields


@pytest.mark.parametrize(
    "wrong",
    [
        {"beds": True},
        {"beds": "3"},
        {"beds": 10},
        {"open": 1},
        {"harvest_points": "1"},
        {"digging": "doomsday"},
        {"watering": []},
        {"watering": "friday"},
        {"tags": ["a b"]},
        {"tags": ["a", "b", "c"]},
        {"place": 3},
    ],
)
def test_a_setting_admits_its_own_kind_alone(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        section_for("garden", GardenSettings)(**wrong)


def test_the_file_is_named_by_the_argument_or_by_kith_config(tmp_path: Path) -> None:
    for name, level in (("one.toml", "debug"), ("two.toml", "error")):
        Path(name).write_text(f'[log]\nlevel = "{level}"\n', encoding="utf-8")
    environment = {"KITH_CONFIG": "two.toml"}

    assert load(None, environment=environment).log.level == "error"
    assert load(tmp_path / "one.toml", environment=environment).log.level == "debug"


def test_a_file_that_was_named_must_exist() -> None:
    with pytest.raises(ConfigurationError) as refused:
        load(None, environment={"KITH_CONFIG": "missing.toml"})

    assert refused.value.lines == ("missing.toml: cannot be read: No such file or directory",)


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    Path("config.toml").write_bytes(b'\xef\xbb\xbf[log]\r\nlevel = "debug"\r\n')

    assert load(None, environment={}).log.level == "debug"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[telegram]\nmod = 1", "config.toml: [telegram] mod: unknown key; did you mean mode?"),
        ('token = "100:SIM"', "config.toml: token: unknown key; did you mean [telegram] token?"),
        ("[telegran]\nmode = 1", "config.toml: [telegran]: unknown section; did you mean [telegram]?"),
        ("[messages]\npoint = 1", "config.toml: [messages] point: unknown key; did you mean points?"),
        ("qqq = 1", "config.toml: qqq: unknown key"),
        ("log = 3", "config.toml: [log]: must be a section, not a single value"),
        (
            "[log]\nlevel = {a = 1}",
            'config.toml: [log] level: must be "debug" or "info" or "warning" or "error", not a section',
        ),
        (
            "[log]\nlevel = 'loud'",
            'config.toml: [log] level: must be "debug" or "info" or "warning" or "error", not "loud"',
        ),
        ("[monitor]\nport = true", "config.toml: [monitor] port: must be a whole number from 1 to 65535, not true"),
        ("[monitor]\nport = '5'", 'config.toml: [monitor] port: must be a whole number from 1 to 65535, not "5"'),
        ("[monitor]\nport = 0", "config.toml: [monitor] port: must be a whole number from 1 to 65535, not 0"),
        ("[monitor]\nenabled = 1", "config.toml: [monitor] enabled: must be true or false, not 1"),
        ("[monitor]\nlisten = 1", "config.toml: [monitor] listen: must be text in quotes, not 1"),
        (
            "[messages]\npoints = 1.5",
            "config.toml: [messages] points: must be a number from 0 to 1 with at most two decimals, not 1.5",
        ),
        (
            "[messages]\npoints = 0.123",
            "config.toml: [messages] points: must be a number from 0 to 1 with at most two decimals, not 0.123",
        ),
        (
            "[messages]\npoints = '1'",
            'config.toml: [messages] points: must be a number from 0 to 1 with at most two decimals, not "1"',
        ),
        (
            "[telegram]\nowners = [true, 'a']",
            "config.toml: [telegram] owners: must be a list of user ids, as in [123456789], not true",
        ),
        (
            "[telegram]\napi_url = 'ftp://x'",
            "config.toml: [telegram] api_url: must be a URL that begins with https:// or http://",
        ),
        ("[telegram]\napi_url = 'http://x:99999'", "config.toml: [telegram] api_url: is no URL"),
        (
            "[communities]\ntime_zone = 'Asia/Taipe'",
            "config.toml: [communities] time_zone: is no time zone of the IANA list; did you mean Asia/Taipei?",
        ),
        ("[communities]\ntime_zone = '../UTC'", None),
        ("[communities]\ntime_zone = 'America'", None),
        ("[log]\nlevel = \nformat = 'json'", "config.toml: line 2, column 9: Invalid value"),
        ("[log]\n[log]\n", None),
    ],
)
def test_each_problem_of_the_file_has_one_clear_line(text: str, line: str | None) -> None:
    lines = refusal(text)

    assert len(lines) == 1
    assert lines[0].startswith("config.toml: ")
    assert line in (None, lines[0])


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("KITH_TELEGRAM__MOD", "x", "unknown key; did you mean KITH_TELEGRAM__MODE?"),
        ("KITH_TELEGRAM_MODE", "x", "unknown key; did you mean KITH_TELEGRAM__MODE?"),
        ("KITH_TELEGRAM", "{}", "is a section; set its keys one by one, as in KITH_TELEGRAM__TOKEN"),
        ("KITH_TELEGRAM__MODE__X", "1", None),
        ("KITH_LOG__FORMAT", "xml", 'must be "human" or "json", not "xml"'),
        ("KITH_MONITOR__PORT", "5x", 'must be a whole number from 1 to 65535, not "5x"'),
        ("KITH_MONITOR__PORT", "true", "must be a whole number from 1 to 65535, not true"),
        ("KITH_MONITOR__ENABLED", "yeah", 'must be true or false, not "yeah"'),
        ("KITH_MESSAGES__POINTS", "nan", 'must be a number from 0 to 1 with at most two decimals, not "nan"'),
        ("KITH_TELEGRAM__OWNERS", "7,x", 'must be a list of user ids, as in [123456789], not "x"'),
        ("KITH_TELEGRAM__OWNERS", "[7", 'must be a list of user ids, as in [123456789], not "[7"'),
        ("KITH_TELEGRAM__OWNERS", '{"a": 1}', None),
    ],
)
def test_each_problem_of_the_environment_has_one_clear_line(name: str, value: str, line: str | None) -> None:
    lines = refusal(**{name: value})

    assert len(lines) == 1
    assert lines[0].startswith(f"{name}: ")
    assert line in (None, lines[0].removeprefix(f"{name}: "))


def test_all_problems_come_at_once() -> None:
    lines = refusal(
        "[telegram]\nmod = 1\nmode = 'webhook'\ntoken = 'nonsense'\n[log]\nlevel = 'loud'\n[messages]\npoints = 2\n",
        KITH_FOO="1",
        KITH_MONITOR__PORT="x",
    )

    starts = [line.partition(":")[0] for line in lines]
    assert starts.count("config.toml") == 6
    assert sorted(starts)[:2] == ["KITH_FOO", "KITH_MONITOR__PORT"]
    assert (
        'config.toml: [telegram] mode: "webhook" needs [telegram.webhook] url as well (KITH_TELEGRAM__WEBHOOK__URL)'
        in lines
    )


def test_what_is_not_utf8_is_named_with_its_line() -> None:
    Path("config.toml").write_bytes(b"[log]\nlevel = '\xff'\n")

    with pytest.raises(ConfigurationError) as refused:
        load(None, environment={})

    assert refused.value.lines == ("config.toml: line 2: is not UTF-8 text",)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("KITH_TELEGRAM__TOKEN", "hush-hush-hush"),
        ("KITH_TELEGRAM__WEBHOOK__SECRET", "hush hush hush"),
        ("KITH_DATABASE__URL", "mysql://kith:hush-hush@host/kith"),
        ("KITH_DATABASE__URL", "postgresql://kith:hush/hush@host/kith"),
        ("KITH_DATABASE__URL", "postgresql://kith:hush@host/"),
        ("KITH_TELEGRAM__API_URL", "postgresql://kith:hush@host/"),
        ("KITH_LOG__LEVEL", TOKEN.replace("abc", "hush")),
        ("KITH_MONITOR__PORT", "https://kith:hush@host/"),
    ],
)
def test_no_refusal_tells_a_secret(key: str, text: str) -> None:
    lines = refusal(**{key: text})

    assert len(lines) == 1
    assert lines[0].startswith(f"{key}: ")
    assert "hush" not in lines[0]


def test_a_token_in_the_file_that_is_a_number_is_not_told_either() -> None:
    assert refusal("[telegram]\ntoken = 12345678")[0] == "config.toml: [telegram] token: must be text in quotes"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite://", "sqlite:///FILE"),
        ("sqlite:///", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
        ("sqlite+aiosqlite:///kith.db", "without a driver's name"),
        ("postgres://host/kith", "must begin with postgresql://"),
        ("postgresql+asyncpg://host/kith", "must begin with postgresql://"),
        ("postgresql://host", "must name a database"),
        ("kith.db", "sqlite:///FILE"),
    ],
)
def test_a_database_url_that_cannot_be_used_says_what_can(url: str, words: str) -> None:
    lines = refusal(KITH_DATABASE__URL=url)

    assert len(lines) == 1
    assert words in lines[0]


@pytest.mark.parametrize(
    "url", ["sqlite:///kith.db", "sqlite:////srv/kith/kith.db", "postgresql://k:p%40x@host:5432/kith"]
)
def test_both_kinds_of_database_are_admitted(url: str) -> None:
    pytest.importorskip("asyncpg")

    assert load(None, environment={"KITH_DATABASE__URL": url}).database.url.get_secret_value() == url


def test_a_missing_postgresql_driver_is_named() -> None:
    program = """
import sys
sys.modules["asyncpg"] = None
from bot.config import ConfigurationError
from bot.config.loading import load
try:
    load(None, environment={"KITH_DATABASE__URL": "postgresql://kith:hush@host/kith"})
except ConfigurationError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == (
        "KITH_DATABASE__URL: PostgreSQL needs a driver that is not installed: "
        "make install, or pip install '.[postgres]'\n"
    )


def test_a_webhook_needs_its_address_and_its_secret() -> None:
    lines = refusal(KITH_TELEGRAM__MODE="webhook")

    assert [re.sub(r".*__", "", line) for line in lines] == ["URL)", "SECRET)"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_webhook_without_tls_is_for_a_server_on_this_machine(host: str) -> None:
    environment = {
        "KITH_TELEGRAM__MODE": "webhook",
        "KITH_TELEGRAM__WEBHOOK__URL": "http://127.0.0.1:8080/telegram",
        "KITH_TELEGRAM__WEBHOOK__SECRET": "a-long-word",
    }
    assert "must begin with https://" in refusal(**environment)[0]

    configuration = load(None, environment={**environment, "KITH_TELEGRAM__API_URL": f"http://{host}:8081/"})

    assert configuration.telegram.webhook.url == "http://127.0.0.1:8080/telegram"
    assert configuration.telegram.api_url == f"http://{host}:8081"


def test_the_configuration_shows_no_secret_by_itself() -> None:
    configuration = load(
        None,
        environment={
            "KITH_TELEGRAM__TOKEN": TOKEN,
            "KITH_TELEGRAM__WEBHOOK__SECRET": "hush-hush",
            "KITH_DATABASE__URL": "postgresql://kith:hu%40sh-hush@host/kith",
        },
    )
    shown = f"{configuration!r} {configuration.database.shown} {effective(configuration)}"

    assert configuration.secrets == {TOKEN, "hush-hush", "hu%40sh-hush", "hu@sh-hush"}
    assert not [secret for secret in configuration.secrets if secret in shown]
    assert configuration.database.shown == "postgresql://kith:***@host/kith"


def test_the_example_file_is_what_the_code_says() -> None:
    kept = (ROOT / "config.example.toml").read_text(encoding="utf-8")

    assert kept == example(), "write it anew: kith config example > config.example.toml"


def test_the_example_copied_unchanged_gives_the_defaults() -> None:
    assert told(example()) == load(None, environment={})


def test_the_example_shows_every_key_with_its_default() -> None:
    uncommented = tomllib.loads(re.sub(r"^#(?! )", "", example(), flags=re.MULTILINE))
    without_default = [key.path for key in all_keys().values() if key.default is None]
    assert without_default == [("telegram", "token"), ("telegram", "webhook", "url"), ("telegram", "webhook", "secret")]
    shown = {(table, name) for table, keys in uncommented.items() for name in keys if not isinstance(keys[name], dict)}
    assert shown == {(key.path[0], key.path[1]) for key in all_keys().values() if len(key.path) == 2}

    configuration = told(re.sub(r"^#(?! )", "", example(), flags=re.MULTILINE))

    assert set(configuration.origins) == set(all_keys())
    assert configuration.features == load(None, environment={}).features
    assert configuration.log == load(None, environment={}).log
    assert configuration.database == load(None, environment={}).database
