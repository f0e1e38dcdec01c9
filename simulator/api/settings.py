"""What a bot says of itself: its commands, names and descriptions, kept per scope and language."""

import json
import re
from collections.abc import Callable
from typing import Any

from simulator.api.call import Call
from simulator.errors import bad_request

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"[a-z]{2}|")
MAX_COMMANDS = 100
MAX_DESCRIPTION = 256
LENGTHS = {"name": 64, "description": 512, "short_description": 120}


def set_my_commands(call: Call) -> bool:
    commands = call.params["commands"]
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    kept = []
    for command in commands:
        name = command["command"].removeprefix("/")
        if not COMMAND.fullmatch(name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= MAX_DESCRIPTION:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": name, "description": command["description"]})
    call.bot.commands[_place(call)] = kept
    return True


def get_my_commands(call: Call) -> list[dict[str, Any]]:
    return call.bot.commands.get(_place(call), [])


def delete_my_commands(call: Call) -> bool:
    call.bot.commands.pop(_place(call), None)
    return True


def setter(field: str) -> Callable[[Call], bool]:
    def set_it(call: Call) -> bool:
        text = call.get(field) or ""
        if len(text) > LENGTHS[field]:
            raise bad_request(f"bot {field.replace('_', ' ')} is too long")
        call.bot.profile[field, _language(call)] = text
        if field == "name" and text and not _language(call):
            call.bot.name = text
        return True

    return set_it


def getter(field: str) -> Callable[[Call], dict[str, str]]:
    def get_it(call: Call) -> dict[str, str]:
        profile = call.bot.profile
        default = call.bot.name if field == "name" else ""
        return {field: profile.get((field, _language(call))) or profile.get((field, "")) or default}

    return get_it


def set_chat_menu_button(call: Call) -> bool:
    call.bot.menu_buttons[call.get("chat_id") or 0] = call.get("menu_button") or {"type": "default"}
    return True


def get_chat_menu_button(call: Call) -> dict[str, Any]:
    buttons = call.bot.menu_buttons
    return buttons.get(call.get("chat_id") or 0) or buttons.get(0) or {"type": "commands"}


def _place(call: Call) -> tuple[str, str]:
    scope = call.get("scope") or {"type": "default"}
    if "chat_id" in scope:
        Call(call.world, call.bot, call.method, {"chat_id": scope["chat_id"]}).known_chat()
    return json.dumps(scope, sort_keys=True), _language(call)


def _language(call: Call) -> str:
    code: str = call.get("language_code") or ""
    if not LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code
