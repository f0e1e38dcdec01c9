"""What earns points in a community now: all numbers in force that bear on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.rules.checkins import CHECKIN, CheckinsSettings
from models.rules.cocreations import WON, CocreationsSettings
from models.rules.difficulty import DifficultySettings
from models.rules.fairness import FairnessSettings, Tier
from models.rules.likeness import LikenessSettings
from models.rules.messages import MESSAGE, MessagesSettings
from models.rules.newcomers import NewcomersSettings
from models.rules.polls import ADOPTED, VOTE, PollsSettings
from models.rules.questions import HELPED, QuestionsSettings
from models.rules.reactions import GIVEN, RECEIVED, ReactionsSettings
from models.rules.replies import REPLY, RepliesSettings
from models.rules.settings import changed
from models.rules.topics import ANSWER, FEATURED, LIKED, TopicsSettings
from models.rules.ways import TIERS
from models.rules.works import WORK, WORK_FEATURED, Grade, WorksSettings


@dataclass(frozen=True)
class Price:
    """What one deed of a way to earn is worth, and how much a day can bring by it; in hundredths.

    `points` is what the least of them is worth, and `best` the best where they are graded.
    """

    action: str
    points: int
    daily_cap: int
    best: int | None = None

    @property
    def once_a_day(self) -> bool:
        """Whether a day brings it once; a newcomer's first week may double even that."""
        return self.daily_cap <= self.points


@dataclass(frozen=True)
class Numbers:
    """A community's numbers, as far as they bear on earning."""

    messages: MessagesSettings
    replies: RepliesSettings
    reactions: ReactionsSettings
    fairness: FairnessSettings
    likeness: LikenessSettings
    newcomers: NewcomersSettings
    checkins: CheckinsSettings
    difficulty: DifficultySettings
    questions: QuestionsSettings
    works: WorksSettings
    topics: TopicsSettings
    polls: PollsSettings
    cocreations: CocreationsSettings

    @property
    def prices(self) -> tuple[Price, ...]:
        """What each way to earn is worth; those that a community has switched off are left out."""
        every = (
            Price(MESSAGE.action, self.messages.points, self.messages.daily_cap_points),
            Price(REPLY.action, self.replies.points, self.replies.daily_cap_points),
            Price(GIVEN.action, self.reactions.given_points, self.reactions.given_daily_cap_points),
            Price(RECEIVED.action, self.reactions.received_points, self.reactions.received_daily_cap_points),
            *self._topical(),
            Price(CHECKIN.action, self.checkins.points if self.checkins.on else 0, self.checkins.points),
            *self._judged(),
            *self._voted(),
        )
        return tuple(price for price in every if price.points > 0 and price.daily_cap > 0)

    def _topical(self) -> list[Price]:
        """What the day's topic is worth, where there is one."""
        if not self.topics.on:
            return []
        a_day = self.fairness.daily_cap(ANSWER.tier)
        worth = {
            ANSWER: self.topics.answer_points,
            LIKED: self.topics.liked_points,
            FEATURED: self.topics.featured_points,
        }
        return [Price(way.action, points, a_day) for way, points in worth.items()]

    def _judged(self) -> list[Price]:
        """What the ways are worth that somebody judges, as far as the community has turned them on."""
        found = []
        if self.questions.on:
            asked = self.questions
            found.append(Price(HELPED.action, asked.points, asked.daily_cap_points))
        if self.works.on:
            shared = self.works
            best = shared.points(max(Grade))
            found.append(Price(WORK.action, shared.fair_points, shared.daily_cap_points, best))
            found.append(Price(WORK_FEATURED.action, shared.featured_points, shared.featured_daily_cap_points))
            if self.cocreations.on:
                won = self.cocreations.winner_points
                found.append(Price(WON.action, won, self.fairness.daily_cap(WON.tier)))
        return found

    def _voted(self) -> list[Price]:
        """What votes and proposals are worth, where there are polls."""
        if not self.polls.on:
            return []
        found = [Price(VOTE.action, self.polls.vote_points, self.fairness.daily_cap(VOTE.tier))]
        if self.polls.weekly:
            found.append(Price(ADOPTED.action, self.polls.adopted_points, self.fairness.daily_cap(ADOPTED.tier)))
        return found

    def in_tier(self, tier: Tier) -> tuple[Price, ...]:
        """What those ways are worth that a tier's daily limit bounds together."""
        return tuple(price for price in self.prices if TIERS[price.action] is tier)


def numbers(settings: Mapping[str, Mapping[str, Any]]) -> Numbers:
    """The numbers that a community's settings put in force."""
    return Numbers(
        messages=changed(MessagesSettings(), settings.get("messages", {})),
        replies=changed(RepliesSettings(), settings.get("replies", {})),
        reactions=changed(ReactionsSettings(), settings.get("reactions", {})),
        fairness=changed(FairnessSettings(), settings.get("fairness", {})),
        likeness=changed(LikenessSettings(), settings.get("likeness", {})),
        newcomers=changed(NewcomersSettings(), settings.get("newcomers", {})),
        difficulty=changed(DifficultySettings(), settings.get("difficulty", {})),
        checkins=changed(CheckinsSettings(), settings.get("checkins", {})),
        questions=changed(QuestionsSettings(), settings.get("questions", {})),
        works=changed(WorksSettings(), settings.get("works", {})),
        topics=changed(TopicsSettings(), settings.get("topics", {})),
        polls=changed(PollsSettings(), settings.get("polls", {})),
        cocreations=changed(CocreationsSettings(), settings.get("cocreations", {})),
    )
