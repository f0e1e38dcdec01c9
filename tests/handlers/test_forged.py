"""Presses that no button offers: what a program of somebody's own sends from a message that it sees."""

from collections.abc import Awaitable, Callable
from itertools import product

import pytest

from handlers.registry import BUTTONS
from models.calendar import number_of
from models.proposals import Proposals
from models.review_cards import ReviewCards
from models.rules.topics import POST
from models.work_cards import WorkCards
from models.works import Works
from simulator.chats import Chat
from simulator.people import Person
from tests.handlers.asking_in import asked_in, forged, toasts
from tests.handlers.test_works import STORY
from tests.living import Living

ON = {f"KITH_{feature}__ON": "true" for feature in ("WORKS", "TOPICS", "POLLS", "QUESTIONS", "CHECKINS")}
GONE = "This button no longer works. /help shows what does."
# These do what was confirmed before, and to oneself.
OWN = ("forgetnow",)


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """A Kith whose groups have all that has buttons."""
    return await live(settings=ON)


async def two_groups(town: Living) -> tuple[Chat, Chat, Person, Person]:
    """Lin's group with Wei's work and proposal in it, and Bob's, of which Lin and Wei are members."""
    lin, wei, bob = (town.world.person(name, language_code="en") for name in ("Lin", "Wei", "Bob"))
    hers, his = town.group(lin), town.group(bob, "Writers")
    lin.starts(town.bot)
    for group in (hers, his):
        group.settle(wei)
        wei.writes(group, "Good morning all")
    his.settle(lin)
    lin.writes(his, "Good morning all")
    await town.settle()
    wei.writes(hers, f"#share {STORY}", media="photo")
    wei.writes(hers, "/propose Which tool would you never lend to a friend?")
    await town.settle()
    return hers, his, lin, wei


async def test_no_button_of_another_group_replaces_or_copies_anything_in_a_group_that_one_is_only_in(
    town: Living,
) -> None:
    hers, his, lin, _ = await two_groups(town)
    (post,) = await asked_in(town, his, lin, "/top")
    here = (await town.community(hers)).community_id
    (work,), (proposal,) = await town.all(Works), await town.all(Proposals)
    unread = {"message_id": post.id, "chat": post.raw["chat"], "date": 0}
    before = (post.text, post.keyboard, len(town.said(his)))
    town.bot.calls.clear()
    for word, number in product(BUTTONS.keys() - set(OWN), (work.work_id, proposal.proposal_id, 1)):
        for ids in ((here,), (here, number), (here, number, 0), (here, number, 0, 0)):
            forged(town, lin, post, ":".join([word, *map(str, ids)]))
    for data in (f"workno:{here}:{work.work_id}:0", f"propno:{here}:{proposal.proposal_id}:0:0", f"workshow:{here}:1"):
        press = {"id": "5", "from": lin.user, "message": unread, "chat_instance": "1", "data": data}
        town.bot.push({"callback_query": press})
    await town.settle()
    there = [call.method for call in town.bot.calls if str(call.params.get("chat_id")) == str(his.id)]
    assert set(there) <= {"getChatAdministrators"}
    assert (post.text, post.keyboard, len(town.said(his))) == before
    cards = [*await town.all(WorkCards), *await town.all(ReviewCards)]
    assert [card for card in cards if card.chat_id is not None] == []
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]


async def test_a_work_of_ones_own_is_taken_back_from_another_post_without_a_trace_on_that(town: Living) -> None:
    hers, _, lin, wei = await two_groups(town)
    (post,) = await asked_in(town, hers, lin, "/top")
    said = post.text
    (work,) = await town.all(Works)
    forged(town, wei, post, f"workback:{work.community_id}:{work.work_id}")
    await town.settle()
    assert toasts(town)[-1].startswith("Taken back")
    assert post.text == said


async def test_a_day_that_no_calendar_has_is_none(town: Living) -> None:
    hers, _, lin, _ = await two_groups(town)
    page = town.said(lin.private(town.bot))[-1]
    here = (await town.community(hers)).community_id
    kind, (key, *_) = number_of(POST.name), await town.rows(f"SELECT key FROM occurrences WHERE kind = '{POST.name}'")
    for word, packed in product(("calhour", "calmove", "calmovesure"), (2**63 - 1, -(2**63 - 1), 20261301)):
        forged(town, lin, page, f"{word}:{here}:{kind}:{key[0]}:{packed}")
    await town.settle()
    assert toasts(town)[-9:] == [GONE] * 9
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]
