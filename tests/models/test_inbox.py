"""What is put aside comes back as it was, and holds nothing of what people wrote."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.listening import Reading, facts_of
from models import facts as facts_module
from models import inbox
from models.facts import AnyFact, Fact
from models.inbox import KINDS, UnknownFacts, packed, unpacked
from tests.handlers.updates import message
from tests.models.telling import Telling, telling

moments = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
st.register_type_strategy(datetime, moments)
any_fact: st.SearchStrategy[AnyFact] = st.one_of([st.builds(kind) for kind in KINDS])


def test_every_kind_of_fact_is_known() -> None:
    told = {kind for kind in vars(facts_module).values() if isinstance(kind, type) and issubclass(kind, AnyFact)}
    assert told - {Fact} == set(KINDS)


@given(st.lists(any_fact, max_size=20))
def test_facts_come_back_as_they_were(facts: list[AnyFact]) -> None:
    assert unpacked(packed(facts)) == facts


@given(st.sampled_from(KINDS), st.data())
def test_what_another_version_wrote_is_refused_whole(kind: type[AnyFact], data: st.DataObject) -> None:
    drawn: Any = data.draw(st.builds(kind))
    text = packed([drawn])
    with pytest.raises(UnknownFacts):
        unpacked(text.replace(kind.__name__, f"Un{kind.__name__}", 1))
    with pytest.raises(UnknownFacts):
        unpacked(text[:-2] + ",1]]")


@pytest.mark.parametrize("text", ["", "{}", "[[]]", "[5]", '[["Said"]]', "[", '[["Left",1,"now",null,null,false]]'])
def test_rubbish_is_refused(text: str) -> None:
    with pytest.raises(UnknownFacts):
        unpacked(text)


def test_what_people_write_is_not_put_aside() -> None:
    raw = message(text="My grandmother keeps it under the blue stone", caption="blue", entities=[])
    assert "blue" not in packed(facts_of(raw, Reading(datetime.now(UTC), b"key")))


def test_batches_wait_in_their_order_until_they_are_dropped(database_url: str) -> None:
    def put(teller: Telling, bot_id: int, batch_id: int, counted: int | None = None) -> None:
        teller.work(lambda c: inbox.put(c, f"[{batch_id}]", bot_id=bot_id, batch_id=batch_id, counted=counted))

    def waiting(teller: Telling, bot_id: int) -> list[tuple[int, str]]:
        return teller.work(lambda connection: inbox.waiting(connection, bot_id=bot_id))

    with telling(database_url) as teller:
        for batch_id in (3, 1, 2):
            put(teller, 71, batch_id)
        put(teller, 72, 1)
        assert waiting(teller, 71) == [(1, "[1]"), (2, "[2]"), (3, "[3]")]
        put(teller, 71, 4, counted=2)
        assert waiting(teller, 71) == [(3, "[3]"), (4, "[4]")]
        teller.work(lambda connection: inbox.drop(connection, bot_id=71, through=9))
        assert waiting(teller, 71) == []
        assert waiting(teller, 72) == [(1, "[1]")]
        teller.work(lambda connection: inbox.drop(connection, bot_id=72, through=9))
