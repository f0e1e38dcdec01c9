"""Stories of boards, and of what single members come to."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, insert, update

from models import occurrences
from models.challenges import Challenges
from models.checkins import Streaks
from models.merits import RoleRuns
from models.roles import Roles
from models.rules import boards
from models.rules.clock import Beat, key_of
from tests.bot.places import Due, Place, Stage, Story, Target, said
from tests.bot.stories.acts import asks, books, both, chooses, fails, finds, gives, taps, writes
from tests.bot.stories.works import ACCEPTED, SHARED, SHARING

DAY = timedelta(days=1)


def _board(occasion: Any, beat: Beat, last_day: date, event: str, settings: dict[str, Any]) -> Story:
    """The board of a time that is over, on whose last day somebody was given points."""

    def plan(place: Place, connection: Connection) -> None:
        key = key_of(beat, place.now.date())
        here = occurrences.Place(place.community_id, occasion.name, key)
        occurrences.plan(connection, place=here, due_at=place.now)

    return Story(
        f"the {beat.value}'s board",
        (Stage(both(books(plan), Due(occasion.name)), (Target(event, "sendMessage"),)),),
        {"boards": {**settings, "hour": 20}},
        (gives("wei", 500, on=last_day),),
        at_the_end=finds("SELECT count(*) FROM boards WHERE community_id = :here", 1),
    )


BOARDS = (
    _board(boards.WEEK, Beat.WEEK, date(2026, 11, 15), "boards.came", {"weekly": True, "weekday": "sunday"}),
    _board(boards.MONTH, Beat.MONTH, date(2026, 10, 31), "boards.came", {"monthly": True, "month_day": 28}),
    _board(boards.SEASON, Beat.SEASON, date(2026, 9, 30), "boards.season_ended", {"seasonal": True}),
)


def _is_over(place: Place, connection: Connection) -> None:
    mine = update(Challenges).where(Challenges.community_id == place.community_id)
    connection.execute(mine.values(starts_on=place.now.date() - 10 * DAY))


async def _joins(place: Place) -> None:
    place.wei.taps(said(place, "group", ""), "Join")


_ROLES = {"on": True, "times": 1, "different_dates": 1, "different_people": 0}


def _long_ago(place: Place, connection: Connection) -> None:
    mine = update(RoleRuns).where(RoleRuns.community_id == place.community_id)
    connection.execute(mine.values(due_at=place.now))
    held = update(Roles).where(Roles.community_id == place.community_id)
    connection.execute(held.values(since=place.now - 60 * DAY))
    warned = held.where(Roles.kept_until.is_not(None))
    connection.execute(warned.values(kept_until=place.now.date() - DAY))


def _checked_in_for_a_week(place: Place, connection: Connection) -> None:
    # The word of a first alone waits for more of them to come.
    days = {"streak": 7, "longest": 7, "cards": 0, "last_day": place.now.date()}
    connection.execute(insert(Streaks).values(community_id=place.community_id, user_id=place.wei.id, **days))


_TURNED = (Target("roles.turned", "sendMessage", "wei"),)

_TAGS = {"levels": {"on": True, "curve": "quickly", "tags": True}}


async def _has_no_tag(place: Place) -> None:
    assert place.group.standing(place.wei).tag is None


MEMBERS = (
    Story(
        "a challenge",
        (
            Stage(
                writes("owner", "/challenge 3 5 today Reading"),
                (Target("challenges.opened", "sendMessage"),),
                after=(_joins,),
            ),
            Stage(
                books(_is_over),
                (
                    Target("challenges.ended", "sendMessage"),
                    Target("challenges.shut", "editMessageText", repeated="failed"),
                ),
            ),
        ),
        {"checkins": {"on": True}},
        at_the_end=finds("SELECT state FROM challenges WHERE community_id = :here", "ended"),
    ),
    Story(
        "a challenge that nobody joins",
        (
            Stage(
                books(_is_over),
                (
                    Target("challenges.unjoined", "sendMessage", "owner"),
                    Target("challenges.shut", "editMessageText", repeated="failed"),
                ),
            ),
        ),
        {"checkins": {"on": True}},
        (writes("owner", "/challenge 3 5 today Reading"),),
        at_the_end=finds("SELECT state FROM challenges WHERE community_id = :here", "ended"),
    ),
    Story(
        "a challenge that Telegram refuses",
        (
            Stage(
                both(
                    fails("sendMessage", "group", status=400),
                    writes("owner", "/challenge 3 5 today Reading"),
                ),
                (Target("challenges.unposted", "sendMessage", "owner"),),
                is_direct=False,
            ),
        ),
        {"checkins": {"on": True}},
        at_the_end=finds("SELECT state FROM challenges WHERE community_id = :here", "stopped"),
    ),
    Story(
        "a member rises",
        (
            Stage(
                gives("wei", 500, source="second"),
                (
                    Target("levels.reached", "sendMessage", "wei"),
                    Target("tags.doubted", "getChatMember", then=(("setChatMemberTag", "group"),)),
                    Target("tags.free", "setChatMemberTag"),
                ),
            ),
        ),
        _TAGS,
        at_the_end=finds("SELECT level FROM levels WHERE community_id = :here AND tag = 'Neighbour'", 2),
    ),
    Story(
        "a member with a tag is forgotten",
        (
            Stage(
                taps("wei", "Yes, forget me", under="Shall I forget you"),
                (
                    Target("tags.left", "getChatMember", then=(("setChatMemberTag", "group"),)),
                    Target("tags.ownerless", "setChatMemberTag"),
                ),
            ),
        ),
        _TAGS,
        (gives("wei", 1), gives("wei", 500, source="second"), asks("wei", "/forgetme")),
        at_the_end=_has_no_tag,
    ),
    Story(
        "a member has a badge",
        (
            Stage(
                both(books(_checked_in_for_a_week), gives("wei", 1, source="second")),
                (Target("badges.given", "sendMessage", "wei"),),
            ),
        ),
        {"badges": {"on": True}},
        at_the_end=finds("SELECT badge FROM badges WHERE community_id = :here ORDER BY badge", "first_word", "week"),
    ),
    Story(
        "a role is given, warned of and lost",
        (
            Stage(chooses(roles=_ROLES), _TURNED),
            Stage(both(chooses(roles={**_ROLES, "times": 9}), books(_long_ago)), _TURNED),
            Stage(books(_long_ago), _TURNED),
        ),
        SHARING,
        (SHARED.cause, ACCEPTED.cause),
        at_the_end=finds("SELECT count(*) FROM roles WHERE community_id = :here", 0),
    ),
)
