"""A question of ours that waits for an answer: what is one, and every way out of it."""

from simulator.people import Person
from tests.handlers.asking_in import asked_in, asked_privately, labels, pressed
from tests.living import Living

IN_WORDS = "I'm waiting for your answer in words. /cancel leaves all as it is."
LEFT = "All right, I'm not waiting for an answer any more. What was changed before stays so."
NOT_WAITING = "I'm not waiting for an answer. /help shows what I can do."
NOT_UNDERSTOOD = "I understand commands only. /help shows them."


async def ask(town: Living, lin: Person) -> str:
    """Have Kith ask for a number; returns the question."""
    panel = await asked_privately(town, lin, "/settings")
    await pressed(town, lin, panel, "Messages")
    await pressed(town, lin, panel, next(label for label in labels(panel) if label.startswith("Points: ")))
    return panel.text or ""


async def worth(town: Living) -> list[tuple[object, ...]]:
    """What a message earns, by the administrators' word."""
    found: list[tuple[object, ...]] = await town.rows("SELECT details FROM audit")
    return found


async def test_a_question_says_what_it_waits_for_and_is_left_in_any_way(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin, "Tea")
    await town.settle()
    assert (await asked_privately(town, lin, "/cancel")).text == NOT_WAITING
    for way_out in ("/cancel", "cancel", "取消", " Cancel "):
        question = await ask(town, lin)
        assert "Send me a number, from " in question
        assert question.endswith("/cancel leaves all as it is.")
        assert (await asked_privately(town, lin, way_out)).text == LEFT
        assert (await asked_privately(town, lin, "0.5")).text == NOT_UNDERSTOOD
    await ask(town, lin)
    assert ((await asked_privately(town, lin, "/me")).text or "").startswith("Tea")
    assert (await asked_privately(town, lin, "0.5")).text == NOT_UNDERSTOOD
    assert await worth(town) == []
    (answer,) = await asked_in(town, group, lin, "/cancel@kith_bot")
    assert answer.text == "I'm happy to explain, in private."
    assert await asked_in(town, group, lin, "/cancel") == []


async def test_what_is_no_answer_leaves_the_question_open(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin, "Tea")
    await town.settle()
    await ask(town, lin)
    private = lin.private(town.bot)
    for media in ("photo", "sticker", "voice"):
        lin.writes(private, media=media)
        await town.settle()
        assert town.told(lin)[-1] == IN_WORDS
    # What is done in the group meanwhile has nothing to do with it.
    lin.writes(group, "取消")
    await asked_in(town, group, lin, "/me")
    assert "Nothing was changed" in ((await asked_privately(town, lin, "积分")).text or "")
    assert "Changed" in ((await asked_privately(town, lin, "0.5")).text or "")
    assert len(await worth(town)) == 1
    lin.writes(private, media="photo")
    await town.settle()
    assert town.told(lin)[-1] == NOT_UNDERSTOOD
