"""Stories of work that members share, and of the channel that it is copied to."""

from sqlalchemy import Connection, insert

from models.channels import Channels
from models.rules import works
from tests.bot.places import Due, Place, Stage, Story, Target
from tests.bot.stories.acts import books, both, fails, finds, taps, writes

WORK = "How I bound my grandmother's letters into a book: first I flattened them for a week under atlases."


def _has_channel(place: Place, connection: Connection) -> None:
    row = {"community_id": place.community_id, "channel_id": place.channel.id}
    connection.execute(insert(Channels).values(**row))


def _copies(place: Place) -> int:
    return sum(m.author is place.bot and not m.deleted for m in place.channel.messages)


async def _administrators_say(place: Place) -> None:
    """Asked whether the copy is there, an administrator looks, and says so."""
    if any("copied a featured work" in (m.text or "") for m in place.chat_of("owner").messages):
        label = "is there" if _copies(place) else "Copy it again"
        await taps("owner", label, under="copied a featured work")(place)


async def _is_featured_once(place: Place) -> None:
    assert place.group.pinned == [place.kept["wei"].id]
    assert _copies(place) == 1


async def _is_featured_no_more(place: Place) -> None:
    assert place.group.pinned == []
    assert _copies(place) == 0
    await finds("SELECT count(*) FROM work_copies WHERE community_id = :here", 0)(place)


SHARING = {"works": {"on": True, "pins": True, "reminder_hour": 20}}
SHARED = Stage(
    writes("wei", f"{WORK} #share"),
    (Target("works.shared", "sendMessage", "owner"), Target("signs.due", "setMessageReaction")),
)
_CHANGED = Target("works.changed", "editMessageText", "deputy", repeated="failed")
_PRESSED = Target("works.changed", "editMessageText", "owner", repeated="failed")
CARD = "shared work"
ACCEPTED = Stage(taps("owner", "• ", under=CARD), (_PRESSED, _CHANGED, Target("signs.due", "setMessageReaction")))
_FEATURED = Stage(
    taps("owner", "Feature it", under=CARD),
    (
        _CHANGED,
        Target("signs.due", "setMessageReaction"),
        Target("channels.copy_due", "copyMessage", "channel"),
        Target("works.pin_due", "pinChatMessage"),
    ),
    after=(_administrators_say,),
)

WORKS = (
    Story(
        "a work is shared, accepted and featured",
        (SHARED, ACCEPTED, _FEATURED),
        SHARING,
        (books(_has_channel),),
        paid={("work", "wei"): 100, ("work_featured", "wei"): 500},
        at_the_end=_is_featured_once,
        has_deputy=True,
    ),
    Story(
        "a copy in doubt is asked about",
        (
            Stage(SHARED.cause),
            Stage(ACCEPTED.cause),
            Stage(
                both(fails("copyMessage", "channel", kind="lost_answer"), _FEATURED.cause),
                (Target("channels.copy_in_doubt", "sendMessage", "owner"),),
                after=(_administrators_say,),
                is_direct=False,
            ),
        ),
        SHARING,
        (books(_has_channel),),
        paid={("work", "wei"): 100, ("work_featured", "wei"): 500},
        at_the_end=_is_featured_once,
    ),
    Story(
        "a copy is not let through",
        (
            Stage(SHARED.cause),
            Stage(ACCEPTED.cause),
            Stage(
                both(fails("copyMessage", "channel", status=400), _FEATURED.cause),
                (Target("channels.copy_refused", "sendMessage", "owner"),),
                is_direct=False,
            ),
        ),
        SHARING,
        (books(_has_channel),),
        paid={("work", "wei"): 100, ("work_featured", "wei"): 500},
    ),
    Story(
        "a featured work is undone",
        (
            Stage(SHARED.cause),
            Stage(ACCEPTED.cause),
            Stage(_FEATURED.cause, (), _FEATURED.after),
            Stage(
                taps("owner", "Undo", under=CARD),
                (
                    _CHANGED,
                    Target("channels.copy_due", "deleteMessages", "channel", doubted=(1, 2)),
                    Target("works.pin_due", "unpinChatMessage", repeated="failed"),
                ),
            ),
        ),
        SHARING,
        (books(_has_channel),),
        paid={("work", "wei"): 0, ("work_featured", "wei"): 0},
        at_the_end=_is_featured_no_more,
        has_deputy=True,
    ),
    Story(
        "a work is declined",
        (Stage(taps("owner", "Off topic", under=CARD), (Target("works.declined", "sendMessage", "wei"), _CHANGED)),),
        SHARING,
        (SHARED.cause, taps("owner", "Decline", under=CARD)),
        has_deputy=True,
    ),
    Story(
        "works wait",
        (Stage(Due(works.REMIND.name), (Target("works.waiting", "sendMessage", "owner"),)),),
        SHARING,
        (SHARED.cause,),
    ),
    Story(
        "a channel is chosen",
        (
            Stage(
                lambda place: writes("owner", f"/channel {place.channel.id}")(place),
                (
                    Target("channels.asked", "getChat", "channel"),
                    Target("channels.found", "getChatAdministrators", "channel"),
                    Target("channels.told", "sendMessage", "owner"),
                ),
            ),
        ),
        SHARING,
        at_the_end=finds("SELECT count(*) FROM channels WHERE community_id = :here", 1),
    ),
)
