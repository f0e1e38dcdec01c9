"""What the simulator can be told stands in its README."""

import inspect
from pathlib import Path

import simulator
from simulator.people import Person
from simulator.script import ACTS, MAKES

README = Path(simulator.__file__).parent / "README.md"


def test_every_act_is_in_the_readme_and_every_public_act_can_be_told() -> None:
    text = README.read_text(encoding="utf-8")
    assert [act for act in sorted(ACTS | MAKES) if f"`{act}`" not in text] == []
    methods = {name for name, member in inspect.getmembers(Person, inspect.isfunction) if not name.startswith("_")}
    assert methods - {"private", "must_be_in", "must_have"} == ACTS
