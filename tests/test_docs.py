"""What the documents say is so: commands, keys, files, links and figures, held against the code."""

import importlib
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click
import pytest
from prometheus_client import Counter, Gauge, Histogram

from bot import metrics
from bot.cli import COMMANDS, Commands
from bot.cli.exits import Exit
from bot.config.keys import all_keys, all_tables
from bot.config.sources import FILE_VARIABLE
from handlers.feature import InDoubt
from handlers.registry import COMMANDS as BOT_COMMANDS
from handlers.registry import POSTS
from models.rules.clock import Late
from models.rules.rhythm import OCCASIONS
from models.topics import TopicCame, TopicClosed
from scheduler import upkeep

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
RECORDS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
DOCUMENTS = [README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]

LONGEST_LINE = 160
LONGEST_RECORD = 40
HEADINGS = ["## Context", "## Decision", "## Consequences"]

# Files that whoever runs Kith has, and the repository has not.
THEIRS = {"config.toml", "result.json"}
# Read by tests/handlers/test_texts.py; no key of the configuration.
NOT_KEYS = {FILE_VARIABLE}

FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def prose_of(document: Path) -> str:
    """The text without its blocks of code."""
    return FENCE.sub("", text_of(document))


def named(document: Path) -> str:
    return str(document.relative_to(ROOT))


every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=named)


def cli_commands() -> Iterator[str]:
    """Each command as one types it; of a group its own commands."""
    group = Commands("kith")
    context = click.Context(group)
    for name in COMMANDS:
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from (f"kith {name} {inner}" for inner in command.list_commands(context))
        else:
            yield f"kith {name}"


def test_the_readme_names_every_command_of_the_program() -> None:
    spans = SPAN.findall(prose_of(README))
    assert [command for command in cli_commands() if not any(span.startswith(command) for span in spans)] == []


def test_the_readme_names_every_command_of_the_bot() -> None:
    spans = SPAN.findall(prose_of(README))
    assert [command.name for command in BOT_COMMANDS if f"/{command.name}" not in spans] == []


@every_document
def test_no_document_names_a_command_that_there_is_not(document: Path) -> None:
    told = set(re.findall(r"\bkith ([a-z]+)", "\n".join(SPAN.findall(prose_of(document)))))
    assert told - COMMANDS.keys() == set()


def test_the_readme_names_every_section_of_the_configuration() -> None:
    spans = SPAN.findall(prose_of(README))
    assert [".".join(table) for table in all_tables() if f"[{'.'.join(table)}]" not in spans] == []


@every_document
def test_every_variable_in_a_document_is_a_key(document: Path) -> None:
    known = {key.environment for key in all_keys().values()} | NOT_KEYS
    assert set(re.findall(r"\bKITH_[A-Z_]+[A-Z]", text_of(document))) - known == set()


