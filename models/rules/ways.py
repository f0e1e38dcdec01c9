"""All ways to earn, so that a limit of a whole tier knows what belongs to it."""

from collections.abc import Mapping
from types import MappingProxyType

from models.rules.checkins import CHECKIN
from models.rules.cocreations import WON
from models.rules.fairness import Tier
from models.rules.messages import MESSAGE
from models.rules.polls import ADOPTED, VOTE
from models.rules.questions import HELPED
from models.rules.reactions import GIVEN, RECEIVED
from models.rules.replies import REPLY
from models.rules.topics import ANSWER, FEATURED, LIKED
from models.rules.works import WORK, WORK_FEATURED

WAYS = (
    MESSAGE,
    REPLY,
    GIVEN,
    RECEIVED,
    CHECKIN,
    HELPED,
    WORK,
    WORK_FEATURED,
    ANSWER,
    LIKED,
    FEATURED,
    VOTE,
    ADOPTED,
    WON,
)
# What others have judged to be good. Who undoes that leaves the day's limits as if it had never been: nobody gains by
# being judged twice, and a slip of the finger shall not cost a member the day. What members do by themselves has used
# its turn, also when it was taken back.
JUDGED = frozenset(way.action for way in (HELPED, WORK, WORK_FEATURED, FEATURED, ADOPTED, WON))
TIERS: Mapping[str, Tier] = MappingProxyType({way.action: way.tier for way in WAYS})
