"""What people call the ways to earn: one deed of each, for who did it."""

from collections.abc import Callable, Mapping

from handlers.texts.reader import Html, Reader
from models.challenges import PRIZE
from models.rules.checkins import CHECKIN
from models.rules.cocreations import WON
from models.rules.corrections import Kind
from models.rules.messages import MESSAGE
from models.rules.polls import ADOPTED, VOTE
from models.rules.questions import HELPED
from models.rules.reactions import GIVEN, RECEIVED
from models.rules.replies import REPLY
from models.rules.topics import ANSWER, FEATURED, LIKED
from models.rules.works import WORK, WORK_FEATURED

_DEEDS: Mapping[str, Callable[[Reader], Html]] = {
    MESSAGE.action: lambda reader: reader.say("a message"),
    REPLY.action: lambda reader: reader.say("a reply"),
    GIVEN.action: lambda reader: reader.say("a reaction given"),
    RECEIVED.action: lambda reader: reader.say("a reaction received"),
    CHECKIN.action: lambda reader: reader.say("a check-in"),
    PRIZE: lambda reader: reader.say("a challenge finished"),
    HELPED.action: lambda reader: reader.say("an answer that helped"),
    WORK.action: lambda reader: reader.say("accepted work"),
    WORK_FEATURED.action: lambda reader: reader.say("featured work"),
    ANSWER.action: lambda reader: reader.say("an answer to the day's topic"),
    LIKED.action: lambda reader: reader.say("an answer that several people liked"),
    VOTE.action: lambda reader: reader.say("a vote"),
    ADOPTED.action: lambda reader: reader.say("a proposal that became a topic"),
    FEATURED.action: lambda reader: reader.say("an answer that was featured"),
    WON.action: lambda reader: reader.say("a co-creation won"),
    Kind.GRANT.value: lambda reader: reader.say("given by an administrator"),
    Kind.DEDUCT.value: lambda reader: reader.say("taken by an administrator"),
}


def deed(reader: Reader, action: str) -> Html:
    """What stands under `action` in the ledger, in words."""
    return _DEEDS[action](reader) if action in _DEEDS else reader.say("something else")
