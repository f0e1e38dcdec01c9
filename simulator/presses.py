"""A press of a button and what became of it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.bots import Bot


@dataclass(eq=False)
class Press:
    """What became of a press: the toast or alert, or where the button leads."""

    id: str
    bot: Bot | None
    at: datetime
    answered: bool = False
    text: str | None = None
    alert: bool = False
    url: str | None = None
    answer: asyncio.Future[None] | None = None

    def json(self) -> dict[str, Any]:
        return {"answered": self.answered, "text": self.text, "alert": self.alert, "url": self.url}
