"""Every command of administrators by every kind of person in every kind of place, and what outsiders try instead.

The answers stand in `snapshots/admins.txt`, which is there to be read; with `WRITE_SNAPSHOTS=1` it is written anew.
"""

import asyncio
import os
import shutil
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from handlers.identity import Audience
from handlers.registry import COMMANDS
from handlers.settings import LARGEST_FILE, number_of
from models.audit import Audit
from simulator.chats import Chat, Topic
from simulator.people import Person
from tests.handlers.asking_in import asked_in, asked_privately, forged, pressed, toasts
from tests.handlers.test_faces import LANGUAGES, printed
from tests.living import Living, living

SNAPSHOT = Path(__file__).parent / "snapshots" / "admins.txt"
# What is written behind the command; what has no arguments is a question.
WORDS = {
    "grant": "@member_m 2.5 helped a newcomer",
    "deduct": "@member_m 1 an advert",
    "reverse": "@member_m not an advert",
    "freeze": "@member_m two accounts",
    "unfreeze": "@member_m one account",
    "challenge": "",
    "audit": "",
    "settings": "",
    "topic": "",
    "calendar": "",
    "queue": "",
    "channel": "",
    "adminchat": "",
    "poll": "",
    "feature": "",
}
# Who leads comes last, so that nobody else's try is refused for what was done before.
IN_GROUP = ("member", "newcomer", "channel", "former", "narrow", "admin", "anonymous", "owner")
IN_PRIVATE = ("outsider", "member", "newcomer", "former", "narrow", "admin", "owner")
PLACES = [(place, who) for place in ("group", "topic") for who in IN_GROUP]
PLACES += [("another group", who) for who in ("admin", "owner")] + [("private", who) for who in IN_PRIVATE]


@dataclass
class Village:
    """A forum with a linked channel, and another group, in which its leaders are members only."""

    town: Living
    group: Chat
    topic: Topic
    other: Chat
    channel: Chat
    people: dict[str, Person]

    async def asked(self, command: str, place: str, who: str) -> str:
        """What a command gets, and what a press on the button says by which the anonymous confirm."""
        words = WORDS[command]
        if place == "private":
            return printed(await asked_privately(self.town, self.people[who], f"/{command} {words}".strip()))
        how: dict[str, Any] = {}
        person = self.people["owner" if who == "channel" else who]
        if place == "topic":
            how["topic"] = self.topic
        if who == "channel":
            how["sender_chat"] = self.channel
        group = self.other if place == "another group" else self.group
        (answer,) = await asked_in(self.town, group, person, f"/{command}@kith_bot {words}".strip(), **how)
        told = printed(answer)
        if who == "anonymous" and answer.keyboard and "callback_data" in answer.keyboard[0][0]:
            press = await pressed(self.town, person, answer, answer.keyboard[0][0]["text"])
            told += f"\n→ {press.text or printed(self.town.said(self.group)[-1])}"
        return told


async def village(town: Living, language: str) -> Village:
    names = {*IN_GROUP, *IN_PRIVATE} - {"channel"}
    people = {who: town.world.person(who.title(), username=f"{who}_m", language_code=language) for who in sorted(names)}
    owner, member = people["owner"], people["member"]
    group = town.group(owner, "Tea & Poems", forum=True)
    topic = owner.creates_topic(group, "Poems")
    for who in ("member", "admin", "anonymous", "former", "narrow"):
        group.settle(people[who])
    everything = {"can_restrict_members": True, "can_change_info": True}
    owner.promotes(people["admin"], chat=group, rights=everything)
    owner.promotes(people["anonymous"], chat=group, rights={**everything, "is_anonymous": True})
    owner.promotes(people["narrow"], chat=group, rights={"can_pin_messages": True})
    owner.promotes(people["former"], chat=group, rights=everything)
    await town.settle()
    owner.demotes(people["former"], chat=group)
    channel = town.world.group("News", owner=owner, kind="channel")
    owner.links_channel(channel, to=group)
    host = town.world.person("Host", language_code=language)
    other = town.group(host, "Coffee")
    for person in (owner, people["admin"], member):
        other.settle(person)
        person.writes(other, "Good morning all")
    member.writes(group, "Good morning all")
    people["newcomer"].joins(group)
    await town.settle()
    return Village(town, group, topic, other, channel, people)


