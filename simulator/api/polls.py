"""A bot's polls, and the answers to buttons and messages: callbacks and reactions."""

from datetime import UTC, datetime, timedelta
from typing import Any

from simulator import buttons, voting
from simulator.api.call import Call
from simulator.api.keyboards import checked_markup
from simulator.api.sending import send
from simulator.errors import bad_request
from simulator.messages import Message
from simulator.polls import Poll
from simulator.text import utf16
from simulator.text.formatting import formatted

MAX_OPTIONS = 12
MAX_OPTION = 100
MAX_QUESTION = 300
MAX_DESCRIPTION = 1024
OPEN_PERIOD = (5, 2_628_000)
MAX_TOAST = 200


def send_poll(call: Call) -> dict[str, Any]:
    chat = call.chat()
    poll = _poll(call)
    message = send(call, chat, {}, kind="poll", poll=poll)
    call.world.polls[poll.id] = poll
    _close_in_time(call, message, poll)
    return message.raw


def stop_poll(call: Call) -> dict[str, Any]:
    message = call.message(call.chat(), missing="message with poll to stop not found")
    poll = message.poll
    if poll is None or message.author is not call.bot:
        raise bad_request("poll can't be stopped")
    if poll.closed:
        raise bad_request("poll has already been closed")
    # Without a keyboard in the call the poll loses its own.
    message.markup = checked_markup(call.get("reply_markup"), private=message.chat.private)
    message.raw.pop("reply_markup", None)
    voting.close(call.world, message, poll)
    return poll.json()


def answer_callback_query(call: Call) -> bool:
    text = call.get("text")
    if text and utf16.length(text) > MAX_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    taken = buttons.answer(
        call.world,
        call.params["callback_query_id"],
        bot=call.bot,
        text=text or None,
        alert=bool(call.get("show_alert")),
        url=call.get("url"),
    )
    if not taken:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    return True


def set_message_reaction(call: Call) -> bool:
    """A bot has one reaction on a message; nobody is told of it."""
    chat = call.chat()
    message = call.message(chat, missing="message to react not found")
    chosen = []
    for reaction in call.get("reaction") or []:
        emoji = reaction.get("emoji", "").replace("\ufe0f", "")
        if reaction["type"] != "emoji" or emoji not in call.world.spec.reactions:
            raise bad_request("REACTION_INVALID")
        chosen.append(emoji)
    if len(chosen) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if not chat.private and not chat.may(call.bot, "can_react_to_messages"):
        raise bad_request("not enough rights to react to messages in the chat")
    message.reactions.pop(call.bot.id, None)
    if chosen:
        message.reactions[call.bot.id] = chosen
    call.world.changed(message)
    return True


def delete_message_reaction(call: Call) -> bool:
    """Takes somebody's reactions off a message, as an administrator may."""
    chat = call.chat()
    call.must("can_delete_messages", chat, otherwise="not enough rights to delete reactions")
    message = call.message(chat)
    actor = call.get("user_id") or call.get("actor_chat_id")
    if actor is None or message.reactions.pop(actor, None) is None:
        raise bad_request("reaction not found")
    call.world.changed(message)
    return True


def _poll(call: Call) -> Poll:
    question, entities = formatted(
        call.params["question"], parse_mode=call.get("question_parse_mode"), entities=call.get("question_entities")
    )
    if not question or utf16.length(question) > MAX_QUESTION:
        complaint = f"length must not exceed {MAX_QUESTION}" if question else "can't be empty"
        raise bad_request(f"poll question {complaint}")
    kind = call.get("type") or "regular"
    if kind not in ("regular", "quiz"):
        raise bad_request("unsupported poll type specified")
    options = _options(call)
    correct = call.get("correct_option_ids") or []
    if kind == "quiz" and (not correct or any(not 0 <= place < len(options) for place in correct)):
        raise bad_request("wrong correct option ID specified")
    return Poll(
        id=call.world.ids.number(),
        question=question,
        options=options,
        owner=call.bot,
        is_anonymous=call.get("is_anonymous", True),
        kind=kind,
        multiple=call.get("allows_multiple_answers", False),
        revoting=call.get("allows_revoting", kind == "regular"),
        correct=correct,
        closed=call.get("is_closed", False),
        extra=_extra(call, entities),
    )


def _options(call: Call) -> list[str]:
    options = []
    for given in call.params["options"]:
        text, _ = formatted(given["text"], parse_mode=given.get("text_parse_mode"), entities=given.get("text_entities"))
        if not text:
            raise bad_request("poll options must be non-empty")
        if utf16.length(text) > MAX_OPTION:
            raise bad_request(f"poll options length must not exceed {MAX_OPTION}")
        options.append(text)
    if not 1 <= len(options) <= MAX_OPTIONS:
        raise bad_request(f"poll must have 1-{MAX_OPTIONS} options")
    return options


def _extra(call: Call, entities: list[dict[str, Any]]) -> dict[str, Any]:
    extra: dict[str, Any] = {"question_entities": entities} if entities else {}
    period = call.get("open_period")
    if period is not None and not OPEN_PERIOD[0] <= period <= OPEN_PERIOD[1]:
        raise bad_request("open_period must be between 5 and 2628000 seconds")
    for name in ("open_period", "close_date", "explanation", "description"):
        if call.get(name):
            extra[name] = call.get(name)
    return extra | _description(call)


def _description(call: Call) -> dict[str, Any]:
    text, entities = formatted(
        call.get("description") or "",
        parse_mode=call.get("description_parse_mode"),
        entities=call.get("description_entities"),
    )
    if utf16.length(text) > MAX_DESCRIPTION:
        raise bad_request(f"poll description length must not exceed {MAX_DESCRIPTION}")
    return {"description": text, **({"description_entities": entities} if entities else {})} if text else {}


def _close_in_time(call: Call, message: Message, poll: Poll) -> None:
    """Of an end that comes by the clock no bot is told: Telegram's own server for bots does not promise it."""
    clock = call.world.clock
    if "open_period" in poll.extra:
        clock.after(timedelta(seconds=poll.extra["open_period"]), lambda: voting.expire(call.world, message, poll))
    elif "close_date" in poll.extra:
        clock.when(
            datetime.fromtimestamp(poll.extra["close_date"], UTC), lambda: voting.expire(call.world, message, poll)
        )
