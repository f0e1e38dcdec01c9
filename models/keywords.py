"""Which words any community has for its commands: so much must be known of a message before it is looked at closer."""

import json
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.communities import Communities
from models.rules.keywords import KeywordsSettings, meanings
from models.rules.settings import changed


def words_of(settings: Mapping[str, Mapping[str, object]]) -> Mapping[str, str]:
    """The words of one community, each with its command."""
    return meanings(changed(KeywordsSettings(), settings.get("keywords", {})))


async def known(session: AsyncSession, *, at_first: Mapping[str, Mapping[str, object]]) -> frozenset[str]:
    """The words of all communities, and of those that are yet to come, which start with `at_first`."""
    # Nearly all have the same ones, so few different lists are read however many communities there are.
    lists = select(Communities.settings["keywords"].as_string()).distinct()
    chosen = [json.loads(written) for written in (await session.execute(lists)).scalars() if written]
    found: set[str] = set(words_of(at_first)) | set(meanings(KeywordsSettings()))
    for one in chosen:
        found |= words_of({"keywords": one}).keys()
    return frozenset(found)