async def answers(found: Mapping[str, Village]) -> list[str]:
    """What each kind of person in each place is told by each command, and each command in each language."""
    parts: dict[tuple[int, int], str] = {}

    async def live(language: str) -> None:
        for number, command in enumerate(WORDS):
            for turn, (place, who) in enumerate(PLACES):
                if language == LANGUAGES[(number + turn + turn // len(LANGUAGES)) % len(LANGUAGES)]:
                    answer = await found[language].asked(command, place, who)
                    parts[number, turn] = f"## /{command}, {who}, {place}, {language}\n{answer}"

    await asyncio.gather(*map(live, found))
    return [parts[place] for place in sorted(parts)]


def test_the_matrix_holds_every_command_of_administrators() -> None:
    assert WORDS.keys() == {command.name for command in COMMANDS if command.audience is Audience.STAFF}


async def test_who_may_is_obeyed_and_everybody_else_is_refused_in_the_words_that_were_read(
    tmp_path: Path, empty_file: Path
) -> None:
    found = {}
    async with AsyncExitStack() as stack:
        for language in LANGUAGES:
            url = f"sqlite:///{shutil.copy(empty_file, tmp_path / f'{language}.db')}"
            town = await stack.enter_async_context(living(url, settings={"KITH_COMMUNITIES__LANGUAGE": language}))
            found[language] = await village(town, language)
        told = "\n".join(await answers(found)) + "\n"
        for one in found.values():
            leaders = {one.people[who].id for who in ("narrow", "admin", "anonymous", "owner")}
            assert {act.user_id for act in await one.town.all(Audit)} <= leaders
            assert await one.town.rows("SELECT count(*) FROM failures") == [(0,)]
            assert await one.town.rows("SELECT count(*) FROM rejections") == [(0,)]
    if os.environ.get("WRITE_SNAPSHOTS"):
        SNAPSHOT.write_text(told, encoding="utf-8", newline="\n")
    assert SNAPSHOT.read_text(encoding="utf-8") == told, "read it, then run again with WRITE_SNAPSHOTS=1"


GONE = "This button no longer works. /help shows what does."
NOT_YOURS = "Only the group's administrators can do that."


async def test_buttons_of_the_panel_are_pressed_in_vain_by_others_and_made_up_ones_by_everybody(town: Living) -> None:
    lin, wei = (town.world.person(name, language_code="en") for name in ("Lin", "Wei"))
    lin.starts(town.bot)
    group = town.group(lin)
    wei.joins(group)
    await town.settle()
    panel = await asked_privately(town, lin, "/settings")
    hers = await asked_privately(town, wei, "/help")
    here = (await town.community(group)).community_id
    theirs = [button["callback_data"] for row in panel.keyboard for button in row]
    points = number_of("messages.points")
    theirs += [f"setfield:{here}:{points}", f"setput:{here}:{points}:1", f"setpage:{here}:{number_of('messages')}"]
    theirs += [f"setswitch:{here}:{number_of('standings.staff_listed')}:1"]
    theirs += [f"setchoose:{here}:{number_of('reach.quiet_from_hour')}:7:1"]
    made_up = [
        *(f"{word}:{here}" for word in ("setpage", "setfield", "setswitch", "setchoose", "setput", "setup")),
        f"setpage:{here}:1",
        f"setfield:{here}:{2**62}",
        f"setswitch:{here}:{points}:1",
        f"setswitch:{here}:{number_of('standings.staff_listed')}:2",
        f"setchoose:{here}:{points}:5:1",
        f"setchoose:{here}:{number_of('reach.quiet_from_hour')}:7:0",
        f"setput:{here}:{points}:0",
        f"setput:{here}:{points}:7",
        f"setlanguage:{here}:4",
        f"setzone:{here}:12345",
    ]
    with capture_logs() as logged:
        for data in theirs:
            forged(town, wei, hers, data)
        for data in made_up:
            forged(town, lin, panel, data)
        forged(town, lin, panel, f"setchoose:{here}:{number_of('reach.quiet_from_hour')}:24:1")
        await town.settle()
    bounds = "Quiet from goes from 00:00 to 23:00. Nothing was changed."
    assert sorted(toasts(town)) == sorted([NOT_YOURS] * len(theirs) + [GONE] * len(made_up) + [bounds])
    assert sum(line["event"] == "refused" for line in logged) == len(theirs) + len(made_up) + 1
    assert await town.all(Audit) == []
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]


async def test_a_panel_older_than_a_restart_still_works_and_still_asks_who_presses(sqlite_url: str) -> None:
    async with living(sqlite_url) as town:
        lin, ada = (town.world.person(name, language_code="en") for name in ("Lin", "Ada"))
        lin.starts(town.bot)
        ada.starts(town.bot)
        group = town.group(lin)
        ada.joins(group)
        lin.promotes(ada, chat=group, rights={"can_change_info": True})
        await town.settle()
        panels = [await asked_privately(town, person, "/settings") for person in (lin, ada)]
        await pressed(town, lin, panels[0], "Messages")
        await pressed(town, lin, panels[0], "Points: 0.2 points")
    async with living(sqlite_url, world=town.world) as town:
        told = await asked_privately(town, lin, "0.5")
        assert "Messages › Points: 0.2 points → 0.5 points" in (told.text or "")
        await pressed(town, lin, panels[0], "‹ Back")
        assert (panels[0].text or "").startswith("Readers › Messages")
        lin.demotes(ada, chat=group)
        await town.settle()
        assert (await pressed(town, ada, panels[1], "Messages")).text == NOT_YOURS


async def test_a_file_of_another_group_sets_what_it_holds_here_alone_and_a_huge_one_nothing(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    lin.starts(town.bot)
    here, there = town.group(lin), town.group(lin, "Writers")
    await town.settle()
    number = (await town.community(here)).community_id
    panel = await asked_privately(town, lin, "/settings")
    await pressed(town, lin, panel, "Writers")
    await pressed(town, lin, panel, "Save as a file")
    file = town.said(lin.private(town.bot))[-1]
    number_of_file = file.raw["document"]["file_id"]
    content = town.world.files[number_of_file].replace(b"\npoints = 0.2", b"\npoints = 0.5")
    huge = content + b"# " + b"x" * LARGEST_FILE
    for sent, told in ((huge, "I couldn't read that file."), (content, "Changed:")):
        panel = await asked_privately(town, lin, "/settings")
        await pressed(town, lin, panel, "Readers")
        await pressed(town, lin, panel, "Load a file")
        town.world.files[number_of_file] = sent
        file.raw["document"]["file_size"] = len(sent)
        lin.writes(lin.private(town.bot), forward_of=file)
        await town.settle()
        assert (town.said(lin.private(town.bot))[-1].text or "").startswith(told)
    assert (await town.community(here)).settings["messages"]["points"] == 50
    assert (await town.community(there)).settings["messages"]["points"] == 20
    assert {act.community_id for act in await town.all(Audit)} == {number}
