"""How the house is built: one name on every floor, everything documented, nothing too long to read."""

import ast
import dataclasses
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint

from handlers import registry
from handlers.feature import Command
from handlers.texts import help as help_texts
from handlers.texts.reader import Reader
from models.events import KINDS, PERSON_FIELDS
from models.rules.features import FEATURE_SETTINGS
from models.rules.settings import LOCAL, Kind, about, check
from models.schema import Base
from models.tables import METADATA

ROOT = Path(__file__).parents[1]
FLOORS = ("bot", "handlers", "migrations", "models", "scheduler", "simulator")
FEATURES = {feature.name for feature in registry.FEATURES}

# Modules of a floor that are no feature's, each with the reason why it is there. A feature's own bear its name.
HOUSE: dict[str, dict[str, str]] = {
    "handlers": {
        "asking": "the frame of every callback",
        "buttons": "what a button carries",
        "cards": "how a shared work is shown to who reviews it",
        "cocreation_posts": "what the group is told of a co-creation",
        "drawing": "a picture, made in a process of its own",
        "faces": "the frame of every question about a community",
        "feature": "what a feature hands to the house",
        "forms": "what a message is made of",
        "identity": "who the bot is",
        "keywords": "words instead of commands",
        "leading": "the frame of every question of an administrator's about a community",
        "links": "where a message can be opened",
        "listening": "raw updates become facts",
        "masking": "what of a failed update may be kept",
        "notices": "messages that nobody wrote",
        "orders": "the frame of what administrators order in a group",
        "outgoing": "a message before it is sent",
        "plain": "a text without what says nothing",
        "proposal_cards": "how a proposal is shown to who decides about it",
        "pictures": "the picture of a member's card",
        "raw": "reading Telegram's JSON guardedly",
        "shown": "whom and which chat an update shows",
        "registry": "all features",
        "topic_posts": "the day's topic in the group",
        "simplified": "a table of characters, made in a process of its own",
    },
    "handlers/texts": {
        "cards": "what stands on the card of a shared work",
        "catalogues": "the translations",
        "cocreation_news": "what is told of a co-creation in private",
        "cocreation_themes": "the list of themes for co-creations to come",
        "topic_news": "what is told of daily topics in private",
        "faces": "what is said around every question about a community",
        "leading": "what is said around every question of an administrator's",
        "names": "names of people, made safe",
        "orders": "what is said to who writes as the group",
        "periods": "how days, weeks and months of points are called",
        "reader": "who reads, in which language",
        "ways": "how the ways to earn are called",
    },
    "scheduler": {
        "difficulty": "how active everybody is held to be tomorrow",
        "alarm": "wakes the ticks",
        "ticks": "all ticks",
        "duty": "what a feature does when something is due",
        "newcomers": "lets newcomers' likes count",
        "occurrences": "carries out whatever is due",
        "stretches": "judges all communities, a stretch at a time",
        "trouble": "which errors are nobody's fault",
        "upkeep": "clears away what every feature's tables keep for a term",
        "votes": "those that wait for their poll",
    },
    "models": {
        "ahead": "statements that nobody waits for",
        "stretches": "the next stretch of communities",
        "arrays": "columns of values, for PostgreSQL",
        "activity": "what everybody did, for all features",
        "ballots": "who has chosen what in polls of ours, and what it earns",
        "awards": "points for what somebody has judged",
        "bulk": "many rows in one statement",
        "challenge_ends": "how a challenge comes to its end",
        "cocreation_entries": "which works take part in a co-creation",
        "cocreation_polls": "what becomes of a co-creation's poll at Telegram",
        "cocreation_steps": "a co-creation by the clock",
        "cocreation_themes": "from what co-creations open by themselves",
        "cocreation_votes": "what is heard of the votes in a co-creation's poll",
        "comings": "who came and went, each time once",
        "database": "transactions",
        "early": "what came before the message that it is about",
        "deadline": "a limit of time",
        "turns": "whose turn it is to write: who is waited for before who has time",
        "difficulty": "how active everybody is held to be",
        "events": "what the models want the world to know",
        "facts": "what happened",
        "failures": "updates that could not be taken in",
        "fairness": "what did not count",
        "sqlite_driver": "SQLite for asyncio",
        "rejections": "calls that Telegram refused",
        "helping": "which answer helped",
        "honours": "who holds which badge",
        "ids": "our own ids",
        "inbox": "what was taken and is not counted yet",
        "keywords": "which words ask for something anywhere",
        "lateness": "what is too old by the time that its message leaves",
        "likeness": "what was said again",
        "listing": "who is listed on the boards",
        "members": "who belongs to a community",
        "merging": "one key takes another's place",
        "merits": "who comes to a role, and who loses it",
        "messages": "who wrote what, and what talking earns",
        "mutual": "what goes back and forth",
        "newcomers": "whose likes wait",
        "observing": "the order in which a batch is written",
        "occurrences": "the schedule of all that is due",
        "replanning": "the schedule as settings and administrators change it",
        "outbox": "what is to be sent",
        "places": "where the message stands that earned something",
        "passing": "whose likes wait no more",
        "people": "names and doors",
        "review_cards": "where the cards lie that ask administrators",
        "rounds": "the polls that Kith itself holds",
        "entrants": "proposals in polls",
        "tallies": "what comes of those polls",
        "prepared": "statements as text, for the drivers",
        "proposal_cards": "which message is about which proposal",
        "proposal_decisions": "administrators admit and decline proposals",
        "proposal_merges": "proposals that say nearly the same go on as one",
        "pseudonyms": "who must not be named",
        "reactions": "what liking earns; nothing is said of it by itself",
        "replies": "what answering earns; nothing is said of it by itself",
        "reviews": "what becomes of a shared work",
        "reach": "who may be written to",
        "refusals": "the parent of every no",
        "returning": "who was forgotten and came back",
        "schema": "what tables are made of",
        "secret_keys": "what the database keeps to itself",
        "sharing": "how members share their work",
        "served": "which facts belong to which community",
        "tables": "all tables",
        "taking_part": "who has done anything of late",
        "topic_answers": "who answered the day's topic",
        "topic_choice": "which topic a day has",
        "topic_days": "the day's topic chosen, posted and closed",
        "topic_fates": "what became of the day's topic when it was to be posted",
        "topic_reactions": "who reacts to answers to the day's topic",
        "updates": "what makes an update count once",
        "votes": "where each counts, and those that wait for their poll",
        "work_cards": "where the cards of works lie",
        "work_pins": "which featured works are pinned",
    },
    "models/rules": {
        "clock": "when something comes round",
        "comings": "how often somebody came, by all that was told of it",
        "days": "which day it is",
        "difficulty": "what an action is worth by how active somebody was",
        "earning": "the frame for every way to earn",
        "exchange": "a group's settings as people write them",
        "fairness": "a day's limits, and why something does not count",
        "features": "all features' numbers",
        "hashtags": "the words behind a # in a text",
        "keywords": "which words ask for which command",
        "kits": "topics to begin with",
        "likeness": "which texts say the same",
        "messages": "what talking is worth",
        "newcomers": "who is new",
        "occasions": "the frame for every kind of timed work",
        "reach": "when somebody may be written to",
        "reactions": "what liking is worth",
        "reminding": "when what waits is told once more",
        "replies": "what answering is worth",
        "rhythm": "all kinds of timed work",
        "sources": "the names under which things are booked",
        "toml": "files as people write them",
        "topic_files": "topics as people write them",
        "ways": "all ways to earn",
        "words": "texts as they stand among ours",
        "zones": "time zones as people name them",
    },
}
SAYS_NOTHING = {
    "answers": "it only takes away what others said",
    "signs": "it reacts, without a word",
    "tags": "it says what levels and roles are called",
    "menu": "it lists what the commands say of themselves",
}

