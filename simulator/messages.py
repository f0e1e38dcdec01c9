"""A message as everybody in the chat sees it, with its Bot API JSON."""

from datetime import UTC, datetime
from typing import Any

from typing_extensions import override

from simulator.accounts import Account
from simulator.places import Place
from simulator.polls import Poll

MEDIA = ("photo", "video", "voice", "document", "sticker", "animation", "audio", "video_note")


class Message:
    __slots__ = ("author", "chat", "deleted", "id", "markup", "poll", "raw", "reactions", "reply_to", "sent_at")

    def __init__(
        self,
        raw: dict[str, Any],
        *,
        chat: Place,
        author: Account | None,
        reply_to: "Message | None" = None,
        markup: dict[str, Any] | None = None,
        poll: Poll | None = None,
    ) -> None:
        self.id: int = raw["message_id"]
        self.chat = chat
        self.author = author
        self.raw = raw
        self.reply_to = reply_to
        # Reply keyboards are seen by people only: the Bot API does not return them.
        self.markup = markup
        self.poll = poll
        self.reactions: dict[int, list[str]] = {}
        self.deleted = False
        self.sent_at = datetime.fromtimestamp(raw["date"], UTC)

    @property
    def text(self) -> str | None:
        text: str | None = self.raw.get("text", self.raw.get("caption"))
        return text

    @property
    def entities(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.raw.get("entities", self.raw.get("caption_entities", []))
        return found

    @property
    def keyboard(self) -> list[list[dict[str, Any]]]:
        """The rows of inline buttons under the message."""
        rows: list[list[dict[str, Any]]] = self.raw.get("reply_markup", {}).get("inline_keyboard", [])
        return rows

    @property
    def topic(self) -> int | None:
        thread: int | None = self.raw.get("message_thread_id")
        return thread if self.raw.get("is_topic_message") else None

    @property
    def service(self) -> bool:
        return not (
            "text" in self.raw or "poll" in self.raw or "dice" in self.raw or any(kind in self.raw for kind in MEDIA)
        )

    def quoted(self) -> dict[str, Any]:
        """As it stands inside a reply: Telegram shows one level only."""
        return {name: value for name, value in self.raw.items() if name not in ("reply_to_message", "pinned_message")}

    @override
    def __repr__(self) -> str:
        return f"<Message {self.id} in {self.chat.id}: {self.text!r}>"
