"""Reading what Telegram Desktop exports of a chat; simulator.history.reader begins it."""
