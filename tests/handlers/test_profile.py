"""`/me`, from the group to the database and back."""

from tests.living import Living


async def test_a_member_asks_in_the_group_and_gets_one_line(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    lin.writes(group, "Good morning all")
    lin.writes(group, "/me")
    await town.settle()
    assert "Lin · 0.2 points · 1st this week" in [message.text for message in town.said(group)]
