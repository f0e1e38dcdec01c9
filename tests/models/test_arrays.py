"""Whatever stands in a column is the same in PostgreSQL's array."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Date, LargeBinary, String

from models.arrays import as_array, writer
from models.schema import Int64, Utc

HERE = timezone(timedelta(hours=8))
NOON = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "values", "text"),
    [
        (Int64, (1, -2, 3), "{1,-2,3}"),
        (Int64, (1, None, 3), "{1,NULL,3}"),
        (Int64, (7, 7, 7), "{7,7,7}"),
        (Int64, (7, 8, 7), "{7,8,7}"),
        (Int64, (None, None), "{NULL,NULL}"),
        (Int64, (), "{}"),
        (Boolean(), (True, False), "{1,0}"),
        (String(), ("a", "NULL", ""), '{"a","NULL",""}'),
        (String(), ("a", None), '{"a",NULL}'),
        (String(), ('"', "\\", "a"), '{"\\"","\\\\","a"}'),
        # As many quotation marks as stand between the values.
        (String(), ("a", '","', "b"), '{"a","\\",\\"","b"}'),
        (String(), ('","',), '{"\\",\\""}'),
        (LargeBinary(), (b"\x00\xff", None), '{"\\\\x00ff",NULL}'),
        (Date(), (date(2026, 1, 2), None), "{2026-01-02,NULL}"),
        (Utc(), (NOON, None), "{2026-11-16T12:00:00+00:00,NULL}"),
        (Utc(), (NOON, NOON.astimezone(HERE)), "{2026-11-16T12:00:00+00:00,2026-11-16T12:00:00+00:00}"),
    ],
)
def test_values_stand_in_an_array_as_they_are(kind: Any, values: Sequence[Any], text: str) -> None:
    assert as_array(tuple(values), writer(kind)) == text


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        as_array((datetime(2026, 1, 1), None), writer(Utc()))  # noqa: DTZ001 - just such a one


def test_of_what_no_array_is_made_is_told_at_once() -> None:
    with pytest.raises(TypeError):
        writer(JSON())
