"""The opening scene: a group with a few people, and Kith being added to it."""

from dataclasses import dataclass

from bot.tryout.simulation import Simulation

GROUP = "Readers' corner"
BOT = "kith_bot"
YOU = "You"


@dataclass(frozen=True)
class Stage:
    """Where the scene plays: the group's id and yours."""

    group_id: int
    your_id: int


async def set_the_stage(world: Simulation) -> Stage:
    """Make the people and the group, let the owner add Kith, and let them talk a little."""
    you = await world.act(do="person", name=YOU, language_code="en")
    for name, language in (("Mei", "zh-hant"), ("Ada", "en"), ("小王", "zh-hans")):
        await world.act(do="person", name=name, language_code=language)
    group = await world.act(do="group", title=GROUP, owner="Mei")
    await world.act(do="starts", person="Mei", bot=BOT)
    everything = {"can_delete_messages": True, "can_invite_users": True, "can_pin_messages": True}
    await world.act(do="adds", person="Mei", account=BOT, to=GROUP, administrator=True, rights=everything)
    for name in (YOU, "Ada", "小王"):
        await world.act(do="joins", person=name, chat=GROUP)
    hello = await world.act(do="writes", person="Mei", chat=GROUP, text="Welcome! What are you reading this week?")
    answer = await world.act(
        do="writes", person="Ada", chat=GROUP, text="A book about bees. They vote by dancing!", reply_to=hello["id"]
    )
    await world.act(do="reacts", person="小王", chat=GROUP, message=answer["id"], chosen=["👍"])
    await world.act(do="writes", person="小王", chat=GROUP, text="我在看《三体》，停不下来。", reply_to=hello["id"])
    await world.act(do="writes", person="Ada", chat=GROUP, text="/me")
    return Stage(group["id"], you["id"])
