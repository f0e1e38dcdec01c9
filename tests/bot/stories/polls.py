"""Stories of proposals and polls."""

from models.rules import polls, preparing
from simulator import voting
from tests.bot.places import Due, Place, Stage, Story, Target, poll_of
from tests.bot.stories.acts import both, finds, is_so, taps, writes
from tests.bot.stories.topics import DAILY

BOOKS, TOOLS = "Which book would you lend to a friend?", "Which tool do you miss most?"


_POLLS = {"polls": {"on": True, "weekly": True, "weekday": "sunday", "hour": 20, "winners": 1}}
_PROPOSED = Stage(writes("wei", f"/propose {BOOKS}"), (Target("proposals.made", "sendMessage", "owner"),))
_ADMITTED = Stage(
    taps("owner", "Approve", under="proposed topic"),
    (
        Target("proposals.decided", "sendMessage", "wei"),
        Target("proposals.changed", "editMessageText", "owner", repeated="failed"),
        Target("proposals.changed", "editMessageText", "deputy", repeated="failed"),
    ),
)


async def vote(place: Place) -> None:
    """Two vote for the first, and are heard; of the three who vote for the second Kith hears nothing."""
    poll = poll_of(place)
    place.wei.votes(poll, [0])
    place.ana.votes(poll, [0])
    assert poll.poll is not None
    for one in (place.owner, place.deputy, place.bo):
        poll.poll.vote(one, [1])


async def _time_is_up_at_telegram(place: Place) -> None:
    poll = poll_of(place)
    assert poll.poll is not None
    voting.expire(place.world, poll, poll.poll)


async def _all_are_closed_but_one(place: Place) -> None:
    """One that may have come twice is closed by Telegram at its time; the later one was closed by Kith."""
    assert poll_of(place).raw["poll"]["is_closed"]


_OPENED = Target("rounds.due", "sendPoll")
_STOPPED = Target("rounds.stop_due", "stopPoll", then=(("sendMessage", "group"),), repeated="failed")
_CLOSED = finds("SELECT state FROM poll_rounds WHERE community_id = :here", "closed")
_COUNTED = finds("SELECT votes FROM poll_options WHERE community_id = :here ORDER BY place", 2, 3)
_VOTES = {("vote", "wei"): 300, ("vote", "ana"): 300}

POLLS = (
    Story(
        "a topic is proposed",
        (
            _PROPOSED,
            _ADMITTED,
            Stage(
                writes("ana", f"/propose {BOOKS.upper()}!!"),
                (Target("proposals.joined", "sendMessage", "wei"),),
            ),
        ),
        {**_POLLS, **DAILY},
        at_the_end=finds("SELECT state FROM proposals WHERE community_id = :here", "admitted"),
        has_deputy=True,
    ),
    Story(
        "a weekly poll lacks topics",
        (Stage(Due(preparing.POLL.name), (Target("preparing.lacking", "sendMessage", "owner"),)),),
        {**_POLLS, **DAILY},
    ),
    Story(
        "the weekly poll",
        (
            Stage(Due(polls.OPEN.name), (_OPENED,), after=(vote,)),
            Stage(Due(polls.CLOSE.name), (_STOPPED, Target("rounds.closed", "sendMessage"))),
        ),
        {**_POLLS, **DAILY},
        (
            _PROPOSED.cause,
            _ADMITTED.cause,
            writes("ana", f"/propose {TOOLS}"),
            _ADMITTED.cause,
        ),
        paid={**_VOTES, ("proposal_adopted", "ana"): 500, ("proposal_adopted", "wei"): 0},
        at_the_end=is_so(
            _CLOSED,
            _COUNTED,
            _all_are_closed_but_one,
            finds(
                "SELECT text, CAST(wanted_on AS varchar) FROM topic_bank WHERE community_id = :here",
                (TOOLS, "2026-11-23"),
            ),
            finds("SELECT state FROM proposals WHERE community_id = :here ORDER BY state", "admitted", "adopted"),
        ),
    ),
    Story(
        "an administrator's own poll",
        (
            Stage(writes("owner", "/poll 1 Where do we meet?\nAt the café\nAt home"), (_OPENED,), after=(vote,)),
            Stage(Due(polls.CLOSE.name), (_STOPPED, Target("rounds.closed", "sendMessage"))),
        ),
        _POLLS,
        paid=_VOTES,
        at_the_end=is_so(_CLOSED, _COUNTED),
    ),
    Story(
        "a poll that Telegram has closed by itself",
        (
            Stage(writes("owner", "/poll 1 Where do we meet?\nAt the café\nAt home"), after=(vote,)),
            Stage(
                both(_time_is_up_at_telegram, Due(polls.CLOSE.name)),
                (
                    Target(
                        "rounds.count_due",
                        "editMessageReplyMarkup",
                        then=(("sendMessage", "group"),),
                    ),
                ),
                is_direct=False,
            ),
        ),
        _POLLS,
        paid=_VOTES,
        at_the_end=is_so(_CLOSED, _COUNTED),
    ),
    Story(
        "too few proposals",
        (Stage(Due(polls.OPEN.name), (Target("rounds.came_to_nothing", "sendMessage", "owner"),)),),
        {**_POLLS, **DAILY},
        at_the_end=finds(
            "SELECT why FROM occurrences WHERE community_id = :here AND kind = 'polls.open' AND why IS NOT NULL",
            "nothing",
        ),
    ),
    Story(
        "nobody has voted",
        (
            Stage(writes("owner", "/poll 1 Where do we meet?\nAt the café\nAt home")),
            Stage(Due(polls.CLOSE.name), (Target("rounds.came_to_nothing", "sendMessage", "owner"),), is_direct=False),
        ),
        _POLLS,
        at_the_end=_CLOSED,
    ),
)
