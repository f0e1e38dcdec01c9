"""People react, vote and press buttons."""

from datetime import datetime

from simulator import buttons, reactions, voting
from simulator.acts.actor import Actor
from simulator.errors import NotPossible
from simulator.messages import Message
from simulator.presses import Press


class AnsweringActs(Actor):
    def reacts(
        self, message: Message, chosen: list[str], *, anonymous: bool = False, at: datetime | None = None
    ) -> None:
        """Sets one's reactions anew; an empty list takes them back."""
        self._sees(message)
        if anonymous and not message.chat.standing(self).leads:
            raise NotPossible("only administrators react as the group")
        if not anonymous and not message.chat.may(self, "can_react_to_messages"):
            raise NotPossible(f"{self.name} may not react in {message.chat.title}")
        reactions.react(self.world, message, chosen, person=self, anonymous=anonymous, premium=self.premium, at=at)

    def votes(self, message: Message, chosen: list[int], *, at: datetime | None = None) -> None:  # noqa: ARG002
        """Votes carry no date; an empty list takes the vote back."""
        self._sees(message)
        if message.poll is None:
            raise NotPossible("the message is no poll")
        voting.vote(self.world, message, message.poll, voter=self, chosen=chosen)

    def taps(self, message: Message, which: str, *, at: datetime | None = None) -> Press:
        """Presses an inline button and does not wait for the answer."""
        self._sees(message)
        return buttons.press(self.world, message, which, person=self, at=at)

    async def presses(
        self,
        message: Message,
        which: str,
        *,
        timeout: float = 5.0,  # noqa: ASYNC109 — the one who presses decides how long to look at the spinner
        at: datetime | None = None,
    ) -> Press:
        return await buttons.until_answered(self.taps(message, which, at=at), timeout=timeout)

    def _sees(self, message: Message) -> None:
        self.must_be_in(message.chat)
        if message.deleted:
            raise NotPossible("the message is gone")
