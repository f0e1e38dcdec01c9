"""Message texts: markup parsed, entities found, counted in UTF-16 as Telegram counts."""
