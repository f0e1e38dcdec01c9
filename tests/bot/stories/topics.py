"""Stories of the topic of the day, and of questions."""

from sqlalchemy import Connection, insert

from models import topics
from models.roles import Roles
from models.rules import questions
from models.rules.kits import Kit, topics_of
from models.rules.roles import Role
from models.rules.topics import CLOSE, FEW, POST
from tests.bot.places import Due, Place, Stage, Story, Target
from tests.bot.stories.acts import books, both, fails, finds, is_so, keeps, writes

DAILY = {"topics": {"on": True, "hour": 20, "pins": True}}
_BANK = books(
    lambda place, connection: topics.put(
        connection, community_id=place.community_id, topics=topics_of(Kit.LEARNING, language="en")
    )
)
_SMALL_BANK = books(
    lambda place, connection: topics.put(
        connection, community_id=place.community_id, topics=topics_of(Kit.LEARNING, language="en")[: FEW + 1]
    )
)
_TOPIC = Stage(
    Due(POST.name),
    (
        Target("topics.came", "sendMessage", then=(("pinChatMessage", "group"),)),
        Target("topics.pinned", "pinChatMessage"),
    ),
    after=(
        keeps("topic", "group", "💬 Topic of the day"),
        writes("wei", "That I ask too late, every single time", to="topic", kept="answer"),
    ),
)


async def _is_not_pinned(place: Place) -> None:
    assert place.group.pinned == []


def _reacts(place: Place) -> None:
    place.ana.reacts(place.kept["answer"], ["👍"])


async def _ana_likes_it(place: Place) -> None:
    _reacts(place)


TOPICS = (
    Story(
        "the topic of the day",
        (
            Stage(_TOPIC.cause, _TOPIC.targets, (*_TOPIC.after, _ana_likes_it)),
            Stage(
                Due(CLOSE.name),
                (
                    Target("topics.closed", "sendMessage"),
                    Target("topics.pinned", "unpinChatMessage", repeated="failed"),
                ),
            ),
        ),
        DAILY,
        (_BANK,),
        paid={("topic_answer", "wei"): 100, ("topic_answer_featured", "wei"): 100},
        at_the_end=is_so(
            _is_not_pinned,
            finds("SELECT answered FROM topic_days WHERE community_id = :here", 1),
        ),
    ),
    Story(
        "an answer counts",
        (
            Stage(
                writes("wei", "That I ask too late, every single time", to="topic"),
                (Target("signs.offered", "setMessageReaction"),),
            ),
        ),
        DAILY,
        (_BANK, _TOPIC.cause, keeps("topic", "group", "💬 Topic of the day")),
        paid={("topic_answer", "wei"): 100},
    ),
    Story(
        "an answer is featured",
        (
            Stage(
                writes("owner", "/feature", to="answer"),
                (Target("signs.due", "setMessageReaction"),),
            ),
        ),
        DAILY,
        (_BANK, _TOPIC.cause, *_TOPIC.after),
        paid={("topic_answer", "wei"): 100, ("topic_answer_featured", "wei"): 100},
    ),
    Story(
        "a topic without an answer",
        (Stage(Due(POST.name)), Stage(Due(CLOSE.name), (Target("topics.unanswered", "sendMessage", "owner"),))),
        DAILY,
        (_BANK,),
    ),
    Story(
        "few topics are left",
        (Stage(Due(POST.name), (Target("topics.low", "sendMessage", "owner"),)),),
        DAILY,
        (_SMALL_BANK,),
    ),
    Story(
        "no topic is left",
        (Stage(Due(POST.name), (Target("topics.missing", "sendMessage", "owner"),)),),
        DAILY,
        at_the_end=finds(
            "SELECT why FROM occurrences WHERE community_id = :here AND state = 'skipped'",
            "nothing",
        ),
    ),
    Story(
        "a topic that Telegram refuses",
        (
            Stage(
                both(fails("sendMessage", "group", status=400), Due(POST.name)),
                (Target("topics.refused", "sendMessage", "owner"),),
                is_direct=False,
            ),
        ),
        DAILY,
        (_BANK,),
    ),
)


def _make_expert(place: Place, connection: Connection) -> None:
    role = {"role": Role.EXPERT.value, "since": place.now}
    connection.execute(insert(Roles).values(community_id=place.community_id, user_id=place.ana.id, **role))


QUESTIONS = (
    Story(
        "a question without an answer",
        (
            Stage(
                Due(questions.REMIND.name),
                (
                    Target("questions.unanswered", "sendMessage", "owner"),
                    Target("questions.for_expert", "sendMessage", "ana"),
                ),
            ),
        ),
        {
            "questions": {"on": True, "reminder": True, "experts": True, "reminder_hour": 20},
            "roles": {"on": True},
        },
        (writes("wei", "Which edition should I start with? #question"), books(_make_expert)),
    ),
)
