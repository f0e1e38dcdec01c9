"""The yardstick: a python-telegram-bot application as its documentation shows it, whose handlers do nothing.

The one button that marks the end of a run is answered.
"""

import os

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    MessageHandler,
    MessageReactionHandler,
    PollAnswerHandler,
    filters,
)


async def _nothing(_update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    return


async def _answer(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.callback_query is not None:
        await update.callback_query.answer()


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
    application.add_handler(CallbackQueryHandler(_answer))
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main()
