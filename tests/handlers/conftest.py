"""What the tests of this floor share: they are not about the pace of sending, so nobody waits for a word."""

import pytest

from bot import pacing


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "INTERVAL", 0.0005)
    monkeypatch.setattr(pacing, "PRIVATE_INTERVAL", 0.001)
    for most in ("MESSAGES", "GROUP_MESSAGES"):
        monkeypatch.setattr(pacing, most, 10_000)
