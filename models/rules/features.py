"""Every feature that has numbers, under the name that it bears on every floor."""

from collections.abc import Mapping
from types import MappingProxyType

from models.rules.messages import MessagesSettings

FEATURE_SETTINGS: Mapping[str, type] = MappingProxyType({"messages": MessagesSettings})
