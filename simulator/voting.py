"""Votes and the end of a poll as bots hear of them."""

from simulator.accounts import Account
from simulator.bots import Bot
from simulator.delivery import tell
from simulator.ground import Ground
from simulator.messages import Message
from simulator.polls import Poll


def vote(world: Ground, message: Message, poll: Poll, *, voter: Account, chosen: list[int]) -> None:
    """Only the bot that made the poll hears of votes, and only of open ones; they carry no chat and no date."""
    poll.vote(voter, chosen)
    _changed(world, message, poll)
    if isinstance(poll.owner, Bot) and not poll.is_anonymous:
        poll.owner.known.add(voter.id)
        answer = {
            "poll_id": poll.id,
            "user": voter.user,
            "option_ids": chosen,
            "option_persistent_ids": [str(place) for place in chosen],
        }
        tell(poll.owner, "poll_answer", answer)


def close(world: Ground, message: Message, poll: Poll) -> None:
    if not poll.closed:
        poll.closed = True
        _changed(world, message, poll)


def expire(world: Ground, message: Message, poll: Poll) -> None:
    """A poll's time is over; nobody is told."""
    if not poll.closed:
        poll.closed = True
        message.raw["poll"] = poll.json()
        world.changed(message)


def _changed(world: Ground, message: Message, poll: Poll) -> None:
    message.raw["poll"] = poll.json()
    world.changed(message)
    if isinstance(poll.owner, Bot):
        tell(poll.owner, "poll", poll.json())
