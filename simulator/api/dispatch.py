"""From a request to an answer: token, faults, specification, limits, the method itself, and the record of it."""

import inspect
from dataclasses import dataclass
from typing import Any

from simulator.api.call import Call
from simulator.api.methods import LIMITED, METHODS
from simulator.api.updates import Batch
from simulator.bodies import Request
from simulator.bots import ApiCall, Bot
from simulator.errors import ApiError, too_many
from simulator.faults import Fault
from simulator.queue import encode
from simulator.world import World

LONGEST_SILENCE = 3600.0


@dataclass(frozen=True)
class Reply:
    """An answer; without a body the connection is cut instead."""

    status: int
    body: bytes | None


CUT = Reply(0, None)


async def answer(world: World, *, token: str, method: str, request: Request) -> Reply:
    bot = world.bots.get(token)
    if bot is None:
        return _refusal(ApiError(401, "Unauthorized"))
    try:
        name = world.spec.name(method)
    except ApiError as error:
        _record(world, bot, method, request.params, error.code, error.json(), [])
        return _refusal(error)
    fault = world.faults.take(method=name, chat_id=_chat_id(request), bot=bot.username or "")
    if fault is None:
        return await _perform(world, bot, name, request)
    return await _with_fault(world, bot, name, request, fault)


async def _with_fault(world: World, bot: Bot, name: str, request: Request, fault: Fault) -> Reply:
    if fault.kind == "late_answer":
        done = await _perform(world, bot, name, request)
        await fault.lasts(fault.seconds)
        return done
    if fault.kind == "hang":
        await fault.lasts(fault.seconds or LONGEST_SILENCE)
    elif fault.seconds:
        await fault.lasts(fault.seconds)
    if fault.kind == "lost_answer":
        await _perform(world, bot, name, request)
        return CUT
    if fault.kind == "answer" and fault.status is None:
        return await _perform(world, bot, name, request)
    if fault.kind == "answer" and fault.status is not None:
        told = fault.answer(fault.status)
        _record(world, bot, name, request.params, fault.status, told, [])
        return Reply(fault.status, encode(told).encode("ascii"))
    _record(world, bot, name, request.params, 0, {"fault": fault.kind}, [])
    return Reply(200, b"<html><body>It works!</body></html>") if fault.kind == "garbage" else CUT


async def _perform(world: World, bot: Bot, name: str, request: Request) -> Reply:
    given = request.params
    warnings: list[str] = []
    try:
        checked = world.spec.check(name, {**given, **{n: f"attach://{n}" for n in request.files if n not in given}})
        warnings = [w for w in checked.warnings if not any(repr(n) in w for n in request.files)]
        result = await _result(Call(world, bot, name, checked.params, request.files))
    except ApiError as error:
        _record(world, bot, name, given, error.code, error.json(), warnings)
        return _refusal(error)
    if isinstance(result, Batch):
        _record(world, bot, name, checked.params, 200, len(result.texts), warnings)
        return Reply(200, result.body())
    # What is told stays as it was told, though the message may change.
    kept = dict(result) if isinstance(result, dict) else result
    _record(world, bot, name, checked.params, 200, kept, warnings)
    return Reply(200, b'{"ok":true,"result":' + encode(result).encode("ascii") + b"}")


async def _result(call: Call) -> Any:
    play = METHODS.get(call.method)
    if play is None:
        raise ApiError(501, f"Not Implemented: the simulator does not play {call.method} yet")
    if call.method in LIMITED:
        _within_limits(call)
    result = play(call)
    return await result if inspect.isawaitable(result) else result


def _within_limits(call: Call) -> None:
    chat_id = call.get("chat_id")
    if isinstance(chat_id, int):
        messages = len(call.get("message_ids") or [0])
        wait = call.world.limits.retry_after(bot_id=call.bot.id, chat_id=chat_id, messages=messages)
        if wait:
            raise too_many(wait)


def _record(
    world: World, bot: Bot, name: str, params: dict[str, Any], status: int, result: Any, warnings: list[str]
) -> None:
    bot.calls.append(ApiCall(name, params, world.clock.now(), status, result, warnings))


def _refusal(error: ApiError) -> Reply:
    return Reply(error.code, encode(error.json()).encode("ascii"))


def _chat_id(request: Request) -> int | None:
    try:
        return int(request.params.get("chat_id", ""))
    except (TypeError, ValueError):
        return None
