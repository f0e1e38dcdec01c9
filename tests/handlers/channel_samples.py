"""What is said about a group's channel, with values that somebody could really meet."""

from collections.abc import Callable
from functools import partial
from typing import Final

from handlers.texts import channels
from handlers.texts.reader import Html, Reader
from models.channels import Obstacle
from models.works import Works

WORK = Works(chat_id=-1001234567890, message_id=77, author_id=3)

SAMPLES: Final[dict[str, Callable[[Reader], Html]]] = {
    "channels.about": channels.about,
    "channels.usage": channels.usage,
    "channels.asking": channels.asking,
    "channels.none_any_more": channels.none_any_more,
    "channels.chosen": partial(channels.chosen, name="@bookclub_news", title="Book Club"),
    "channels.not_chosen": partial(channels.not_chosen, name="@bookclub_news", title="Book Club"),
    "channels.in_doubt": partial(channels.in_doubt, title="Book Club", work=WORK),
    "channels.refused": partial(channels.refused, title="Book Club", work=WORK, obstacle=Obstacle.SHUT),
    "channels.refused: protected": partial(channels.refused, title="Book Club", work=WORK, obstacle=Obstacle.PROTECTED),
    "channels.refused: gone": partial(channels.refused, title="Book Club", work=WORK, obstacle=Obstacle.GONE),
    "channels.it_is_there": channels.it_is_there,
    "channels.copy_again": channels.copy_again,
    "channels.noted": channels.noted,
    "channels.copied_again": channels.copied_again,
}