@every_document
def test_every_target_of_make_in_a_document_is_in_the_makefile(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    code = "\n".join([*SPAN.findall(prose_of(document)), *FENCE.findall(text_of(document))])
    assert set(re.findall(r"\bmake ([a-z]+)", code)) - targets == set()


def test_the_readme_explains_the_exit_codes_as_the_program_does() -> None:
    told = re.findall(r"^\| (\d) \| .+ \|$", text_of(README), re.MULTILINE)
    assert [int(number) for number in told] == sorted(Exit)


def test_the_readme_names_every_metric() -> None:
    kept = [value for value in vars(metrics).values() if isinstance(value, Counter | Gauge | Histogram)]
    names = {family.name + ("_total" if family.type == "counter" else "") for one in kept for family in one.collect()}
    assert names == set(re.findall(r"`(kith_[a-z_]+)`", text_of(README)))


@pytest.mark.parametrize(
    ("what", "term"),
    [
        ("the message map", upkeep.MESSAGES_KEPT),
        ("what reached whom", upkeep.DELIVERIES_KEPT),
        ("what was to be sent", upkeep.OUTBOX_KEPT),
        ("updates that could not be taken in", upkeep.FAILURES_KEPT),
        ("the numbers of updates", upkeep.UPDATES_KEPT),
    ],
)
def test_the_readme_tells_how_long_things_are_kept(what: str, term: timedelta) -> None:
    hours = int(term / timedelta(hours=1))
    told = f"{hours} hours" if hours < 24 * 7 else f"{term.days} days"
    assert re.search(rf"^\| {what}.* \| {told}", text_of(README), re.MULTILINE)


def paths_in(text: str) -> Iterator[str]:
    """What looks like a path of the repository among the words in backticks."""
    tops = {path.name for path in ROOT.iterdir() if path.is_dir()}
    for span in SPAN.findall(text):
        if not re.fullmatch(r"[\w./-]+", span) or span in THEIRS or span.startswith((".venv", "/")):
            continue
        first, slash, _ = span.partition("/")
        if (slash and first in tops) or (not slash and re.search(r"\w\.(md|py|toml|lock|json)$", span)):
            yield span


@every_document
def test_every_path_in_a_document_exists(document: Path) -> None:
    assert [path for path in paths_in(prose_of(document)) if not (ROOT / path).exists()] == []


def slug(heading: str) -> str:
    """The anchor that a heading gets where the documents are read."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@every_document
def test_every_link_leads_somewhere(document: Path) -> None:
    dead = []
    for link in LINK.findall(prose_of(document)):
        if link.startswith("https://"):
            continue
        place, _, anchor = link.partition("#")
        target = (document.parent / place).resolve() if place else document
        if not target.exists() or (anchor and anchor not in map(slug, HEADING.findall(prose_of(target)))):
            dead.append(link)
    assert dead == []


def glossary() -> Iterator[tuple[str, str]]:
    """Each word of the glossary with its place."""
    _, _, table = text_of(README).partition("## Glossary")
    for line in table.partition("\n## ")[0].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3 and cells[2].startswith("`"):
            yield cells[0], cells[2]


def test_the_glossary_is_in_the_order_of_the_alphabet() -> None:
    words = [word for word, _ in glossary()]
    assert len(words) > 20
    assert words == sorted(words)


@pytest.mark.parametrize(("word", "place"), list(glossary()))
def test_what_the_glossary_names_is_there(word: str, place: str) -> None:
    found = re.fullmatch(r"(?:`(?P<name>\w+)` in )?`(?P<path>[\w/]+)\.py`", place)
    assert found, word
    module = importlib.import_module(found["path"].replace("/", "."))
    assert found["name"] is None or hasattr(module, found["name"])


@pytest.mark.parametrize("record", RECORDS, ids=named)
def test_a_decision_is_short_and_says_context_decision_and_consequences(record: Path) -> None:
    lines = text_of(record).splitlines()
    assert [line for line in lines if line.startswith("## ")] == HEADINGS
    assert len(lines) <= LONGEST_RECORD
    assert lines[0].startswith(f"# {record.name[:4]} ")


def test_every_decision_is_listed_in_its_order_under_its_own_title() -> None:
    index = text_of(ROOT / "docs" / "decisions" / "README.md")
    listed = re.findall(r"^\| \[(\d{4})\]\(([^)]+)\) \| (.+) \|$", index, re.MULTILINE)
    assert [file for _, file, _ in listed] == [record.name for record in RECORDS]
    assert [number for number, _, _ in listed] == [f"{place:04}" for place in range(1, len(RECORDS) + 1)]
    titles = [text_of(record).partition("\n")[0] for record in RECORDS]
    assert [f"# {number} {title}" for number, _, title in listed] == titles


@every_document
def test_lines_are_short_and_end_with_no_spaces(document: Path) -> None:
    lines = text_of(document).splitlines()
    assert [line for line in lines if len(line) > LONGEST_LINE or line.endswith((" ", "\t"))] == []


def test_the_license_is_the_one_that_the_package_names() -> None:
    assert text_of(ROOT / "LICENSE").startswith("MIT License\n\nCopyright (c) 2026 The Kith authors\n")


def test_the_clocks_document_has_the_rule_of_every_kind_of_timed_work() -> None:
    rules = {Late.WHILE_FRESH: "late until", Late.AT_ONCE: "at once", Late.MERGED: "merged"}
    doubts = {InDoubt.AGAIN: "sent again", InDoubt.LEAVE: "left", InDoubt.ASK: "asked about"}
    rows = [line for line in text_of(ROOT / "docs" / "clock.md").splitlines() if line.startswith("| `")]
    told = {cells[1].strip(" `"): cells for cells in (row.split("|") for row in rows)}
    assert told.keys() == {occasion.name for occasion in OCCASIONS}
    for occasion in OCCASIONS:
        rule, until = told[occasion.name][3].strip(), occasion.after_outage.until.hour
        assert rule.startswith(rules[occasion.after_outage.late])
        if occasion.after_outage.late is Late.WHILE_FRESH:
            assert rule.startswith(f"late until {'noon' if until == 12 else until}")
        assert told[occasion.name][4].strip() in doubts.values()
    assert told["topics.post"][4].strip() == doubts[POSTS[TopicCame].in_doubt]
    assert told["topics.close"][4].strip() == doubts[POSTS[TopicClosed].in_doubt]
