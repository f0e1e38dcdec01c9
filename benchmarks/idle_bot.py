"""The yardstick: a python-telegram-bot application as its documentation shows it, whose handlers do nothing."""

import os

from telegram import Update
from telegram.ext import (
    Application,
    ChatMemberHandler,
    ContextTypes,
    MessageHandler,
    MessageReactionHandler,
    PollAnswerHandler,
    filters,
)


async def _nothing(_update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    return


def main() -> None:
    """Poll the server named by the environment."""
    application = (
        Application.builder()
        .token(os.environ["KITH_TELEGRAM__TOKEN"])
        .base_url(os.environ["KITH_TELEGRAM__API_URL"] + "/bot")
        .build()
    )
    application.add_handler(MessageHandler(filters.ALL, _nothing))
    application.add_handler(MessageReactionHandler(_nothing))
    application.add_handler(PollAnswerHandler(_nothing))
    application.add_handler(ChatMemberHandler(_nothing, ChatMemberHandler.CHAT_MEMBER))
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main()