# A row of the outbox may be read by a later Kith: what stands here stays. New ones are added, none is changed.
EVENTS = {
    ("answers.expired", 1): ("community_id", "chat_id", "answer_id", "command_id"),
    ("badges.given", 1): ("community_id", "user_id", "badges"),
    ("boards.came", 1): ("community_id", "board", "week"),
    ("boards.season_ended", 1): ("community_id", "board", "month", "week"),
    ("challenges.ended", 1): ("community_id", "challenge_id"),
    ("challenges.opened", 1): ("community_id", "challenge_id"),
    ("challenges.shut", 1): ("community_id", "challenge_id"),
    ("challenges.unjoined", 1): ("community_id", "challenge_id", "user_id", "chat_id"),
    ("challenges.unposted", 1): ("community_id", "challenge_id", "obstacle", "user_id", "chat_id"),
    ("channels.asked", 1): ("community_id", "user_id", "name"),
    ("channels.copy_due", 1): ("community_id", "work_id"),
    ("channels.copy_in_doubt", 1): ("community_id", "work_id", "user_id", "chat_id"),
    ("channels.copy_refused", 1): ("community_id", "work_id", "obstacle", "user_id", "chat_id"),
    ("channels.found", 1): ("community_id", "user_id", "name", "channel_id"),
    ("channels.told", 1): ("community_id", "user_id", "name", "is_chosen"),
    ("cocreations.ended", 1): ("community_id", "round_id"),
    ("cocreations.no_theme", 1): ("community_id", "user_id", "chat_id"),
    ("cocreations.still_on", 1): ("community_id", "round_id", "user_id", "chat_id"),
    ("cocreations.nobody_won", 1): ("community_id", "round_id", "user_id", "chat_id", "in_vain"),
    ("cocreations.opened", 1): ("community_id", "round_id"),
    ("cocreations.poll_doubled", 1): ("community_id", "round_id", "user_id", "chat_id"),
    ("cocreations.poll_over", 1): ("community_id", "round_id"),
    ("cocreations.poll_unread", 1): ("community_id", "round_id"),
    ("cocreations.left_out", 1): ("community_id", "round_id", "user_id"),
    ("cocreations.outside", 1): ("community_id", "round_id", "user_id", "chat_id", "message_id", "has_enough"),
    ("cocreations.unjudged", 1): ("community_id", "round_id", "user_id", "chat_id"),
    ("cocreations.voting", 1): ("community_id", "round_id"),
    ("cocreations.won", 1): ("community_id", "round_id", "user_id"),
    ("communities.approval_needed", 1): ("community_id", "owner_id", "chat_id"),
    ("communities.declined", 1): ("community_id", "chat_id"),
    ("communities.rights_changed", 1): ("community_id", "chat_id", "person_id"),
    ("communities.rights_told_in_group", 1): ("community_id", "chat_id"),
    ("communities.status_unknown", 1): ("community_id", "chat_id"),
    ("corrections.done", 1): ("community_id", "user_id", "audit_id", "undone"),
    ("menu.default_changed", 1): ("community_id", "code"),
    ("menu.changed", 1): ("community_id", "scope"),
    ("rounds.came_to_nothing", 1): ("community_id", "user_id", "chat_id", "number", "why"),
    ("rounds.closed", 1): ("community_id", "number"),
    ("rounds.count_due", 1): ("community_id", "number"),
    ("rounds.due", 1): ("community_id", "number", "week"),
    ("rounds.stop_due", 1): ("community_id", "number"),
    ("preparing.lacking", 1): ("community_id", "kind", "at", "user_id", "chat_id"),
    ("proposals.changed", 1): ("community_id", "proposal_id", "card_id"),
    ("proposals.decided", 1): ("community_id", "user_id", "proposal_id", "is_changed"),
    ("proposals.joined", 1): ("community_id", "user_id", "proposal_id"),
    ("proposals.made", 1): ("community_id", "proposal_id", "user_id", "chat_id"),
    ("questions.for_expert", 1): ("community_id", "user_id"),
    ("questions.unanswered", 1): ("community_id", "user_id", "chat_id"),
    ("menu.private_changed", 1): ("community_id", "user_id"),
    ("levels.reached", 1): ("community_id", "user_id", "level"),
    ("roles.turned", 1): ("community_id", "user_id", "role", "turn"),
    ("setup.begun", 1): ("community_id", "user_id"),
    ("setup.unfinished", 1): ("community_id", "user_id"),
    ("signs.due", 1): ("community_id", "chat_id", "message_id", "sign"),
    ("signs.offered", 1): ("community_id", "chat_id", "message_id", "sign"),
    ("works.changed", 1): ("community_id", "work_id", "card_id"),
    ("works.declined", 1): ("community_id", "user_id", "work_id"),
    ("works.pin_due", 1): ("community_id", "work_id"),
    ("works.shared", 1): ("community_id", "work_id", "user_id", "chat_id"),
    ("works.waiting", 1): ("community_id", "user_id", "chat_id"),
    ("staff.unknown", 1): ("community_id", "chat_id"),
    ("tags.doubted", 1): ("community_id", "user_id"),
    ("tags.free", 1): ("community_id", "user_id"),
    ("tags.left", 1): ("community_id", "user_id", "tag"),
    ("tags.ownerless", 1): ("community_id", "user_id", "tag"),
    ("topics.came", 1): ("community_id", "key"),
    ("topics.closed", 1): ("community_id", "key", "next_dimension", "next_topic_id", "next_at"),
    ("topics.low", 1): ("community_id", "person_id", "left"),
    ("topics.missing", 1): ("community_id", "person_id"),
    ("topics.pinned", 1): ("community_id", "key", "is_open"),
    ("topics.refused", 1): ("community_id", "person_id", "key", "doubted_id"),
    ("topics.unanswered", 1): ("community_id", "person_id", "key", "in_a_row", "too_short"),
}
NO_PERSON = {
    "audit_id",
    "code",
    "community_id",
    "challenge_id",
    "chat_id",
    "message_id",
    "answer_id",
    "command_id",
    "work_id",
    "card_id",
    "channel_id",
    "proposal_id",
    "round_id",
    "next_topic_id",
    "doubted_id",
    "board",
}

