"""What the tests of this floor share: they are not about the pace of sending, so nobody waits a second for a word."""

import pytest

from bot import pacing


@pytest.fixture(autouse=True)
def _quick_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "PRIVATE_INTERVAL", 0.01)
