"""Every command by every kind of person in every kind of place, and what hostile names and old buttons do to it.

The answers stand in `snapshots/faces.txt`, which is there to be read; with `WRITE_SNAPSHOTS=1` it is written anew.
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from pathlib import Path

from structlog.testing import capture_logs

from handlers.registry import FEATURES
from simulator.chats import Chat, Topic
from simulator.messages import Message
from simulator.people import Person
from tests.handlers.asking_in import asked_in, asked_privately, forged, labels, pressed, toasts
from tests.handlers.test_profile import HOSTILE
from tests.living import Living, living

SNAPSHOT = Path(__file__).parent / "snapshots" / "faces.txt"
LANGUAGES = ("en", "zh-Hant", "zh-Hans")
MEMBERS_OWN = (
    "profile",
    "points",
    "standings",
    "why",
    "earn",
    "languages",
    "privacy",
    "forgetting",
    "dialogues",
    "help",
)
COMMANDS = [command.name for feature in FEATURES if feature.name in MEMBERS_OWN for command in feature.commands]

# Who asks where. Whoever writes in a group is seen there, so an outsider can ask in private only; and there nobody is
# anonymous.
ASKED_BY = ("member", "newcomer", "admin", "anonymous")
IN_PRIVATE = ("member", "newcomer", "admin", "outsider")
PLACES = [("group", who) for who in ASKED_BY] + [("topic", who) for who in ASKED_BY]
PLACES += [("private", who) for who in IN_PRIVATE]


@dataclass
class Village:
    """A forum whose language is that of all its people."""

    town: Living
    group: Chat
    topic: Topic
    people: dict[str, Person]

    async def asked(self, command: str, place: str, who: str) -> Message:
        """The one answer that a command gets."""
        person = self.people[who]
        if place == "private":
            return await asked_privately(self.town, person, f"/{command}")
        topic = self.topic if place == "topic" else None
        (answer,) = await asked_in(self.town, self.group, person, f"/{command}@kith_bot", topic=topic)
        assert answer.topic == (self.topic.thread_id if place == "topic" else None)
        return answer


async def village(town: Living, language: str) -> Village:
    """Some have done this and that by now, and somebody has just come."""
    people = {who: town.world.person(who.title(), language_code=language) for who in {*ASKED_BY, *IN_PRIVATE}}
    admin, member = people["admin"], people["member"]
    group = town.group(admin, "Tea & Poems", forum=True)
    topic = admin.creates_topic(group, "Poems")
    for who in ("member", "anonymous"):
        group.settle(people[who])
    admin.promotes(people["anonymous"], chat=group, rights={"is_anonymous": True})
    await town.settle()
    poem = member.writes(group, "Good morning all", topic=topic)
    admin.writes(group, "What a fine poem", topic=topic, reply_to=poem)
    await town.settle()
    admin.reacts(poem, ["👍"])
    people["newcomer"].joins(group)
    await town.settle()
    return Village(town, group, topic, people)


@asynccontextmanager
async def villages(folder: Path, empty_file: Path) -> AsyncIterator[dict[str, Village]]:
    """The same village in each language."""
    async with AsyncExitStack() as stack:
        found = {}
        for language in LANGUAGES:
            url = f"sqlite:///{shutil.copy(empty_file, folder / f'{language}.db')}"
            town = await stack.enter_async_context(living(url, settings={"KITH_COMMUNITIES__LANGUAGE": language}))
            found[language] = await village(town, language)
        yield found


def printed(message: Message) -> str:
    """An answer as one sees it: its text, a file as its name, and the buttons."""
    file = f"[{message.raw['document']['file_name']}] " if "document" in message.raw else ""
    rows = ["".join(f"[{button['text']}]" for button in row) for row in message.keyboard]
    return "\n".join([f"{file}{message.text or ''}", *rows])


async def answers(folder: Path, empty_file: Path) -> list[str]:
    """What each kind of person in each place is told by each command, and each of them in each language."""
    parts = []
    async with villages(folder, empty_file) as found:
        for number, command in enumerate(COMMANDS):
            for turn, (place, who) in enumerate(PLACES):
                language = LANGUAGES[(number + turn + turn // len(LANGUAGES)) % len(LANGUAGES)]
                answer = await found[language].asked(command, place, who)
                parts.append(f"## /{command}, {who}, {place}, {language}\n{printed(answer)}")
        for one in found.values():
            assert await one.town.rows("SELECT count(*) FROM failures") == [(0,)]
            assert await one.town.rows("SELECT count(*) FROM rejections") == [(0,)]
    return parts


async def test_everybody_is_answered_everywhere_in_the_words_that_were_read(tmp_path: Path, empty_file: Path) -> None:
    told = "\n".join(await answers(tmp_path, empty_file)) + "\n"
    if os.environ.get("WRITE_SNAPSHOTS"):
        SNAPSHOT.write_text(told, encoding="utf-8", newline="\n")
    assert SNAPSHOT.read_text(encoding="utf-8") == told, "read it, then run again with WRITE_SNAPSHOTS=1"


async def test_in_a_group_no_answer_is_long_and_all_of_them_vanish(town: Living) -> None:
    one = await village(town, "en")
    for command in COMMANDS:
        answer = await one.asked(command, "group", "member")
        assert (answer.text or "").count("\n") <= 1, command
        assert len(answer.keyboard) == 1
        assert all("url" in button for button in answer.keyboard[0])
    await town.later(timedelta(seconds=91))
    assert [said for said in town.said(one.group) if said.reply_to is not None] == []


async def test_another_bots_command_is_never_ours(town: Living) -> None:
    lin = town.world.person("Lin")
    group = town.group(lin)
    for command in COMMANDS:
        assert await asked_in(town, group, lin, f"/{command}@other_bot") == [], command


async def test_hostile_names_leave_every_message_whole(town: Living) -> None:
    owner = town.world.person("Owner", language_code="en")
    group = town.group(owner, "<i>Tea</i> & \u202epoems")
    people = [town.world.person(name, language_code="en") for name in HOSTILE]
    for number, person in enumerate(people):
        person.joins(group)
        for text in range(number + 1):
            person.writes(group, f"message {text}")
    await town.settle(60)
    board = await asked_privately(town, people[0], "/top")
    lines = (board.text or "").splitlines()
    assert len(lines) == 3 + len(HOSTILE)
    assert [entity["type"] for entity in board.entities] == ["bold", "bold"]
    assert any(line.endswith("<b>Lin</b> · 0.2") for line in lines)
    assert "\u202e" not in (board.text or "")
    for command in ("me", "points", "rank", "why", "earn", "privacy", "forgetme"):
        for person in people:
            assert "<i>Tea</i> & poems" in ((await asked_privately(town, person, f"/{command}")).text or "") or (
                command == "forgetme"
            )
    # One each: a group is told no more than twenty things a minute.
    for person, command in zip(people, cycle(("points", "rank")), strict=False):
        (brief,) = await asked_in(town, group, person, f"/{command}")
        assert (brief.text or "").count("\n") == 0
        assert brief.entities == []
    greeted = [town.told(person)[0] for person in people]
    assert all(told.startswith("Hi") and "we know each other from" in told.splitlines()[0] for told in greeted)
    # However odd a name, it takes no line of its own.
    assert len({told.count("\n") for told in greeted}) == 1
    (podium,) = await asked_in(town, group, people[0], "/top")
    assert (podium.text or "").count("\n") == 1
    assert podium.entities == []
    granted = people[0].writes(group, "A word of mine")
    owner.starts(town.bot)
    for command in ("/grant 1 <b>well</b> done", "/deduct 1 \u202enot at all", "/freeze now", "/unfreeze now"):
        (done,) = await asked_in(town, group, owner, command, reply_to=granted)
        # Praise is said in the group, all else in private under the group's name.
        said = done.text or "" if command.startswith("/grant") else town.told(owner)[-1].split("\n\n")[1]
        assert said.startswith("<b>Lin</b> ")
        assert [entity["type"] for entity in done.entities if entity["type"] != "bot_command"] == []
    acts = await asked_privately(town, owner, "/audit")
    assert (acts.text or "").count("<b>Lin</b>") == 4
    assert await town.rows("SELECT count(*) FROM rejections") == [(0,)]
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]


async def test_a_full_board_of_the_widest_names_is_one_message(town: Living) -> None:
    owner = town.world.person("Owner", language_code="en")
    group = town.group(owner, "群" * 128)
    for number in range(12):
        person = town.world.person("👨‍👩‍👧‍👦" * 9, language_code="zh-hant")
        person.joins(group)
        for text in range(number + 1):
            person.writes(group, f"message {text}")
    await town.settle(60)
    board = await asked_privately(town, person, "/top")
    assert len((board.text or "").splitlines()) == 13
    assert len((board.text or "").encode("utf-16-le")) // 2 <= 4096
    assert len(board.entities) <= 100


async def test_a_button_older_than_a_restart_works(sqlite_url: str) -> None:
    async with living(sqlite_url) as town:
        lin = town.world.person("Lin", language_code="en")
        lin.writes(town.group(lin, "Tea"), "Good morning all")
        await town.settle()
        board = await asked_privately(town, lin, "/top")
        question = await asked_privately(town, lin, "/forgetme")
    async with living(sqlite_url, world=town.world) as town:
        await pressed(town, lin, board, "Today")
        assert "Today, Mon, 16 Nov" in (board.text or "")
        await pressed(town, lin, question, "Yes, forget me")
        assert question.text == "Done. I no longer know who you are."
        assert (await pressed(town, lin, board, "Week")).text == "I have not met you in that group yet."


async def test_made_up_numbers_behind_a_button_show_nothing(town: Living) -> None:
    lin, ann = town.world.person("Lin", language_code="en"), town.world.person("Ann", language_code="en")
    group = town.group(lin, "Tea")
    lin.writes(group, "Good morning all")
    await town.settle()
    number = (await town.community(group)).community_id
    mine, hers = await asked_privately(town, lin, "/top"), await asked_privately(town, ann, "/start")
    made_up = [f"board:{number}:{period}:{page}" for period, page in ((5, 0), (-1, 0), (0, -1), (0, "x"), (1, 2**70))]
    made_up += [
        f"board:{number}",
        "board:",
        f"boardme:{number}:9:0",
        f"entries:{number}:-1",
        f"entries:{number}:{10**9}",
    ]
    with capture_logs() as logged:
        for data in made_up:
            forged(town, lin, mine, data)
        await town.settle()
    theirs = [f"board:{number}:0:0", f"entries:{number}:0", f"uncounted:{number}", f"me:{number}", f"hideme:{number}"]
    with capture_logs() as logged_too:
        for data in theirs:
            forged(town, ann, hers, data)
        await town.settle()
    assert [line["what"] for line in logged if line["event"] == "refused"] == ["NoSuchThing"] * len(made_up)
    assert [line["what"] for line in logged_too if line["event"] == "refused"] == ["NotMet"] * len(theirs)
    assert toasts(town) == ["This button no longer works. /help shows what does."] * len(made_up) + [
        "I have not met you in that group yet."
    ] * len(theirs)
    assert labels(mine) == ["Today", "Month", "Season", "All"]
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]
