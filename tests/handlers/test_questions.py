"""Questions: what becomes one, who says which answer helped, what it earns and loses, and what is still open."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from models import forgetting
from models.points import Ledger
from models.questions import Questions
from models.roles import Roles
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.databases import on_sqlite_alone
from tests.living import START, Living

ON = {"KITH_QUESTIONS__ON": "true"}


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """A Kith whose groups use questions."""
    return await live(settings=ON)


async def readers(town: Living) -> tuple[Chat, Person, Person, Person]:
    """A group with its owner Lin, and Wei and Ada, who have met."""
    lin = town.world.person("Lin", username="lin", language_code="en")
    wei = town.world.person("Wei", username="wei", language_code="en")
    ada = town.world.person("Ada", username="ada", language_code="en")
    group = town.group(lin)
    for one in (wei, ada):
        one.joins(group)
        one.writes(group, "Good morning all")
    await town.settle()
    return group, lin, wei, ada


async def answer(town: Living, group: Chat, who: Person, text: str, reply_to: Message | None = None) -> str:
    """What is answered in the group to a command."""
    before = len(town.said(group))
    who.writes(group, text, reply_to=reply_to)
    await town.settle()
    said = town.said(group)[before:]
    return said[-1].text or "" if said else ""


async def helped(town: Living) -> list[tuple[int, int]]:
    """Who has earned or lost how much by helpful answers, in order."""
    return [(entry.user_id, entry.points) for entry in await town.all(Ledger) if entry.action == "helped"]


def signs(message: Message, town: Living) -> list[str]:
    return list(message.reactions.get(town.bot.id, []))


async def test_a_question_is_asked_answered_marked_moved_and_taken_back(town: Living) -> None:
    group, lin, wei, ada = await readers(town)
    asked = wei.writes(group, "/ask Which edition should I start with?")
    await town.settle()
    assert town.said(group)[-1].text == "Noted. When an answer helps, reply to it with /helped."
    assert signs(asked, town) == ["👀"]
    first = ada.writes(group, "The second one", reply_to=asked)
    deeper = lin.writes(group, "No, the third has better notes", reply_to=first)
    await town.settle()
    assert await answer(town, group, wei, "/helped", first) == "Noted: Ada's answer helped."
    assert signs(first, town) == ["🙏"]
    assert await helped(town) == [(ada.id, 200)]
    assert (await answer(town, group, wei, "/helped", first)).startswith("Noted before.")
    assert await helped(town) == [(ada.id, 200)]
    # One that answers an answer belongs to the same question, and takes the mark over.
    assert await answer(town, group, wei, "/helped", deeper) == "Noted: Lin's answer helped."
    assert await helped(town) == [(ada.id, 200), (ada.id, -200), (lin.id, 200)]
    assert (signs(first, town), signs(deeper, town)) == ([], ["🙏"])
    notice = town.said(group)[-1]
    await ada.presses(notice, "Take it back")
    await town.settle()
    assert len(await helped(town)) == 3
    await wei.presses(notice, "Take it back")
    await town.settle()
    assert notice.text == "Taken back. The question is open again."
    assert (await helped(town))[3:] == [(lin.id, -200)]
    # Said once more it counts once more: it was taken back before.
    await answer(town, group, wei, "/helped", deeper)
    assert sum(points for _, points in await helped(town)) == 200
    (question,) = await town.all(Questions)
    assert (question.asker_id, question.helper_id, question.answers) == (wei.id, lin.id, 1)
    # The question itself stays in the group when the answers to it vanish.
    await town.later(timedelta(minutes=2))
    assert not asked.deleted
    assert notice.deleted


async def test_hashtags_are_found_in_captions_wide_signs_and_any_case_and_not_where_nobody_asks(town: Living) -> None:
    group, lin, wei, _ = await readers(town)
    for text in ("#Question which one?", "有人知道嗎 ＃提問", "#提问 哪本好？", "Ｗｈｉｃｈ ＃ＱＵＥＳＴＩＯＮ"):
        wei.writes(group, text)
    wei.writes(group, "What is this plant? #question", media="photo")
    asked = wei.writes(group, "#question again")
    for text in ("#questions", "no#question", "https://example.org/#question", "#提問一下", "# question"):
        wei.writes(group, text)
    wei.writes(group, forward_of=asked)
    lin.writes(group, "#question", sender_chat=group)
    wei.edits(wei.writes(group, "Forgot the tag"), "Forgot the tag #question")
    await town.settle()
    assert len(await town.all(Questions)) == 6
    assert await town.rows("SELECT count(*) FROM outbox WHERE name = 'signs.due' AND state <> 'sent'") == [(0,)]


@on_sqlite_alone
async def test_a_word_asks_as_the_command_does(live: Callable[..., Awaitable[Living]], database_url: str) -> None:
    town = await live(database_url, settings=ON)
    group, lin, wei, ada = await readers(town)
    noted = "Noted. When an answer helps, reply to it with /helped."
    for text in ("提問：哪本書好？", "提问 哪本书好？", "Question: which book?"):
        assert await answer(town, group, wei, text) == noted, text
    # Alone it means the message that it answers, if that is one's own.
    own = ada.writes(group, "Which one is for beginners?")
    await town.settle()
    assert await answer(town, group, ada, "提問", own) == noted
    assert await answer(town, group, lin, "question", own) == "Only the one who wrote a message can make it a question."
    assert len(await town.all(Questions)) == 4
    assert signs(own, town) == ["👀"]
    # What it opens is a question, and so are the others' answers to it.
    lin.writes(group, "The second", reply_to=own)
    await town.settle()
    assert [one.answers for one in await town.all(Questions) if one.message_id == own.id] == [1]
    for text in ("question which book?", "提問哪本書好？", "The question: which book?"):
        assert await answer(town, group, wei, text) == "", text
    assert len(await town.all(Questions)) == 4


async def test_where_questions_are_off_a_word_for_them_is_a_word(live: Callable[..., Awaitable[Living]]) -> None:
    town = await live(settings={})
    group, _, wei, _ = await readers(town)
    before = (await town.activity(group))[wei.id]["messages"]
    assert await answer(town, group, wei, "提問：哪本書好？") == ""
    assert (await town.activity(group))[wei.id]["messages"] == before + 1


async def test_whoever_asked_without_the_command_is_told_how_an_answer_can_help_all_the_same(town: Living) -> None:
    group, _, wei, ada = await readers(town)
    asked = wei.writes(group, "Which edition should one begin with?")
    told = ada.writes(group, "The second, it has notes", reply_to=asked)
    await town.settle()
    assert "/ask" in await answer(town, group, wei, "/helped", told)
    # What it says is what works.
    await answer(town, group, wei, "/ask", asked)
    assert await answer(town, group, wei, "/helped", told) == "Noted: Ada's answer helped."
    assert await helped(town) == [(ada.id, 200)]


async def test_nobody_helps_themselves_and_only_who_asked_or_leads_may_say_so(town: Living) -> None:
    group, lin, wei, ada = await readers(town)
    asked = wei.writes(group, "#question which one?")
    own = wei.writes(group, "Found it: the second", reply_to=asked)
    others = ada.writes(group, "The second", reply_to=asked)
    leaders = lin.writes(group, "The third", reply_to=asked)
    loose = ada.writes(group, "Nobody asked me")
    await town.settle()
    no = "One's own answer does not count. Choose the one of somebody else that helped."
    assert await answer(town, group, wei, "/helped", own) == no
    assert await answer(town, group, lin, "/helped", own) == no
    assert await answer(town, group, lin, "/helped", leaders) == no
    assert await answer(town, group, ada, "/helped", others) == (
        "Only the one who asked, or an administrator, can say which answer helped."
    )
    assert await answer(town, group, lin, "/helped", loose) == (
        "I can't tell which question that answers: it replies to none that I know.\n"
        "Whoever asked can reply /ask to their question first, and then /helped to the answer."
    )
    assert await answer(town, group, wei, "/helped") == "Reply with /helped to the answer that helped."
    assert await helped(town) == []
    assert await answer(town, group, lin, "/helped", others) == "Noted: Ada's answer helped."
    # Who asked may say it of a message that replies to nothing: it answers what they asked last.
    again = wei.writes(group, "#question and which translation?")
    plain = ada.writes(group, "The old one")
    await town.settle()
    assert await answer(town, group, wei, "/helped", plain) == "Noted: Ada's answer helped."
    assert await helped(town) == [(ada.id, 200), (ada.id, 200)]
    assert signs(again, town) == ["👀"]


async def test_between_the_same_two_it_fades_in_either_direction_and_why_says_so(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live(settings={**ON, "KITH_QUESTIONS__SAME_TWO_IN_FULL": "1"})
    group, _, wei, ada = await readers(town)
    for asker, helper in ((wei, ada), (ada, wei), (wei, ada)):
        asked = asker.writes(group, "#question once more")
        told = helper.writes(group, "Here you are", reply_to=asked)
        await town.settle()
        await answer(town, group, asker, "/helped", told)
    assert await helped(town) == [(ada.id, 200), (wei.id, 100), (ada.id, 50)]
    ada.starts(town.bot)
    ada.writes(town.world.private(ada, town.bot), "/why")
    await town.settle()
    assert "+0.5 · an answer that helped" in town.told(ada)[-1]


async def test_what_is_open_is_listed_with_links_the_unanswered_first_and_ends(town: Living) -> None:
    group, _, wei, ada = await readers(town)
    assert await answer(town, group, ada, "/open") == "No question waits for an answer."
    asked = wei.writes(group, "#question which one?")
    ada.writes(group, "It depends", reply_to=asked)
    wei.writes(group, "On what?", reply_to=asked)
    later = ada.writes(group, "#question who comes tonight?")
    await town.settle()
    shown = await answer(town, group, ada, "/open")
    assert shown.splitlines()[0] == "2 questions wait for an answer:"
    assert [line.rpartition(": ")[2] for line in shown.splitlines()[1:]] == ["no answer yet", "1 answer"]
    links = [e["url"] for e in town.said(group)[-1].raw["entities"] if e["type"] == "text_link"]
    assert links == [f"https://t.me/c/{-1000000000000 - group.id}/{one.id}" for one in (later, asked)]
    ada.starts(town.bot)
    ada.writes(town.world.private(ada, town.bot), "/open")
    await town.settle()
    assert "open questions" in town.told(ada)[-1]
    await town.later(timedelta(days=15))
    assert await answer(town, group, ada, "/open") == "No question waits for an answer."


async def test_where_questions_are_off_nothing_is_kept_and_the_commands_say_so(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live()
    group, _, wei, ada = await readers(town)
    asked = wei.writes(group, "#question which one?")
    off = "Questions are switched off here. An administrator can change that in /settings."
    for text in ("/ask which one?", "/open"):
        assert await answer(town, group, ada, text) == off
    assert await answer(town, group, ada, "/helped", asked) == off
    assert await town.all(Questions) == []


async def test_refusals_of_ask_say_what_would_work(town: Living) -> None:
    group, lin, wei, _ = await readers(town)
    mine = wei.writes(group, "Which one is it?")
    await town.settle()
    assert (await answer(town, group, wei, "/ask")).startswith("Write your question after the command")
    assert await answer(town, group, lin, "/ask", mine) == "Only the one who wrote a message can make it a question."
    assert (await answer(town, group, wei, "/ask", mine)).startswith("Noted.")
    assert signs(mine, town) == ["👀"]
    wei.starts(town.bot)
    wei.writes(town.world.private(wei, town.bot), "/ask which one?")
    await town.settle()
    assert town.told(wei)[-1] == (
        "Send that in the group, where the others see it: /ask with your question behind it, "
        "/helped in reply to the answer that helped."
    )
    lin.writes(group, "/ask as the group?", sender_chat=group)
    await town.settle()
    assert town.said(group)[-1].text == "I can't see who that is from. Send it as yourself."
    assert len(await town.all(Questions)) == 1


@pytest.fixture
async def either(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """The same, once on each kind of database."""
    return await live(database_url, settings=ON)


async def test_who_is_forgotten_leaves_a_number_and_the_points_can_still_be_taken_back(either: Living) -> None:
    town = either
    group, _, wei, ada = await readers(town)
    asked = wei.writes(group, "#question which one?")
    told = ada.writes(group, "The second", reply_to=asked)
    await town.settle()
    await answer(town, group, wei, "/helped", told)
    notice = town.said(group)[-1]
    number = (await town.community(group)).community_id
    exported = await town.read(lambda s: forgetting.export(s, community_id=number, user_id=ada.id))
    assert [(row["helper_id"], row["asker_id"]) for row in exported["questions"]] == [(ada.id, None)]
    async with town.kith.database.writing() as session:
        connection = await session.connection()
        await connection.run_sync(lambda sync: forgetting.forget(sync, community_id=number, user_id=ada.id))
    (question,) = await town.all(Questions)
    assert forgetting.is_forgotten(question.helper_id)
    await wei.presses(notice, "Take it back")
    await town.settle()
    assert await helped(town) == [(question.helper_id, 200), (question.helper_id, -200)]
    # Their old message is nobody's now: it can answer the question, and earns nobody anything.
    assert await answer(town, group, wei, "/helped", told) == "Noted: Ada's answer helped."
    assert len(await helped(town)) == 2


async def test_a_reversal_of_the_answer_takes_back_what_helping_earned(either: Living) -> None:
    group, lin, wei, ada = await readers(either)
    asked = wei.writes(group, "#question which one?")
    told = ada.writes(group, "The second one of them", reply_to=asked)
    await either.settle()
    await answer(either, group, wei, "/helped", told)
    assert await answer(either, group, lin, "/reverse copied", told) == "Done. /audit shows what it came to."
    assert await helped(either) == [(ada.id, 200), (ada.id, -200)]


async def test_answer_experts_are_told_in_private_of_what_is_new_and_only_where_the_group_wants_it(
    live: Callable[..., Awaitable[Living]],
) -> None:
    wanted = {"KITH_QUESTIONS__EXPERTS": "true", "KITH_ROLES__ON": "true", "KITH_REACH__PINGS_A_WEEK": "2"}
    town = await live(settings={**ON, **wanted})
    group, lin, wei, ada = await readers(town)
    eve, bo = town.world.person("Eve", language_code="zh-hans"), town.world.person("Bo", language_code="en")
    for one in (lin, ada, eve):
        one.starts(town.bot)
    for one in (eve, bo):
        one.joins(group)
        one.writes(group, "Good morning all")
    await town.settle()
    number = (await town.community(group)).community_id
    async with town.kith.database.writing() as session:
        for expert in (ada, eve, bo):
            row = {"community_id": number, "user_id": expert.id, "role": "expert", "since": START}
            session.add(Roles(**row))
        session.add(Roles(community_id=number, user_id=lin.id, role="cocreator", since=START))
    before = {one.id: len(town.told(one)) for one in (lin, ada, eve)}

    def told(person: Person) -> list[str]:
        return [text for text in town.told(person)[before[person.id] :] if "Readers" in text]

    # With nothing open nobody hears anything.
    await town.later(timedelta(hours=10))
    assert [told(one) for one in (lin, ada, eve)] == [[], [], []]
    question = wei.writes(group, "Which edition should I start with? #question")
    ada.leaves(group)
    await town.settle()
    await town.later(timedelta(hours=24))
    assert told(eve) == ["Readers：有 1 个问题还没人回答。\n• Wei，11 月 16 日（周一）19:00"]
    # Who left, who cannot be written to and who is no expert hear nothing; an administrator has a switch of their own.
    assert [told(one) for one in (lin, ada)] == [[], []]
    for _ in range(6):
        await town.later(timedelta(hours=24))
    assert len(told(eve)) == 1
    # With new ones every day, it is as often as members may be written to.
    asked = [question]
    for _ in range(4):
        asked.append(wei.writes(group, "And after that? #question"))
        await town.settle()
        await town.later(timedelta(hours=24))
    assert [text.splitlines()[0] for text in told(eve)[1:]] == [
        "Readers：有 2 个问题还没人回答。",
        "Readers：有 3 个问题还没人回答。",
    ]
    for each in asked:
        bo.writes(group, "With the first one, it is the shortest", reply_to=each)
    await town.settle()
    for _ in range(8):
        await town.later(timedelta(hours=24))
    assert len(told(eve)) == 3


@on_sqlite_alone
async def test_a_mark_that_brought_nothing_is_moved_and_taken_back_and_earns_once_when_there_is_room(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**ON, "KITH_QUESTIONS__DAILY_CAP_POINTS": "2"})
    group, lin, wei, ada = await readers(town)
    told = []
    for _ in range(2):
        asked = wei.writes(group, "#question which one?")
        told.append((ada.writes(group, "The second", reply_to=asked), lin.writes(group, "The third", reply_to=asked)))
    await town.settle()
    (first, _), (second, other) = told
    assert await answer(town, group, wei, "/helped", first) == "Noted: Ada's answer helped."
    notice = town.said(group)[-1]
    assert await answer(town, group, wei, "/helped", second) == "Noted: Ada's answer helped."
    assert await helped(town) == [(ada.id, 200)]
    assert (await answer(town, group, wei, "/helped", second)).startswith("Noted before.")
    # It is moved to another answer, moved back, and taken back.
    assert await answer(town, group, wei, "/helped", other) == "Noted: Lin's answer helped."
    assert await answer(town, group, wei, "/helped", second) == "Noted: Ada's answer helped."
    assert await helped(town) == [(ada.id, 200), (lin.id, 200), (lin.id, -200)]
    assert (signs(second, town), signs(other, town)) == (["🙏"], [])
    for _ in range(2):
        wei.taps(town.said(group)[-1], "Take it back")
    await town.settle()
    assert town.said(group)[-1].text == "Taken back. The question is open again."
    assert signs(second, town) == []
    # What the first had used is free again once nobody says any more that it helped.
    await wei.presses(notice, "Take it back")
    await town.settle()
    assert await answer(town, group, wei, "/helped", second) == "Noted: Ada's answer helped."
    assert await answer(town, group, wei, "/helped", first) == "Noted: Ada's answer helped."
    assert (await helped(town))[3:] == [(ada.id, -200), (ada.id, 200)]


async def test_where_roles_are_switched_off_no_expert_is_told_of_questions(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live(settings={**ON, "KITH_QUESTIONS__EXPERTS": "true"})
    group, _, wei, ada = await readers(town)
    ada.starts(town.bot)
    await town.settle()
    number = (await town.community(group)).community_id
    async with town.kith.database.writing() as session:
        session.add(Roles(community_id=number, user_id=ada.id, role="expert", since=START))
    before = len(town.told(ada))
    wei.writes(group, "Which edition should I start with? #question")
    await town.settle()
    for _ in range(2):
        await town.later(timedelta(hours=24))
    assert town.told(ada)[before:] == []


async def test_what_was_answered_before_it_was_noted_as_a_question_is_not_without_an_answer(either: Living) -> None:
    town = either
    group, _, wei, ada = await readers(town)
    before = wei.writes(group, "Which edition should I start with?")
    ada.writes(group, "The second", reply_to=before)
    wei.writes(group, "It has notes, too", reply_to=before)
    await town.settle()
    assert (await answer(town, group, wei, "/ask", before)).startswith("Noted.")
    # The command itself may be the question, and the answer may come before Kith has seen to the command.
    asked = wei.writes(group, "/ask And which one after that?")
    ada.writes(group, "The first", reply_to=asked)
    await town.settle()
    assert [question.answers for question in await town.all(Questions)] == [1, 1]
    listed = await answer(town, group, ada, "/open")
    assert listed.count(": 1 answer") == 2


async def test_a_button_takes_back_the_answer_under_whose_mark_it_stands_and_no_later_one(town: Living) -> None:
    group, lin, wei, ada = await readers(town)
    asked = wei.writes(group, "#question Which edition should I start with?")
    first, second = (one.writes(group, "The second", reply_to=asked) for one in (ada, lin))
    await town.settle()
    assert await answer(town, group, wei, "/helped", first) == "Noted: Ada's answer helped."
    of_the_first = town.said(group)[-1]
    assert await answer(town, group, wei, "/helped", second) == "Noted: Lin's answer helped."
    await wei.presses(of_the_first, "Take it back")
    await town.settle()
    assert await helped(town) == [(ada.id, 200), (ada.id, -200), (lin.id, 200)]
    await wei.presses(town.said(group)[-1], "Take it back")
    await town.settle()
    assert (await helped(town))[3:] == [(lin.id, -200)]
