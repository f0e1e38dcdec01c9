"""Stories of co-creations."""

from models import cocreation_themes
from models.rules import cocreations
from tests.bot.places import Due, Place, Stage, Story, Target
from tests.bot.stories.acts import both, fails, finds, is_so, taps, writes
from tests.bot.stories.polls import vote
from tests.bot.stories.works import CARD

_COCREATIONS = {
    "works": {"on": True, "reminder_hour": 20},
    "cocreations": {"on": True, "monthly": True, "month_day": 28, "hour": 20},
}


async def _has_theme(place: Place) -> None:
    await _adds(place, "Letters")


async def _has_two_themes(place: Place) -> None:
    # One by the same name would be taken for the first.
    await _adds(place, "Letters", "Lanterns")


async def _adds(place: Place, *themes: str) -> None:
    async with place.database.writing() as session:
        about = {"community_id": place.community_id, "user_id": place.owner.id, "now": place.now}
        await cocreation_themes.add(session, themes=list(themes), **about)  # type: ignore[arg-type]


_BEGUN = Stage(Due(cocreations.OPEN.name), (Target("cocreations.opened", "sendMessage"),))
_TAKING_PART = (
    writes("wei", "#cocreate", media="photo"),
    taps("owner", "• ", under=CARD),
    writes("ana", "#cocreate", media="photo"),
    taps("owner", "• ", under=CARD),
)
_VOTED = Stage(Due(cocreations.VOTE.name), (Target("cocreations.voting", "sendPoll"),), after=(vote,))
_READ = Target("cocreations.poll_unread", "editMessageReplyMarkup", then=(("sendMessage", "group"),))
_ENDED = is_so(
    finds("SELECT state FROM cocreations WHERE community_id = :here", "ended"),
    finds("SELECT count(*) FROM badges WHERE community_id = :here AND badge LIKE 'cocreation%'", 1),
)

COCREATIONS = (
    Story(
        "a co-creation",
        (
            Stage(_BEGUN.cause, _BEGUN.targets, _TAKING_PART),
            _VOTED,
            Stage(
                Due(cocreations.CLOSE.name),
                (
                    Target("cocreations.poll_over", "stopPoll", then=(("sendMessage", "group"),), doubted=(1, 1)),
                    Target("cocreations.ended", "sendMessage"),
                    Target("cocreations.won", "sendMessage", "ana"),
                ),
            ),
        ),
        _COCREATIONS,
        (_has_theme,),
        paid={("cocreation_won", "ana"): 1000, ("cocreation_won", "wei"): 0},
        at_the_end=_ENDED,
    ),
    Story(
        "a co-creation's poll is read",
        (
            Stage(_BEGUN.cause, (), _TAKING_PART),
            Stage(_VOTED.cause, (), _VOTED.after),
            Stage(
                both(fails("stopPoll", "group", kind="lost_answer"), Due(cocreations.CLOSE.name)),
                (_READ,),
                is_direct=False,
            ),
        ),
        _COCREATIONS,
        (_has_theme,),
        paid={("cocreation_won", "ana"): 1000, ("cocreation_won", "wei"): 0},
        at_the_end=_ENDED,
    ),
    Story(
        "a co-creation's poll may stand twice",
        (
            Stage(_BEGUN.cause, (), _TAKING_PART),
            Stage(
                both(fails("sendPoll", "group", kind="lost_answer"), _VOTED.cause),
                (Target("cocreations.poll_doubled", "sendMessage", "owner"),),
                is_direct=False,
            ),
        ),
        _COCREATIONS,
        (_has_theme,),
        at_the_end=finds("SELECT state FROM cocreations WHERE community_id = :here", "voting"),
    ),
    Story(
        "a co-creation with a work that nobody judged",
        (
            Stage(_BEGUN.cause, (), (*_TAKING_PART, writes("ana", "Another one #cocreate", media="photo"))),
            Stage(
                _VOTED.cause,
                (
                    Target("cocreations.left_out", "sendMessage", "ana"),
                    Target("cocreations.unjudged", "sendMessage", "owner"),
                ),
            ),
        ),
        _COCREATIONS,
        (_has_theme,),
        at_the_end=finds("SELECT count(*) FROM cocreation_entries WHERE community_id = :here AND number > 0", 2),
    ),
    Story(
        "a co-creation with a work that came too late",
        (
            Stage(_BEGUN.cause, (), _TAKING_PART),
            Stage(_VOTED.cause),
            Stage(
                writes("ana", "Once more #cocreate", media="photo"),
                (Target("cocreations.outside", "sendMessage", "ana"),),
            ),
        ),
        _COCREATIONS,
        (_has_theme,),
        at_the_end=finds("SELECT count(*) FROM cocreation_entries WHERE community_id = :here", 2),
    ),
    Story(
        "a co-creation without works",
        (
            Stage(_BEGUN.cause),
            Stage(_VOTED.cause, (Target("cocreations.nobody_won", "sendMessage", "owner"),)),
        ),
        _COCREATIONS,
        (_has_theme,),
        at_the_end=finds("SELECT state FROM cocreations WHERE community_id = :here", "ended"),
    ),
    Story(
        "the co-creation before is still on",
        (
            Stage(_BEGUN.cause),
            Stage(_BEGUN.cause, (Target("cocreations.still_on", "sendMessage", "owner"),)),
        ),
        _COCREATIONS,
        (_has_two_themes,),
    ),
    Story(
        "no theme is left",
        (Stage(_BEGUN.cause, (Target("cocreations.no_theme", "sendMessage", "owner"),)),),
        _COCREATIONS,
    ),
)
