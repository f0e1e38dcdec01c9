"""Where a message can be opened: its address in Telegram, if it has one."""

# A supergroup's id with this in front is what the Bot API calls it by; the bare number is what its addresses bear.
_SUPERGROUP = -1_000_000_000_000


def message_link(*, chat_id: int, message_id: int) -> str | None:
    """The address of a message, which opens for members of its chat; messages of basic groups have none."""
    if chat_id >= _SUPERGROUP:
        return None
    return f"https://t.me/c/{_SUPERGROUP - chat_id}/{message_id}"
