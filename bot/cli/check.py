"""`kith check`: is everything there that the bot needs? Said in words, one line each."""

import asyncio
from typing import TYPE_CHECKING

import click

from bot.cli.exits import Exit
from bot.cli.session import configuration

if TYPE_CHECKING:
    from telegram.ext import ExtBot

    from bot.config import Configuration
    from models.communities import Communities

GOOD, BAD = "ok     ", "missing"


class Findings:
    """Says each finding and remembers whether one of them was bad."""

    def __init__(self) -> None:
        self.bad = False

    def good(self, sentence: str) -> None:
        """Something is as it should be."""
        click.echo(f"{GOOD}  {sentence}")

    def missing(self, sentence: str) -> None:
        """Something keeps the bot from working."""
        self.bad = True
        click.echo(f"{BAD}  {sentence}")

    def hint(self, sentence: str) -> None:
        """Something that could be better."""
        click.echo(f"         {sentence}")


@click.command()
@click.pass_context
def command(ctx: click.Context) -> None:
    """Check configuration, database, token, and the bot's rights in each group, and say what is missing.

    Changes nothing. Ends with 0 if the bot can run, with 3 if something is missing.
    """
    chosen = configuration(ctx)
    findings = Findings()
    findings.good("the configuration can be read")
    _pictures(findings)
    asyncio.run(_check(chosen, findings))
    if findings.bad:
        ctx.exit(Exit.MISSING)


async def _check(chosen: "Configuration", findings: Findings) -> None:
    communities = await _database(chosen, findings)
    if chosen.telegram.token is None:
        findings.missing("no token yet: /newbot at @BotFather gives one; put it into KITH_TELEGRAM__TOKEN")
        return
    from telegram.error import InvalidToken, TelegramError

    from bot.telegram import make_bot

    bot = make_bot(token=chosen.telegram.token.get_secret_value(), api_url=chosen.telegram.api_url)
    try:
        await bot.initialize()
        await _bot(bot, chosen, findings)
        for community in communities:
            await _group(bot, community, findings)
    except InvalidToken:
        findings.missing("Telegram does not know the token; /token at @BotFather shows the right one")
    except TelegramError as error:
        findings.missing(f"Telegram cannot be reached at {chosen.telegram.api_url}: {error}")
    finally:
        await bot.shutdown()


def _pictures(findings: Findings) -> None:
    from handlers.pictures import lacking

    absent = lacking()
    if absent:
        findings.hint(f"Without {', '.join(absent)} nobody is offered /me as a picture: pip install '.[pictures]'.")
    else:
        findings.good("/me can be drawn as a picture")


async def _database(chosen: "Configuration", findings: Findings) -> "list[Communities]":
    from sqlalchemy.exc import SQLAlchemyError

    from bot import schema
    from bot.cli.database import reason_of
    from migrations import HEAD
    from models import communities
    from models.database import Database

    url, shown = chosen.database.url.get_secret_value(), chosen.database.shown
    try:
        version = await schema.current(url)
        if version != HEAD:
            state = "is new" if version is None else f"has version {version}"
            findings.good(f"the database {shown} can be used; it {state}, kith run brings it to {HEAD}")
            return []
        database = Database(url)
        try:
            async with database.reading() as session:
                found = list(await communities.listed(session))
        finally:
            await database.close()
    except (SQLAlchemyError, OSError) as error:
        findings.missing(f"the database {shown} cannot be used: {reason_of(error)}")
        return []
    findings.good(f"the database {shown} has the newest version, {HEAD}")
    return found


async def _bot(bot: "ExtBot[None]", chosen: "Configuration", findings: Findings) -> None:
    findings.good(f"the token belongs to @{bot.username}")
    if not bot.bot.can_join_groups:
        findings.missing("the bot may not be added to groups: allow it with /setjoingroups at @BotFather")
    if not bot.bot.can_read_all_group_messages:
        findings.hint("Privacy mode is on, so it sees all messages only where it is an administrator; that is enough.")
    webhook = await bot.get_webhook_info()
    if chosen.telegram.mode == "polling" and webhook.url:
        findings.hint(f"A webhook is set at {webhook.url}; kith run removes it, since mode is polling.")
    if webhook.pending_update_count:
        findings.hint(f"{webhook.pending_update_count} updates wait at Telegram.")


async def _group(bot: "ExtBot[None]", community: "Communities", findings: Findings) -> None:
    from telegram import ChatMember
    from telegram.error import TelegramError

    from handlers.raw import granted_rights
    from models.rules.communities import Lack, Standing, lacks

    words = {
        Lack.ALL_MESSAGES: "sees only commands and replies to it (make it an administrator)",
        Lack.REACTIONS: "sees no reactions (make it an administrator)",
        Lack.JOINS: "does not see by which link somebody joins (make it an administrator)",
        Lack.TIDYING: "cannot delete the commands it answered (right to delete messages)",
    }
    if community.state == "waiting":
        findings.hint(f"{community.title} ({community.chat_id}): waits for an owner's word.")
        return
    try:
        member = await bot.get_chat_member(community.chat_id, bot.id)
    except TelegramError as error:
        findings.hint(f"{community.title} ({community.chat_id}): {error}; it sleeps until the bot is added again.")
        return
    if member.status in (ChatMember.LEFT, ChatMember.BANNED):
        findings.hint(f"{community.title} ({community.chat_id}): the bot is not there; the community sleeps.")
        return
    administrator = member.status in (ChatMember.ADMINISTRATOR, ChatMember.OWNER)
    standing = Standing(administrator, granted_rights(member.to_dict()), bool(bot.bot.can_read_all_group_messages))
    missing = lacks(standing)
    if not missing:
        findings.good(f"{community.title} ({community.chat_id}): all works")
    else:
        what = "; ".join(words[lack] for lack in missing)
        findings.good(f"{community.title} ({community.chat_id}): counts, but {what}")
