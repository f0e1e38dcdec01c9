"""Fetching updates, webhooks, and the bot itself."""

from typing import Any

from simulator.api.call import Call
from simulator.errors import ApiError, bad_request
from simulator.webhook import Webhook

MAX_BATCH = 100
MAX_TIMEOUT = 50


class Batch:
    """Updates that are JSON text already."""

    def __init__(self, texts: list[bytes]) -> None:
        self.texts = texts

    def body(self) -> bytes:
        return b'{"ok":true,"result":[' + b",".join(self.texts) + b"]}"


def get_me(call: Call) -> dict[str, Any]:
    return call.bot.me


async def get_updates(call: Call) -> Batch:
    updates = call.bot.updates
    if call.bot.webhook is not None:
        raise ApiError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    # The newer asker wins; the one that waited is told so.
    updates.interrupt("conflict")
    updates.allow(call.get("allowed_updates"))
    if offset := call.get("offset"):
        updates.confirm(offset)
    limit = min(max(call.get("limit") or MAX_BATCH, 1), MAX_BATCH)
    timeout = min(max(call.get("timeout") or 0, 0), MAX_TIMEOUT)
    if timeout and not updates.pending:
        outcome = await updates.wait(timeout)
        if outcome == "conflict":
            raise ApiError(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
            )
    return Batch([queued.text for queued in updates.take(limit)])


def set_webhook(call: Call) -> bool:
    url = call.get("url", "")
    if not url:
        return delete_webhook(call)
    if not url.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = call.get("secret_token") or ""
    if len(secret) > 256 or (not secret.replace("-", "").replace("_", "a").isalnum() and secret):
        raise bad_request("secret token contains unallowed characters")
    if call.get("drop_pending_updates"):
        call.bot.updates.drop_all()
    call.bot.updates.allow(call.get("allowed_updates"))
    call.bot.updates.interrupt("conflict")
    _end(call)
    webhook = Webhook(call.world, call.bot, url=url, secret=secret, max_connections=call.get("max_connections") or 40)
    call.bot.webhook = webhook
    webhook.begin()
    return True


def delete_webhook(call: Call) -> bool:
    _end(call)
    if call.get("drop_pending_updates"):
        call.bot.updates.drop_all()
    return True


def get_webhook_info(call: Call) -> dict[str, Any]:
    webhook = call.bot.webhook
    told: dict[str, Any] = {
        "url": webhook.url if webhook is not None else "",
        "has_custom_certificate": False,
        "pending_update_count": call.bot.pending,
    }
    if webhook is not None:
        told |= webhook.info()
    if call.bot.updates.allowed is not None:
        told["allowed_updates"] = sorted(call.bot.updates.allowed)
    return told


def close(call: Call) -> bool:  # noqa: ARG001 — every method has this shape
    return True


def _end(call: Call) -> None:
    if call.bot.webhook is not None:
        call.bot.webhook.end()
        call.bot.webhook = None
