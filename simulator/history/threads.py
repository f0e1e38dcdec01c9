"""Which topic a message is in: the export says so only through the chain of replies."""

from typing import Any


class Threads:
    def __init__(self) -> None:
        self._topics: set[int] = set()
        self._answered: dict[int, int | None] = {}
        self._found: dict[int, int | None] = {}
        self._broken: set[int] = set()

    def look(self, messages: list[Any]) -> None:
        """Learns the whole file first, since a chain may lead anywhere in it."""
        self._topics = {
            raw["id"]
            for raw in messages
            if isinstance(raw, dict) and raw.get("action") == "topic_created" and isinstance(raw.get("id"), int)
        }
        if not self._topics:
            return
        for raw in messages:
            if isinstance(raw, dict) and isinstance(raw.get("id"), int):
                answered = raw.get("reply_to_message_id")
                here = raw.get("reply_to_peer_id") is None and isinstance(answered, int)
                self._answered[raw["id"]] = answered if here else None

    def topic_of(self, number: int) -> int | None:
        """The topic at the end of the chain; None is the General topic, or a group without topics."""
        if not self._topics:
            return None
        walked: dict[int, None] = {}
        place: int | None = number
        # A chain that bites its own tail ends as well.
        while place is not None and place not in self._topics and place not in self._found and place not in walked:
            walked[place] = None
            if place not in self._answered:
                self._broken.update(walked)
            place = self._answered.get(place)
        topic = self._found.get(place) if place not in self._topics and place is not None else place
        if place in self._broken:
            self._broken.update(walked)
        self._found.update((passed, topic) for passed in walked)
        return topic

    def broken(self, number: int) -> bool:
        """Whether the chain leads to a message that is not in the file, so that its topic cannot be known."""
        return number in self._broken