# How a column is called that holds a person's Telegram id.
POINTS_COLUMNS = {"points", "cut_from", "balance", "lifetime", "price", "cost"}
PERSON_COLUMNS = {
    "user_id",
    "author_id",
    "giver_id",
    "person_id",
    "owner_id",
    "member_id",
    "voter_id",
    "proposer_id",
    "added_by",
    "invited_by",
    "asker_id",
    "helper_id",
    "solved_by",
    "decided_by",
}

# The simulator's functions bear the names of the Bot API's methods, whose page says what they do.
SAY_WHAT_THEY_DO = ("bot", "handlers", "migrations", "models", "scheduler")
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
TOO_LONG_BUT_ALLOWED: set[str] = set()
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "const", "constants", "shared", "base", "tools"}


def modules(*floors: str) -> list[Path]:
    """Every module of some floors; the versions of the database are lists of what a table once was, and left out."""
    found = (path for floor in floors or FLOORS for path in sorted((ROOT / floor).rglob("*.py")))
    return [path for path in found if path.parent.name != "versions"]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


each_module = pytest.mark.parametrize("path", modules(), ids=named)


def on_floor(floor: str) -> set[str]:
    return {path.stem for path in (ROOT / floor).glob("*.py")} - {"__init__"}


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def public(tree: ast.Module) -> Iterator[Definition]:
    """The public functions, classes and methods of a module."""
    for node in tree.body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (n for n in node.body if isinstance(n, Definition) and not n.name.startswith("_"))


