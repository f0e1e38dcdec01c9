"""Listening at an address of this machine."""

import errno
import socket


class PortIsTaken(OSError):
    """Nobody can listen at the address that was asked for."""


def listening(host: str, port: int, *, share: bool) -> socket.socket:
    """A socket that listens; with `share` other processes that do so too may listen there at the same time."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, since asyncio turns the delay of small packets off for such sockets alone; it costs 40 ms an answer.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if share:
            made.setsockopt(socket.SOL_SOCKET, _share_option(), 1)
        made.bind((host, port))
        made.listen(1024)
        made.setblocking(False)
    except OSError as error:
        made.close()
        raise PortIsTaken(f"cannot listen at {host}:{port}: {error.strerror}") from None
    return made


def _share_option() -> int:
    option = getattr(socket, "SO_REUSEPORT", None)
    if not isinstance(option, int):
        raise OSError(errno.ENOPROTOOPT, "this system cannot share a port")
    return option
