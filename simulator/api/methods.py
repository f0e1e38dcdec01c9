"""Every method the simulator plays; the others of the specification are answered 501."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from simulator.api import sending, updates
from simulator.api.call import Call

Method = Callable[[Call], Any | Awaitable[Any]]

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "getMe": updates.get_me,
        "getUpdates": updates.get_updates,
        "setWebhook": updates.set_webhook,
        "deleteWebhook": updates.delete_webhook,
        "getWebhookInfo": updates.get_webhook_info,
        "logOut": updates.close,
        "close": updates.close,
        "sendMessage": sending.send_message,
        "sendPhoto": sending.send_photo,
        "sendDocument": sending.send_document,
        "sendVideo": sending.send_video,
        "sendVoice": sending.send_voice,
        "sendSticker": sending.send_sticker,
        "sendDice": sending.send_dice,
    }
)
# These count against the sending limits.
LIMITED = frozenset(
    {
        "sendMessage",
        "sendPhoto",
        "sendDocument",
        "sendVideo",
        "sendVoice",
        "sendSticker",
        "sendDice",
        "sendPoll",
        "copyMessage",
        "forwardMessage",
    }
)
