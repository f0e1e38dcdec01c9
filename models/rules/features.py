"""Every feature that has numbers, under the name that it bears on every floor."""

from collections.abc import Mapping
from types import MappingProxyType

from models.rules.answers import AnswersSettings
from models.rules.badges import BadgesSettings
from models.rules.boards import BoardsSettings
from models.rules.checkins import CheckinsSettings
from models.rules.cocreations import CocreationsSettings
from models.rules.corrections import CorrectionsSettings
from models.rules.difficulty import DifficultySettings
from models.rules.fairness import FairnessSettings
from models.rules.keywords import KeywordsSettings
from models.rules.levels import LevelsSettings
from models.rules.likeness import LikenessSettings
from models.rules.messages import MessagesSettings
from models.rules.newcomers import NewcomersSettings
from models.rules.polls import PollsSettings
from models.rules.questions import QuestionsSettings
from models.rules.reach import ReachSettings
from models.rules.reactions import ReactionsSettings
from models.rules.replies import RepliesSettings
from models.rules.roles import RolesSettings
from models.rules.standings import StandingsSettings
from models.rules.topics import TopicsSettings
from models.rules.works import WorksSettings

FEATURE_SETTINGS: Mapping[str, type] = MappingProxyType(
    {
        "answers": AnswersSettings,
        "badges": BadgesSettings,
        "boards": BoardsSettings,
        "checkins": CheckinsSettings,
        "cocreations": CocreationsSettings,
        "corrections": CorrectionsSettings,
        "difficulty": DifficultySettings,
        "fairness": FairnessSettings,
        "keywords": KeywordsSettings,
        "levels": LevelsSettings,
        "likeness": LikenessSettings,
        "messages": MessagesSettings,
        "newcomers": NewcomersSettings,
        "polls": PollsSettings,
        "questions": QuestionsSettings,
        "reach": ReachSettings,
        "reactions": ReactionsSettings,
        "replies": RepliesSettings,
        "roles": RolesSettings,
        "standings": StandingsSettings,
        "topics": TopicsSettings,
        "works": WorksSettings,
    }
)
