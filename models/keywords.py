"""Which words communities have for their commands, and which messages are nothing but one."""

import json
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.communities import Communities
from models.facts import Batch, Said
from models.rules.keywords import NEEDS, KeywordsSettings, meanings
from models.rules.settings import changed


def words_of(settings: Mapping[str, Mapping[str, object]]) -> Mapping[str, str]:
    """The words of one community, each with its command, but for those of a feature that it has off."""
    found = meanings(changed(KeywordsSettings(), settings.get("keywords", {})))
    off = {command for command, feature in NEEDS.items() if not settings.get(feature, {}).get("on")}
    return {word: command for word, command in found.items() if command not in off}


def heed(batch: Batch) -> Batch:
    """The batch with what is a word of its own group's taken for the command that it is answered like.

    What is passed on asks for nothing.
    """
    asking = {fact.update_id: fact for fact in batch.of(Said) if fact.word and not fact.is_forward}
    if not asking:
        return batch
    words = {chat_id: words_of(served.settings) for chat_id, served in batch.communities.items()}
    taken = {
        update_id: replace(fact, is_command=True)
        for update_id, fact in asking.items()
        if fact.word in words[fact.place.chat_id]
    }
    return replace(batch, facts=tuple(taken.get(fact.update_id, fact) for fact in batch.facts))


async def known(session: AsyncSession, *, at_first: Mapping[str, Mapping[str, object]]) -> frozenset[str]:
    """The words of all communities, and of those that are yet to come, which start with `at_first`."""
    # Nearly all have the same ones, so few different lists are read however many communities there are.
    lists = select(Communities.settings["keywords"].as_string()).distinct()
    chosen = [json.loads(written) for written in (await session.execute(lists)).scalars() if written]
    chosen += [{}, at_first.get("keywords", {})]
    return frozenset(word for one in chosen for word in meanings(changed(KeywordsSettings(), one)))
