"""The yardstick for askers: a python-telegram-bot application that answers buttons and does nothing else."""

import os

from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes


async def _answer(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.callback_query is not None:
        await update.callback_query.answer("This button is not in use any more.")


def main() -> None:
    """Poll the server named by the environment."""
    application = (
        Application.builder()
        .token(os.environ["KITH_TELEGRAM__TOKEN"])
        .base_url(os.environ["KITH_TELEGRAM__API_URL"] + "/bot")
        .build()
    )
    application.add_handler(CallbackQueryHandler(_answer))
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main()
