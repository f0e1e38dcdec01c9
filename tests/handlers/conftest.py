"""What the tests of this floor share: they are not about the pace of sending."""

import pytest


@pytest.fixture(autouse=True)
def _unhurried(unhurried: None) -> None:
    """All of them do without it."""
