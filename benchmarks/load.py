"""The load of the intake benchmarks: what a busy group sends, as raw updates, the same for every bot measured."""

import random
from collections.abc import Iterator
from typing import Any

CHAT: dict[str, Any] = {"id": -1001234567890, "type": "supergroup", "title": "Busy group"}
PEOPLE = 1000
POLLS = 20
# 65% messages, 25% reactions, 8% votes, 2% joins.
SHARES = (0.65, 0.90, 0.98)


def _user(number: int) -> dict[str, Any]:
    return {"id": 5_000_000 + number, "is_bot": False, "first_name": f"Member {number}", "language_code": "en"}


def _message(message_id: int, date: int, rng: random.Random) -> dict[str, Any]:
    text = " ".join(rng.choices(("hello", "books", "today", "reading", "like", "this", "再見", "謝謝"), k=8))
    told = {"message_id": message_id, "date": date, "chat": CHAT, "from": _user(rng.randrange(PEOPLE)), "text": text}
    if message_id > POLLS and rng.random() < 0.3:
        told["reply_to_message"] = {
            "message_id": rng.randrange(1, message_id),
            "date": date,
            "chat": CHAT,
            "from": _user(rng.randrange(PEOPLE)),
            "text": "earlier",
        }
    return {"message": told}


def _poll(message_id: int, date: int) -> dict[str, Any]:
    options = [{"persistent_id": word, "text": word, "voter_count": 0} for word in ("yes", "no")]
    poll = {
        "id": str(message_id),
        "question": "Shall we?",
        "options": options,
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": False,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    }
    return {"message": {"message_id": message_id, "date": date, "chat": CHAT, "from": _user(0), "poll": poll}}


def _reaction(last: int, date: int, rng: random.Random) -> dict[str, Any]:
    told = {"chat": CHAT, "message_id": rng.randint(1, last), "date": date, "user": _user(rng.randrange(PEOPLE))}
    emoji = {"type": "emoji", "emoji": rng.choice("👍❤🔥")}
    return {"message_reaction": {**told, "old_reaction": [], "new_reaction": [emoji]}}


def _vote(rng: random.Random) -> dict[str, Any]:
    told = {"poll_id": str(rng.randint(1, POLLS)), "user": _user(rng.randrange(PEOPLE)), "option_ids": [0]}
    return {"poll_answer": {**told, "option_persistent_ids": ["yes"]}}


def _join(date: int, rng: random.Random) -> dict[str, Any]:
    user = _user(rng.randrange(PEOPLE))
    old, fresh = {"user": user, "status": "left"}, {"user": user, "status": "member"}
    told = {"chat": CHAT, "from": user, "date": date, "old_chat_member": old, "new_chat_member": fresh}
    return {"chat_member": told}


def updates(count: int, *, first_message: int, date: int, seed: int) -> Iterator[dict[str, Any]]:
    """`count` updates without ids; the first ones of a group (`first_message` = 1) are its polls."""
    rng = random.Random(seed)
    message_id = first_message - 1
    for _ in range(count):
        if message_id < POLLS:
            message_id += 1
            yield _poll(message_id, date)
            continue
        chance = rng.random()
        if chance < SHARES[0]:
            message_id += 1
            yield _message(message_id, date, rng)
        elif chance < SHARES[1]:
            yield _reaction(message_id, date, rng)
        else:
            yield _vote(rng) if chance < SHARES[2] else _join(date, rng)
