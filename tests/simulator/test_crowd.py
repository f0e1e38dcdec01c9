"""The crowd: who they are, what they say, and that the same seed lives the same life."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import httpx
import pytest

from simulator.chats import Chat
from simulator.crowd.cast import CAST, Habit
from simulator.crowd.lines import GAP, Lines
from simulator.crowd.living import LANGUAGES, Crowd
from simulator.people import Person
from simulator.world import World

MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
SIMPLIFIED_ONLY, TRADITIONAL_ONLY = set("这说书页见还没们时话题"), set("這說書頁見還沒們時話題")


def lived(seed: int, *, hours: int, late: timedelta = timedelta(0)) -> tuple[World, Crowd, Chat]:
    world = World(MONDAY + late, seed=seed)
    owner = world.person("Lin")
    chat = world.group("Readers", owner=owner, forum=True)
    for name in ("Books", "Off topic"):
        owner.creates_topic(chat, name)
    crowd = Crowd(world, chat, time_zone="Asia/Taipei")
    until = crowd.plan(timedelta(hours=hours))
    world.clock.move_to(until)
    return world, crowd, chat


def story(chat: Chat) -> list[tuple[object, ...]]:
    return [(m.sent_at, m.author.name if m.author else "", m.text, sorted(m.reactions.items())) for m in chat.messages]


def test_there_are_forty_with_names_in_three_languages() -> None:
    assert len(CAST) == 40
    assert len({role.name for role in CAST}) == 40
    assert {role.language for role in CAST} == set(LANGUAGES)
    assert {role.habit for role in CAST} == set(Habit)
    assert sum(role.habit is Habit.PAIR for role in CAST) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_can_be_said(language: str) -> None:
    lines = Lines(language, Random(1))
    texts = [text for talk in lines.talks for text in (talk.opener, *talk.replies)]
    texts += lines.remarks + lines.thanks + lines.hellos
    assert len(texts) > 100
    assert len(set(texts)) == len(texts)
    for text in texts:
        assert set(GAP.findall(text)) <= lines.gaps.keys(), text
        assert "{" not in lines.filled(text, {})
        assert len(text) < 300
    for poll in lines.polls:
        assert 2 <= len(poll["options"]) <= 12
    letters = set("".join(texts))
    if language == "zh-hant":
        assert letters & SIMPLIFIED_ONLY - TRADITIONAL_ONLY == set()
    if language == "zh-hans":
        assert letters & TRADITIONAL_ONLY - SIMPLIFIED_ONLY == set()


def test_the_same_seed_lives_the_same_life() -> None:
    assert story(lived(3, hours=24)[2]) == story(lived(3, hours=24)[2])
    assert story(lived(3, hours=24)[2]) != story(lived(4, hours=24)[2])


def test_it_does_not_depend_on_how_fast_somebody_found_the_button() -> None:
    lives = [lived(3, hours=24, late=timedelta(seconds=late))[2] for late in (1, 77.7, 300)]
    stories = [[told for told in story(chat) if told[1] != "Lin"] for chat in lives]
    assert stories[0] == stories[1] == stories[2]
    assert len(stories[0]) > 100


def test_a_week_shows_everybodys_habits() -> None:
    _, crowd, chat = lived(1, hours=168)
    habits = {person.id: role.habit for person, role in zip(crowd.people, CAST, strict=True)}
    said = Counter(habits[m.author.id] for m in chat.messages if m.author and m.author.id in habits and m.text)
    people = Counter(role.habit for role in CAST)
    each = {habit: said[habit] / people[habit] for habit in Habit}
    assert each[Habit.TALKER] > each[Habit.REGULAR] > each[Habit.LURKER]
    assert each[Habit.HELPER] > each[Habit.REGULAR]
    ads = [m.text for m in chat.messages if m.author and habits.get(m.author.id) is Habit.SPAMMER and m.text]
    assert len(ads) > 10
    assert len(set(ads)) == 1
    assert crowd.deeds > 1500
    hours = Counter((m.sent_at + timedelta(hours=8)).hour for m in chat.messages)
    assert hours[20] + hours[21] > 5 * (hours[3] + hours[4])
    assert all(chat.standing(person).inside for person in crowd.people)
    assert any("photo" in m.raw for m in chat.messages)
    assert any(m.poll and m.poll.votes for m in chat.messages)
    assert any(m.topic for m in chat.messages)


def test_two_like_each_other_all_day() -> None:
    _, crowd, chat = lived(1, hours=48)
    pair = [person for person, role in zip(crowd.people, CAST, strict=True) if role.habit is Habit.PAIR]
    theirs = [m for m in chat.messages if m.author in pair and m.text and not m.text.startswith("/")]
    assert len(theirs) > 3
    last = chat.messages[-1].sent_at - timedelta(hours=1)
    for message in (m for m in theirs if m.sent_at < last):
        other = next(person for person in pair if person is not message.author)
        assert other.id in message.reactions


def test_who_was_put_out_is_heard_no_more() -> None:
    world, crowd, chat = lived(1, hours=12)
    spammer = next(p for p, role in zip(crowd.people, CAST, strict=True) if role.habit is Habit.SPAMMER)
    owner = next(person for person in world.people.values() if chat.standing(person).status == "creator")
    owner.bans(spammer, chat=chat)
    banned_at = world.clock.now()
    until = crowd.plan(timedelta(hours=48))
    world.clock.move_to(until)
    assert [m.text for m in chat.messages if m.author is spammer and m.sent_at > banned_at and m.text] == []


def test_an_hour_in_the_middle_of_the_night_is_worth_looking_at() -> None:
    world = World(MONDAY.replace(hour=19), seed=1)  # three in the morning in Taipei
    chat = world.group("Readers", owner=world.person("Lin"))
    crowd = Crowd(world, chat, time_zone="Asia/Taipei")
    world.clock.move_to(crowd.plan(timedelta(hours=1)))
    assert crowd.deeds > 5


async def test_it_is_gathered_once_and_lives_when_told(web: httpx.AsyncClient, group: Chat, wei: Person) -> None:
    async def told(**content: object) -> httpx.Response:
        return await web.post("/sim/crowd", json=content)

    assert (await told(hours=1)).status_code == 400
    assert (await told(gather="Readers", time_zone="Mars/Olympus")).status_code == 400
    assert (await told(gather="Readers")).json()["result"]["people"] == 40
    assert (await told(gather="Readers")).status_code == 400
    for wrong in (0, -1, "a day", True, 10_000, None):
        assert (await told(hours=wrong)).status_code == 400, wrong
    done = (await told(hours=2)).json()["result"]
    assert done["deeds"] == (await web.get("/sim/crowd")).json()["result"]["deeds"] > 0
