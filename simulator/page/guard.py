"""Who may use the page: only this machine, and no other site that a browser on it shows."""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def is_from_here(scope: Any) -> bool:
    """Whether the caller is on this machine and called it by a name that is this machine's alone.

    The name matters: a site could have its own name lead to this address, and its pages would then count as ours.
    """
    client = scope.get("client")
    if client is None or not _loopback(str(client[0])):
        return False
    return _host(_header(scope, b"host")) in NAMES


def is_of_another_site(scope: Any) -> bool:
    """Whether a browser may have been made to ask by a page that is not ours. Programs send no origin."""
    host = _host(_header(scope, b"host"))
    if host not in NAMES and not _is_address(host):
        return True
    origin = _header(scope, b"origin")
    if origin:
        return urlsplit(origin).netloc != _header(scope, b"host")
    return _header(scope, b"sec-fetch-site") in ("cross-site", "same-site")


def _header(scope: Any, wanted: bytes) -> str:
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return next((value.decode("latin-1") for name, value in headers if name == wanted), "")


def _host(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _loopback(address: str) -> bool:
    return _is_address(address) and ip_address(address).is_loopback