class TestOneNameOnEveryFloor:
    """`git ls-files '*referrals*'` lists a whole feature."""

    def test_each_feature_bears_the_name_of_its_module(self) -> None:
        assert {name for name in on_floor("handlers") if _has_feature(name)} == FEATURES

    @pytest.mark.parametrize("floor", HOUSE)
    def test_every_module_is_a_features_or_the_houses(self, floor: str) -> None:
        unknown = on_floor(floor) - FEATURES - HOUSE[floor].keys()
        assert unknown == set(), "a feature's module bears its name; one of the house is listed above with its reason"

    @pytest.mark.parametrize("floor", HOUSE)
    def test_the_list_of_the_houses_modules_is_true(self, floor: str) -> None:
        assert HOUSE[floor].keys() - on_floor(floor) == set()
        assert HOUSE[floor].keys() & FEATURES == set()

    def test_each_feature_that_speaks_has_its_texts(self) -> None:
        assert on_floor("handlers/texts") - HOUSE["handlers/texts"].keys() == FEATURES - SAYS_NOTHING.keys()

    def test_no_module_is_a_drawer(self) -> None:
        assert [named(path) for path in modules() if path.stem in DRAWERS or path.parent.name in DRAWERS] == []


def _has_feature(name: str) -> bool:
    return any(
        isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "FEATURE" for t in node.targets)
        for node in parsed(ROOT / "handlers" / f"{name}.py").body
    )


@pytest.mark.parametrize("path", modules("models/rules"), ids=named)
def test_the_rules_import_the_standard_library_and_each_other_only(path: Path) -> None:
    for node in ast.walk(parsed(path)):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            assert name.split(".")[0] in sys.stdlib_module_names or name.startswith("models.rules"), name


class TestCommands:
    """What members type."""

    def test_no_two_features_have_one_command_or_button_or_start(self) -> None:
        words = [f"/{command.name}" for command in registry.COMMANDS]
        for feature in registry.FEATURES:
            words += [f"button {word}" for word in feature.buttons] + [f"start {word}" for word in feature.starts]
        assert [word for word, times in Counter(words).items() if times > 1] == []

    @pytest.mark.parametrize("command", registry.COMMANDS, ids=lambda command: command.name)
    def test_each_command_is_in_the_readme_and_offered_by_help(self, command: Command) -> None:
        assert f"/{command.name}" in (ROOT / "README.md").read_text(encoding="utf-8")
        reader = Reader("en")
        offers = [(offer.name, offer.about(reader)) for offer in registry.OFFERS.values()]
        assert f"/{command.name} – {command.about(reader)}" in str(help_texts.for_staff(reader, offers=offers))


