"""The page: a chat in the browser, in which whoever tries the bot can be everybody."""
