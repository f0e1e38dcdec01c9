"""Where a message can be opened: its address in Telegram, if it has one."""

# A supergroup's id with this in front is what the Bot API calls it by; the bare number is what its addresses bear.
_SUPERGROUP = -1_000_000_000_000


def message_link(*, chat_id: int, message_id: int, topic: int | None = None, username: str | None = None) -> str | None:
    """The address of a message, which opens for members of its chat; messages of basic groups have none.

    That of a public chat bears the chat's `username`, and in a forum each bears its topic.
    """
    if chat_id >= _SUPERGROUP:
        return None
    chat = username or f"c/{_SUPERGROUP - chat_id}"
    return "/".join(["https://t.me", chat, *([] if topic is None else [str(topic)]), str(message_id)])