class TestEvents:
    """What stands in the outbox."""

    def test_every_event_has_a_post_and_every_post_an_event(self) -> None:
        assert KINDS.keys() == registry.POSTS.keys()

    def test_names_versions_and_fields_last(self) -> None:
        now = {(k.name, k.version): tuple(f.name for f in dataclasses.fields(cls)) for cls, k in KINDS.items()}
        assert {key: now.get(key) for key in EVENTS} == EVENTS, "give the changed event a new version beside the old"
        assert now.keys() - EVENTS.keys() == set(), "a new event is added to the list above"

    def test_an_event_bears_its_features_name(self) -> None:
        for cls, kind in KINDS.items():
            assert kind.name.split(".")[0] == cls.__module__.split(".")[-1]

    def test_every_field_that_is_an_id_is_known_to_name_a_person_or_not(self) -> None:
        fields = {field.name for cls in KINDS for field in dataclasses.fields(cls) if field.name.endswith("_id")}
        assert fields - NO_PERSON - set(PERSON_FIELDS) == set(), "models/events.py lists those that name a person"


each_table = pytest.mark.parametrize("table", METADATA.tables.values(), ids=lambda table: table.name)


class TestTables:
    """What every table declares."""

    @each_table
    def test_a_column_that_names_a_person_is_declared(self, table: Table) -> None:
        naming = {column.name for column in table.columns if column.name in PERSON_COLUMNS}
        assert naming == set(table.info.get("person", ()))

    @each_table
    def test_keys_begin_with_the_community_or_the_table_says_why_not(self, table: Table) -> None:
        mapped = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
        if (mapped[table].__doc__ or "").startswith("Global: "):
            return
        keys = [key for key in table.constraints if isinstance(key, PrimaryKeyConstraint | UniqueConstraint)]
        assert [next(iter(key.columns)).name for key in keys] == ["community_id"] * len(keys)

    @each_table
    def test_what_a_table_says_of_its_columns_is_about_columns_that_it_has(self, table: Table) -> None:
        plain = {column.name for column in table.columns if not column.primary_key}
        assert set(table.info.get("person", ())) <= set(table.c.keys())
        assert set(table.info.get("points", ())) <= plain
        assert set(table.info.get("merge", {})) <= plain

    @each_table
    def test_points_are_declared_so_that_an_export_can_write_them(self, table: Table) -> None:
        naming = {name for name in table.c.keys() if name in POINTS_COLUMNS}  # noqa: SIM118 - SQLAlchemy's columns
        assert naming == set(table.info.get("points", ()))


@pytest.mark.parametrize("name", FEATURE_SETTINGS)
def test_every_setting_has_a_sentence_and_bounds_and_stands_in_the_example(name: str) -> None:
    example = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    live = "\n".join(
        line[1:] if line.startswith("#") and not line.startswith("# ") else line for line in example.split("\n")
    )
    keys = tomllib.loads(live)[name]
    made = FEATURE_SETTINGS[name]
    for field in dataclasses.fields(made):
        told = about(field)
        assert told.sentence.endswith(".")
        assert told.kind is not None
        assert told.among or told.kind in (Kind.SWITCH, Kind.TOPIC) or None not in (told.least, told.most)
        assert (field.name in keys) is (told.kind not in LOCAL)
    check(made())
    assert (ROOT / "models" / "rules" / f"{name}.py").exists()
    assert made.__dataclass_params__.frozen  # type: ignore[attr-defined]


class TestReadability:
    """What spoils a code base is the tail."""

    @each_module
    def test_a_module_says_what_it_is_for(self, path: Path) -> None:
        tree = parsed(path)
        assert ast.get_docstring(tree) or not tree.body

    @pytest.mark.parametrize("path", modules(*SAY_WHAT_THEY_DO), ids=named)
    def test_what_is_public_says_what_it_does(self, path: Path) -> None:
        silent = [node.name for node in public(parsed(path)) if not ast.get_docstring(node) and not _explained(node)]
        assert silent == []

    @each_module
    def test_nothing_is_too_long_to_read(self, path: Path) -> None:
        if named(path) in TOO_LONG_BUT_ALLOWED:
            return
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno < LONGEST_FUNCTION, node.name


def _explained(node: Definition) -> bool:
    """Whether it overrides what is explained elsewhere, or is a command whose help stands in its decorator."""
    calls = [mark for mark in node.decorator_list if isinstance(mark, ast.Call)]
    commands = [
        call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in ("command", "group")
    ]
    helped = any(word.arg == "help" for call in commands for word in call.keywords)
    return helped or any(isinstance(mark, ast.Name) and mark.id == "override" for mark in node.decorator_list)
