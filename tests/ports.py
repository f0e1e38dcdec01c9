"""Ports for programs that are told where to listen."""

import itertools
import os
import secrets
import socket

# Below those that systems give to whoever asks for any: between being found and being used, a port of theirs may be
# given to another test's connection. Tests that run side by side look in places of their own.
FIRST, COUNT, SIDE_BY_SIDE = 20_000, 12_000, 8
_SHARE = COUNT // SIDE_BY_SIDE
_OURS = FIRST + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % SIDE_BY_SIDE * _SHARE
_numbers = itertools.count(secrets.randbelow(_SHARE))


def free_port() -> int:
    """A port at which nobody listens, and which no other test gets soon."""
    for number in itertools.islice(_numbers, _SHARE):
        port = _OURS + number % _SHARE
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise OSError("no port is free")


def free_ports(count: int) -> list[int]:
    """Ports at which nobody listens, all different."""
    return [free_port() for _ in range(count)]
