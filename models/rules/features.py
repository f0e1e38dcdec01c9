"""Every feature that has numbers, under the name that it bears on every floor."""

from collections.abc import Mapping
from types import MappingProxyType

from models.rules.answers import AnswersSettings
from models.rules.messages import MessagesSettings
from models.rules.reach import ReachSettings

FEATURE_SETTINGS: Mapping[str, type] = MappingProxyType(
    {"answers": AnswersSettings, "messages": MessagesSettings, "reach": ReachSettings}
)
